package assess

import (
	"cmp"
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Everywhere lists the assessments of all accounts, by owner and name: for whoever runs the installation.
func (s *Service) Everywhere(ctx context.Context) ([]Assessment, error) {
	return read(ctx, s, func(tx Tx) ([]Assessment, error) {
		all, err := assessments.All(tx, arn.Everything())
		out := make([]Assessment, 0, len(all))
		for _, d := range all {
			out = append(out, d.Value)
		}
		slices.SortFunc(out, func(a, b Assessment) int {
			return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		return out, err
	})
}

// Find finds an assessment of any account by its id, or by its name when no other has it.
func (s *Service) Find(ctx context.Context, ref string) (Assessment, error) {
	all, err := s.Everywhere(ctx)
	if err != nil {
		return Assessment{}, err
	}
	var named []Assessment
	for _, a := range all {
		if a.ID == ref || a.ARN() == ref {
			return a, nil
		}
		if a.Name == ref {
			named = append(named, a)
		}
	}
	switch len(named) {
	case 0:
		return Assessment{}, fault.Missing("assessment", ref)
	case 1:
		return named[0], nil
	}
	return Assessment{}, fault.New(fault.Invalid, "%d assessments are named %q; give the id of one, such as %s.", len(named), ref, named[0].ID)
}
