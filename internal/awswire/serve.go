package awswire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// exchange is one request on its way to its answer.
type exchange struct {
	r      *Registry
	b      *bound
	req    *http.Request
	ctx    context.Context
	w      http.ResponseWriter
	op     *Operation
	labels map[string]string
	// form are a query request's parameters, which are read to find its operation.
	form url.Values
	id   string
	// in and out are the operation's structures, as far as it came; refused is the error it was answered with.
	in, out reflect.Value
	refused *Error
}

// unknownService renders errors of requests for a service that is not in the registry, objectFace those of S3, which
// is served elsewhere.
var (
	unknownService = &Service{Protocol: RestJSON, MessageMember: "message"}
	objectFace     = &Service{Protocol: RestXML}
)

// Serve answers one request that is authenticated already: svc is the service of its credential scope, caller who
// signed it. One record a request goes to the log.
func (r *Registry) Serve(w http.ResponseWriter, req *http.Request, svc string, caller Caller) {
	start := r.cfg.Stamp.Now()
	x := &exchange{r: r, b: r.service(svc), req: req, w: w, id: r.cfg.Stamp.NewID()}
	x.ctx = withRequestID(WithCaller(req.Context(), caller), x.id)
	a, err := x.answer()
	if err != nil {
		a = x.refuse(err)
	}
	x.observe(start)
	a.write(w, x.id)
	r.cfg.Log.LogAttrs(x.ctx, slog.LevelInfo, "request", slog.String("service", svc), slog.String("operation", x.operation()),
		slog.String("account", caller.Account), slog.String("region", caller.Region), slog.String("principal", caller.PrincipalARN),
		slog.Int("status", a.status), slog.String("code", a.code), slog.Duration("latency", r.cfg.Stamp.Now().Sub(start)),
		slog.String("requestId", x.id))
}

// Refuse answers a request with an error in the shape of a service's protocol, before or instead of Serve; svc may be
// "s3", or a service nobody knows.
func (r *Registry) Refuse(w http.ResponseWriter, req *http.Request, svc string, err error) {
	x := &exchange{r: r, b: r.service(svc), req: req, w: w, ctx: req.Context(), id: r.cfg.Stamp.NewID()}
	a := x.refuse(err)
	a.write(w, x.id)
	r.cfg.Log.LogAttrs(req.Context(), slog.LevelInfo, "request refused", slog.String("service", svc),
		slog.Int("status", a.status), slog.String("code", a.code), slog.String("requestId", x.id))
}

// operation is the name of the operation, once it is known.
func (x *exchange) operation() string {
	if x.op == nil {
		return ""
	}
	return x.op.Name
}

func (r *Registry) service(svc string) *bound {
	if b := r.byName[svc]; b != nil {
		return b
	}
	if svc == "s3" {
		return &bound{Service: objectFace}
	}
	return &bound{Service: unknownService}
}

// answer does what is asked; its errors are of any kind. A panic becomes one.
func (x *exchange) answer() (a *answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			a, err = nil, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if x.b.handlers == nil {
		return nil, &Error{Code: "UnknownOperationException", Message: "The service of the credential scope is not one of this endpoint."}
	}
	i, err := x.route()
	if err != nil {
		return nil, err
	}
	x.op = &x.b.Service.Operations[i]
	if authorize := x.r.cfg.Authorize; authorize != nil {
		if err := authorize(x.ctx, x.b.Name, x.op.Name); err != nil {
			return nil, err
		}
	}
	h := x.b.handlers[i]
	if h.call == nil {
		return nil, &Error{Code: "NotImplemented", Message: fmt.Sprintf("The operation %s of %s is not implemented. "+
			"tickmark version --operations lists what is.", x.op.Name, x.b.Name)}
	}
	in := reflect.New(h.in)
	if err := x.decode(in.Elem()); err != nil {
		return nil, err
	}
	if broken := x.b.validate(x.op.Input, in.Elem()); len(broken) > 0 {
		return nil, x.b.refuseInput(x.op, broken)
	}
	x.in = in.Elem()
	out, err := h.call(x.ctx, in.Interface())
	if err != nil {
		return nil, err
	}
	x.out = reflect.ValueOf(out).Elem()
	return x.encode(x.out)
}

// route finds the operation. A request that names two is refused: its signer may have meant either.
func (x *exchange) route() (int, error) {
	switch x.b.Protocol {
	case JSON:
		return x.routeTarget()
	case RestJSON:
		if target := x.req.Header.Get("X-Amz-Target"); target != "" {
			return 0, unknownOperation("The header X-Amz-Target names %.200q, but operations of %s are named by the path.", target, x.b.Name)
		}
		i, labels := x.b.routes.match(x.req.Method, x.req.URL.EscapedPath())
		if i < 0 {
			return 0, unknownOperation("%s has no operation %s %s.", x.b.Name, x.req.Method, x.req.URL.EscapedPath())
		}
		x.labels = labels
		return i, nil
	}
	return x.routeAction()
}

func unknownOperation(format string, args ...any) *Error {
	return Errorf("UnknownOperationException", format, args...)
}

// routeTarget reads X-Amz-Target, "Prefix.Operation"; of a prefix with dots its last part will do.
func (x *exchange) routeTarget() (int, error) {
	target := x.req.Header.Get("X-Amz-Target")
	dot := strings.LastIndexByte(target, '.')
	if dot < 0 {
		return 0, unknownOperation("The header X-Amz-Target must name an operation of %s as %s.Operation.", x.b.Name, x.b.TargetPrefix)
	}
	prefix, name := target[:dot], target[dot+1:]
	i, ok := x.b.ops[name]
	if !ok || (prefix != x.b.TargetPrefix && !strings.HasSuffix(x.b.TargetPrefix, "."+prefix)) {
		return 0, unknownOperation("%s has no operation %q.", x.b.Name, target)
	}
	if x.req.Method != http.MethodPost {
		return 0, unknownOperation("Operations of %s are called with POST, not %s.", x.b.Name, x.req.Method)
	}
	return i, nil
}

// routeAction reads the parameter Action of the form or, for GET, of the query string.
func (x *exchange) routeAction() (int, error) {
	if target := x.req.Header.Get("X-Amz-Target"); target != "" {
		return 0, &Error{
			Code: "InvalidAction", Status: http.StatusBadRequest,
			Message: fmt.Sprintf("The header X-Amz-Target names %.200q, but operations of %s are named by the parameter Action.", target, x.b.Name),
		}
	}
	text := x.req.URL.RawQuery
	if x.req.Method == http.MethodPost {
		body, err := x.body("")
		if err != nil {
			return 0, err
		}
		text = strings.TrimSpace(string(body))
		if text == "" {
			text = x.req.URL.RawQuery
		}
	}
	form, err := url.ParseQuery(text)
	if err != nil {
		return 0, &badInput{text: "its form is malformed"}
	}
	action, version := form.Get("Action"), form.Get("Version")
	i, ok := x.b.ops[action]
	if action == "" {
		return 0, &Error{Code: "MissingAction", Message: "The parameter Action is missing.", Status: http.StatusBadRequest}
	}
	if !ok || (version != "" && version != x.b.APIVersion) {
		return 0, &Error{
			Code: "InvalidAction", Status: http.StatusBadRequest,
			Message: fmt.Sprintf("Could not find operation %s for version %s.", action, version),
		}
	}
	x.form = form
	return i, nil
}

// body reads the request's body within the limit of the service or operation.
func (x *exchange) body(op string) ([]byte, error) {
	limit, ok := x.r.cfg.BodyLimits[x.b.Name+"."+op]
	if !ok {
		limit, ok = x.r.cfg.BodyLimits[x.b.Name]
	}
	if !ok {
		limit = x.r.cfg.BodyLimit
	}
	if x.req.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.req.Body, limit))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, Errorf("RequestEntityTooLargeException", "The request body is larger than %d bytes.", limit)
	}
	var known *Error
	if err != nil && !errors.As(err, &known) && fault.KindOf(err) == fault.Internal {
		return nil, &badInput{text: "its body ends early"}
	}
	return body, err
}

func (x *exchange) decode(in reflect.Value) error {
	if x.b.Protocol == Query {
		return x.b.decodeForm(x.op.Input, x.form, in)
	}
	body, err := x.body(x.op.Name)
	if err != nil {
		return err
	}
	if x.b.Protocol == RestJSON {
		return x.b.decodeREST(x.op.Input, x.labels, x.req, body, in)
	}
	return x.b.decodeJSON(x.op.Input, body, in)
}

func (x *exchange) encode(out reflect.Value) (*answer, error) {
	a := &answer{status: x.op.Status, header: http.Header{}, contentType: x.b.contentType()}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	var err error
	switch x.b.Protocol {
	case JSON:
		a.body, err = x.b.appendJSON(nil, x.op.Output, out)
	case RestJSON:
		err = x.b.encodeREST(x.op.Output, out, a)
	case Query:
		a.body = x.b.encodeQuery(x.op, out, x.id)
	}
	return a, err
}

// refuse turns any error into the service's shape. What is not an Error, a fault or a mistake in the input is an
// internal failure: the log has it, the client only the request id.
func (x *exchange) refuse(err error) *answer {
	var e *Error
	var f *fault.Error
	var bad *badInput
	switch {
	case errors.As(err, &e):
	case errors.As(err, &bad):
		e = x.b.unreadable(bad)
	case errors.As(err, &f) && f.Kind != fault.Internal:
		if x.b.fault != nil {
			e = x.b.fault(f)
		}
		if e == nil {
			e = x.b.fromFault(f)
		}
		x.b.spellToken(e, x.op)
	}
	if e == nil || (x.b.status(e) >= http.StatusInternalServerError && e.Code != "NotImplemented") {
		level := slog.LevelError
		if errors.Is(err, context.Canceled) { // the client went away
			level = slog.LevelInfo
		}
		x.r.cfg.Log.LogAttrs(x.ctx, level, "request failed", slog.String("service", x.b.Name),
			slog.String("operation", x.operation()), slog.String("requestId", x.id), slog.String("error", err.Error()))
	}
	if e == nil {
		e = x.b.internal()
	}
	x.refused = e
	return x.b.render(e, x.id)
}
