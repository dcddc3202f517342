package inventory_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func open(t testing.TB) inventory.Store {
	return store.For(storetest.Open(t).DB, func(tx *store.Tx) inventory.Tx { return tx })
}

func importer(s inventory.Store) *inventory.Importer {
	return &inventory.Importer{Store: s, Clock: stamp.NewFixed(storetest.Start)}
}

// samples reads one of the published sample files and takes each line's sample from its wrapper.
func samples(t testing.TB, name, member string) (out []json.RawMessage) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var l map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l[member])
	}
	return out
}

func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func zip(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func item(id string, minute int) string {
	return fmt.Sprintf(`{"configurationItemVersion":"1.3","awsAccountId":"111111111111","awsRegion":"eu-west-1","resourceType":"T","resourceId":%q,"configurationItemStatus":"OK","configurationItemCaptureTime":"2026-01-01T00:%02d:00Z","configuration":{"m":%d}}`, id, minute, minute)
}

func snapshot(items ...string) string {
	return `{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[` + strings.Join(items, ",") + `]}`
}

func run(t *testing.T, s inventory.Store, paths ...string) *inventory.Result {
	t.Helper()
	res, err := importer(s).Paths(context.Background(), paths...)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestImportTree: a bucket's tree is found, each kind of file is read, and a second run adds nothing.
func TestImportTree(t *testing.T) {
	dir, s := t.TempDir(), open(t)
	const root = "AWSLogs/111111111111/"
	write(t, dir, root+"Config/ConfigWritabilityCheckFile", "")
	write(t, dir, root+"Config/eu-west-1/2026/1/2/ConfigSnapshot/111111111111_Config_eu-west-1_ConfigSnapshot_20260102T000000Z_x.json.gz", zip(snapshot(item("a", 1), item("b", 1))))
	write(t, dir, root+"Config/eu-west-1/2026/1/2/ConfigHistory/111111111111_Config_eu-west-1_ConfigHistory_T_1_2_1.json.gz", zip(`{"fileVersion":"1.0","configurationItems":[`+item("a", 1)+","+item("a", 2)+`]}`))
	write(t, dir, root+"CloudTrail/eu-west-1/2026/01/02/x.json.gz", zip(`{"Records":[{"eventVersion":"1"}]}`))
	write(t, dir, "more/lines.jsonl.gz", zip(item("c", 1)+"\n")+zip(item("c", 2)+"\n"))
	write(t, dir, "more/single.json", item("d", 1))
	write(t, dir, "more/readme.txt", "not a delivery")
	res := run(t, s, dir)
	if res.Items != 6 || res.Duplicates != 1 || len(res.Rejected) != 0 || res.Bytes == 0 {
		t.Errorf("first run: %+v", res)
	}
	res = run(t, s, dir)
	if res.Items != 0 || res.Duplicates != 7 || len(res.Rejected) != 0 {
		t.Errorf("second run: %+v", res)
	}
}

// TestImportBadInput: of broken files what was good is kept, and each is named with the reason.
func TestImportBadInput(t *testing.T) {
	half := zip(snapshot(item("g1", 1), item("g2", 1), item("g3", 1)) + strings.Repeat(" ", 1<<20))
	cases := []struct {
		name, text string
		items      int64
		reason     string
	}{
		{"truncated.json", snapshot(item("a", 1), item("b", 1))[:400], 1, "ends in the middle"},
		{"half.json.gz", half[:len(half)-20], 3, "unexpected EOF"},
		{"damaged.json.gz", half[:len(half)-6] + "xxxxxx", 3, "checksum"},
		{"not-gzip.json.gz", "\x1f\x8bxxxxxxxxxxxxxx", 0, "cannot be unpacked"},
		{"plain.json.gz", item("c", 1), 1, ""},
		{"empty.json", "", 0, "empty"},
		{"binary.json", "\x00\x01\x02", 0, "expected an object or an array"},
		{"no-region.json", snapshot(item("d", 1), strings.Replace(item("e", 1), `"awsRegion":"eu-west-1",`, "", 1), item("f", 1)), 2, "no awsRegion"},
		{"not-an-object.json", snapshot(item("h", 1), "7"), 1, "JSON object"},
		{"bad-element.json", snapshot(item("i", 1), `{"resourceId":tru}`), 1, "not JSON"},
		{"trail.json", `{"Records":[{"eventVersion":"1.08"}]}`, 0, "CloudTrail"},
		{"bomb.json.gz", zip(strings.Repeat(" ", 80<<20)), 0, "grows too much"},
		{"conflict.json", "[" + item("j", 1) + "," + strings.Replace(item("j", 1), `"m":1`, `"m":2`, 1) + "]", 1, "first one is kept"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, t.TempDir(), c.name, c.text)
			res := run(t, open(t), path)
			if res.Items != c.items {
				t.Errorf("%d items, want %d", res.Items, c.items)
			}
			if c.reason == "" {
				if len(res.Rejected) != 0 {
					t.Errorf("rejected %v", res.Rejected)
				}
				return
			}
			if len(res.Rejected) != 1 || res.RejectedTotal != 1 || !strings.HasPrefix(res.Rejected[0].Source, path) || !strings.Contains(res.Rejected[0].Reason, c.reason) {
				t.Errorf("rejected %v, want one with %q", res.Rejected, c.reason)
			}
		})
	}
}

func TestImportLimits(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "big.json.gz", zip(snapshot(item("a", 1))+strings.Repeat(" ", 1<<20)))
	im := importer(open(t))
	im.MaxFile = 64 << 10
	res, err := im.Paths(context.Background(), path)
	if err != nil || res.Items != 1 || len(res.Rejected) != 1 || !strings.Contains(res.Rejected[0].Reason, "limit") {
		t.Errorf("%+v, %v", res, err)
	}
	many := write(t, dir, "many.json", "["+strings.Repeat(`{"resourceId":"x"},`, 2500)+item("a", 1)+"]")
	res = run(t, open(t), many)
	if res.Items != 1 || res.RejectedTotal != 2500 || len(res.Rejected) != 1000 || res.Rejected[0].Source != many+"#1" {
		t.Errorf("%d items, %d of %d rejected listed", res.Items, len(res.Rejected), res.RejectedTotal)
	}
	if _, err := importer(open(t)).Paths(context.Background(), many, filepath.Join(dir, "none.json")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a missing path: %v", err)
	}
}

// TestImportCancelled: cancelling ends the import with the cause, and what was answered is stored.
func TestImportCancelled(t *testing.T) {
	s, ctx := open(t), context.Background()
	ctx, cancel := context.WithCancel(ctx)
	im := importer(s)
	im.Progress = func(p inventory.Progress) {
		if p.Items >= 1000 {
			cancel()
		}
	}
	var items []string
	for i := range 20000 {
		items = append(items, item(fmt.Sprint(i), 1))
	}
	res, err := im.Stream(ctx, "stdin", strings.NewReader(snapshot(items...)))
	if err != context.Canceled || res.Items < 1000 || res.Items == 20000 || len(res.Rejected) != 0 {
		t.Fatalf("%v: %d items, rejected %v", err, res.Items, res.Rejected)
	}
	var n int64
	_ = s.Read(context.Background(), func(tx inventory.Tx) error {
		counts, err := tx.ItemCounts(arn.Everything())
		n = counts[0].Items
		return err
	})
	if n < res.Items {
		t.Errorf("%d items are stored, %d were reported", n, res.Items)
	}
}

// TestImportSamples: the published samples are read; what is refused is what is broken in them.
func TestImportSamples(t *testing.T) {
	join := func(list []json.RawMessage) string {
		var b strings.Builder
		for _, l := range list {
			b.Write(l)
			b.WriteByte('\n')
		}
		return b.String()
	}
	cases := []struct {
		file, member                string
		items, duplicates, messages int64
		rejected                    []string
	}{
		{"rdk-example-items.jsonl", "item", 76, 1, 0, []string{"configurationItemCaptureTime"}},
		{"change-notifications.jsonl", "message", 23, 3, 0, []string{"awsAccountId", "first one is kept", "first one is kept"}},
		{"docs-samples.jsonl", "doc", 8, 1, 6, []string{"no configuration items", "no configuration items", "OversizedChangeNotification/AWS::EC2::Instance/resourceId_14b", "NoSuchBucket", "summary only"}},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			path := write(t, t.TempDir(), c.file, join(samples(t, c.file, c.member)))
			s := open(t)
			res := run(t, s, path)
			for _, r := range res.Rejected {
				t.Log(r)
			}
			if res.Items != c.items || res.Duplicates != c.duplicates || res.Messages != c.messages || len(res.Rejected) != len(c.rejected) {
				t.Errorf("%+v", res)
			}
			for i, want := range c.rejected {
				if i < len(res.Rejected) && !strings.Contains(res.Rejected[i].Reason, want) {
					t.Errorf("rejected %v, want %q", res.Rejected[i], want)
				}
			}
			if again := run(t, s, path); again.Items != 0 || again.Duplicates != res.Items+res.Duplicates {
				t.Errorf("again: %+v", again)
			}
		})
	}
}

func TestRecorder(t *testing.T) {
	s, ctx := open(t), context.Background()
	r := inventory.Recorder{Store: s}
	k := inventory.Key{Account: "111111111111", Region: "eu-west-1", Type: "T", ID: "x"}
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	see := func(n int, v string) int {
		t.Helper()
		written, err := r.Observe(ctx, []inventory.Spec{{Key: k, Captured: day(n), Configuration: map[string]string{"v": v}}})
		if err != nil {
			t.Fatal(err)
		}
		return written
	}
	gone := func(n int) int {
		t.Helper()
		written, err := r.Gone(ctx, day(n), []inventory.Key{k, {Account: k.Account, Region: k.Region, Type: "T", ID: "never seen"}})
		if err != nil {
			t.Fatal(err)
		}
		return written
	}
	if got := []int{see(1, "a"), see(2, "a"), see(3, "b"), see(3, "c"), gone(4), gone(5), see(6, "c"), see(7, "c")}; fmt.Sprint(got) != "[1 0 1 1 1 0 1 0]" {
		t.Errorf("written %v", got)
	}
	err := s.Read(ctx, func(tx inventory.Tx) error {
		vs, err := tx.ItemHistory(k, inventory.History{Forward: true})
		var got []string
		for _, v := range vs {
			got = append(got, fmt.Sprintf("%d %s %s", v.Captured.Day(), v.Status, v.Configuration().Get("v").Str()))
		}
		want := "1 ResourceDiscovered a,3 OK b,3 OK c,4 ResourceDeleted ,6 ResourceDiscovered c"
		if strings.Join(got, ",") != want {
			t.Errorf("history %v, want %s", got, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// BenchmarkImport: items a second from packed snapshot to durable store.
func BenchmarkImport(b *testing.B) {
	const n = 5000
	raw := samples(b, "rdk-example-items.jsonl", "item")
	var items []string
	for i := range n {
		s := string(raw[i%len(raw)])
		items = append(items, strings.Replace(s, `"resourceId":"`, fmt.Sprintf(`"resourceId":"%d-`, i), 1))
	}
	path := write(b, b.TempDir(), "s.json.gz", zip(snapshot(items...)))
	for b.Loop() {
		b.StopTimer()
		s := open(b)
		b.StartTimer()
		res, err := importer(s).Paths(context.Background(), path)
		if err != nil || res.Items < n*9/10 {
			b.Fatal(res, err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "items/s")
}
