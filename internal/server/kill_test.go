package server

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/store/pgtest"
)

// TestMain lets the test's program be started again as the worker that TestKill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(workerDir); dir != "" {
		os.Exit(workInChild(dir, os.Getenv(workerFrom)))
	}
	os.Exit(pgtest.Run(m))
}

const (
	workerDir  = "TICKMARK_TEST_WORKER"
	workerFrom = "TICKMARK_TEST_WORKER_FROM"
)

// TestKill kills a process with SIGKILL at random moments while it imports items and events, evaluates, collects
// evidence, signs checkpoints and writes reports. After each kill the directory is opened and checked: nothing that
// was acknowledged is lost, nothing is double, the ledger verifies. Then the work goes on. A story that was
// interrupted ends with exactly what an undisturbed one ends with. TICKMARK_KILLS sets the number of kills.
func TestKill(t *testing.T) {
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
	rnd := rand.New(rand.NewPCG(seed, 1))

	calm := newWitness(t, t.TempDir())
	if calm.run(rnd, false) {
		t.Fatal("the undisturbed worker was killed")
	}
	want := calm.check()
	t.Logf("undisturbed: %d answers, %s", calm.lines, want)

	for done := 0; done < kills && !t.Failed(); {
		w := newWitness(t, t.TempDir())
		w.expected = calm.lines
		for w.run(rnd, done < kills) {
			done++
			got := w.check()
			t.Logf("kill %d: %s; %s", done, w.how, got)
			if t.Failed() {
				return
			}
		}
		if got := w.check(); !reflect.DeepEqual(got, want) {
			t.Errorf("after all the kills the end is another:\n%s\nwant\n%s%s", got, want, got.differences(want))
		}
	}
}

// witness keeps what the worker has acknowledged.
type witness struct {
	t     *testing.T
	story *story
	dir   string
	from  progress
	// lines is the number of answers so far; expected how many a whole story has.
	lines, expected int
	notes           []string
	checkpoints     []string
	how             string
}

func newWitness(t *testing.T, dir string) *witness {
	return &witness{t: t, story: newStory(filepath.Join(dir, "input")), dir: dir}
}

// run lets the worker go on from where it was; it tells whether it was killed before it ended by itself.
func (w *witness) run(rnd *rand.Rand, kill bool) (killed bool) {
	w.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), workerDir+"="+w.dir, workerFrom+"="+w.from.String())
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for r := bufio.NewReader(out); ; {
			line, err := r.ReadString('\n')
			if err != nil { // a line cut off was not answered
				return
			}
			lines <- strings.TrimSuffix(line, "\n")
		}
	}()
	// Half of the kills count answers, the others time: so opening and long steps are hit as well.
	after, wait := 1+rnd.IntN(max(1, w.expected/4)), time.Duration(rnd.IntN(60_000))*time.Microsecond
	var timer <-chan time.Time
	if byTime := rnd.IntN(2) == 0; kill && byTime {
		after, wait = 0, time.Duration(rnd.IntN(2_500_000))*time.Microsecond
		timer = time.After(wait)
	}
	seen := 0
	for open := true; open; {
		select {
		case line, ok := <-lines:
			if open = ok; !ok {
				break
			}
			w.heed(line)
			if seen++; kill && seen == after {
				timer = time.After(wait)
			}
		case <-timer:
			w.how = fmt.Sprintf("%d answers and %v after the start", seen, wait)
			_ = cmd.Process.Kill() // it may have ended by itself
			timer = nil
		}
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err == nil {
		return false
	}
	if cmd.ProcessState.ExitCode() != -1 {
		w.t.Fatalf("the worker failed: %v\n%s", cmd.ProcessState, stderr.String())
	}
	return true
}

// heed notes an answer.
func (w *witness) heed(line string) {
	w.lines++
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "items":
		w.from.items = w.after(rest)
	case "events":
		w.from.events = w.after(rest)
	case "note":
		w.notes = append(w.notes, rest)
	case "checkpoint":
		w.checkpoints = append(w.checkpoints, rest)
	case "evaluated", "collected", "report":
	default:
		w.t.Fatalf("the worker says %q", line)
	}
}

func (w *witness) after(n string) int {
	i, err := strconv.Atoi(n)
	if err != nil {
		w.t.Fatal(err)
	}
	return i + 1
}
