package forensic

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
)

// Activity is what a subject did. Its JSON form is a promise to scripts.
type Activity struct {
	Subject string `json:"subject"`
	// Events is how many events there are; Errors how many failed, Changes how many were no mere reads.
	Events  int `json:"events"`
	Errors  int `json:"errors"`
	Changes int `json:"changes"`
	// First and Last are the times of the earliest and the latest of them.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Calls, Addresses, Keys, Places, Principals and ErrorCodes sum the events up by one of their fields, the most
	// frequent first. Places are account and region.
	Calls      []Tally `json:"calls"`
	Addresses  []Tally `json:"addresses"`
	Keys       []Tally `json:"keys"`
	Places     []Tally `json:"places"`
	Principals []Tally `json:"principals"`
	ErrorCodes []Tally `json:"errorCodes"`
	// Recent are the latest events, the latest first.
	Recent []Act `json:"recent"`
}

// Tally is how often a value was met.
type Tally struct {
	Value  string    `json:"value"`
	Count  int       `json:"count"`
	Errors int       `json:"errors"`
	First  time.Time `json:"first"`
	Last   time.Time `json:"last"`
}

// Act is one event in a few words.
type Act struct {
	Time      time.Time `json:"eventTime"`
	ID        string    `json:"eventID"`
	Account   string    `json:"accountId"`
	Region    string    `json:"awsRegion"`
	Source    string    `json:"eventSource"`
	Name      string    `json:"eventName"`
	ReadOnly  string    `json:"readOnly,omitempty"`
	User      string    `json:"userName,omitempty"`
	Principal string    `json:"principal,omitempty"`
	Key       string    `json:"accessKeyId,omitempty"`
	Address   string    `json:"sourceIPAddress,omitempty"`
	ErrorCode string    `json:"errorCode,omitempty"`
	Integrity string    `json:"integrity"`
	Resources []string  `json:"resources,omitempty"`
}

// ActOf is an event in a few words.
func ActOf(e *trail.Event) Act {
	a := Act{
		Time: e.Time, ID: e.ID, Account: e.Account, Region: e.Region, Source: e.Source, Name: e.Name, ReadOnly: e.ReadOnly, User: e.User,
		Principal: e.Principal, Key: e.AccessKeyID, Address: e.SourceIP, ErrorCode: e.ErrorCode, Integrity: e.Integrity,
	}
	for _, r := range e.Resources {
		if !slices.Contains(a.Resources, r.Name) {
			a.Resources = append(a.Resources, r.Name)
		}
	}
	return a
}

// maxValues is how many different values of a field are told apart; the rest counts as one, "(others)".
const maxValues = 10_000

const others = "(others)"

// tallies counts the values of one field.
type tallies map[string]*Tally

func (t tallies) add(value string, ms int64, failed bool) {
	if value == "" {
		return
	}
	y := t[value]
	if y == nil {
		if len(t) >= maxValues {
			value = others
			y = t[value]
		}
		if y == nil {
			y = &Tally{Value: value, First: at(ms), Last: at(ms)}
			t[value] = y
		}
	}
	y.Count++
	if failed {
		y.Errors++
	}
	if when := at(ms); when.Before(y.First) {
		y.First = when
	} else if when.After(y.Last) {
		y.Last = when
	}
}

func (t tallies) list() []Tally {
	out := make([]Tally, 0, len(t))
	for _, y := range t {
		out = append(out, *y)
	}
	slices.SortFunc(out, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value)) })
	return out
}

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// Activity sums up what a subject did, with its latest events.
func (i *Investigator) Activity(ctx context.Context, s Subject, w Window, recent int) (Activity, error) {
	out := Activity{Subject: s.String(), Recent: []Act{}}
	if err := w.check(); err != nil {
		return out, err
	}
	m := s.matcher()
	var calls, addresses, keys, places, principals, errors tallies = tallies{}, tallies{}, tallies{}, tallies{}, tallies{}, tallies{}
	last := latest{limit: recent}
	q := m.query(w, trail.ColumnAccount, trail.ColumnID, trail.ColumnName, trail.ColumnSource, trail.ColumnReadOnly, trail.ColumnAccessKeyID, trail.ColumnSourceIP, trail.ColumnErrorCode)
	err := i.Events.Blocks(ctx, q, func(b *trail.Block) error {
		text := func(c trail.Column, row int) string { return b.Texts[c].At(row) }
		for r := range b.Rows {
			principal := text(trail.ColumnPrincipal, r)
			if !m.takes(principal) || !w.In(text(trail.ColumnRegion, r)) {
				continue
			}
			ms, code := b.Times[r], text(trail.ColumnErrorCode, r)
			failed := code != ""
			out.Events++
			if failed {
				out.Errors++
			}
			if text(trail.ColumnReadOnly, r) != "true" {
				out.Changes++
			}
			calls.add(text(trail.ColumnSource, r)+" "+text(trail.ColumnName, r), ms, failed)
			addresses.add(text(trail.ColumnSourceIP, r), ms, failed)
			keys.add(text(trail.ColumnAccessKeyID, r), ms, failed)
			places.add(text(trail.ColumnAccount, r)+" "+text(trail.ColumnRegion, r), ms, failed)
			principals.add(principal, ms, failed)
			errors.add(code, ms, failed)
			last.offer(trail.Cursor{Time: at(ms), ID: text(trail.ColumnID, r), Account: text(trail.ColumnAccount, r)})
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	out.Calls, out.Addresses, out.Keys, out.Places, out.Principals, out.ErrorCodes = calls.list(), addresses.list(), keys.list(), places.list(), principals.list(), errors.list()
	for _, p := range out.Places {
		if out.First.IsZero() || p.First.Before(out.First) {
			out.First = p.First
		}
		if p.Last.After(out.Last) {
			out.Last = p.Last
		}
	}
	out.Recent, err = i.acts(ctx, w, last.sorted())
	return out, err
}

// latest keeps the last events of a walk in any order.
type latest struct {
	limit int
	kept  []trail.Cursor
}

func (l *latest) offer(c trail.Cursor) {
	if l.limit <= 0 {
		return
	}
	l.kept = append(l.kept, c)
	if len(l.kept) >= 2*l.limit+64 {
		l.kept = l.sorted()
	}
}

func (l *latest) sorted() []trail.Cursor {
	slices.SortFunc(l.kept, func(a, b trail.Cursor) int { return b.Compare(a) })
	return l.kept[:min(max(l.limit, 0), len(l.kept))]
}

// acts reads events by their ids.
func (i *Investigator) acts(ctx context.Context, w Window, of []trail.Cursor) ([]Act, error) {
	out := make([]Act, 0, len(of))
	for _, c := range of {
		p, err := i.Events.Lookup(ctx, trail.Query{Scope: w.Scope, Attribute: trail.EventID, Value: c.ID, Start: c.Time, End: c.Time, Limit: 16})
		if err != nil {
			return out, err
		}
		for k := range p.Events {
			if p.Events[k].Account == c.Account {
				out = append(out, ActOf(&p.Events[k]))
			}
		}
	}
	return out, nil
}
