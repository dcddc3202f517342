package eventbus

import (
	"context"
	"encoding/json"
	"time"
)

// Emission is an event of a service of this installation for the default bus of its account and region.
type Emission struct {
	Place
	// ID is the event's; Source begins with aws., such as aws.auditmanager.
	ID, Source, DetailType string
	Resources              []string
	Time                   time.Time
	// Detail is a JSON object.
	Detail json.RawMessage
}

// Emit queues what an event of a service sets off. Who emits it again after an error sets it off again.
func (p *Program) Emit(ctx context.Context, e Emission) error {
	x, err := p.rulesNow(ctx)
	if err != nil || !x.any(e.Place, Default) {
		return err
	}
	v := envelope{
		Version: "0", ID: e.ID, DetailType: e.DetailType, Source: e.Source, Account: e.Account, Time: e.Time.UTC().Format(time.RFC3339),
		Region: e.Region, Resources: e.Resources, Detail: e.Detail,
	}
	text, err := v.text()
	if err != nil || len(text) > MaxEvent {
		return err
	}
	h := happening{Place: e.Place, bus: Default, id: e.ID, texts: []string{text}, at: e.Time}
	if err := h.parse(); err != nil {
		return err
	}
	found := x.route(&h, p.Clock.Now())
	if len(found) == 0 {
		return nil
	}
	err = p.Store.Write(ctx, func(tx Tx) error { return p.enqueue(tx, found) })
	p.ring()
	return err
}
