package report

import (
	"context"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

// TestRotatedKey: whoever holds the first key, or a checkpoint signed by it, authenticates a report signed by the third;
// a forger who adds a statement of their own does not.
func TestRotatedKey(t *testing.T) {
	w := attacked(t)
	first, kept := w.publisher.Signer().Verifier(), w.checkpoint().Note
	old := w.write(w.input())
	for range 2 {
		if _, err := w.publisher.Signer().Rotate("yearly", made); err != nil {
			t.Fatal(err)
		}
	}
	bundle := w.write(w.input())
	if res := want(t, "first key", bundle, Options{Key: first}, Intact, ""); !res.Rotated {
		t.Error("that the key was changed since is not told")
	}
	if res := want(t, "key in use", bundle, Options{Key: w.publisher.Signer().Verifier()}, Intact, ""); res.Rotated {
		t.Error("the key in use is taken for an older one")
	}
	want(t, "kept checkpoint", bundle, Options{Checkpoint: kept}, Intact, "")
	want(t, "an old bundle under the new key", old, Options{Key: w.publisher.Signer().Verifier()}, NotIntact, "not by")
	r, n := bytesAt(old)
	if got, err := Validate(context.Background(), r, n, w.publisher.Signer().Known); err != nil || !got.SignatureValid {
		t.Errorf("an old bundle at home: %+v, %v", got, err)
	}

	stranger := freshSigner(t, first.Name())
	if _, err := stranger.Rotate("a forger's", made); err != nil {
		t.Fatal(err)
	}
	r, n = bytesAt(bundle)
	if got, err := Validate(context.Background(), r, n, stranger.Known); err != nil || got.SignatureValid || len(got.ValidationErrors) != 1 {
		t.Errorf("at another deployment: %+v, %v", got, err)
	}
	own := w.publisher
	w.publisher = ledger.NewPublisher(w.Store, stranger)
	in := w.input()
	w.publisher = own
	forged := forge(t, bundle, stranger, func(folder string, parts []part, _ *forgedDigest) []part {
		parts[find(t, parts, checkpointName)].content = in.Checkpoint.Note
		parts[find(t, parts, keysName)].content = stranger.Changes().Encode()
		return parts
	})
	want(t, "a forger's chain", forged, Options{Key: first}, NotIntact, "not by")
	want(t, "a forger's chain under the key in use", forged, Options{Key: own.Signer().Verifier()}, NotIntact, "not by")
}

// TestRollbackShown: a loss that was accepted stands on page 1, and cannot be left out of the manifest.
func TestRollbackShown(t *testing.T) {
	w := attacked(t)
	signer, ids := w.publisher.Signer(), stamp.NewFixed(made.Add(time.Hour))
	first := signer.Verifier()
	w.checkpoint()
	st, _ := OpenStore(t) // restored from a backup with less in it
	w.Store, w.publisher = st, ledger.NewPublisher(st, signer)
	w.record(w.rule(1, day0, ledger.NonCompliant))
	if _, err := w.publisher.Checkpoint(context.Background(), owner); err == nil {
		t.Fatal("a log that was cut short is signed")
	}
	if _, err := w.publisher.AcceptRollback(context.Background(), "disk died", ids); err != nil {
		t.Fatal(err)
	}
	bundle := w.write(w.input())
	res := want(t, "first key", bundle, Options{Key: first}, Intact, "")
	if len(res.Manifest.Rollbacks) != 1 || res.Manifest.Rollbacks[0].Reason != "disk died" {
		t.Errorf("rollbacks %+v", res.Manifest.Rollbacks)
	}
}
