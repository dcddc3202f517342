package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/object"
)

// TestImportDeliveries: what AWS Config delivers into a bucket comes in once, whole or below a prefix, and nothing that lies
// beside it; the buckets of others tell nothing.
func TestImportDeliveries(t *testing.T) {
	s, err := Open(t.Context(), Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Account: "111122223333"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	put := func(account, bucket, key, id string) {
		t.Helper()
		text := fmt.Sprintf(`{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[{"configurationItemVersion":"1.3","awsAccountId":"111122223333","configurationItemCaptureTime":"2026-01-02T03:04:05.000Z",
"configurationItemStatus":"OK","configurationStateId":1,"resourceType":"AWS::EC2::Volume","resourceId":%q,"awsRegion":"eu-west-1","configuration":{},"supplementaryConfiguration":{},"tags":{},"relationships":[]}]}`, id)
		if _, err := s.shelf.Put(t.Context(), account, object.Object{Bucket: bucket, Key: key, Modified: time.Now()}, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	for account, bucket := range map[string]string{"111122223333": "config-logs", "444455556666": "others"} {
		if err := s.shelf.CreateBucket(t.Context(), account, "eu-west-1", bucket, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	const folder = "AWSLogs/111122223333/Config/eu-west-1/2026/1/2/"
	put("111122223333", "config-logs", folder+"ConfigSnapshot/one.json", "vol-1")
	put("111122223333", "config-logs", folder+"ConfigHistory/two.json", "vol-2")
	put("111122223333", "config-logs", "AWSLogs/111122223333/Config/ConfigWritabilityCheckFile", "vol-3")
	put("111122223333", "config-logs", "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/02/three.json", "vol-4")
	put("444455556666", "others", folder+"ConfigSnapshot/one.json", "vol-5")
	for _, c := range []struct {
		path              string
		items, duplicates int64
	}{
		{"s3://config-logs/" + folder + "ConfigSnapshot/one.json", 1, 0},
		{"s3://config-logs/AWSLogs", 1, 1},
		{"s3://config-logs", 0, 2},
		{"s3://config-logs/elsewhere", 0, 0},
	} {
		r, err := s.Import(t.Context(), ImportRequest{Kind: "config", Paths: []string{c.path}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(*inventory.Result); got.Items != c.items || got.Duplicates != c.duplicates || len(got.Rejected) != 0 {
			t.Errorf("%s: %+v", c.path, got)
		}
	}
	if _, err := s.Import(t.Context(), ImportRequest{Kind: "config", Paths: []string{"s3://others"}}, nil); fault.KindOf(err) != fault.Denied {
		t.Errorf("the bucket of another account: %v", err)
	}
	if _, err := s.Import(t.Context(), ImportRequest{Kind: "config", Paths: []string{"s3://config-logs", "/tmp"}}, nil); err == nil {
		t.Error("files of two kinds of places were taken at once")
	}
	if _, err := s.Import(t.Context(), ImportRequest{Kind: "config", Paths: []string{"/tmp"}, Recorder: true}, nil); err == nil {
		t.Error("files and a recorder were taken at once")
	}
}
