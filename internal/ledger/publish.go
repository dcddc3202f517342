package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
)

// Publisher signs checkpoints of the logs in a store.
type Publisher struct {
	store  Store
	signer *Signer
}

// NewPublisher signs with the given key.
func NewPublisher(store Store, signer *Signer) *Publisher { return &Publisher{store, signer} }

// Signer is the key in use.
func (p *Publisher) Signer() *Signer { return p.signer }

// Checkpoint returns a signed checkpoint of all that is committed in the account's log, and logs it in the
// deployment's log. When nothing was added since the last one, that one is returned. It is durable before it
// is returned.
func (p *Publisher) Checkpoint(ctx context.Context, account string) (Checkpoint, error) {
	var c, above Checkpoint
	err := p.store.Write(ctx, func(tx Tx) error {
		var fresh bool
		var err error
		if c, fresh, err = p.sign(tx, account); err != nil || account == Deployment {
			return err
		}
		if fresh {
			head, err := tx.Head(Deployment)
			if err != nil {
				return err
			}
			if _, err := appendLeaves(tx, Deployment, head, leavesOf(checkpointTag, c.Note)); err != nil {
				return err
			}
		}
		above, _, err = p.sign(tx, Deployment)
		return err
	})
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint of ledger %q: %w", account, err)
	}
	published := []Checkpoint{c}
	if account != Deployment {
		published = append(published, above)
	}
	return c, p.signer.heads.remember(published...)
}

// sign returns the last checkpoint when it still stands for the whole log, else a fresh one.
func (p *Publisher) sign(tx Tx, account string) (c Checkpoint, fresh bool, err error) {
	key := p.signer.current()
	head, err := tx.Head(account)
	if err != nil {
		return c, false, err
	}
	root, err := RootAt(tx, account, head.Size)
	if err != nil {
		return c, false, fmt.Errorf("recompute the root over %d leaves: %w", head.Size, err)
	}
	if head.Size > 0 && root != head.Root {
		return c, false, fault.New(fault.Conflict, "The ledger of account %q is damaged: its tree does not give the root of its head. Restore the database; nothing is signed until then.", account)
	}
	origin := key.origin(account)
	last, err := tx.LastCheckpoint(account)
	have := err == nil
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return c, false, err
	}
	if have && last.Origin != origin && !p.signer.succeeds(last.Origin) {
		return c, false, fault.New(fault.Conflict, "The ledger of account %q was signed as %s, but the key in use signs as %s. Put the original %s back beside the database.", account, last.Origin, origin, keyFile)
	}
	if m, ok := p.signer.heads.published(origin); ok {
		if err := extends(tx, account, head, m); err != nil {
			return c, false, err
		}
	}
	if have {
		if err := extends(tx, account, head, mark{last.Size, last.Root}); err != nil {
			return c, false, err
		}
		if last.Size == head.Size && last.KeyID == key.id() {
			return last, false, nil
		}
	}
	c = Checkpoint{Origin: origin, Size: head.Size, Root: root, KeyID: key.id()}
	if c.Note, _, err = signText(key.signer, c.Text()); err != nil {
		return c, false, err
	}
	return c, true, tx.InsertCheckpoint(account, c, tx.Now())
}

// leavesOf is the one leaf of a text of the deployment's log.
func leavesOf(tag string, text []byte) []tlog.Hash {
	return []tlog.Hash{tlog.RecordHash(append([]byte(tag), text...))}
}

// extends makes sure that the log still begins with what was published.
func extends(tx Tx, account string, head Head, m mark) error {
	if head.Size < m.size {
		return fault.New(fault.Conflict, "The ledger of account %q has %d leaves, but a checkpoint over %d was published: the database was restored from an older backup. Restore one that holds at least %d leaves, or go on with the loss on record by 'tickmark ledger accept-rollback'; nothing is signed until then.", account, head.Size, m.size, m.size)
	}
	root, err := RootAt(tx, account, m.size)
	if err != nil {
		return fmt.Errorf("recompute the published root over %d leaves: %w", m.size, err)
	}
	if root != m.root {
		return fault.New(fault.Conflict, "The ledger of account %q does not begin with the %d leaves of its published checkpoint: leaves were changed or replaced. Restore the database; nothing is signed until then.", account, m.size)
	}
	return nil
}
