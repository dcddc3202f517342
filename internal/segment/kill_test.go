package segment_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

const (
	killedIn   = "TICKMARK_TEST_INGEST"
	killedFrom = "TICKMARK_TEST_INGEST_FROM"
	// killFiles is how many files one store takes.
	killFiles = 40
)

// killFile is the n-th file of the story: a few events or a few thousand, of three days, and some of the file before.
func killFile(n int) []byte {
	g := func(n int) *trailtest.Generator {
		g := trailtest.NewGenerator(uint64(n) + 100)
		g.Start = g.Start.AddDate(0, 0, n%3)
		return g
	}
	b := append(g(n).Log(nil, []int{3, 2500, 40, 300, 700}[n%5]), '\n')
	if n > 0 {
		b = append(b, g(n-1).Log(nil, 3)...)
	}
	return b
}

// TestIngestWorker is the process that TestKillDuringIngest kills: it says after each file that it is stored, and seals
// and merges between them.
func TestIngestWorker(t *testing.T) {
	dir := os.Getenv(killedIn)
	if dir == "" {
		t.Skip("TestKillDuringIngest starts it")
	}
	from, err := strconv.Atoi(os.Getenv(killedFrom))
	if err != nil {
		t.Fatal(err)
	}
	s := openKilled(t, dir)
	for n := from; n < killFiles; n++ {
		r, err := (&trail.Importer{Store: s, Clock: stamp.System}).FS(context.Background(), fstest.MapFS{fmt.Sprint(n, ".json"): {Data: killFile(n)}}, ".")
		if err != nil || len(r.Rejected) != 0 || r.Conflicts != 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		fmt.Printf("\nstored %d\n", n)
		if _, err := s.Seal(context.Background(), 30); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Compact(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func openKilled(t *testing.T, dir string) *segment.Store {
	t.Helper()
	db := storetest.OpenURL(t, filepath.Join(dir, "state.db"))
	return open(t, filepath.Join(dir, "events"), sql(db.DB))
}

// TestKillDuringIngest kills a process with SIGKILL at random moments while it imports, seals and merges. Whatever it
// said is stored is there, each event once and byte for byte, and of the file it was at, all or nothing.
// TICKMARK_KILLS sets the number of kills.
func TestKillDuringIngest(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	kills := 5
	if n, err := strconv.Atoi(os.Getenv("TICKMARK_KILLS")); err == nil {
		kills = n
	}
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("TICKMARK_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("%d kills, TICKMARK_SEED=%d", kills, seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	for done := 0; done < kills && !t.Failed(); {
		dir, next := t.TempDir(), 0
		for next < killFiles && !t.Failed() {
			stored, killed := ingest(t, dir, next, time.Duration(rnd.IntN(1_500_000))*time.Microsecond, done < kills)
			next = stored
			if killed {
				done++
			}
			t.Run(fmt.Sprint("after kill ", done), func(t *testing.T) {
				t.Logf("%d files were acknowledged, there are %d events", next, checkIngest(t, dir, next))
			})
		}
	}
}

// ingest runs the worker from a file on and tells which file is the first that it did not acknowledge.
func ingest(t *testing.T, dir string, from int, after time.Duration, kill bool) (next int, killed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestIngestWorker$", "-test.v")
	cmd.Env = append(os.Environ(), killedIn+"="+dir, killedFrom+"="+strconv.Itoa(from))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if kill {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended by itself
		defer timer.Stop()
	}
	next = from
	var said strings.Builder
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		said.WriteString(line)
		if err != nil { // a line cut off was not said
			break
		}
		if n, ok := strings.CutPrefix(line, "stored "); ok {
			if got, err := strconv.Atoi(strings.TrimSpace(n)); err != nil || got != next {
				t.Fatalf("the worker said %q after %d", line, next-1)
			}
			next++
		}
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err == nil {
		return next, false
	}
	if cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the worker failed: %v\n%s", cmd.ProcessState, said.String())
	}
	return next, true
}

// checkIngest opens the store and compares all its events with those of the files before next, which are stored, and
// of the file itself, which may be.
func checkIngest(t *testing.T, dir string, next int) int {
	t.Helper()
	want, partly := map[string][sha256.Size]byte{}, map[string]bool{}
	for n := range min(next+1, killFiles) {
		split := trail.Splitter{
			Event: func(e *trail.Event) error {
				if _, known := want[e.ID]; !known && n == next {
					partly[e.ID] = true
				}
				want[e.ID] = sha256.Sum256(e.Raw)
				return nil
			},
			Reject: func(where, why string) { t.Fatal(where, why) },
		}
		if err := split.Split(strings.NewReader(string(killFile(n)))); err != nil {
			t.Fatal(err)
		}
	}
	s := openKilled(t, dir)
	seen := map[string]bool{}
	of := 0
	err := s.Scan(t.Context(), trail.ScanQuery{Scope: arn.Everything(), Raw: true}, func(e *trail.Event) bool {
		if seen[e.ID] || want[e.ID] != sha256.Sum256(e.Raw) {
			t.Errorf("event %s is there twice, or with other bytes, or was never sent", e.ID)
		}
		seen[e.ID] = true
		if partly[e.ID] {
			of++
		}
		return true
	})
	if err != nil || len(seen) != len(want)-len(partly)+of {
		t.Errorf("%d events of %d files, want %d: %v", len(seen), next, len(want)-len(partly), err)
	}
	if of != 0 && of != len(partly) {
		t.Errorf("%d of the %d new events of the file at which it was killed are there", of, len(partly))
	}
	return len(seen)
}
