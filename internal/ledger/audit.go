package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
)

// Audit is what a check of a whole log found.
type Audit struct {
	Account     string `json:"account,omitempty"`
	Leaves      int64  `json:"leaves"`
	Checkpoints int    `json:"checkpoints"`
}

// auditPage is how many entries one transaction of a check reads.
const auditPage = 2000

// AuditLog computes an account's log again from the stored occurrences, and compares it with the tree, with its head and with
// every checkpoint ever signed. The first thing that does not fit is the error.
func AuditLog(ctx context.Context, s Store, signer *Signer, account string) (Audit, error) {
	out := Audit{Account: account}
	var head Head
	var kept []Checkpoint
	err := s.Read(ctx, func(tx Tx) (err error) {
		if head, err = tx.Head(account); err == nil {
			kept, err = tx.Checkpoints(account)
		}
		return err
	})
	if err != nil {
		return out, err
	}
	if account != Deployment { // the leaves of the deployment's own log are checkpoints and statements, kept elsewhere
		if out.Leaves, err = auditLeaves(ctx, s, account, head.Size); err != nil {
			return out, err
		}
		if out.Leaves != head.Size {
			return out, wrong(account, "there are %d occurrences for %d leaves", out.Leaves, head.Size)
		}
	} else {
		out.Leaves = head.Size
	}
	return out, s.Read(ctx, func(tx Tx) error {
		if root, err := RootAt(tx, account, head.Size); err != nil || head.Size > 0 && root != head.Root {
			return wrong(account, "the tree over %d leaves does not give the root of the head (%v)", head.Size, err)
		}
		for _, c := range kept {
			if err := auditCheckpoint(tx, signer, account, head, c); err != nil {
				return err
			}
			out.Checkpoints++
		}
		return nil
	})
}

func wrong(account, format string, args ...any) error {
	return fault.New(fault.Conflict, "The ledger of account %q is damaged: %s. Restore the database from a backup.", account, fmt.Sprintf(format, args...))
}

// auditLeaves hashes every occurrence and compares it with its leaf in the tree.
func auditLeaves(ctx context.Context, s Store, account string, size int64) (n int64, err error) {
	var after *int64
	for {
		var page []Entry
		err := s.Read(ctx, func(tx Tx) error {
			var err error
			if page, err = tx.Entries(Query{Account: account, Before: size, After: after, Limit: auditPage}); err != nil || len(page) == 0 {
				return err
			}
			indexes := make([]int64, len(page))
			for i, e := range page {
				indexes[i] = tlog.StoredHashIndex(0, e.LeafIndex)
			}
			stored, err := tx.TreeHashes(account, indexes)
			if err != nil {
				return err
			}
			for i, e := range page {
				enc, err := e.Encode()
				if err != nil {
					return err
				}
				if Leaf(enc) != stored[i] {
					return wrong(account, "occurrence %s is not what leaf %d was made of", e.ID, e.LeafIndex)
				}
			}
			return nil
		})
		if err != nil || len(page) == 0 {
			return n, err
		}
		n += int64(len(page))
		after = &page[len(page)-1].LeafIndex
	}
}

func auditCheckpoint(tx Tx, signer *Signer, account string, head Head, c Checkpoint) error {
	key, ok := signer.Known(c.KeyID)
	if !ok {
		return wrong(account, "the checkpoint over %d leaves is signed by %s, which is no key of this deployment", c.Size, c.KeyID)
	}
	if _, err := Open(c.Note, key); err != nil {
		return wrong(account, "the checkpoint over %d leaves: %v", c.Size, err)
	}
	if err := extends(tx, account, head, mark{c.Size, c.Root}); err != nil {
		return err
	}
	return nil
}
