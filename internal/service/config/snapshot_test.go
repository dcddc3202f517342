package config_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func (h *house) record(t *testing.T, group map[string]any) {
	t.Helper()
	for _, c := range []struct {
		op string
		in map[string]any
	}{
		{"PutConfigurationRecorder", map[string]any{"ConfigurationRecorder": map[string]any{
			"name": "default", "roleARN": "arn:aws:iam::111122223333:role/config", "recordingGroup": group,
		}}},
		{"PutDeliveryChannel", map[string]any{"DeliveryChannel": map[string]any{
			"name": "default", "s3BucketName": "deliveries", "s3KeyPrefix": "here", "snsTopicARN": "arn:aws:sns:eu-west-1:111122223333:changes",
		}}},
		{"StartConfigurationRecorder", map[string]any{"ConfigurationRecorderName": "default"}},
	} {
		if status, code := h.call(t, c.op, c.in, nil); status != 200 {
			t.Fatalf("%s: %d %s", c.op, status, code)
		}
	}
}

// A snapshot lies where AWS puts it, and an import of it gives the recorded resources of the account and region and
// the global ones; account facts, other accounts' and deleted resources are not in it, and no secret.
func TestDeliveredSnapshot(t *testing.T) {
	h := open(t)
	ask := map[string]any{"deliveryChannelName": "default"}
	if status, code := h.call(t, "DeliverConfigSnapshot", ask, nil); status != 400 || code != "NoSuchDeliveryChannelException" {
		t.Errorf("without channel: %d %s", status, code)
	}
	h.record(t, map[string]any{"allSupported": true, "includeGlobalResourceTypes": true})
	var got struct{ ConfigSnapshotID string }
	if status, code := h.call(t, "DeliverConfigSnapshot", ask, &got); status != 200 {
		t.Fatalf("%d %s", status, code)
	}
	check(t, h.courier.Round(context.Background()))
	key := "here/AWSLogs/111122223333/Config/eu-west-1/2026/1/15/ConfigSnapshot/111122223333_Config_eu-west-1_ConfigSnapshot_20260115T120000Z_" + got.ConfigSnapshotID + ".json.gz"
	text := h.read(t, key)
	if strings.Contains(text, "s3cret") {
		t.Error("the snapshot holds a secret")
	}
	var head struct{ FileVersion, ConfigSnapshotID string }
	check(t, json.Unmarshal([]byte(text), &head))
	if head.FileVersion != "1.0" || head.ConfigSnapshotID != got.ConfigSnapshotID {
		t.Errorf("%+v", head)
	}

	other := storetest.Open(t)
	items := store.For(other.DB, func(tx *store.Tx) inventory.Tx { return tx })
	im := inventory.Importer{Store: items, Clock: other.Clock}
	res, err := im.Stream(context.Background(), "snapshot.json", strings.NewReader(text))
	check(t, err)
	var names []string
	check(t, items.Read(context.Background(), func(tx inventory.Tx) error {
		for it, err := range inventory.All(tx, arn.Everything(), inventory.Filter{}) {
			if err != nil {
				return err
			}
			names = append(names, it.Key.ID+"@"+it.Region)
			if it.Type == "AWS::Lambda::Function" {
				if n := it.Configuration().Get("functionName").Str(); n != "pay" {
					t.Errorf("the function is %q", n)
				}
			}
		}
		return nil
	}))
	want := "vol-1@eu-west-1 vol-2@eu-west-1 pay@eu-west-1 logs@eu-west-1 AIDAEXAMPLEADA@global"
	if strings.Join(names, " ") != want || len(res.Rejected) > 0 {
		t.Errorf("%v, rejected %v\nwant %s", names, res.Rejected, want)
	}

	var status struct {
		List []struct {
			Info struct{ LastStatus string } `json:"configSnapshotDeliveryInfo"`
		} `json:"DeliveryChannelsStatus"`
	}
	h.call(t, "DescribeDeliveryChannelStatus", map[string]any{}, &status)
	if len(status.List) != 1 || status.List[0].Info.LastStatus != "Success" {
		t.Errorf("%+v", status)
	}
}

// What the recorder leaves out is not in the snapshot.
func TestSnapshotOfAGroup(t *testing.T) {
	h := open(t)
	h.record(t, map[string]any{"resourceTypes": []string{"AWS::S3::Bucket"}})
	var got struct{ ConfigSnapshotID string }
	h.call(t, "DeliverConfigSnapshot", map[string]any{"deliveryChannelName": "default"}, &got)
	check(t, h.courier.Round(context.Background()))
	list, err := h.shelf.List(context.Background(), servicetest.Account, "deliveries", "here/AWSLogs/111122223333/Config/eu-west-1/", "", 10)
	check(t, err)
	if len(list) != 1 {
		t.Fatalf("%d files", len(list))
	}
	if text := h.read(t, list[0].Key); strings.Count(text, `"resourceId"`) != 1 || !strings.Contains(text, `"logs"`) {
		t.Error(text)
	}
}

func (h *house) read(t *testing.T, key string) string {
	t.Helper()
	_, body, err := h.shelf.Get(context.Background(), servicetest.Account, "deliveries", key)
	check(t, err)
	defer body.Close()
	z, err := gzip.NewReader(body)
	check(t, err)
	text, err := io.ReadAll(z)
	check(t, err)
	return string(text)
}
