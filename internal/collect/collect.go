// Package collect reads resources of real accounts. A Type declares how the resources of one type are found (Step), what
// is read of each (Detail) and how that becomes a configuration item; a Reading carries it out by the calls of a Caller.
// Package collect/aws has the types.
//
// What it promises: an item has the form AWS Config gives the type. A list is complete, or the reading fails and says
// why. What could not be read of a single resource stands in its item under NotCollected, never as absent. A resource
// that the API does not know any more is told apart from one that could not be read. Types without a declaration are
// refused, never guessed.
package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Collector reads resources and records them.
type Collector struct {
	caller automation.Caller
	items  inventory.Store
	clock  stamp.Source
}

// New is a collector that calls by a Caller.
func New(c automation.Caller, items inventory.Store, clock stamp.Source) *Collector {
	return &Collector{c, items, clock}
}

// readers are by resource type.
var readers = map[string]func(ctx context.Context, r *reader) error{
	"AWS::EC2::SecurityGroup": readSecurityGroup,
	"AWS::S3::Bucket":         readBucket,
}

// Known are the types that can be recorded.
func Known() []string { return slices.Sorted(maps.Keys(readers)) }

// reader is one reading of a resource.
type reader struct {
	*Collector
	key  inventory.Key
	role string
	spec inventory.Spec
}

// Record reads a recorded resource as a role and records what it is now.
func (c *Collector) Record(ctx context.Context, k inventory.Key, role string) error {
	read, ok := readers[k.Type]
	if !ok {
		return fault.New(fault.Invalid, "Resources of type %s cannot be read yet (only %s).", k.Type, strings.Join(Known(), ", "))
	}
	r := &reader{Collector: c, key: k, role: role}
	if err := r.begin(ctx); err != nil {
		return err
	}
	into := inventory.Recorder{Store: c.items}
	switch err := read(ctx, r); {
	case errors.Is(err, ErrGone):
		_, err := into.Gone(ctx, r.spec.Captured, []inventory.Key{k})
		return err
	case err != nil:
		return fault.New(fault.Unavailable, "The resource could not be read: %v.", err)
	}
	_, err := into.Observe(ctx, []inventory.Spec{r.spec})
	return err
}

// begin takes what is recorded as the ground to build on. The time is that before the first read: what changes after
// it is seen by a later recording.
func (r *reader) begin(ctx context.Context) error {
	return r.items.Read(ctx, func(tx inventory.Tx) error {
		it, err := tx.Item(r.key)
		if err != nil {
			return err
		}
		r.spec, err = specOf(it)
		if r.spec.Captured = r.clock.Now(); !r.spec.Captured.After(it.Captured) {
			r.spec.Captured = it.Captured.Add(time.Millisecond)
		}
		return err
	})
}

// specOf is an item as an observation.
func specOf(it *inventory.Item) (inventory.Spec, error) {
	s := inventory.Spec{
		Key: it.Key, Name: it.Name, ARN: it.ARN, Zone: it.Zone, Created: it.Created, Tags: map[string]string{}, Supplementary: map[string]any{},
	}
	for k, v := range it.Tags() {
		s.Tags[k] = v
	}
	for r := range it.Relationships() {
		s.Relationships = append(s.Relationships, r)
	}
	var raw struct {
		Configuration              json.RawMessage            `json:"configuration"`
		SupplementaryConfiguration map[string]json.RawMessage `json:"supplementaryConfiguration"`
	}
	if err := json.Unmarshal(it.Raw(), &raw); err != nil {
		return s, fmt.Errorf("read the item %s: %w", it.Key, err)
	}
	s.Configuration = plain(raw.Configuration)
	for name, v := range raw.SupplementaryConfiguration {
		s.Supplementary[name] = plain(v)
	}
	return s, nil
}

// plain is a value; JSON that is kept inside a text, as the API gives it, is taken out.
func plain(raw json.RawMessage) any {
	var text string
	if json.Unmarshal(raw, &text) == nil && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	if len(raw) == 0 {
		return nil
	}
	return raw
}

// call makes one call and decodes its answer. An error of the API whose code is one of those in absent is no error:
// found is false then.
func (r *reader) call(ctx context.Context, service, api string, inputs, into any, absent ...string) (found bool, err error) {
	in, err := json.Marshal(inputs)
	if err != nil {
		return false, err
	}
	region := r.key.Region
	if region == arn.Global {
		region = "us-east-1"
	}
	out, err := r.caller.Call(ctx, automation.Call{Account: r.key.Account, Region: region, Role: r.role, Service: service, API: api, Inputs: in})
	if e, ok := errors.AsType[*automation.APIError](err); ok && slices.Contains(absent, e.Code) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(out, into)
}

type object = map[string]any
