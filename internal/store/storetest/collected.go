package storetest

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
)

// itemCollected: the latest reading of a type in a place is kept, with the time of the latest complete one, and seen in
// its own account only.
func itemCollected(t *testing.T, e *Env) {
	first := inventory.Collected{Account: accountA, Region: ireland, Type: bucket, At: at(1), Run: "1", Whole: true, Items: 3, Calls: 4, Spent: time.Second}
	failed := inventory.Collected{Account: accountA, Region: ireland, Type: bucket, Run: "2", Calls: 1}
	other := inventory.Collected{Account: accountB, Region: arn.Global, Type: "AWS::IAM::Role", At: at(2), Run: "2", Whole: true}
	for _, c := range []inventory.Collected{first, failed, other} {
		write(t, e, func(tx *store.Tx) error { return tx.PutCollected(c) })
	}
	failed.At = first.At
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			scope arn.Scope
			types []string
			want  []inventory.Collected
		}{
			{arn.In(accountA, ireland), nil, []inventory.Collected{failed}},
			{arn.In(accountA, ireland), []string{bucket, "AWS::IAM::Role"}, []inventory.Collected{failed}},
			{arn.In(accountA, ireland), []string{"AWS::IAM::Role"}, nil},
			{arn.In(accountA, "us-east-1"), nil, nil},
			{arn.In(accountB, ireland), nil, []inventory.Collected{other}},
			{arn.Everything(), nil, []inventory.Collected{failed, other}},
			{arn.Scope{}, nil, nil},
		} {
			got, err := tx.Collected(c.scope, c.types...)
			if err != nil {
				return err
			}
			if len(got) != len(c.want) {
				t.Errorf("%+v %v: %+v, want %+v", c.scope, c.types, got, c.want)
				continue
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%+v %v: %+v, want %+v", c.scope, c.types, got[i], c.want[i])
				}
			}
		}
		return nil
	})
}
