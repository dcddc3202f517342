package automation

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
)

// Store is what the package keeps its documents and executions in.
type Store interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

// Place is the account and region that a document or execution belongs to, and where its calls go.
type Place struct{ Account, Region string }

func (p Place) scope() arn.Scope { return arn.In(p.Account, p.Region) }

// The kinds of documents kept.
var (
	runbooks   = docs.Collection[Runbook]{Kind: "automation-document", Noun: "document"}
	versions   = docs.Collection[Version]{Kind: "automation-version", Noun: "document version"}
	executions = docs.Collection[Execution]{Kind: "automation-execution", Noun: "automation execution"}
	works      = docs.Collection[work]{Kind: "automation-work", Noun: "automation execution"}
	stepRuns   = docs.Collection[StepRun]{Kind: "automation-step", Noun: "automation step"}
	orders     = docs.Collection[order]{Kind: "automation-order", Noun: "order"}
)

// under lists the documents of a collection whose ids begin with a prefix: those that belong to one parent.
func under[T any](tx docs.Tx, c docs.Collection[T], p Place, prefix string) ([]docs.Doc[T], error) {
	const page = 200
	after := docs.Key{Account: p.Account, Region: p.Region, Kind: c.Kind, ID: prefix}
	var out []docs.Doc[T]
	for {
		found, err := c.List(tx, p.scope(), after, page)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			if len(d.ID) < len(prefix) || d.ID[:len(prefix)] != prefix {
				return out, nil
			}
			out = append(out, d)
		}
		if len(found) < page {
			return out, nil
		}
		after = found[len(found)-1].Key
	}
}

func get[T any](ctx context.Context, s Store, fn func(docs.Tx) (T, error)) (out T, err error) {
	err = s.Read(ctx, func(tx docs.Tx) error {
		out, err = fn(tx)
		return err
	})
	return out, err
}
