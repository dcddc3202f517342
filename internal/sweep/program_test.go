package sweep_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/sweep"
)

const owner = "000000000001"

// ways are the connections of a test, all to the same plan.
type ways struct {
	all    []sweep.Connection
	plan   sweep.Plan
	runner *sweep.Runner
	err    error
}

func (w *ways) All(context.Context) ([]sweep.Connection, error) { return w.all, nil }

func (w *ways) Prepare(context.Context, *sweep.Job) (sweep.Plan, *sweep.Runner, error) {
	return w.plan, w.runner, w.err
}

func (h *house) program(w *ways) *sweep.Program {
	return sweep.New(store.For(h.env.DB, func(tx *store.Tx) docs.Tx { return tx }), owner, w, h.env.Clock, nil)
}

func TestJobs(t *testing.T) {
	h := open(t)
	h.stock()
	w := &ways{plan: h.plan(one), runner: h.runner}
	p, ctx := h.program(w), t.Context()
	if _, err := p.Start(ctx, sweep.Job{}); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "connect aws") {
		t.Errorf("without a connection: %v", err)
	}
	w.all = []sweep.Connection{{Name: "a", Every: time.Hour}, {Name: "b", Every: time.Hour}}
	if _, err := p.Start(ctx, sweep.Job{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("which connection: %v", err)
	}
	if _, err := p.Start(ctx, sweep.Job{Connection: "c"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such connection: %v", err)
	}
	j, err := p.Start(ctx, sweep.Job{Connection: "a"})
	if err != nil || j.State != sweep.Queued {
		t.Fatal(j, err)
	}
	if _, err := p.Start(ctx, sweep.Job{Connection: "a"}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("while it is read: %v", err)
	}
	j, err = p.Carry(ctx, j.ID, nil)
	if err != nil || j.State != sweep.Finished || j.Progress.Items != 35 || j.Progress.Done != 5 || j.Finished.IsZero() || j.Digest == "" {
		t.Errorf("%+v %v", j, err)
	}
	if _, err := p.Cancel(ctx, j.ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("cancelled at its end: %v", err)
	}
	w.err = errors.New("the credentials have expired")
	j, _ = p.Start(ctx, sweep.Job{Connection: "b"})
	if j, err = p.Carry(ctx, j.ID, nil); err != nil || j.State != sweep.Failed || !strings.Contains(j.Problem, "expired") {
		t.Errorf("%+v %v", j, err)
	}
	if all, err := p.Jobs(ctx); err != nil || len(all) != 2 || all[0].Connection != "b" {
		t.Errorf("%+v %v", all, err)
	}
	if last, err := p.Job(ctx, "", "a"); err != nil || last.Connection != "a" {
		t.Errorf("%+v %v", last, err)
	}
}

func TestCancel(t *testing.T) {
	h := open(t)
	h.stock()
	h.run(h.plan(one))
	h.world.put(alpha, ireland, "ec2:DescribeVolumes")
	w := &ways{all: []sweep.Connection{{Name: "a", Every: time.Hour}}, plan: h.plan(one), runner: h.runner}
	p := h.program(w)
	j, err := p.Start(t.Context(), sweep.Job{})
	if err != nil {
		t.Fatal(err)
	}
	h.world.answer = func(ctx context.Context, _ collect.Place, _ string, _ int) error {
		if _, err := p.Cancel(context.Background(), j.ID); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}
	if j, err = p.Carry(t.Context(), j.ID, nil); err != nil || j.State != sweep.Cancelled || h.present(alpha, ireland, volume.Name) != 30 {
		t.Errorf("%+v %v", j, err)
	}
	if g := h.gap(alpha, ireland, volume.Name); g != nil {
		t.Errorf("an end that was asked for is no gap: %+v", g)
	}
}

func TestSchedule(t *testing.T) {
	h := open(t)
	h.stock()
	w := &ways{all: []sweep.Connection{{Name: "a", Every: 24 * time.Hour, Created: h.env.Clock.Now()}}, plan: h.plan(one), runner: h.runner}
	p := h.program(w)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	finished := func(n int) {
		t.Helper()
		for {
			all, err := p.Jobs(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			ended := 0
			for _, j := range all {
				if j.State == sweep.Finished && j.Scheduled {
					ended++
				}
			}
			if ended == n && len(all) == n {
				return
			}
			if ended > n {
				t.Fatalf("%d sweeps, want %d", ended, n)
			}
			p.Wake()
			time.Sleep(5 * time.Millisecond)
		}
	}
	finished(1) // at once
	h.env.Clock.Advance(11 * time.Hour)
	for range 5 {
		p.Wake()
		time.Sleep(5 * time.Millisecond)
	}
	finished(1)
	h.env.Clock.Advance(25 * time.Hour)
	finished(2)
	h.env.Clock.Advance(24 * time.Hour)
	finished(3)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// workerData names the directory of a store to whoever plays the server that is killed.
const workerData = "TICKMARK_TEST_SWEEP"

// slow is a world in which each call takes its time and is told.
type slow struct{ *world }

func (s slow) Pages(ctx context.Context, at collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	fmt.Println("call", at.Account, at.Region, api)
	time.Sleep(5 * time.Millisecond)
	return s.world.Pages(ctx, at, api, in, page)
}

// manyPlaces is an estate of so many units that a kill falls into the middle.
func manyPlaces(w *world) sweep.Plan {
	plan := sweep.Plan{Types: []*collect.Type{volume}}
	for i := range 100 {
		id := fmt.Sprintf("%012d", 1+i)
		plan.Accounts = append(plan.Accounts, sweep.Account{ID: id, Role: "r", Regions: []string{ireland, home}})
		w.put(id, ireland, "ec2:DescribeVolumes", numbered("vol", 3)...)
	}
	return plan
}

func worker(dir string) error {
	db, err := store.Open(context.Background(), filepath.Join(dir, "state.db"), store.Options{Clock: stamp.System, Holder: "worker"})
	if err != nil {
		return err
	}
	w := &world{size: 100}
	plan := manyPlaces(w)
	items := store.For(db, func(tx *store.Tx) inventory.Tx { return tx })
	runner := &sweep.Runner{Caller: slow{w}, Store: items, Sink: inventory.Recorder{Store: items}, Clock: stamp.System, Limits: sweep.Limits{Units: 4}}
	p := sweep.New(store.For(db, func(tx *store.Tx) docs.Tx { return tx }), owner, &ways{all: []sweep.Connection{{Name: "a"}}, plan: plan, runner: runner}, stamp.System, nil)
	j, err := p.Job(context.Background(), "", "")
	if err != nil {
		if j, err = p.Start(context.Background(), sweep.Job{}); err != nil {
			return err
		}
	}
	j, err = p.Carry(context.Background(), j.ID, nil)
	fmt.Println("end", j.State, j.Progress.Done, j.Resumed)
	return err
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(workerData); dir != "" {
		if err := worker(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A run that is killed in the middle goes on with what it had not settled: nothing is left out, and no more is read again
// than was under way.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	calls := map[string]int{}
	run := func(killAfter int) (end string) {
		cmd := exec.Command(os.Args[0])
		cmd.Env, cmd.Stderr = append(os.Environ(), workerData+"="+dir), os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		n := 0
		for s := bufio.NewScanner(out); s.Scan(); {
			if call, ok := strings.CutPrefix(s.Text(), "call "); ok {
				calls[call]++
				if n++; n == killAfter {
					_ = cmd.Process.Kill()
				}
			} else {
				end = s.Text()
			}
		}
		if err := cmd.Wait(); err != nil && killAfter == 0 {
			t.Fatal(err)
		}
		return end
	}
	run(60)
	run(60)
	if end := run(0); end != "end finished 200 2" {
		t.Errorf("the run ended with %q", end)
	}
	twice := 0
	for _, n := range calls {
		twice += n - 1
	}
	// four units were under way at each kill, and those whose settling was on its way to the disk
	if len(calls) != 200 || twice == 0 || twice > 40 {
		t.Errorf("%d of 200 places read, %d times again", len(calls), twice)
	}
}
