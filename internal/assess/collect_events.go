package assess

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/tree"
)

// everywhere is the scope of feeds that belong to the installation.
var everywhere = arn.Everything()

const eventCursor = "events"

// followEvents records the events that have arrived.
func (c *Collector) followEvents(ctx context.Context, t *targets) (bool, error) {
	if c.Service.o.Events == nil || len(t.events) == 0 {
		return false, nil
	}
	at, err := c.cursor(ctx, eventCursor)
	if err != nil {
		return false, err
	}
	worked := false
	for {
		evs, next, err := c.Service.o.Events.Since(ctx, everywhere, at, pageSize)
		if err != nil || next == at {
			return worked, err
		}
		var pieces []piece
		for i := range evs {
			ps, err := c.eventPieces(t, &evs[i], c.Service.o.IDs.Now())
			if err != nil {
				return worked, err
			}
			pieces = append(pieces, ps...)
		}
		if _, err := c.store(ctx, t, pieces, &move{eventCursor, at, next}); err != nil {
			return worked, err
		}
		at, worked = next, true
	}
}

// events records the events of the period.
func (p *pass) events(ctx context.Context) error {
	if p.Service.o.Events == nil || len(p.targets.events) == 0 {
		return nil
	}
	p.tell("events", 0, 0)
	q := trail.ScanQuery{Scope: p.targets.accounts(), Raw: true, From: startOf(p.from), To: startOf(p.to).AddDate(0, 0, 1).Add(-time.Microsecond)}
	names := map[string]bool{}
	for k := range p.targets.events {
		_, name, _ := strings.Cut(k, " ")
		if !names[name] {
			names[name] = true
			q.AnyOf = append(q.AnyOf, trail.Match{Attribute: trail.EventName, Value: name})
		}
	}
	now := p.Service.o.IDs.Now()
	var failed error
	err := p.Service.o.Events.Scan(ctx, q, func(ev *trail.Event) bool {
		ps, err := p.eventPieces(p.targets, ev, now)
		for _, x := range ps {
			if err == nil {
				err = p.add(ctx, x)
			}
		}
		failed = err
		return err == nil
	})
	if err = firstOf(failed, err); err != nil {
		return err
	}
	return p.flush(ctx)
}

func (c *Collector) eventPieces(t *targets, ev *trail.Event, now time.Time) ([]piece, error) {
	wanted := t.events[eventKey(ev.Source, ev.Name)]
	if len(wanted) == 0 || ev.Category != trail.Management {
		return nil, nil
	}
	var body *ledger.Body
	var out []piece
	for _, x := range wanted {
		if !x.scope[ev.Account] || ev.Time.Before(x.since()) {
			continue
		}
		if body == nil {
			b, err := eventBody(ev)
			if err != nil {
				return nil, err
			}
			body = &b
		}
		made := c.produced(ev.Account, ev.Region, "cloudtrail event "+ev.ID)
		made.Parameters = map[string]string{"file": ev.Origin}
		if ev.Adapted {
			made.Parameters["adapted"] = "true"
		}
		out = append(out, piece{
			fact: x.fact("event", ev.Account, ev.ID),
			item: ledger.Item{Body: *body, Produced: x.via(made), Occurrence: x.occurrence(ev.Account, ev.Region, "events", ev.Time, now)},
			note: x.note(), raws: []raw{{body.Raw, place("event", eventPlace{strings.Clone(ev.Account), strings.Clone(ev.ID)})}},
		})
	}
	return out, nil
}

// eventBody copies what it needs: the event's memory may be used again.
func eventBody(ev *trail.Event) (ledger.Body, error) {
	d, err := tree.Parse(append([]byte(nil), ev.Raw...))
	if err != nil {
		return ledger.Body{}, fault.New(fault.Invalid, "Event %s is not valid JSON.", ev.ID)
	}
	n := d.Root()
	b := ledger.Body{
		Source: SourceCloudTrail, Type: UserActivity, Service: strings.Clone(ev.Source), Event: limited(strings.Clone(ev.Name), 100),
		Account: strings.Clone(ev.Account), Region: strings.Clone(ev.Region), Actor: strings.Clone(ev.Principal),
		Integrity: strings.Clone(ev.Integrity), Raw: ledger.Hash(sha256.Sum256(ev.Raw)), Attributes: map[string]string{},
	}
	for k, v := range map[string]string{"eventId": ev.ID, "sourceIPAddress": ev.SourceIP, "errorCode": ev.ErrorCode, "userName": ev.User, "accessKeyId": ev.AccessKeyID} {
		if v != "" {
			b.Attributes[k] = attribute(strings.Clone(v), b.Raw)
		}
	}
	flatten(b.Attributes, n, b.Raw, "requestParameters")
	flatten(b.Attributes, n, b.Raw, "responseElements")
	for _, r := range ev.Resources {
		s := ledger.Subject{ID: strings.Clone(r.Name), Type: strings.Clone(r.Type)}
		if isARN(s.ID) {
			s.ARN = s.ID
		}
		b.Subjects = append(b.Subjects, s)
	}
	return b, nil
}
