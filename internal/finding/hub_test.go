package finding_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const account, region = "111111111111", "eu-west-1"

var ctx = context.Background()

func open(t *testing.T) (*finding.Hub, *storetest.Env) {
	env := storetest.Open(t)
	return finding.NewHub(store.For(env.DB, func(tx *store.Tx) finding.Tx { return tx })), env
}

// asff is a finding; changes replace or, when nil, remove members.
func asff(t testing.TB, id string, changes map[string]any) json.RawMessage {
	t.Helper()
	m := map[string]any{
		"SchemaVersion": "2018-10-08", "Id": id, "ProductArn": "arn:aws:securityhub:eu-west-1:111111111111:product/111111111111/default",
		"GeneratorId": "security-control/EC2.4", "AwsAccountId": account, "Types": []string{"Software and Configuration Checks"},
		"CreatedAt": "2026-01-10T10:00:00.000Z", "UpdatedAt": "2026-01-10T10:00:00.000Z", "Severity": map[string]any{"Label": "MEDIUM"},
		"Title": "Stopped instances", "Description": "d", "Resources": []any{map[string]any{"Type": "AwsEc2Instance", "Id": "arn:aws:ec2:eu-west-1:111111111111:instance/i-1"}},
		"Compliance": map[string]any{"Status": "FAILED"},
	}
	for k, v := range changes {
		if v == nil {
			delete(m, k)
		} else {
			m[k] = v
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func imp(t *testing.T, h *finding.Hub, raws ...json.RawMessage) finding.Imported {
	t.Helper()
	r, err := h.Import(ctx, account, region, raws)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func feed(t *testing.T, env *storetest.Env) []finding.Change {
	t.Helper()
	var out []finding.Change
	err := env.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.FindingChanges(finding.ChangeQuery{Scope: arn.Everything()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func only(t *testing.T, h *finding.Hub) map[string]any {
	t.Helper()
	p, err := h.Get(ctx, arn.In(account, region), nil, finding.Sort{}, nil, 10)
	if err != nil || len(p.Findings) != 1 {
		t.Fatalf("%d findings, %v", len(p.Findings), err)
	}
	doc, err := p.Findings[0].Document()
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]any{}
	if err := json.Unmarshal(doc, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBadFindingsFailAlone(t *testing.T) {
	h, _ := open(t)
	bad := []struct {
		name string
		raw  json.RawMessage
		want string
	}{
		{"no title", asff(t, "b1", map[string]any{"Title": nil}), "lacks Title"},
		{"empty id", asff(t, "", nil), "Id must be"},
		{"account", asff(t, "b2", map[string]any{"AwsAccountId": "12"}), "AwsAccountId"},
		{"other account", asff(t, "b3", map[string]any{"AwsAccountId": "222222222222"}), "222222222222"},
		{"time", asff(t, "b4", map[string]any{"UpdatedAt": "yesterday"}), "UpdatedAt"},
		{"status", asff(t, "b5", map[string]any{"Compliance": map[string]any{"Status": "GREEN"}}), "Compliance.Status"},
		{"no resources", asff(t, "b6", map[string]any{"Resources": []any{}}), "Resources"},
		{"resource without id", asff(t, "b7", map[string]any{"Resources": []any{map[string]any{"Type": "x"}}}), "Resources[0]"},
		{"product", asff(t, "b8", map[string]any{"ProductArn": "arn:aws:s3:::x"}), "ProductArn"},
		{"schema", asff(t, "b9", map[string]any{"SchemaVersion": "2020"}), "SchemaVersion"},
		{"severity", asff(t, "b10", map[string]any{"Severity": map[string]any{"Label": "AWFUL"}}), "Severity.Label"},
		{"long title", asff(t, "b11", map[string]any{"Title": strings.Repeat("x", 257)}), "Title is longer"},
		{"not json", json.RawMessage(`{"Id":`), "not valid JSON"},
		{"array", json.RawMessage(`[]`), "JSON object"},
		{"huge", asff(t, "b12", map[string]any{"ProductFields": map[string]any{"x": strings.Repeat("x", 250<<10)}}), "bytes"},
	}
	raws := []json.RawMessage{asff(t, "good", nil)}
	for _, b := range bad {
		raws = append(raws, b.raw)
	}
	r := imp(t, h, raws...)
	if r.Stored != 1 || len(r.Failed) != len(bad) {
		t.Fatalf("%+v", r)
	}
	for i, b := range bad {
		if !strings.Contains(r.Failed[i].Message, b.want) || r.Failed[i].Code != "InvalidInput" {
			t.Errorf("%s: %+v", b.name, r.Failed[i])
		}
	}
}

func TestUpdatesAndFeed(t *testing.T) {
	h, env := open(t)
	steps := []struct {
		at, status, record string
		stored             bool
		changes            int
	}{
		{"2026-01-10T10:00:00Z", "FAILED", "ACTIVE", true, 1},
		{"2026-01-10T10:00:00Z", "FAILED", "ACTIVE", false, 1}, // repeated
		{"2026-01-11T10:00:00Z", "FAILED", "ACTIVE", true, 1},  // nothing new in substance
		{"2026-01-12T10:00:00Z", "PASSED", "ACTIVE", true, 2},
		{"2026-01-09T10:00:00Z", "PASSED", "ACTIVE", true, 3},  // a late state from before
		{"2026-01-11T12:00:00Z", "FAILED", "ACTIVE", false, 3}, // late, and nothing changed then
		{"2026-01-13T10:00:00Z", "PASSED", "ARCHIVED", true, 4},
	}
	for i, s := range steps {
		r := imp(t, h, asff(t, "f", map[string]any{"UpdatedAt": s.at, "RecordState": s.record, "Compliance": map[string]any{"Status": s.status}}))
		if (r.Stored == 1) != s.stored || len(r.Failed) != 0 {
			t.Errorf("step %d: %+v", i, r)
		}
		if n := len(feed(t, env)); n != s.changes {
			t.Errorf("step %d: %d changes, want %d", i, n, s.changes)
		}
	}
	if m := only(t, h); m["RecordState"] != "ARCHIVED" || m["UpdatedAt"] != "2026-01-13T10:00:00Z" {
		t.Errorf("the finding is %v", m)
	}
	if c := feed(t, env)[1]; c.ControlID != "EC2.4" || c.Compliance != "PASSED" || !c.At.Equal(time.Date(2026, 1, 12, 10, 0, 0, 0, time.UTC)) || !bytes.Contains(c.Document, []byte(`"PASSED"`)) {
		t.Errorf("change %+v", c)
	}
}

func TestCustomersKeepTheirMembers(t *testing.T) {
	h, env := open(t)
	imp(t, h, asff(t, "f", map[string]any{"VerificationState": "UNKNOWN"}))
	ids := []finding.Identifier{{ID: "f", ProductArn: "arn:aws:securityhub:eu-west-1:111111111111:product/111111111111/default"}, {ID: "g", ProductArn: "p"}}
	nine := 9
	done, not, err := h.Update(ctx, arn.In(account, region), ids, finding.Update{
		Workflow: "NOTIFIED", Note: &finding.Note{Text: "seen", UpdatedBy: "ana"}, Severity: json.RawMessage(`{"Label":"CRITICAL"}`),
		UserDefinedFields: map[string]string{"team": "net"}, Criticality: &nine, VerificationState: "TRUE_POSITIVE",
	})
	if err != nil || len(done) != 1 || len(not) != 1 || not[0].ID != "g" {
		t.Fatalf("%v %v %v", done, not, err)
	}
	// The provider tries to change what the customer owns.
	imp(t, h, asff(t, "f", map[string]any{"UpdatedAt": "2026-01-12T10:00:00Z", "Workflow": map[string]any{"Status": "RESOLVED"}, "Note": map[string]any{"Text": "mine", "UpdatedBy": "p"}, "Severity": map[string]any{"Label": "LOW"}}))
	m := only(t, h)
	for k, want := range map[string]string{
		"Workflow": `{"Status":"NOTIFIED"}`, "UserDefinedFields": `{"team":"net"}`, "Criticality": "9", "VerificationState": `"TRUE_POSITIVE"`,
		"Severity": `{"Label":"CRITICAL","Normalized":90}`, "FindingProviderFields": `{"Severity":{"Label":"LOW"},"Types":["Software and Configuration Checks"]}`,
	} {
		got, _ := json.Marshal(m[k])
		if string(got) != want {
			t.Errorf("%s is %s, want %s", k, got, want)
		}
	}
	if m["Note"].(map[string]any)["Text"] != "seen" {
		t.Errorf("note %v", m["Note"])
	}
	// A problem that passed and fails again is new again, for evidence too.
	imp(t, h, asff(t, "f", map[string]any{"UpdatedAt": "2026-01-13T10:00:00Z", "Compliance": map[string]any{"Status": "PASSED"}}))
	imp(t, h, asff(t, "f", map[string]any{"UpdatedAt": "2026-01-14T10:00:00Z"}))
	var trace []string
	for _, c := range feed(t, env) {
		trace = append(trace, c.Compliance+"/"+c.Workflow)
	}
	if got := strings.Join(trace, " "); got != "FAILED/NEW FAILED/NOTIFIED PASSED/NOTIFIED FAILED/NEW" {
		t.Errorf("feed %s", got)
	}
}

func TestControlID(t *testing.T) {
	for _, c := range []struct {
		changes map[string]any
		want    string
	}{
		{nil, "EC2.4"},
		{map[string]any{"GeneratorId": "aws-foundational-security-best-practices/v/1.0.0/S3.8"}, "S3.8"},
		{map[string]any{"GeneratorId": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.3"}, ""},
		{map[string]any{"GeneratorId": "x", "ProductFields": map[string]any{"ControlId": "IAM.1"}}, "IAM.1"},
		{map[string]any{"Compliance": map[string]any{"Status": "FAILED", "SecurityControlId": "Config.1"}}, "Config.1"},
		{map[string]any{"GeneratorId": "acme/scanner"}, ""},
	} {
		f, err := finding.Decode(asff(t, "f", c.changes), "")
		if err != nil || f.ControlID != c.want || f.Region != region {
			t.Errorf("%v: %q in %q, %v; want %q", c.changes, f.ControlID, f.Region, err, c.want)
		}
	}
}

func TestFilters(t *testing.T) {
	h, _ := open(t)
	for i := range 20 {
		status, label := "FAILED", "LOW"
		if i%2 == 0 {
			status = "PASSED"
		}
		if i%5 == 0 {
			label = "HIGH"
		}
		imp(t, h, asff(t, fmt.Sprintf("f%02d", i), map[string]any{
			"Compliance": map[string]any{"Status": status}, "Severity": map[string]any{"Label": label}, "Title": fmt.Sprintf("Title %d", i),
			"Resources":     []any{map[string]any{"Type": "AwsEc2Instance", "Id": fmt.Sprint("i-", i), "Tags": map[string]any{"n": fmt.Sprint(i % 4)}}, map[string]any{"Type": "AwsS3Bucket", "Id": "b"}},
			"ProductFields": map[string]any{"k": fmt.Sprint(i)}, "UpdatedAt": fmt.Sprintf("2026-01-14T10:00:%02dZ", i), "Confidence": i,
			"Network": map[string]any{"SourceIpV4": fmt.Sprintf("10.0.%d.1", i)},
		}))
	}
	num := func(x float64) *float64 { return &x }
	for _, c := range []struct {
		name string
		fs   finding.Filters
		want int
	}{
		{"none", nil, 20},
		{"equals", finding.Filters{"ComplianceStatus": {{Value: "FAILED", Comparison: "EQUALS"}}}, 10},
		{"two values", finding.Filters{"SeverityLabel": {{Value: "HIGH"}, {Value: "LOW"}}}, 20},
		{"and", finding.Filters{"ComplianceStatus": {{Value: "PASSED"}}, "SeverityLabel": {{Value: "HIGH"}}}, 2},
		{"not", finding.Filters{"SeverityLabel": {{Value: "HIGH", Comparison: "NOT_EQUALS"}}}, 16},
		{"prefix", finding.Filters{"Title": {{Value: "Title 1", Comparison: "PREFIX"}}}, 11},
		{"prefix but", finding.Filters{"Title": {{Value: "Title 1", Comparison: "PREFIX"}, {Value: "Title 12", Comparison: "PREFIX_NOT_EQUALS"}}}, 10},
		{"contains", finding.Filters{"Title": {{Value: "19", Comparison: "CONTAINS"}}}, 1},
		{"resource", finding.Filters{"ResourceId": {{Value: "i-3"}}, "ResourceType": {{Value: "AwsS3Bucket"}}}, 1},
		{"map", finding.Filters{"ResourceTags": {{Key: "n", Value: "2"}}}, 5},
		{"map not", finding.Filters{"ProductFields": {{Key: "k", Value: "2", Comparison: "NOT_EQUALS"}}}, 19},
		{"number", finding.Filters{"Confidence": {{Gte: num(3), Lt: num(6)}}}, 3},
		{"date", finding.Filters{"UpdatedAt": {{Start: time.Date(2026, 1, 14, 10, 0, 5, 0, time.UTC), End: time.Date(2026, 1, 14, 10, 0, 7, 0, time.UTC)}}}, 3},
		{"days", finding.Filters{"UpdatedAt": {{Days: 2}}}, 20},
		{"days ago", finding.Filters{"CreatedAt": {{Days: 2}}}, 0},
		{"cidr", finding.Filters{"NetworkSourceIpV4": {{Cidr: "10.0.0.0/22"}}}, 4},
		{"keyword", finding.Filters{"Keyword": {{Value: "TITLE 7"}}}, 1},
	} {
		p, err := h.Get(ctx, arn.In(account, region), c.fs, finding.Sort{}, nil, 100)
		if err != nil || len(p.Findings) != c.want {
			t.Errorf("%s: %d findings, %v; want %d", c.name, len(p.Findings), err, c.want)
		}
	}
	for _, fs := range []finding.Filters{{"Nonsense": {{Value: "x"}}}, {"Title": {{Value: "x", Comparison: "LIKE"}}}, {"NetworkSourceIpV4": {{Cidr: "10.0"}}}} {
		if _, err := h.Get(ctx, arn.In(account, region), fs, finding.Sort{}, nil, 1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v: %v", fs, err)
		}
	}
	// Pages through a filter that the store cannot answer itself.
	seen, after := 0, (*finding.Place)(nil)
	for pages := 0; ; pages++ {
		p, err := h.Get(ctx, arn.In(account, region), finding.Filters{"Title": {{Value: "Title", Comparison: "PREFIX"}}}, finding.Sort{By: finding.UpdatedAttr, Descending: true}, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(p.Findings)
		if after = p.Next; after == nil {
			if pages != 6 || seen != 20 {
				t.Errorf("%d findings on %d pages", seen, pages+1)
			}
			break
		}
	}
}

func TestImportFiles(t *testing.T) {
	h, env := open(t)
	dir := t.TempDir()
	put := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	join := func(sep string, raws ...json.RawMessage) []byte {
		var parts []string
		for _, r := range raws {
			parts = append(parts, string(r))
		}
		return []byte(strings.Join(parts, sep))
	}
	many := make([]json.RawMessage, 450)
	for i := range many {
		many[i] = asff(t, fmt.Sprint("m", i), map[string]any{"AwsAccountId": "333333333333"})
	}
	put("array.json", append(append([]byte("[\n"), join(",\n", many...)...), ']'))
	put("object.json", append(append([]byte(`{"Findings": [`), join(",", asff(t, "o1", nil), asff(t, "o2", nil))...), "]}"...))
	put("lines.jsonl", join("\n", asff(t, "l1", nil), asff(t, "l2", nil), asff(t, "l2", map[string]any{"Title": nil})))
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = w.Write(asff(t, "z1", nil))
	_ = w.Close()
	put("one.json.gz", z.Bytes())
	put("broken.json.gz", z.Bytes()[:20])
	put("cut.json", []byte(`[{"Id":"x"`))
	put("notes.txt", []byte("not read"))
	im := finding.Importer{Hub: h, Clock: env.Clock}
	r, err := im.Files(ctx, dir)
	if err != nil || r.Items != 455 || r.Duplicates != 0 || len(r.Rejected) != 3 || r.Bytes == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = im.Files(ctx, dir)
	if err != nil || r.Items != 0 || r.Duplicates != 455 {
		t.Fatalf("again: %+v, %v", r, err)
	}
	if _, err := im.Files(ctx, filepath.Join(dir, "nope")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("missing path: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(asff(f, "x", nil)))
	f.Add([]byte(`{"Id":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := finding.Decode(b, region)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("error %v is no fault", err)
			}
			return
		}
		if _, err := got.Document(); err != nil {
			t.Fatalf("an accepted finding cannot be shown: %v", err)
		}
	})
}
