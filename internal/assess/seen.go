package assess

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
)

// Shown is an assessment with the definitions of its controls, and what of it a caller may see.
type Shown struct {
	Assessment Assessment
	Controls   Snapshot
	// Whole: every control set. Otherwise Sets are those that are seen, none when there are none.
	Whole bool
	Sets  []string
}

// Seen are the assessments of an account that somebody may see. as tells the caller as it is for an assessment; an
// error of it, or a caller without a part in the assessment, leaves the assessment out.
func (s *Service) Seen(ctx context.Context, account string, as func(assessment string) (Caller, error)) ([]Shown, error) {
	return read(ctx, s, func(tx Tx) ([]Shown, error) {
		if err := registered(tx, Caller{Account: account}); err != nil {
			return nil, err
		}
		all, err := assessments.All(tx, arn.Scope{Accounts: []string{account}})
		if err != nil {
			return nil, err
		}
		var out []Shown
		for i := range all {
			c, err := as(all[i].ID)
			if err != nil {
				continue
			}
			x := Shown{Assessment: all[i].Value}
			if x.Whole = c.looksAll(&x.Assessment) == nil; !x.Whole {
				for _, set := range x.Assessment.Sets {
					if c.looks(&x.Assessment, set.ID) == nil {
						x.Sets = append(x.Sets, set.ID)
					}
				}
			}
			if !x.Whole && len(x.Sets) == 0 {
				continue
			}
			out = append(out, x)
		}
		return out, nil
	})
}

// Defined is an assessment of an account, with the definitions of its controls when they are wanted.
func (s *Service) Defined(ctx context.Context, account, id string, controls bool) (Shown, error) {
	return read(ctx, s, func(tx Tx) (Shown, error) {
		d, err := assessments.Get(tx, account, "", id)
		if err != nil {
			return Shown{}, err
		}
		out := Shown{Assessment: d.Value, Whole: true}
		if controls {
			defined, err := snapshots.Get(tx, account, "", id)
			if err != nil {
				return out, err
			}
			out.Controls = defined.Value
		}
		return out, nil
	})
}

// Registered reports whether the account has the audit enabled, and when it first had.
func (s *Service) Registered(ctx context.Context, account string) (since time.Time, is bool, err error) {
	d, err := read(ctx, s, func(tx Tx) (docs.Doc[Settings], error) { return settingsOf(tx, account) })
	return d.Created, d.Value.Status == AccountActive, err
}
