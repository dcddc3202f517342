// Package events serves Amazon EventBridge over package eventbus: event buses, rules and their targets, and events that
// users put.
//
// Known to differ: parameters of targets and buses that are not offered (see eventbus) are refused, each by its name;
// PutEvents takes no EndpointId and no TraceHeader; ARNs of other accounts' buses are refused.
package events

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/fault"
)

// Service answers the operations of EventBridge.
type Service struct {
	program *eventbus.Program
	tokens  *awswire.Tokens
}

// New is the service over the event buses; tokens make its page tokens.
func New(p *eventbus.Program, tokens *awswire.Tokens) *Service { return &Service{p, tokens} }

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	r.MapFaults(api.Service, mapFault)

	api.OnCreateEventBus(r, s.createEventBus)
	api.OnUpdateEventBus(r, s.updateEventBus)
	api.OnDeleteEventBus(r, s.deleteEventBus)
	api.OnDescribeEventBus(r, s.describeEventBus)
	api.OnListEventBuses(r, s.listEventBuses)

	api.OnPutRule(r, s.putRule)
	api.OnDescribeRule(r, s.describeRule)
	api.OnListRules(r, s.listRules)
	api.OnDeleteRule(r, s.deleteRule)
	api.OnEnableRule(r, s.enableRule)
	api.OnDisableRule(r, s.disableRule)

	api.OnPutTargets(r, s.putTargets)
	api.OnRemoveTargets(r, s.removeTargets)
	api.OnListTargetsByRule(r, s.listTargetsByRule)
	api.OnListRuleNamesByTarget(r, s.listRuleNamesByTarget)

	api.OnTestEventPattern(r, s.testEventPattern)
	api.OnPutEvents(r, s.putEvents)

	api.OnTagResource(r, s.tagResource)
	api.OnUntagResource(r, s.untagResource)
	api.OnListTagsForResource(r, s.listTagsForResource)
}

// pageSize is EventBridge's.
const pageSize = 100

func place(ctx context.Context) eventbus.Place {
	c := awswire.CallerFrom(ctx)
	return eventbus.Place{Account: c.Account, Region: c.Region}
}

// on is the caller's place and the bus of it that is named.
func on(ctx context.Context, bus *string) (eventbus.Place, string, error) {
	at := place(ctx)
	name, err := eventbus.BusName(at, awswire.Val(bus))
	return at, name, err
}

// mapFault spells mistakes in the input as EventBridge does: its model has no code for them.
func mapFault(f *fault.Error) *awswire.Error {
	if f.Kind == fault.Invalid && f.Code == "" {
		return awswire.Errorf("ValidationException", "%s", f.Message)
	}
	return nil
}

// text is a text that is left out when it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func tags(in []api.Tag) map[string]string {
	if len(in) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, t := range in {
		out[awswire.Val(t.Key)] = awswire.Val(t.Value)
	}
	return out
}

// refuse names a parameter that is given and not offered.
func refuse(name string, given bool) error {
	if !given {
		return nil
	}
	return fault.Invalidf(name, "Parameter %s is not valid. Reason: it is not offered here.", name)
}
