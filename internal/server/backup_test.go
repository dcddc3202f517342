package server

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

const auditOwner = "218007301253"

// kept is an installation in a directory, with evidence put into its ledger.
type kept struct {
	*testing.T
	dir string
	s   *Server
}

func (k *kept) open() {
	k.Helper()
	s, err := Open(k.Context(), Config{Data: k.dir, Account: auditOwner})
	k.ok(err)
	k.s = s
	k.Cleanup(func() { _ = s.Close() })
}

func (k *kept) ok(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// put records pieces of evidence one by one and answers with their ids.
func (k *kept) put(from, to int) (ids []string) {
	k.Helper()
	for n := from; n < to; n++ {
		k.ok(k.s.db.Write(context.Background(), func(tx *store.Tx) error {
			r, err := ledger.Put(tx, ledger.Item{
				Body: ledger.Body{Source: "Manual", Type: "Manual", Attributes: map[string]string{"n": fmt.Sprint(n)}},
				Occurrence: ledger.Occurrence{
					Owner: auditOwner, Assessment: "a", ControlSet: "s", Control: "c", Collector: "manual", Account: auditOwner,
					ObservedAt: time.Date(2026, 11, 23, 0, 0, n, 0, time.UTC),
				},
			})
			ids = append(ids, r.ID)
			return err
		}))
	}
	return ids
}

func (k *kept) checkpoint() (ledger.Checkpoint, error) {
	return k.s.reporter.Publisher.Checkpoint(k.Context(), auditOwner)
}

// TestBackupAndRestore: a backup made while evidence arrives is a whole state; restored over a newer one it signs nothing
// until the loss is accepted; proofs and keys go on.
func TestBackupAndRestore(t *testing.T) {
	ctx := t.Context()
	k := &kept{T: t, dir: filepath.Join(t.TempDir(), "data")}
	k.open()
	first := k.s.signer.Verifier()
	ids := k.put(0, 50)
	signed, err := k.checkpoint()
	k.ok(err)

	file := filepath.Join(t.TempDir(), "backup")
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.put(50, 150)
	}()
	sum, err := k.s.Backup(ctx, BackupRequest{Path: file})
	k.ok(err)
	<-done
	if sum.Files < 5 || sum.Store != "sqlite" {
		t.Errorf("backup %+v", sum)
	}
	for path, kind := range map[string]fault.Kind{file: fault.Exists, filepath.Join(k.dir, "inside"): fault.Invalid, "relative": fault.Invalid} {
		if _, err := k.s.Backup(ctx, BackupRequest{Path: path}); fault.KindOf(err) != kind {
			t.Errorf("to %s: %v", path, err)
		}
	}
	if _, err := k.s.Backup(ctx, BackupRequest{Path: file + "2", Recipients: []string{"bob"}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("to a recipient that is none: %v", err)
	}
	if _, err := os.Stat(file + "2"); err == nil {
		t.Error("a backup that failed left a file behind")
	}

	// Beside the other: complete, and continuing what was published.
	twin := &kept{T: t, dir: filepath.Join(t.TempDir(), "twin")}
	_, err = Restore(ctx, Config{Data: twin.dir}, RestoreRequest{From: file})
	k.ok(err)
	twin.open()
	found, err := twin.s.AuditLedger(ctx, "")
	k.ok(err)
	if len(found) != 2 || found[1].Leaves < 50 || found[1].Leaves > 150 || found[1].Checkpoints != 1 {
		t.Errorf("restored ledger %+v", found)
	}
	again, err := twin.checkpoint()
	k.ok(err)
	if again.Origin != signed.Origin || again.Size != found[1].Leaves {
		t.Errorf("goes on with %+v", again)
	}

	// In place of a newer state: refused, then accepted.
	_, err = k.checkpoint()
	k.ok(err)
	k.put(150, 160)
	newest, err := k.checkpoint()
	k.ok(err)
	k.ok(k.s.Close())
	if _, err := Restore(ctx, Config{Data: k.dir}, RestoreRequest{From: file}); fault.KindOf(err) != fault.Exists {
		t.Errorf("without --replace: %v", err)
	}
	done2, err := Restore(ctx, Config{Data: k.dir}, RestoreRequest{From: file, Replace: true})
	k.ok(err)
	if !strings.Contains(done2.MovedTo, "data.replaced-") || !Exists(done2.MovedTo) {
		t.Errorf("what was there is in %q", done2.MovedTo)
	}
	k.open()
	if _, err := k.checkpoint(); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "accept-rollback") {
		t.Fatalf("signed behind what was published: %v", err)
	}
	st, err := k.s.LedgerStatus(ctx)
	k.ok(err)
	if len(st.Behind) == 0 || st.Behind[len(st.Behind)-1].Published != newest.Size {
		t.Errorf("behind %+v", st.Behind)
	}
	_, err = k.s.AcceptRollback(ctx, "the disk died")
	k.ok(err)
	_, err = k.s.RotateKey(ctx, "and the key was on it")
	k.ok(err)
	after, err := k.checkpoint()
	k.ok(err)
	if after.Origin == newest.Origin || !k.s.signer.Changes().Lead(first, k.s.signer.Verifier()) {
		t.Errorf("goes on as %s", after.Origin)
	}
	_, err = k.s.AuditLedger(ctx, "")
	k.ok(err)

	text, err := k.s.Prove(ctx, ProofQuery{Evidence: ids[7]})
	k.ok(err)
	p, err := ledger.CheckProof([]byte(text), k.s.signer.Verifier())
	if err != nil || p.Index != 7 || p.Checkpoint.Origin != after.Origin {
		t.Errorf("proof %+v, %v", p, err)
	}
	if _, err := ledger.CheckProof([]byte(text), first); err == nil {
		t.Error("a proof holds under another key")
	}
	for i := range len(text) {
		bad := []byte(text)
		bad[i] ^= 1
		if _, err := ledger.CheckProof(bad, k.s.signer.Verifier()); err == nil {
			t.Fatalf("byte %d of a proof flipped: it holds\n%s", i, bad)
		}
	}
	if _, err := k.s.Prove(ctx, ProofQuery{Evidence: "none"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a proof of nothing: %v", err)
	}

	out := filepath.Join(t.TempDir(), "public")
	n, err := k.s.PublishLedger(ctx, out)
	k.ok(err)
	again2, err := k.s.PublishLedger(ctx, out)
	if err != nil || n == 0 || again2 != 0 {
		t.Errorf("%d tiles, then %d, %v", n, again2, err)
	}
	if note, err := os.ReadFile(filepath.Join(out, auditOwner, "checkpoint")); err != nil || string(note) != string(after.Note) {
		t.Errorf("published checkpoint %q, %v", note, err)
	}
}

// TestLedgerDamage: an occurrence or a tree hash that was changed in the database is found.
func TestLedgerDamage(t *testing.T) {
	k := &kept{T: t, dir: filepath.Join(t.TempDir(), "data")}
	k.open()
	k.put(0, 20)
	_, err := k.checkpoint()
	k.ok(err)
	if _, err := k.s.AuditLedger(t.Context(), auditOwner); err != nil {
		t.Fatal(err)
	}
	for name, stmt := range map[string]string{
		"an occurrence":  "UPDATE ledger_entries SET content = CAST(replace(CAST(content AS TEXT), '\"collector\":\"manual\"', '\"collector\":\"manuel\"') AS BLOB) WHERE leaf = 7",
		"another's leaf": "UPDATE ledger_hashes SET hash = zeroblob(32) WHERE account <> '' AND idx = 4",
	} {
		k.T.Run(name, func(t *testing.T) {
			c := &kept{T: t, dir: filepath.Join(t.TempDir(), "copy")}
			file := filepath.Join(t.TempDir(), "backup")
			_, err := k.s.Backup(t.Context(), BackupRequest{Path: file})
			c.ok(err)
			_, err = Restore(t.Context(), Config{Data: c.dir}, RestoreRequest{From: file})
			c.ok(err)
			c.damage(stmt)
			c.open()
			if _, err := c.s.AuditLedger(t.Context(), auditOwner); fault.KindOf(err) != fault.Conflict {
				t.Errorf("found %v", err)
			}
		})
	}
}

// damage runs a statement on the database behind the program's back.
func (k *kept) damage(stmt string) {
	k.Helper()
	db, err := sql.Open("sqlite", filepath.Join(k.dir, "state.db"))
	k.ok(err)
	defer db.Close()
	r, err := db.Exec(stmt)
	k.ok(err)
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		k.Fatalf("%d rows changed, %v", n, err)
	}
}
