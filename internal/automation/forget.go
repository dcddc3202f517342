package automation

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
)

// Retention is how long an execution that has ended is kept, as long as Systems Manager keeps it.
const Retention = 30 * 24 * time.Hour

// afterAll is a text that sorts after every id.
const afterAll = "~"

// Forget removes the executions that ended longer ago than Retention, with their steps, and tells how many.
func (r *Runner) Forget(ctx context.Context) (int, error) {
	const page = 200
	before := r.Clock.Now().Add(-Retention)
	removed := 0
	after := docs.Key{}
	for {
		var found []docs.Doc[Execution]
		err := r.Store.Write(ctx, func(tx docs.Tx) (err error) {
			if found, err = executions.List(tx, arn.Everything(), after, page); err != nil {
				return err
			}
			for _, d := range found {
				if e := d.Value; Ended(e.Status) && e.Ended.Before(before) {
					if err := forget(tx, d); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil || len(found) == 0 {
			return removed, err
		}
		for _, d := range found {
			if e := d.Value; Ended(e.Status) && e.Ended.Before(before) {
				removed++
			}
		}
		last := found[len(found)-1]
		after = last.Key
		if last.Value.Started.After(before) { // ids grow with time: the rest of this place is younger
			after.ID = afterAll
		}
	}
}

func forget(tx docs.Tx, d docs.Doc[Execution]) error {
	steps, err := under(tx, stepRuns, d.Value.Place, d.ID+"/")
	if err != nil {
		return err
	}
	for _, s := range steps {
		if err := tx.DeleteDoc(s.Key); err != nil {
			return err
		}
	}
	return tx.DeleteDoc(d.Key)
}
