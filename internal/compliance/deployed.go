package compliance

import (
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
)

// Deployed are the config rules of a scope, in the caller's transaction: for whoever asks why a rule gives nothing.
func Deployed(tx docs.Tx, s arn.Scope) ([]ConfigRule, error) {
	all, err := rules.All(tx, s)
	out := make([]ConfigRule, 0, len(all))
	for _, d := range all {
		out = append(out, d.Value)
	}
	return out, err
}
