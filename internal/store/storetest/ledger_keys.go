package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

// ledgerRotation: after a change of the key the logs go on under their origins, old checkpoints stay, and the statement is
// a leaf of the deployment's log once, however often it is settled.
func ledgerRotation(t *testing.T, e *Env) {
	ctx, dir := context.Background(), t.TempDir()
	p := publisher(t, e, dir)
	record(t, e, findings(0, 4)...)
	before := checkpoint(t, p, owner)
	old := p.Signer().Verifier()
	e.Clock.Advance(time.Second)
	change, err := p.Signer().Rotate("yearly", e.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Settle(ctx); err != nil {
			t.Fatal(err)
		}
	}
	after := checkpoint(t, p, owner)
	if after.Origin != before.Origin || after.Size != before.Size || after.KeyID == before.KeyID {
		t.Errorf("before %+v, after %+v", before, after)
	}
	above := checkpoint(t, p, ledger.Deployment)
	if above.Size != 3 { // two checkpoints and the statement
		t.Errorf("the deployment's log has %d leaves", above.Size)
	}
	p = publisher(t, e, dir)
	if p.Signer().Verifier().String() == old.String() || !p.Signer().Changes().Lead(old, p.Signer().Verifier()) || p.Signer().Changes().Lead(p.Signer().Verifier(), old) {
		t.Error("the statement does not lead from the old key to the new one, and only there")
	}
	if k, ok := p.Signer().Known(before.KeyID); !ok || k.String() != old.String() {
		t.Error("the old key is not known any more")
	}
	if again, err := ledger.ParseKeyChange(change.Note); err != nil || again.Reason != "yearly" || again.Rollback() {
		t.Errorf("%+v, %v", again, err)
	}
	checkpoint(t, p, owner)
}

// ledgerAcceptedRollback: what was refused goes on under new origins, with the loss on record.
func ledgerAcceptedRollback(t *testing.T, e *Env) {
	ctx, dir := context.Background(), t.TempDir()
	p := publisher(t, e, dir)
	record(t, e, findings(0, 4)...)
	four := checkpoint(t, p, owner)
	_, err := p.AcceptRollback(ctx, "nothing happened", e.Clock)
	wantKind(t, err, fault.Conflict)

	heads := filepath.Join(dir, "ledger.head")
	b, err := os.ReadFile(heads)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(heads, []byte(strings.Replace(string(b), four.Origin+" 4 ", four.Origin+" 9 ", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	p = publisher(t, e, dir)
	_, err = p.Checkpoint(ctx, owner)
	wantKind(t, err, fault.Conflict)
	for _, reason := range []string{"", " ", "two\nlines", strings.Repeat("x", 301)} {
		_, err = p.AcceptRollback(ctx, reason, e.Clock)
		wantKind(t, err, fault.Invalid)
	}
	change, err := p.AcceptRollback(ctx, "disk died, the backup was of Monday", e.Clock)
	if err != nil {
		t.Fatal(err)
	}
	if !change.Rollback() || len(change.Lost) != 1 || change.Lost[0] != (ledger.Lost{Origin: four.Origin, Published: 9, Root: four.Root, Restored: 4}) {
		t.Errorf("%+v", change)
	}
	p = publisher(t, e, dir)
	record(t, e, findings(4, 6)...)
	six := checkpoint(t, p, owner)
	if six.Origin == four.Origin || six.Size != 6 {
		t.Errorf("goes on as %+v", six)
	}
	read(t, e, func(tx *store.Tx) error {
		kept, err := tx.Checkpoints(owner)
		if len(kept) != 2 || kept[0].Origin != four.Origin || kept[1].Origin != six.Origin {
			t.Errorf("kept %+v", kept)
		}
		return err
	})
	_, err = p.AcceptRollback(ctx, "again", e.Clock)
	wantKind(t, err, fault.Conflict)
}
