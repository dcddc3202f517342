package server

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/inventory"
)

// elsewhere is the cloud, which is asked for everything that is not to be known here.
type elsewhere struct{ calls []string }

func (e *elsewhere) Call(_ context.Context, c automation.Call) (json.RawMessage, error) {
	e.calls = append(e.calls, c.Service+":"+c.API)
	return json.RawMessage("{}"), nil
}

// What a document reads of AWS Config is the item here, of its own account; what it changes, and other services, are AWS's.
func TestOwnConfig(t *testing.T) {
	const account, region = "111122223333", "eu-west-1"
	s, err := Open(t.Context(), Config{Data: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	it, err := inventory.Build(inventory.Spec{
		Key: inventory.Key{Account: account, Region: region, Type: "AWS::S3::Bucket", ID: "shop"}, Name: "shop", Captured: time.Now(), Configuration: map[string]any{"name": "shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.items.Write(t.Context(), func(tx inventory.Tx) error { _, err := tx.PutItem(it); return err }); err != nil {
		t.Fatal(err)
	}
	cloud := &elsewhere{}
	ask := func(account, service, api, inputs string) (string, error) {
		out, err := ownConfig{s, cloud}.Call(t.Context(), automation.Call{Account: account, Region: region, Service: service, API: api, Inputs: json.RawMessage(inputs)})
		return string(out), err
	}
	const shop = `{"resourceType": "AWS::S3::Bucket", "resourceId": "shop", "limit": 1}`
	for _, api := range []string{"GetResourceConfigHistory", "get_resource_config_history"} {
		if out, err := ask(account, "config", api, shop); err != nil || !strings.Contains(out, `"resourceName":"shop"`) {
			t.Errorf("%s: %s, %v", api, out, err)
		}
	}
	var wrong *automation.APIError
	if out, err := ask("444455556666", "config", "GetResourceConfigHistory", shop); !errors.As(err, &wrong) || wrong.Code != "ResourceNotDiscoveredException" {
		t.Errorf("another account: %s, %v", out, err)
	}
	for _, call := range [][2]string{{"config", "DeleteConfigRule"}, {"s3", "GetBucketPolicy"}} {
		if _, err := ask(account, call[0], call[1], "{}"); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(cloud.calls, " "); got != "config:DeleteConfigRule s3:GetBucketPolicy" {
		t.Errorf("the cloud was asked for %s", got)
	}
}
