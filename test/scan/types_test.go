package scan_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/inventory"
)

// TestTypes reads every declared type from the seeded account by the real client: what is planted is found, and what
// cannot be read is what moto is known to lack (gaps.tsv).
func TestTypes(t *testing.T) {
	want := expectations(t)
	_, endpoint := simulator(t)
	for _, v := range keys {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	c, err := cloud.New(cloud.Config{EndpointURL: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	var all []json.RawMessage
	found := map[string]bool{}
	reasons := explanations(t, "gaps.tsv")
	for _, typ := range aws.Types() {
		for i, region := range want.Regions {
			if i > 0 && typ.Once() {
				continue
			}
			begin := time.Now()
			r := collect.Reading{
				Caller: cloud.Reader{Cloud: c}, Type: typ, Place: collect.Place{Account: want.Account, Region: region}, Captured: time.Now().UTC(), Calls: make(chan struct{}, 8),
				Emit: func(res *collect.Resource) error {
					item, err := inventory.Build(res.Spec)
					if err != nil {
						t.Errorf("%s: %v", typ.Name, err)
						return nil
					}
					all = append(all, item.Raw())
					found[typ.Name+" "+res.Spec.ID] = true
					for _, f := range res.Failed {
						if !explained(reasons, evaluation{Rule: f.API, Type: region}, f.Why) {
							t.Errorf("%s %s: %s", typ.Name, res.Spec.ID, f.Why)
						}
					}
					return nil
				},
			}
			err := r.Run(t.Context())
			if took := time.Since(begin); took > 2*time.Second {
				t.Logf("%s in %s took %s", typ.Name, region, took)
			}
			if err != nil && !strings.Contains(err.Error(), "ServiceNotOffered") && !explained(reasons, evaluation{Rule: typ.Name, Type: region}, err.Error()) {
				t.Errorf("%s in %s: %v", typ.Name, region, err)
			}
		}
	}
	var lost []string
	for _, p := range want.Resources {
		if p.Type != "AWS::::Account" && !found[p.Type+" "+p.ID] {
			lost = append(lost, p.Type+" "+p.ID+" "+p.Name)
		}
	}
	slices.Sort(lost)
	for _, l := range lost {
		t.Errorf("not found: %s", l)
	}
	if file := os.Getenv("TICKMARK_ITEMS"); file != "" { // what was read, for a look at it: scan --items FILE
		b, err := json.Marshal(map[string]any{"fileVersion": "1.0", "configSnapshotId": "scan", "configurationItems": all})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
