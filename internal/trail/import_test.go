package trail_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

func importer(s trail.Store) *trail.Importer {
	return &trail.Importer{Store: s, Clock: stamp.NewFixed(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))}
}

func TestSampleLogs(t *testing.T) {
	for _, c := range []struct {
		folder                        string
		events, names, sources, adapt int
	}{
		{traildata.Invictus, 2900, 260, 29, 0},
		{traildata.Stratus, 310, 54, 14, 0},
		{traildata.OTRF, 103, 0, 0, 103},
	} {
		t.Run(c.folder, func(t *testing.T) {
			m := trailtest.NewMemory()
			for again := range 2 {
				r, err := importer(m).FS(t.Context(), traildata.FS, c.folder)
				if err != nil || len(r.Rejected) != 0 || r.Conflicts != 0 {
					t.Fatalf("%+v, %v", r, err)
				}
				if again == 0 && (r.Items != c.events || r.Duplicates != 0 || r.Adapted != c.adapt) {
					t.Errorf("first import: %+v, want %d items", r, c.events)
				}
				if again == 1 && (r.Items != 0 || r.Duplicates != c.events) {
					t.Errorf("second import: %+v, want %d duplicates", r, c.events)
				}
			}
			names, sources := map[string]bool{}, map[string]bool{}
			err := m.Scan(t.Context(), trail.ScanQuery{Scope: arn.Everything()}, func(e *trail.Event) bool {
				names[e.Name], sources[e.Source] = true, true
				return true
			})
			if err != nil || c.names > 0 && (len(names) != c.names || len(sources) != c.sources) {
				t.Errorf("%d names and %d sources, want %d and %d (%v)", len(names), len(sources), c.names, c.sources, err)
			}
		})
	}
}

func zip(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(p)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func rec(id string) string {
	return `{"eventTime":"2024-01-01T00:00:00Z","eventName":"N","eventSource":"s","awsRegion":"r","recipientAccountId":"1","eventID":"` + id + `"}`
}

// TestForms: each file's content, how many events it gives, and a word of each rejection.
func TestForms(t *testing.T) {
	cut := zip(t, `{"Records":[`+rec("a")+`,`+rec("b")+`,`+strings.Repeat(rec("c"), 1)+`]}`)
	for name, c := range map[string]struct {
		content []byte
		events  int
		reject  []string
	}{
		"envelope.json":       {[]byte(`{"Records":[` + rec("a") + "," + rec("b") + `]}`), 2, nil},
		"empty.json":          {[]byte(`{"Records":[]}`), 0, nil},
		"nothing.json":        {nil, 0, nil},
		"array.json":          {[]byte("\xEF\xBB\xBF [" + rec("a") + "]"), 1, nil},
		"lines.jsonl":         {[]byte(rec("a") + "\n" + rec("b") + "\r\n\n" + rec("c")), 3, nil},
		"lines-of-files.json": {[]byte(`{"Records":[` + rec("a") + "]}\n" + `{"x":1,"Records":[` + rec("b") + `],"y":{}}`), 2, nil},
		"one.json":            {[]byte(strings.ReplaceAll(rec("a"), ",", ",\n  ")), 1, nil},
		"lookup.json": {[]byte(`{"Events":[{"EventId":"a","Username":"u","CloudTrailEvent":"` + strings.ReplaceAll(rec("a"), `"`, `\"`) +
			`"}],"NextToken":"t"}`), 1, nil},
		"members.json.gz":   {zip(t, `{"Records":[`+rec("a")+`]}`, `{"Records":[`+rec("b")+`]}`), 2, nil},
		"unpacked.json.gz":  {[]byte(`{"Records":[` + rec("a") + `]}`), 1, nil},
		"packed.json":       {zip(t, rec("a")), 1, nil},
		"cut.json.gz":       {cut[:len(cut)-9], 3, []string{"broken gzip"}},
		"cut.json":          {[]byte(`{"Records":[` + rec("a") + `,{"eventTime":"20`), 1, []string{"cut off after record 1"}},
		"bad-record.json":   {[]byte(`{"Records":[` + rec("a") + `,{"eventID":x,"a":[1]},` + rec("b") + `]}`), 2, []string{"record 2"}},
		"lost-quote.jsonl":  {[]byte(rec("a") + "\n" + `{"eventID":"x}` + "\n" + rec("b")), 2, []string{"record 2"}},
		"open-brace.jsonl":  {[]byte(rec("a") + "\n" + `{"eventID":{"x":1` + "\n" + rec("b")), 2, []string{"record 2"}},
		"odd-elements.json": {[]byte(`[1,"x",null,` + rec("a") + `,[{}],}` + `]`), 1, []string{"record 1", "record 2", "record 3", "record 5", "record 6"}},
		"text.json":         {[]byte("hello"), 0, []string{"not JSON"}},
		"broken.json.gz":    {[]byte("\x1f\x8bxxxx"), 0, []string{"gzip"}},
		"utf8.json":         {[]byte(`[` + rec("a") + `,` + rec("b\xff") + `]`), 1, []string{"UTF-8"}},
		"no-account.json":   {[]byte(strings.Replace(rec("a"), `"1"`, `""`, 1)), 0, []string{"no account"}},
		"config.json":       {[]byte(`{"configurationItems":[{"version":"1.3"}]}`), 0, []string{"not a CloudTrail record"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := importer(trailtest.NewMemory()).FS(t.Context(), fstest.MapFS{name: {Data: c.content}}, ".")
			if err != nil {
				t.Fatal(err)
			}
			if r.Items != c.events {
				t.Errorf("%d events, want %d; rejected %v", r.Items, c.events, r.Rejected)
			}
			if len(r.Rejected) != len(c.reject) {
				t.Fatalf("rejected %v, want %v", r.Rejected, c.reject)
			}
			for i, want := range c.reject {
				if got := r.Rejected[i].Source + " " + r.Rejected[i].Reason; !strings.Contains(got, want) || !strings.Contains(got, name) {
					t.Errorf("rejection %q does not tell %q in %s", got, want, name)
				}
			}
		})
	}
}

func TestLongAndHugeRecords(t *testing.T) {
	long := strings.Replace(rec("long"), `{`, `{"pad":"`+strings.Repeat("x", 3<<20)+`",`, 1)
	huge := strings.Replace(rec("huge"), `{`, `{"pad":"`+strings.Repeat("x", 9<<20)+`",`, 1)
	text := `{"Records":[` + rec("a") + "," + long + "," + huge + "," + rec("z") + `]}`
	r, err := importer(trailtest.NewMemory()).FS(t.Context(), fstest.MapFS{"f.json": {Data: []byte(text)}}, ".")
	if err != nil || r.Items != 3 || len(r.Rejected) != 1 || !strings.Contains(r.Rejected[0].Reason, "larger than") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestBomb(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range 80 {
		if _, err := w.Write(spaces); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := importer(trailtest.NewMemory()).FS(t.Context(), fstest.MapFS{"f.json.gz": {Data: b.Bytes()}}, ".")
	if err != nil || len(r.Rejected) != 1 || !strings.Contains(r.Rejected[0].Reason, "200 times") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestFolders(t *testing.T) {
	file := func(id string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(rec(id))} }
	day := "/eu-west-1/2024/01/01/x.json.gz"
	r, err := importer(trailtest.NewMemory()).FS(t.Context(), fstest.MapFS{
		"b/AWSLogs/111122223333/CloudTrail" + day:                       file("1"),
		"b/AWSLogs/o-abc/111122223333/CloudTrail-NetworkActivity" + day: file("2"),
		"b/AWSLogs/111122223333/CloudTrail-Digest" + day:                file("3"),
		"b/AWSLogs/111122223333/CloudTrail-Insight" + day:               file("4"),
		"b/AWSLogs/111122223333/CloudTrail-Aggregated" + day:            file("5"),
		"b/AWSLogs/111122223333/Config" + day:                           file("6"),
		"b/README.md":                                                   file("7"),
	}, ".")
	if err != nil || r.Items != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, k := range []string{"CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Aggregated", "Config", "not a log"} {
		if r.Skipped[k] != 1 {
			t.Errorf("skipped %v, want one %s", r.Skipped, k)
		}
	}
}

func TestConflictAndMissingPath(t *testing.T) {
	other := strings.Replace(rec("a"), `"N"`, `"M"`, 1)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f.json"), []byte(rec("a")+"\n"+other+"\n"+rec("a")), 0o600); err != nil {
		t.Fatal(err)
	}
	m := trailtest.NewMemory()
	r, err := importer(m).Files(t.Context(), dir)
	if err != nil || r.Items != 1 || r.Conflicts != 1 || r.Duplicates != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := importer(m).Files(context.Background(), filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a missing path: %v", err)
	}
}

func FuzzSplitRecords(f *testing.F) {
	for _, s := range []string{`{"Records":[` + rec("a") + `]}`, `[` + rec("a") + `,{]`, rec("a") + "\n" + rec("b"), `{"Events":[{"CloudTrailEvent":"{}"}]}`, `{"x":[`, `}`, `[}]`, `[,]`} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, step uint8) {
		run := func(read func(p []byte) int) (ids []string, rejected int) {
			s := trail.Splitter{
				Event:  func(e *trail.Event) error { ids = append(ids, e.ID); return nil },
				Reject: func(string, string) { rejected++ },
			}
			if err := s.Split(&slowReader{b, read}); err != nil {
				t.Fatal(err)
			}
			return ids, rejected
		}
		ids, rejected := run(func(p []byte) int { return len(p) })
		slow, slowRejected := run(func(p []byte) int { return min(len(p), int(step)%7+1) })
		if strings.Join(ids, ",") != strings.Join(slow, ",") || rejected != slowRejected {
			t.Fatalf("the pieces in which %q arrives matter: %v/%d and %v/%d", b, ids, rejected, slow, slowRejected)
		}
	})
}

type slowReader struct {
	b    []byte
	size func(p []byte) int
}

func (r *slowReader) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:r.size(p)], r.b)
	r.b = r.b[n:]
	return n, nil
}
