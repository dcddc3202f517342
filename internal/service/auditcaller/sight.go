package auditcaller

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/finder"
)

// Sight is what the caller may see of the account's evidence, as the operations of Audit Manager show it.
func Sight(ctx context.Context, audit *assess.Service) (finder.Sight, error) {
	of := func(assessment string) (assess.Caller, error) {
		return Of(ctx, "auditmanager", "GetEvidence", assessment)
	}
	if c, err := of(""); err == nil && (c.Owner || c.Reader) {
		return finder.Sight{All: true}, nil
	}
	seen, err := audit.Seen(ctx, awswire.CallerFrom(ctx).Account, of)
	if err != nil {
		return finder.Sight{}, err
	}
	out := finder.Sight{Assessments: map[string][]string{}}
	for _, x := range seen {
		out.Assessments[x.Assessment.ID] = x.Sets
	}
	return out, nil
}
