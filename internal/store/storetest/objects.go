package storetest

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/store"
)

var objectTests = map[string]func(*testing.T, *Env){
	"Objects/Buckets":   buckets,
	"Objects/Listing":   objectListing,
	"Objects/Replacing": objectReplacing,
}

func buckets(t *testing.T, e *Env) {
	write(t, e, func(tx *store.Tx) error {
		wantKind(t, func() error { _, err := tx.Bucket("b"); return err }(), fault.NotFound)
		if err := tx.InsertBucket(object.Bucket{Name: "b", Account: "111111111111", Region: "r", Created: Start}); err != nil {
			return err
		}
		wantKind(t, tx.InsertBucket(object.Bucket{Name: "b", Account: "222222222222"}), fault.Exists)
		b, err := tx.Bucket("b")
		if b.Account != "111111111111" || !b.Created.Equal(Start) {
			t.Errorf("bucket %+v", b)
		}
		if bs, _ := tx.Buckets("222222222222"); len(bs) != 0 {
			t.Errorf("another account sees %v", bs)
		}
		return err
	})
}

func objectListing(t *testing.T, e *Env) {
	write(t, e, func(tx *store.Tx) error {
		for _, k := range []string{"a/2", "a/1", "a", "b/é", "a/10", "B"} {
			if err := tx.PutBucketObject(object.Object{Bucket: "b", Key: k, SHA256: strings.Repeat("0", 64), Modified: Start}); err != nil {
				return err
			}
		}
		return tx.PutBucketObject(object.Object{Bucket: "c", Key: "a/3", SHA256: strings.Repeat("0", 64), Modified: Start})
	})
	for _, c := range []struct {
		prefix, after string
		limit         int
		want          string
	}{
		{"", "", 10, "B a a/1 a/10 a/2 b/é"}, {"a/", "", 10, "a/1 a/10 a/2"}, {"a/", "a/1", 1, "a/10"}, {"b/é", "", 10, "b/é"}, {"z", "", 10, ""},
	} {
		read(t, e, func(tx *store.Tx) error {
			os, err := tx.BucketObjects("b", c.prefix, c.after, c.limit)
			var keys []string
			for _, o := range os {
				keys = append(keys, o.Key)
			}
			if got := strings.Join(keys, " "); got != c.want {
				t.Errorf("prefix %q after %q: %s, want %s", c.prefix, c.after, got, c.want)
			}
			return err
		})
	}
}

func objectReplacing(t *testing.T, e *Env) {
	old, fresh := strings.Repeat("0", 64), strings.Repeat("1", 64)
	write(t, e, func(tx *store.Tx) error {
		for _, h := range []string{old, fresh} {
			if err := tx.PutBucketObject(object.Object{Bucket: "b", Key: "k", SHA256: h, Size: 3, Modified: Start, Metadata: map[string]string{"signature": h[:1]}}); err != nil {
				return err
			}
		}
		o, err := tx.BucketObject("b", "k")
		if o.SHA256 != fresh || o.Metadata["signature"] != "1" || o.Size != 3 {
			t.Errorf("object %+v", o)
		}
		for h, want := range map[string]bool{old: false, fresh: true} {
			if used, _ := tx.BlobUsed(h); used != want {
				t.Errorf("blob %s used: %v", h[:1], used)
			}
		}
		if err := tx.DeleteBucketObject("b", "k"); err != nil {
			return err
		}
		wantKind(t, tx.DeleteBucketObject("b", "k"), fault.NotFound)
		return err
	})
}
