package assess

import (
	"context"

	"github.com/tickmark/tickmark/internal/catalog"
)

// SourceState tells how a mapping source of an assessment fares.
type SourceState struct {
	Set, Control, ControlName string
	Source                    catalog.Source
	// Problems tell why it will collect nothing, or may not; empty when its keyword is known and can be fed.
	Problems []catalog.Problem
	// Collected is what it has collected so far; zero when it never has.
	Collected SourceNote
}

// Never reports whether an automated source has never collected anything.
func (s *SourceState) Never() bool {
	return s.Source.Type != catalog.Manual && s.Collected.Items == 0
}

// Sources tells for each mapping source of an assessment what it has collected, and what is wrong with it. AWS
// leaves both to be guessed.
func (s *Service) Sources(ctx context.Context, c Caller, id string) ([]SourceState, error) {
	return read(ctx, s, func(tx Tx) ([]SourceState, error) {
		d, err := assessment(tx, c, id)
		if err != nil {
			return nil, err
		}
		snap, err := snapshots.Get(tx, c.Account, "", id)
		if err != nil {
			return nil, err
		}
		notes, err := tx.SourceNotes(c.Account, id)
		if err != nil {
			return nil, err
		}
		collected := map[[3]string]SourceNote{}
		for _, n := range notes {
			collected[[3]string{n.Control, n.Type, n.Keyword}] = n
		}
		var out []SourceState
		for _, set := range d.Value.Sets {
			for _, k := range set.Controls {
				if k.Removed {
					continue
				}
				def := snap.Value[k.ID]
				for _, src := range def.Sources {
					out = append(out, SourceState{
						Set: set.ID, Control: k.ID, ControlName: def.Name, Source: src, Problems: catalog.Lint([]catalog.Source{src}),
						Collected: collected[[3]string{k.ID, string(src.Type), src.Keyword}],
					})
				}
			}
		}
		return out, nil
	})
}
