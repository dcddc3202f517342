package segment_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tickmark/tickmark/internal/arn"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
)

// sampleEvents is the number of events in the published logs, no two of them the same.
const sampleEvents = 3313

// sampleFiles reads the records of each published log file, with the standard library's means.
func sampleFiles(t *testing.T) (files [][]json.RawMessage) {
	t.Helper()
	err := fs.WalkDir(traildata.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".gz") {
			return err
		}
		b, err := fs.ReadFile(traildata.FS, name)
		if err != nil {
			return err
		}
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return err
		}
		if b, err = io.ReadAll(r); err != nil {
			return err
		}
		var log struct{ Records []json.RawMessage }
		if json.Unmarshal(b, &log) != nil || log.Records == nil { // a record a line
			for line := range bytes.Lines(b) {
				if line = bytes.TrimSpace(line); len(line) > 0 {
					log.Records = append(log.Records, line)
				}
			}
		}
		files = append(files, log.Records)
		return nil
	})
	n := 0
	for _, f := range files {
		n += len(f)
	}
	if err != nil || n != sampleEvents {
		t.Fatalf("the published logs have %d events, %v", n, err)
	}
	return files
}

// pieces are log files that were cut out of the records of one: each begins within the one before, and of the records
// one in ten comes again as LookupEvents spells it.
func pieces(records []json.RawMessage, rnd *rand.Rand) (out [][]byte) {
	for i := 0; i < len(records); {
		j := min(len(records), i+1+rnd.IntN(120))
		from := max(0, i-rnd.IntN(30))
		out = append(out, slices.Concat([]byte(`{"Records":[`), bytes.Join(plain(records[from:j]), []byte(",")), []byte("]}")))
		i = j
	}
	var spelt []map[string]any
	for _, n := range rnd.Perm(len(records))[:(len(records)+9)/10] {
		spelt = append(spelt, map[string]any{"EventId": fmt.Sprint(n), "Username": "x", "CloudTrailEvent": string(records[n])})
	}
	b, err := json.Marshal(map[string]any{"Events": spelt})
	if err != nil {
		panic(err) // texts can be marshalled
	}
	return append(out, b)
}

func plain(records []json.RawMessage) (out [][]byte) {
	for _, r := range records {
		out = append(out, r)
	}
	return out
}

// TestSampleLogsInPieces: the published logs, each file twice, shuffled, cut into overlapping files with repeats in
// another spelling, are 3,313 events with the bytes they have in the published files.
func TestSampleLogsInPieces(t *testing.T) {
	files := sampleFiles(t)
	want := map[string]string{}
	for _, f := range files {
		for _, r := range f {
			e, err := trail.Decode(r)
			if err != nil {
				t.Fatal(err)
			}
			want[e.Account+" "+e.ID] = string(e.Raw)
		}
	}
	if len(want) != sampleEvents {
		t.Fatalf("%d keys", len(want))
	}
	for _, seed := range []uint64{1, 2} {
		rnd := rand.New(rand.NewPCG(seed, seed))
		var all [][]byte
		for _, f := range files {
			all = append(all, pieces(f, rnd)...)
			all = append(all, pieces(f, rnd)...) // cut elsewhere
		}
		all = append(all, all[:len(all)/2]...) // and some files as they were
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		logs := fstest.MapFS{}
		for i, b := range all {
			logs[fmt.Sprintf("%06d.json", i)] = &fstest.MapFile{Data: b}
		}
		s := open(t, filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB))
		for again := range 2 {
			r, err := (&trail.Importer{Store: s, Clock: stamp.System}).FS(t.Context(), logs, ".")
			if err != nil || len(r.Rejected) != 0 || r.Conflicts != 0 || again == 0 && r.Items != sampleEvents || again == 1 && r.Items != 0 {
				t.Fatalf("import %d: %+v, %v", again, r, err)
			}
			if _, err := s.Seal(t.Context(), 20); err != nil {
				t.Fatal(err)
			}
		}
		rows := 0
		err := s.Scan(t.Context(), trail.ScanQuery{Scope: arn.Everything(), Raw: true}, func(e *trail.Event) bool {
			rows++
			if want[e.Account+" "+e.ID] != string(e.Raw) {
				t.Errorf("event %s has other bytes than its first source", e.ID)
			}
			return true
		})
		if err != nil || rows != sampleEvents {
			t.Errorf("%d events, %v", rows, err)
		}
	}
}
