package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trail"
)

// TestImportOwnBucket: log files in a bucket of the installation, of whatever account, many in a folder and beside it.
func TestImportOwnBucket(t *testing.T) {
	s, err := Open(t.Context(), Config{Data: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	const account = "111122223333"
	if err := s.shelf.CreateBucket(t.Context(), account, "eu-west-1", "trails", time.Now()); err != nil {
		t.Fatal(err)
	}
	put := func(key, id string) {
		t.Helper()
		text := fmt.Sprintf(`{"Records":[{"eventTime":"2026-01-01T00:00:00Z","eventName":"N","eventSource":"s","eventID":%q,"awsRegion":"eu-west-1","recipientAccountId":"111122223333"}]}`, id)
		if _, err := s.shelf.Put(t.Context(), account, object.Object{Bucket: "trails", Key: key, Modified: time.Now()}, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	for d := 1; d <= 3; d++ {
		for i := range 3 {
			put(fmt.Sprintf("AWSLogs/%s/CloudTrail/eu-west-1/2026/01/%02d/%d.json", account, d, i), fmt.Sprint(d, "-", i))
		}
	}
	put("AWSLogs/"+account+"/CloudTrail-Digest/eu-west-1/2026/01/01/d.json", "digest")
	put("zz.json", "behind")
	for _, c := range []struct {
		in   ImportRequest
		want int
	}{
		{ImportRequest{Paths: []string{"s3://trails/AWSLogs"}, From: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)}, 3},
		{ImportRequest{Paths: []string{"s3://trails/AWSLogs", "s3://trails/zz.json"}}, 7},
		{ImportRequest{Paths: []string{"s3://trails"}}, 0},
	} {
		c.in.Kind = "cloudtrail"
		r, err := s.Import(t.Context(), c.in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(trail.Result); got.Items != c.want || len(got.Rejected) != 0 {
			t.Errorf("%v: %+v", c.in.Paths, got)
		}
	}
	for want, paths := range map[string][]string{"cannot be imported at once": {"s3://trails/x", "/tmp"}, "not an S3 location": {"s3:///x"}} {
		if _, err := s.Import(t.Context(), ImportRequest{Kind: "cloudtrail", Paths: paths}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", paths, err)
		}
	}
	if _, err := s.Import(t.Context(), ImportRequest{Kind: "cloudtrail", Paths: []string{"s3://elsewhere/x"}, S3: ImportS3{EndpointURL: "not a url"}}, nil); err == nil || !strings.Contains(err.Error(), "--s3-endpoint-url") {
		t.Errorf("a bad address: %v", err)
	}
}

// TestBucketsOfOthers: who makes a bucket here does not write the history of others with it, and does not stand in for a
// bucket elsewhere that the server's flags name.
func TestBucketsOfOthers(t *testing.T) {
	s, err := Open(t.Context(), Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Account: "999988887777"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	const mallory, victim = "222233334444", "111122223333"
	for account, name := range map[string]string{mallory: "corporate-trail", s.cfg.Account: "own-trail"} {
		if err := s.shelf.CreateBucket(t.Context(), account, "eu-west-1", name, time.Now()); err != nil {
			t.Fatal(err)
		}
		for _, of := range []string{mallory, victim} {
			text := fmt.Sprintf(`{"Records":[{"eventTime":"2026-01-01T00:00:00Z","eventName":"N","eventSource":"s","eventID":"%s %s","awsRegion":"eu-west-1","recipientAccountId":%q}]}`, name, of, of)
			o := object.Object{Bucket: name, Key: of + ".json", Modified: time.Now()}
			if _, err := s.shelf.Put(t.Context(), account, o, strings.NewReader(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	remote, err := bucket.New(bucket.Options{EndpointURL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	for name, local := range map[string]bool{"own-trail": true, "corporate-trail": false, "elsewhere": false} {
		b, err := s.feedBucket(t.Context(), name, remote)
		if _, here := b.(shelfBucket); err != nil || here != local {
			t.Errorf("the server's flags mean by %s a bucket of this installation: %v, %v", name, here, err)
		}
	}
	for path, want := range map[string]int{"s3://corporate-trail": 1, "s3://own-trail": 2} {
		r, err := s.Import(t.Context(), ImportRequest{Kind: "cloudtrail", Paths: []string{path}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(trail.Result); got.Items != want || len(got.Rejected) != 2-want {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if _, err := s.Import(t.Context(), ImportRequest{Kind: "cloudtrail", Paths: []string{"s3://corporate-trail", "s3://own-trail"}}, nil); err == nil || !strings.Contains(err.Error(), mallory) {
		t.Errorf("buckets of several accounts at once: %v", err)
	}
}
