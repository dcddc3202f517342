package report

import (
	"bytes"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// keysName holds the statements by which the deployment's keys follow each other; a deployment that has had one key only
// has none.
const keysName = "ledger/keys.txt"

// Rollback is a loss on record: the log was restored from a backup older than its last published checkpoint.
type Rollback struct {
	At        time.Time `json:"at"`
	Reason    string    `json:"reason"`
	Origin    string    `json:"origin"`
	Published int64     `json:"published"`
	Restored  int64     `json:"restored"`
}

// rollbacksOf are those of an account's log.
func rollbacksOf(changes ledger.KeyChanges, account string) (out []Rollback) {
	for _, c := range changes {
		for _, l := range c.Lost {
			if l.Account() == account {
				out = append(out, Rollback{c.At, c.Reason, l.Origin, l.Published, l.Restored})
			}
		}
	}
	return out
}

func (r Rollback) text() string {
	return fmt.Sprintf("On %s the log was restored from a backup with %d records, after a checkpoint over %d had been published: what was recorded between is lost. Reason given: %s.", stampText(r.At), r.Restored, r.Published, r.Reason)
}

func (b *bundle) writeKeys(changes ledger.KeyChanges) error {
	if len(changes) == 0 {
		return nil
	}
	return b.add(keysName, bytes.NewReader(changes.Encode()))
}

// readKeys reads the statements before anything else is known of the files; listing compares all of them afterwards.
func (v *verifier) readKeys() error {
	i, ok := v.zip.names.get(nameKey(v.folder + keysName))
	if !ok || i >= int64(len(v.d.files)) {
		return nil
	}
	f, e, err := v.at(i)
	if err != nil {
		return err
	}
	if f.Path != v.folder+keysName || f.Size > maxKeys {
		return broken(v.folder+keysName, "is not where the digest has it, or larger than any list of keys")
	}
	data, err := v.whole(f, e)
	if err != nil {
		return err
	}
	if v.changes, err = ledger.ParseKeyChanges(data); err != nil {
		return broken(v.folder+keysName, "%v", err)
	}
	if n := len(v.changes); n == 0 || v.changes[n-1].New != v.key.String() {
		return broken(v.folder+keysName, "does not end with the key that has signed")
	}
	return nil
}

const maxKeys = 4 << 20

// trusted tells who stands behind the bundle's key: a key from elsewhere, perhaps through statements of earlier keys.
func (v *verifier) trusted() error {
	want := v.o.Key
	if v.o.Known != nil {
		k, ok := v.o.Known(v.d.KeyID)
		if !ok {
			return broken(v.folder+digestName, "signed by %s, which is no key of this deployment", v.d.KeyID)
		}
		want = k
	}
	if want.IsZero() {
		return nil
	}
	if !v.changes.Lead(want, v.key) {
		return broken(v.folder+digestName, "signed by %s, not by %s", v.d.KeyID, ledger.KeyID(want))
	}
	v.res.AuthenticatedBy, v.res.Rotated = "key", want.String() != v.key.String()
	return nil
}

// open reads a checkpoint that the bundle's key has signed, or one that its key follows on.
func (v *verifier) open(msg []byte) (ledger.Checkpoint, error) {
	c, err := ledger.ParseCheckpoint(msg)
	if err != nil {
		return c, err
	}
	key := v.key
	for _, change := range v.changes {
		if old, err := ledger.ParsePublic(change.Old); err == nil && ledger.KeyID(old) == c.KeyID {
			key = old
		}
	}
	return ledger.Open(msg, key)
}
