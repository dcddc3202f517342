package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// still is a clock that stands, with fresh ids: whatever was interrupted, the same facts have the same times.
type still struct{ stamp.Source }

func (still) Now() time.Time { return time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC) }

// story is the work: the same in every process.
type story struct {
	estate  sample.Estate
	batches [][]*inventory.Item
	input   string // folder of the files that are imported
}

const (
	itemBatch   = 40
	trailFiles  = 30
	trailEvents = 120
	sealEvery   = 4 // trail files
	judgeEvery  = 4 // batches of items
)

func newStory(input string) *story {
	e := sample.Demo(still{}.Now())
	e.Stacks = 2
	s := &story{estate: e, input: input}
	var batch []*inventory.Item
	for _, it := range e.Items() {
		if batch = append(batch, it); len(batch) == itemBatch {
			s.batches, batch = append(s.batches, batch), nil
		}
	}
	s.batches = append(s.batches, batch)
	return s
}

// log is the text of a trail file: files share days, so that segments of one day come from many.
func (s *story) log(n int) []byte {
	g := trailtest.NewGenerator(uint64(n) + 1)
	g.Account, g.Start = s.estate.Accounts[n%2].ID, g.Start.AddDate(0, 0, n%3)
	return g.Log(nil, trailEvents)
}

// progress is how far each lane has been answered.
type progress struct{ items, events int }

func (p progress) String() string { return fmt.Sprint(p.items, " ", p.events) }

func openForKill(dir string) (*Server, error) {
	return Open(context.Background(), Config{Data: filepath.Join(dir, "data"), Account: sample.Demo(time.Time{}).Accounts[0].ID, Clock: still{stamp.System}})
}

// worker is the process that is killed. It says on standard output what it has done, after it was done.
type worker struct {
	*Server
	*story
	audit Audit
	notes map[string]bool // the manual evidence that is there
	say   sync.Mutex
}

func workInChild(dir, from string) int {
	err := func() error {
		s, err := openForKill(dir)
		if err != nil {
			return err
		}
		w := &worker{Server: s, story: newStory(filepath.Join(dir, "input")), notes: map[string]bool{}}
		var p progress
		if _, err := fmt.Sscan(from, &p.items, &p.events); err != nil {
			return err
		}
		if err := w.work(context.Background(), p); err != nil {
			return err
		}
		return s.Close()
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (w *worker) answer(format string, args ...any) {
	w.say.Lock()
	defer w.say.Unlock()
	fmt.Printf(format+"\n", args...)
}

func (w *worker) work(ctx context.Context, p progress) error {
	if err := w.setUp(ctx); err != nil {
		return err
	}
	lanes := [2]func() error{
		func() error { return w.items(ctx, p.items) },
		func() error { return w.eventsAndNotes(ctx, p.events) },
	}
	var errs [2]error
	var wg sync.WaitGroup
	for i, lane := range lanes {
		wg.Go(func() { errs[i] = lane() })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return w.finish(ctx)
}

// setUp makes the organization, its recorders, packs, findings and the assessment; what is there stays.
func (w *worker) setUp(ctx context.Context) error {
	if err := os.MkdirAll(w.input, 0o700); err != nil {
		return err
	}
	empty := w.estate
	empty.Stacks = 0
	if _, err := w.LoadEstate(ctx, empty, func(int64) {}); err != nil {
		return fmt.Errorf("organization: %w", err)
	}
	if _, err := w.LoadFindings(ctx, w.estate); err != nil {
		return fmt.Errorf("findings: %w", err)
	}
	if _, err := w.DeployPacks(ctx, w.estate, func(int64) {}); err != nil {
		return fmt.Errorf("packs: %w", err)
	}
	a, err := w.StartAudit(ctx, w.estate)
	if err != nil {
		return fmt.Errorf("assessment: %w", err)
	}
	w.audit = *a
	return w.known(ctx)
}

// known reads which manual evidence is there: a client that lost an answer looks before it asks again.
func (w *worker) known(ctx context.Context) error {
	return w.db.Read(ctx, func(tx *store.Tx) error {
		entries, err := tx.Entries(ledger.Query{Account: w.cfg.Account, Source: assess.SourceManual})
		for i := 0; err == nil && i < len(entries); i++ {
			var b ledger.Body
			b, err = ledger.ReadBody(tx, w.cfg.Account, entries[i].Body)
			w.notes[noteOf(b)] = true
		}
		return err
	})
}

// noteOf is the name of a piece of manual evidence: its text, or its file's name.
func noteOf(b ledger.Body) string {
	if b.FileName != "" {
		return strings.TrimSuffix(b.FileName, ".txt")
	}
	return b.Text
}

// items imports the configuration, by calls and by files in turn, judges it and collects evidence.
func (w *worker) items(ctx context.Context, from int) error {
	for i := from; i < len(w.batches); i++ {
		if err := w.batch(ctx, i); err != nil {
			return fmt.Errorf("batch %d: %w", i, err)
		}
		if i%judgeEvery == judgeEvery-1 {
			if err := w.judge(ctx); err != nil {
				return err
			}
		}
		w.answer("items %d", i)
	}
	return nil
}

func (w *worker) batch(ctx context.Context, i int) error {
	if i%2 == 0 {
		_, err := inventory.PutAll(ctx, w.Server.items, w.batches[i])
		return err
	}
	var b strings.Builder
	b.WriteString(`{"fileVersion":"1.0","configurationItems":[`)
	for n, it := range w.batches[i] {
		if n > 0 {
			b.WriteByte(',')
		}
		b.Write(it.Raw())
	}
	b.WriteString(`]}`)
	return w.file(ctx, "config", fmt.Sprintf("items-%03d.json", i), []byte(b.String()))
}

// file imports a file and makes sure that all of it was understood.
func (w *worker) file(ctx context.Context, kind, name string, text []byte) error {
	path := filepath.Join(w.input, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	r, err := w.Import(ctx, ImportRequest{Kind: kind, Paths: []string{path}}, nil)
	if err != nil {
		return err
	}
	if said := fmt.Sprintf("%+v", r); !strings.Contains(said, "Rejected:[]") {
		return fmt.Errorf("%s: %s", name, said)
	}
	return nil
}

func (w *worker) judge(ctx context.Context) error {
	if err := w.Evaluate(ctx, func(compliance.Progress) {}); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	w.answer("evaluated")
	for worked := true; worked; {
		var err error
		if worked, err = w.collector.Step(ctx); err != nil {
			return fmt.Errorf("collect: %w", err)
		}
	}
	w.answer("collected")
	return w.checkpoint(ctx)
}

func (w *worker) checkpoint(ctx context.Context) error {
	c, err := w.reporter.Publisher.Checkpoint(ctx, w.cfg.Account)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	w.answer("checkpoint %d %s", c.Size, c.Root)
	return nil
}

// eventsAndNotes imports trail logs and manual evidence beside.
func (w *worker) eventsAndNotes(ctx context.Context, from int) error {
	for i := from; i < trailFiles; i++ {
		if err := w.file(ctx, "cloudtrail", fmt.Sprintf("trail-%03d.json", i), w.log(i)); err != nil {
			return fmt.Errorf("trail file %d: %w", i, err)
		}
		if i%sealEvery == sealEvery-1 {
			if _, err := w.events.Seal(ctx, 1); err != nil {
				return fmt.Errorf("seal: %w", err)
			}
			if _, err := w.events.Compact(ctx); err != nil {
				return fmt.Errorf("merge: %w", err)
			}
		}
		if err := w.note(ctx, i); err != nil {
			return fmt.Errorf("note %d: %w", i, err)
		}
		w.answer("events %d", i)
	}
	return nil
}

// note imports a numbered piece of manual evidence, every third time as a file.
func (w *worker) note(ctx context.Context, i int) error {
	name := fmt.Sprintf("note-%03d", i)
	if w.notes[name] {
		w.answer("note %s", name)
		return nil
	}
	in := assess.ManualInput{Text: name}
	if i%3 == 0 {
		bucket, key, err := w.Server.audit.NewUpload(ctx, w.audit.caller, name+".txt")
		if err != nil {
			return err
		}
		if _, err := w.shelf.Put(ctx, w.cfg.Account, object.Object{Bucket: bucket, Key: key, Modified: w.cfg.Clock.Now()}, strings.NewReader(name)); err != nil {
			return err
		}
		in = assess.ManualInput{File: key}
	}
	a := w.audit.Assessment
	set := a.Sets[i%len(a.Sets)]
	_, failed, err := w.Server.audit.ImportEvidence(ctx, w.audit.caller, a.ID, set.ID, set.Controls[0].ID, []assess.ManualInput{in})
	if err == nil && len(failed) > 0 {
		err = failed[0].Err
	}
	if err == nil {
		w.answer("note %s", name)
	}
	return err
}

// finish judges and collects what is left and writes a report.
func (w *worker) finish(ctx context.Context) error {
	if _, err := w.LoadTrail(ctx, w.estate, func(int64) {}); err != nil {
		return fmt.Errorf("real logs: %w", err)
	}
	if err := w.judge(ctx); err != nil {
		return err
	}
	if _, err := w.collector.Collect(ctx, w.cfg.Account, w.audit.Assessment.ID, demoFrom, ""); err != nil {
		return fmt.Errorf("collect everything: %w", err)
	}
	w.answer("collected")
	path, err := w.audit.Report(ctx)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	w.answer("report %s", path)
	return w.checkpoint(ctx)
}
