package assess

import (
	"context"

	"github.com/tickmark/tickmark/internal/catalog"
)

// ControlProblem is a problem of one of a control's mapping sources.
type ControlProblem struct {
	Control, Name string
	catalog.Problem
}

// ControlProblems tells which mapping sources of a control, standard or custom, nothing can feed. Audit Manager takes
// them without a word and then collects nothing.
func (s *Service) ControlProblems(ctx context.Context, c Caller, id string) ([]ControlProblem, error) {
	return read(ctx, s, func(tx Tx) ([]ControlProblem, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		return s.problemsOf(tx, nil, id)
	})
}

// FrameworkProblems is ControlProblems of all controls of a framework, in its order.
func (s *Service) FrameworkProblems(ctx context.Context, c Caller, id string) ([]ControlProblem, error) {
	return read(ctx, s, func(tx Tx) (out []ControlProblem, err error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		f, err := s.framework(tx, id)
		if err != nil {
			return nil, err
		}
		for _, set := range f.Sets {
			for _, k := range set.Controls {
				if out, err = s.problemsOf(tx, out, k); err != nil {
					return nil, err
				}
			}
		}
		return out, nil
	})
}

func (s *Service) problemsOf(tx Tx, out []ControlProblem, id string) ([]ControlProblem, error) {
	k, err := s.control(tx, id)
	if err != nil {
		return nil, err
	}
	for _, p := range k.Lint() {
		out = append(out, ControlProblem{id, k.Name, p})
	}
	return out, nil
}
