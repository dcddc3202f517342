package assess

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/catalog"
)

// How a mapping source stands.
const (
	// StateFresh: it has collected, and nothing is overdue.
	StateFresh = "FRESH"
	// StateStale: it should have collected since, and has not.
	StateStale = "STALE"
	// StateNever: it has never collected anything; Why tells the reason.
	StateNever = "NEVER"
	// StateStopped: its control or assessment takes no evidence any more.
	StateStopped = "STOPPED"
)

// How often a source should collect: the frequencies of API calls, and two more.
const (
	AsItHappens = "AS_IT_HAPPENS"
	ByHand      = "BY_HAND"
)

// SourceState tells how a mapping source of an assessment fares.
type SourceState struct {
	Set, Control, ControlName string
	Source                    catalog.Source
	// Problems tell why it will collect nothing, or may not; empty when its keyword is known and can be fed.
	Problems []catalog.Problem
	// Collected is what it has collected so far; zero when it never has.
	Collected SourceNote
	// State is one of the states; Expected how often it should collect.
	State, Expected string
	// Due is the day by which it should collect next; empty when that cannot be told.
	Due string
	// Why tells why it has never collected, or no longer does; empty when it is fresh.
	Why []Reason

	siblings []catalog.Source // all sources of the control
}

// Reason is why a source does not collect. Code is one of the codes of catalog.Problem, or of those below.
type Reason struct{ Code, Message string }

// The codes of reasons beside those of catalog.Problem.
const (
	WhyPending     = "not-collected-yet"
	WhyStopped     = "stopped"
	WhyNoRule      = "rule-not-deployed"
	WhyNoVerdict   = "no-verdict"
	WhyNoItem      = "nothing-recorded"
	WhyNoEvent     = "no-event"
	WhyNoFinding   = "no-finding"
	WhyNoEvidence  = "no-evidence-by-hand"
	WhyNothingMore = "nothing-since"
)

// Never reports whether an automated source has never collected anything.
func (s *SourceState) Never() bool {
	return s.Source.Type != catalog.Manual && s.Collected.Items == 0
}

// Sources tells for each mapping source of an assessment what it has collected, what it should have, and what is
// wrong with it. AWS leaves all three to be guessed.
func (s *Service) Sources(ctx context.Context, c Caller, id string) ([]SourceState, error) {
	var out []SourceState
	var a Assessment
	now := s.o.IDs.Now()
	err := s.o.Store.Read(ctx, func(tx Tx) error {
		d, err := assessment(tx, c, id)
		if err != nil {
			return err
		}
		a = d.Value
		snap, err := s.snaps.of(tx, c.Account, id)
		if err != nil {
			return err
		}
		collected, err := notesOf(tx, &a)
		if err != nil {
			return err
		}
		out = sourceStates(&a, snap, collected, now)
		w := whys{tx: tx, assessment: &a}
		for i := range out {
			if err := w.explain(&out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// noteKey is what a source's note is found by.
type noteKey [3]string

func notesOf(tx Tx, a *Assessment) (map[noteKey]SourceNote, error) {
	notes, err := tx.SourceNotes(a.Owner, a.ID)
	out := make(map[noteKey]SourceNote, len(notes))
	for _, n := range notes {
		out[noteKey{n.Control, n.Type, n.Keyword}] = n
	}
	return out, err
}

func sourceStates(a *Assessment, snap Snapshot, collected map[noteKey]SourceNote, now time.Time) []SourceState {
	var out []SourceState
	for _, set := range a.Sets {
		for _, k := range set.Controls {
			if k.Removed {
				continue
			}
			def := snap[k.ID]
			for _, src := range def.Sources {
				st := SourceState{
					Set: set.ID, Control: k.ID, ControlName: def.Name, Source: src, siblings: def.Sources, Problems: catalog.Lint([]catalog.Source{src}),
					Collected: collected[noteKey{k.ID, string(src.Type), src.Keyword}],
				}
				st.judge(a, a.collecting(set.ID, k.ID), now.UTC().Format(time.DateOnly))
				out = append(out, st)
			}
		}
	}
	return out
}

// judge tells how the source stands today.
func (s *SourceState) judge(a *Assessment, collecting bool, today string) {
	s.Expected = expected(s.Source)
	switch {
	case !collecting:
		s.State = StateStopped
		s.why(WhyStopped, "The control or its assessment is inactive; nothing is collected for it.")
		return
	case s.Collected.Items == 0:
		s.State = StateNever
	default:
		s.State = StateFresh
	}
	switch s.Expected {
	case AsItHappens, ByHand:
		return
	}
	if s.State == StateNever {
		s.Due = today
		return
	}
	s.Due = nextPeriod(s.Expected, s.Collected.LastDay)
	if s.Due < today && a.Collected != "" {
		s.State = StateStale
	}
}

func (s *SourceState) why(code, message string) { s.Why = append(s.Why, Reason{code, message}) }

// expected is how often a source should collect. Verdicts that do not change are evidence of every day.
func expected(s catalog.Source) string {
	switch s.Type {
	case catalog.Config:
		return catalog.Daily
	case catalog.APICall:
		return s.Frequency
	case catalog.Manual:
		return ByHand
	}
	return AsItHappens
}

// nextPeriod is the first day of the day, week or month behind that of a day.
func nextPeriod(frequency, day string) string {
	d := startOf(period(frequency, day))
	switch frequency {
	case catalog.Weekly:
		d = d.AddDate(0, 0, 7)
	case catalog.Monthly:
		d = d.AddDate(0, 1, 0)
	default:
		d = d.AddDate(0, 0, 1)
	}
	return d.Format(time.DateOnly)
}
