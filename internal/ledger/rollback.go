package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// AcceptRollback goes on signing after the database was restored from a backup older than the last published
// checkpoints. The logs get new origins, and a statement signed by the old and the new key says which logs had been
// published how far, and where they were found: the gap stays visible to everybody who reads a report. Without such a
// gap it is refused.
func (p *Publisher) AcceptRollback(ctx context.Context, reason string, ids stamp.Source) (KeyChange, error) {
	if err := checkReason(reason); err != nil {
		return KeyChange{}, err
	}
	lost, err := p.Behind(ctx)
	if err != nil {
		return KeyChange{}, err
	}
	if len(lost) == 0 {
		return KeyChange{}, fault.New(fault.Conflict, "Every log holds what was published of it: there is no rollback to accept.")
	}
	c, err := p.signer.change("tickmark/"+ids.NewID(), reason, lost, ids.Now())
	if err != nil {
		return c, err
	}
	return c, p.Settle(ctx)
}

// Behind lists the logs that do not hold what was published of them.
func (p *Publisher) Behind(ctx context.Context) ([]Lost, error) {
	var out []Lost
	err := p.store.Read(ctx, func(tx Tx) error {
		out = nil
		for origin, m := range p.signer.published() {
			account := accountOf(origin)
			head, err := tx.Head(account)
			if err != nil {
				return err
			}
			if err := extends(tx, account, head, m); fault.KindOf(err) == fault.Conflict {
				out = append(out, Lost{Origin: origin, Published: m.size, Root: m.root, Restored: head.Size})
			} else if err != nil {
				return fmt.Errorf("compare log %s with what was published: %w", origin, err)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Lost) int { return strings.Compare(a.Origin, b.Origin) })
	return out, err
}

// Account is whose log it is.
func (l Lost) Account() string { return accountOf(l.Origin) }

// Settle records every change of keys in the deployment's log, once.
func (p *Publisher) Settle(ctx context.Context) error {
	changes := p.signer.Changes()
	if len(changes) == 0 {
		return nil
	}
	return p.store.Write(ctx, func(tx Tx) error {
		for _, c := range changes {
			if err := recordChange(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// recordChange keeps a statement and makes it a leaf of the deployment's log, unless that was done.
func recordChange(tx Tx, c KeyChange) error {
	h := tagged(changeTag, c.Note)
	_, err := tx.Object(Deployment, KindKeyChange, h)
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err := tx.PutObject(Deployment, KindKeyChange, h, c.Note); err != nil {
		return err
	}
	head, err := tx.Head(Deployment)
	if err != nil {
		return err
	}
	_, err = appendLeaves(tx, Deployment, head, leavesOf(changeTag, c.Note))
	return err
}
