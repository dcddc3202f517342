package eventbus

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Entry is an event that a user puts.
type Entry struct {
	Bus, Source, DetailType, Detail string
	Resources                       []string
	Time                            time.Time // zero: now
}

// Put is what became of an Entry: its id, or why it was refused.
type Put struct{ ID, Code, Message string }

func (e *Entry) size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	for _, r := range e.Resources {
		n += len(r)
	}
	if !e.Time.IsZero() {
		n += 14
	}
	return n
}

// refusal is why an entry cannot be put.
func (e *Entry) refusal() (code, message string) {
	var detail map[string]json.RawMessage
	switch {
	case e.Source == "":
		return "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."
	case e.DetailType == "":
		return "InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument."
	case e.Detail == "":
		return "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."
	case strings.HasPrefix(strings.ToLower(e.Source), "aws."):
		return "NotAuthorizedForSourceException", "Not authorized for the source."
	case json.Unmarshal([]byte(e.Detail), &detail) != nil || detail == nil:
		return "MalformedDetail", "Detail is malformed."
	}
	return "", ""
}

// PutEvents puts events onto buses of a place; each is taken or refused for itself. Faults: Invalid, NotFound of a bus.
func (p *Program) PutEvents(ctx context.Context, at Place, entries []Entry) ([]Put, error) {
	total := 0
	for i := range entries {
		total += entries[i].size()
	}
	if total > MaxEvent {
		return nil, fault.Invalidf("Entries", "Total size of the entries in the request is over the limit.")
	}
	x, err := p.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	now := p.Clock.Now()
	out := make([]Put, len(entries))
	var found []Delivery
	for i := range entries {
		e := &entries[i]
		if out[i].Code, out[i].Message = e.refusal(); out[i].Code != "" {
			continue
		}
		if _, err := p.Bus(ctx, at, e.Bus); err != nil {
			if fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			out[i].Code, out[i].Message = "ResourceNotFoundException", err.Error()
			continue
		}
		out[i].ID = p.Clock.NewID()
		h, err := e.happening(at, out[i].ID, now)
		if err != nil {
			out[i] = Put{Code: "MalformedDetail", Message: "Detail is malformed."}
			continue
		}
		found = append(found, x.route(&h, now)...)
	}
	if len(found) == 0 {
		return out, nil
	}
	err = p.Store.Write(ctx, func(tx Tx) error { return p.enqueue(tx, found) })
	p.ring()
	return out, err
}

func (e *Entry) happening(at Place, id string, now time.Time) (happening, error) {
	when := now
	if !e.Time.IsZero() {
		when = e.Time
	}
	v := envelope{
		Version: "0", ID: id, DetailType: e.DetailType, Source: e.Source, Account: at.Account, Time: when.UTC().Format(time.RFC3339),
		Region: at.Region, Resources: e.Resources, Detail: json.RawMessage(e.Detail),
	}
	text, err := v.text()
	if err != nil {
		return happening{}, err
	}
	h := happening{Place: at, bus: e.Bus, id: id, texts: []string{text}, at: now}
	return h, h.parse()
}
