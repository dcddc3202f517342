package configapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/configapi"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// config plays AWS Config with so many volumes; the ids in slow are not processed at first, those in lost never.
type config struct {
	n          int
	slow, lost string
	asked      map[string]int
	most       int
}

func (c *config) Pages(_ context.Context, at collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	if at.Region != "eu-west-1" || (api == "config:SelectAggregateResourceConfig") != (in["ConfigurationAggregatorName"] == "all") {
		return fmt.Errorf("%s in %s with %v", api, at.Region, in)
	}
	for from := 0; from < c.n; from += 60 {
		var rows []any
		for i := from; i < min(from+60, c.n); i++ {
			rows = append(rows, fmt.Sprintf(`{"accountId":"111122223333","awsRegion":"eu-west-1","resourceType":"AWS::EC2::Volume","resourceId":"vol-%d"}`, i))
		}
		if from == 0 {
			rows = append(rows, `{"accountId":"111122223333"}`)
		}
		if err := page(collect.Object{"Results": rows}); err != nil {
			return err
		}
	}
	return nil
}

func (c *config) Call(_ context.Context, _ collect.Place, api string, in collect.Object) (collect.Object, error) {
	list, id, found, left := "resourceKeys", "resourceId", "baseConfigurationItems", "unprocessedResourceKeys"
	if api == "config:BatchGetAggregateResourceConfig" {
		list, id, found, left = "ResourceIdentifiers", "ResourceId", "BaseConfigurationItems", "UnprocessedResourceIdentifiers"
	}
	out := collect.Object{}
	keys := in[list].([]any)
	c.most = max(c.most, len(keys))
	var items, not []any
	for _, k := range keys {
		name := k.(collect.Object)[id].(string)
		if c.asked[name]++; name == c.lost || name == c.slow && c.asked[name] == 1 {
			not = append(not, k)
			continue
		}
		items = append(items, collect.Object{
			"version": "1.3", "accountId": "111122223333", "awsRegion": "eu-west-1", "resourceType": "AWS::EC2::Volume", "resourceId": name, "configurationItemStatus": "OK",
			"configurationItemCaptureTime": "2026-01-02T03:04:05Z", "configurationStateId": "1767323045000", "configuration": `{"encrypted":true}`,
		})
	}
	out[found], out[left] = items, not
	return out, nil
}

// TestImport: every key becomes an item or is named, and a second import adds nothing.
func TestImport(t *testing.T) {
	for _, aggregator := range []string{"", "all"} {
		env := storetest.Open(t)
		im := inventory.Importer{Store: store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx }), Clock: env.Clock}
		for _, again := range []bool{false, true} {
			c := &config{n: 150, slow: "vol-7", lost: "vol-9", asked: map[string]int{}}
			s := configapi.Source{Caller: c, Account: "111122223333", Regions: []string{"eu-west-1"}, Aggregator: aggregator}
			r, err := im.From(context.Background(), s.Files)
			if err != nil {
				t.Fatal(err)
			}
			items, duplicates := int64(149), int64(0)
			if again {
				items, duplicates = 0, 149
			}
			text, _ := json.Marshal(r.Rejected)
			if r.Items != items || r.Duplicates != duplicates || len(r.Rejected) != 2 || !strings.Contains(string(text), "vol-9") || c.asked["vol-9"] != 3 || c.asked["vol-7"] != 2 || c.most > 100 {
				t.Errorf("%q again %t: %+v, asked %v, %d at once", aggregator, again, r, c.asked["vol-9"], c.most)
			}
		}
		it, err := item(env)
		if err != nil || !it.Configuration().Get("encrypted").Exists() {
			t.Errorf("%v, %v", it, err)
		}
	}
}

func item(env *storetest.Env) (it *inventory.Item, err error) {
	err = env.Read(context.Background(), func(tx *store.Tx) error {
		it, err = tx.Item(inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Volume", ID: "vol-1"})
		return err
	})
	return it, err
}

// TestFailure: an error of AWS ends the import with what it was about.
func TestFailure(t *testing.T) {
	s := configapi.Source{Caller: &config{n: 1}, Regions: []string{"us-east-1"}}
	err := s.Files(context.Background(), func(string, string) {}, func(string, int64, func() (io.ReadCloser, error)) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "us-east-1") {
		t.Error(err)
	}
}
