package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

func publisher(t *testing.T, e *Env, dir string) *ledger.Publisher {
	t.Helper()
	s, err := ledger.OpenSigner(dir, e.Clock)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.NewPublisher(store.For(e.DB, func(tx *store.Tx) ledger.Tx { return tx }), s)
}

func checkpoint(t *testing.T, p *ledger.Publisher, account string) ledger.Checkpoint {
	t.Helper()
	c, err := p.Checkpoint(context.Background(), account)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := ledger.Open(c.Note, p.Signer().Verifier())
	if err != nil || opened.Size != c.Size || opened.Root != c.Root {
		t.Fatalf("checkpoint %+v opens as %+v, %v", c, opened, err)
	}
	return c
}

func ledgerCheckpoints(t *testing.T, e *Env) {
	dir := t.TempDir()
	p := publisher(t, e, dir)
	empty := checkpoint(t, p, owner)
	if empty.Size != 0 || empty.Origin != p.Signer().Origin(owner) {
		t.Errorf("checkpoint of an empty log: %+v", empty)
	}
	record(t, e, findings(0, 5)...)
	five := checkpoint(t, p, owner)
	if again := checkpoint(t, p, owner); string(again.Note) != string(five.Note) {
		t.Error("a log without news has got another checkpoint")
	}
	record(t, e, findings(5, 12)...)
	p = publisher(t, e, dir) // as after a restart
	twelve := checkpoint(t, p, owner)
	read(t, e, func(tx *store.Tx) error {
		proof, err := ledger.Consistency(tx, owner, twelve.Size, five.Size)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, twelve.Size, twelve.Root, five.Size, five.Root); err != nil {
			t.Error(err)
		}
		kept, err := tx.Checkpoints(owner)
		if len(kept) != 3 || kept[0].Size != 0 || kept[1].Size != 5 || string(kept[2].Note) != string(twelve.Note) {
			t.Errorf("kept %+v", kept)
		}
		above, err2 := tx.LastCheckpoint(ledger.Deployment)
		if err2 != nil || above.Size != 3 || above.Origin != p.Signer().Origin(ledger.Deployment) {
			t.Errorf("deployment checkpoint %+v, %v", above, err2)
		}
		return err
	})
	other := publisher(t, e, t.TempDir())
	_, err := other.Checkpoint(context.Background(), owner)
	wantKind(t, err, fault.Conflict)
}

// ledgerRollback: after a restore behind the last published checkpoint, or one with other content, nothing is
// signed.
func ledgerRollback(t *testing.T, e *Env) {
	dir := t.TempDir()
	p := publisher(t, e, dir)
	record(t, e, findings(0, 4)...)
	four := checkpoint(t, p, owner)

	heads := filepath.Join(dir, "ledger.head")
	b, err := os.ReadFile(heads)
	if err != nil || !strings.Contains(string(b), four.Origin+" 4 "+four.Root.String()+"\n") {
		t.Fatalf("%s holds %q, %v", heads, b, err)
	}
	ahead := strings.Replace(string(b), four.Origin+" 4 ", four.Origin+" 9 ", 1)
	changed := strings.Replace(string(b), " 4 "+four.Root.String(), " 4 "+tlog.Hash{7}.String(), 1)
	for name, content := range map[string]string{"nine were published": ahead, "others were published": changed} {
		if err := os.WriteFile(heads, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		record(t, e, finding(4))
		_, err := publisher(t, e, dir).Checkpoint(context.Background(), owner)
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(heads, []byte("damaged\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = ledger.OpenSigner(dir, e.Clock)
	wantKind(t, err, fault.Unavailable)
}
