package awswire

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Config is what a Registry needs from its surroundings; the zero value works.
type Config struct {
	// Log receives one record a request and the causes of internal failures; nil discards them.
	Log *slog.Logger
	// Stamp gives request ids and the clock of the latency; nil is the system's.
	Stamp stamp.Source
	// Authorize is asked after routing and before the input is decoded; an error refuses the request. It finds the
	// caller in ctx; service is the service's name. nil allows everything: the composition must set it.
	Authorize func(ctx context.Context, service, operation string) error
	// Observe is told of every call of an operation, refused ones among them, before its answer is sent; nil is not.
	Observe func(ctx context.Context, c Call)
	// BodyLimit is the largest body accepted, in bytes; 0 means 16 MiB. BodyLimits overrides it for a service
	// ("config") or an operation ("config.PutConformancePack").
	BodyLimit  int64
	BodyLimits map[string]int64
}

const defaultBodyLimit = 16 << 20

// Registry holds the services and their handlers. Register everything before the first Serve; after that it is safe
// for concurrent use.
type Registry struct {
	cfg      Config
	services []*bound
	// byName knows services by signing name.
	byName map[string]*bound
}

// bound is a service with what is computed from its tables once.
type bound struct {
	*Service
	ops      map[string]int
	handlers []handler
	routes   *router
	patterns patterns
	fault    func(*fault.Error) *Error
	// invalidCodes are those for broken constraints, by Operation.Member.
	invalidCodes map[string]string
	// checked are the pairs of shape and type known to fit.
	checked map[typed]bool
}

type handler struct {
	in   reflect.Type
	call func(ctx context.Context, in any) (any, error)
}

type typed struct {
	shape int32
	t     reflect.Type
}

// NewRegistry makes a registry of services, none of whose operations is served yet.
func NewRegistry(cfg Config, services ...*Service) *Registry {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Stamp == nil {
		cfg.Stamp = stamp.System
	}
	if cfg.BodyLimit == 0 {
		cfg.BodyLimit = defaultBodyLimit
	}
	r := &Registry{cfg: cfg, byName: map[string]*bound{}}
	for _, s := range services {
		if r.byName[s.SigningName] != nil {
			panic("awswire: two services sign as " + s.SigningName)
		}
		b := &bound{Service: s, ops: map[string]int{}, handlers: make([]handler, len(s.Operations)), checked: map[typed]bool{}}
		for i := range s.Operations {
			b.ops[s.Operations[i].Name] = i
		}
		if s.Protocol == RestJSON {
			b.routes = newRouter(s.Operations)
		}
		b.patterns = newPatterns(s.Shapes)
		r.services = append(r.services, b)
		r.byName[s.SigningName] = b
	}
	return r
}

// Handle registers the handler of an operation; the generated On functions call it. It panics when the service is not
// in the registry, the operation has a handler already, or the types are not those of the model.
func Handle[In, Out any](r *Registry, s *Service, op string, h func(context.Context, *In) (*Out, error)) {
	r.handle(s, op, reflect.TypeFor[In](), reflect.TypeFor[Out](), func(ctx context.Context, in any) (any, error) {
		out, err := h(ctx, in.(*In))
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = new(Out)
		}
		return out, nil
	})
}

func (r *Registry) handle(s *Service, op string, in, out reflect.Type, call func(context.Context, any) (any, error)) {
	b := r.bound(s)
	i, ok := b.ops[op]
	switch {
	case !ok:
		panic(fmt.Sprintf("awswire: %s has no operation %s", s.Name, op))
	case b.handlers[i].call != nil:
		panic(fmt.Sprintf("awswire: %s %s has two handlers", s.Name, op))
	}
	for _, side := range []typed{{s.Operations[i].Input, in}, {s.Operations[i].Output, out}} {
		if err := b.checkType(side.shape, side.t); err != nil {
			panic(fmt.Sprintf("awswire: %s %s: %v", s.Name, op, err))
		}
	}
	b.handlers[i] = handler{in: in, call: call}
}

func (r *Registry) bound(s *Service) *bound {
	b := r.byName[s.SigningName]
	if b == nil || b.Name != s.Name {
		panic("awswire: the registry does not have the service " + s.Name)
	}
	return b
}

// MapFaults sets how a service turns faults into its errors. fn may return nil for what the default does well: the
// fault's own code, else a code of the model by kind.
func (r *Registry) MapFaults(s *Service, fn func(*fault.Error) *Error) { r.bound(s).fault = fn }

// MapInvalid sets the codes by which a service tells that the input breaks a constraint, where it has own ones: by the
// operation and its member, as in "LookupEvents.MaxResults".
func (r *Registry) MapInvalid(s *Service, codes map[string]string) { r.bound(s).invalidCodes = codes }

// OperationInfo is one operation of a service in the registry.
type OperationInfo struct {
	Service, SigningName, Operation string
	Served                          bool
}

// Operations lists every operation of every service, ordered by service and operation.
func (r *Registry) Operations() []OperationInfo {
	var list []OperationInfo
	for _, b := range r.services {
		for i := range b.Service.Operations {
			list = append(list, OperationInfo{
				Service: b.Name, SigningName: b.SigningName,
				Operation: b.Service.Operations[i].Name, Served: b.handlers[i].call != nil,
			})
		}
	}
	slices.SortStableFunc(list, func(x, y OperationInfo) int { return strings.Compare(x.Service, y.Service) })
	return list
}

// Served lists the operations that have a handler, by service name.
func (r *Registry) Served() map[string][]string {
	served := map[string][]string{}
	for _, op := range r.Operations() {
		if op.Served {
			served[op.Service] = append(served[op.Service], op.Operation)
		}
	}
	return served
}
