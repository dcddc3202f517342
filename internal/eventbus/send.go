package eventbus

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/notify"
)

// send makes one attempt. A delivery that succeeded is out of the queue.
func (p *Program) send(ctx context.Context, d docs.Doc[Delivery]) error {
	v := &d.Value
	if v.Attempts == 0 && v.LastError != "" {
		return fault.Invalidf("Input", "The input could not be made: %s.", v.LastError)
	}
	kind, err := v.Target.kind(v.Place)
	if err != nil {
		return err
	}
	switch kind {
	case toTopic:
		return p.publish(ctx, d)
	case toBus:
		return p.forward(ctx, d)
	case toFunction:
		err = p.invoke(ctx, v)
	case toAutomation:
		err = p.automate(ctx, d)
	}
	if err != nil {
		return err
	}
	return p.Store.Write(ctx, func(tx Tx) error { return done(tx, d) })
}

// publish puts the message into the outbox and takes the delivery from the queue at once.
func (p *Program) publish(ctx context.Context, d docs.Doc[Delivery]) error {
	err := p.Store.Write(ctx, func(tx Tx) error {
		if _, err := p.Topics.Publish(tx, notify.Message{TopicARN: d.Value.Target.ARN, Text: d.Value.Input}); err != nil {
			return err
		}
		return done(tx, d)
	})
	p.Topics.Wake()
	return err
}

// forward puts an event onto another bus, as the event it is on this one.
func (p *Program) forward(ctx context.Context, d docs.Doc[Delivery]) error {
	v := &d.Value
	a, err := arn.Parse(v.Target.ARN)
	if err != nil {
		return err
	}
	to := Place{a.Account, a.Region}
	bus := strings.TrimPrefix(a.Resource, "event-bus/")
	x, err := p.rulesNow(ctx)
	if err != nil {
		return err
	}
	if v.Hop {
		return fault.New(fault.Denied, "The event came from another bus already, and goes no further.")
	}
	now := p.Clock.Now()
	h := happening{Place: to, bus: bus, id: v.Event, texts: []string{v.Input}, at: now, hop: true}
	if err := h.parse(); err != nil {
		return fault.Invalidf("Input", "The input is no event: %s.", err)
	}
	err = p.Store.Write(ctx, func(tx Tx) error {
		if _, err := busOf(tx, to, bus); err != nil {
			return err
		}
		if err := p.enqueue(tx, x.route(&h, now)); err != nil {
			return err
		}
		return done(tx, d)
	})
	p.ring()
	return err
}

// functionTries is how often a function that fails is asked for one event, as Lambda does when it is not waited for.
const functionTries = 3

// functionTime bounds one answer.
const functionTime = 5 * time.Minute

// invoke asks a function. One that has failed for the last time is done with.
func (p *Program) invoke(ctx context.Context, v *Delivery) error {
	if p.Functions == nil {
		return fault.New(fault.Unavailable, "No functions are offered here.")
	}
	answer, err := p.Functions.Invoke(ctx, function.Invocation{
		Account: v.Account, Region: v.Region, FunctionARN: v.Target.ARN, Event: json.RawMessage(v.Input), Timeout: functionTime,
	})
	if err != nil || answer.Failure == nil {
		return err
	}
	if v.Attempts+1 >= functionTries {
		return fault.New(fault.Conflict, "The function failed %d times: %s.", functionTries, answer.Failure)
	}
	return fmt.Errorf("the function failed: %w", answer.Failure)
}

// gone makes nothing of what is not there any more.
func gone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}
