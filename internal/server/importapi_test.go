package server_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/testenv"
)

// TestImportRecorder: the items of an AWS Config, here one of ours, come in by its API as they are there, and once.
func TestImportRecorder(t *testing.T) {
	there := testenv.StartWith(t, server.Config{Auth: server.AuthNone}) // keys that we gave out are never used to call AWS
	var text bytes.Buffer
	for i := range 130 {
		fmt.Fprintf(&text, `{"configurationItemVersion":"1.3","awsAccountId":%q,"configurationItemCaptureTime":"2026-01-02T03:04:05.678Z","configurationItemStatus":"OK","configurationStateId":1767323045678,"resourceType":"AWS::EC2::Volume","resourceId":"vol-%d","awsRegion":"eu-west-1","ARN":"arn:aws:ec2:eu-west-1:%s:volume/vol-%d","configuration":{"encrypted":true,"size":%d},"supplementaryConfiguration":{"Part":{"a":1}},"tags":{},"relationships":[]}`+"\n",
			there.Account, i, there.Account, i, i)
	}
	file := filepath.Join(t.TempDir(), "items.jsonl")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := there.Import(t.Context(), server.ImportRequest{Kind: "config", Paths: []string{file}}, nil); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(t.TempDir(), "none")
	for k, v := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_REGION": "eu-west-1",
		"AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(k, v)
	}
	here, err := server.Open(t.Context(), server.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	q := server.ImportRequest{Kind: "config", Recorder: true, EndpointURL: there.URL, Regions: []string{"eu-west-1"}}
	for _, want := range []int64{130, 0} {
		r, err := here.Import(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(*inventory.Result); got.Items != want || got.Duplicates != 130-want || len(got.Rejected) != 0 {
			t.Fatalf("%+v", got)
		}
	}
	ask := server.SelectQuery{Expression: "SELECT resourceId, arn, configuration.size, supplementaryConfiguration.Part.a, configurationItemCaptureTime ORDER BY resourceId", Limit: 200, Accounts: []string{there.Account}}
	a, err := there.Select(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	b, err := here.Select(t.Context(), ask)
	if err != nil || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("%v\nthere %.600s\nhere  %.600s", err, fmt.Sprint(a), fmt.Sprint(b))
	}
	q.Aggregator, q.Recorder = "none", false
	if _, err := here.Import(t.Context(), q, nil); err == nil {
		t.Error("an aggregator that is not there was imported")
	}
}
