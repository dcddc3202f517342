package forensic

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Novelty is something a user did, or was, for the first time. Its JSON form is a promise to scripts.
type Novelty struct {
	First time.Time `json:"first"`
	User  string    `json:"userName"`
	// Kind is what is new: "user" (never seen before), "call", "address" or "place" (account and region).
	Kind  string `json:"kind"`
	Value string `json:"value"`
	// Count is how often it was met since.
	Count int `json:"count"`
}

// Novelties are what was first seen in a window, the earliest first.
type Novelties struct {
	Novelties []Novelty `json:"novelties"`
	// Since is the time of the earliest event there is: nothing before it could be known.
	Since time.Time `json:"knownSince,omitzero"`
	// Cut tells that there are more than are told.
	Cut bool `json:"cut"`
}

// The bounds of a search for what is new.
const (
	maxKnown     = 2_000_000
	maxNovelties = 10_000
)

// fact is something a user did.
type fact struct{ user, kind, value string }

type sight struct {
	first int64
	count int
}

// FirstSeen tells what users did for the first time in a window, by comparing it with all that came before. A user
// of whom nothing is known before is told once, as such. of narrows it to one user; "" takes all.
func (i *Investigator) FirstSeen(ctx context.Context, of string, w Window) (Novelties, error) {
	out := Novelties{Novelties: []Novelty{}}
	if err := w.check(); err != nil {
		return out, err
	}
	if w.From.IsZero() {
		return out, fault.Invalidf("from", "First-seen needs a time to look from: what came before it is what is known.")
	}
	q := trail.BlockQuery{Scope: w.Scope, To: w.To, Columns: []trail.Column{
		trail.ColumnTime, trail.ColumnUser, trail.ColumnSource, trail.ColumnName, trail.ColumnSourceIP, trail.ColumnAccount, trail.ColumnRegion,
	}}
	if of != "" {
		q.AllOf = [][]trail.Match{{{Attribute: trail.Username, Value: of}}}
	}
	known := map[fact]*sight{}
	from := w.From.UnixMilli()
	earliest := int64(0)
	note := func(f fact, ms int64) error {
		s := known[f]
		if s == nil {
			if len(known) >= maxKnown {
				return fault.New(fault.Invalid, "There are more than %d different things that users did. Narrow it with a user, accounts or regions.", maxKnown)
			}
			s = &sight{first: ms}
			known[f] = s
		}
		s.first = min(s.first, ms)
		if ms >= from {
			s.count++
		}
		return nil
	}
	err := i.Events.Blocks(ctx, q, func(b *trail.Block) error {
		for r := range b.Rows {
			if !w.In(b.Texts[trail.ColumnRegion].At(r)) {
				continue
			}
			ms := b.Times[r]
			if earliest == 0 || ms < earliest {
				earliest = ms
			}
			user := b.Texts[trail.ColumnUser].At(r)
			if user == "" {
				continue
			}
			text := func(c trail.Column) string { return b.Texts[c].At(r) }
			for _, f := range [...]fact{
				{user, "user", ""},
				{user, "call", text(trail.ColumnSource) + " " + text(trail.ColumnName)},
				{user, "address", text(trail.ColumnSourceIP)},
				{user, "place", text(trail.ColumnAccount) + " " + text(trail.ColumnRegion)},
			} {
				if f.kind != "user" && f.value == "" {
					continue
				}
				if err := note(f, ms); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	if earliest != 0 {
		out.Since = at(earliest)
	}
	for f, s := range known {
		if s.first < from || f.kind != "user" && known[fact{f.user, "user", ""}].first >= from {
			continue
		}
		if f.kind == "user" {
			f.value = f.user
		}
		out.Novelties = append(out.Novelties, Novelty{First: at(s.first), User: f.user, Kind: f.kind, Value: strings.TrimSpace(f.value), Count: s.count})
	}
	slices.SortFunc(out.Novelties, func(a, b Novelty) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.User, b.User), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	if len(out.Novelties) > maxNovelties {
		out.Novelties, out.Cut = out.Novelties[:maxNovelties], true
	}
	return out, nil
}
