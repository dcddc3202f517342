package assess

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Collector turns verdicts, events, findings and recorded configuration into evidence. It follows the feeds with
// durable cursors; a cursor moves in the transaction that stores what was read, and a fact is never recorded twice,
// so a crash loses and doubles nothing. One Collector works at a time.
type Collector struct {
	Service *Service
	// Progress is told how a collection goes; nil: nobody is.
	Progress func(Progress)

	known map[string]*audience // assessments by id, as last read
	// providers are where findings tell of controls, as far as the feed of findings was looked through.
	providers providers
	learned   int64
}

// Progress is how far a collection has come.
type Progress struct {
	Assessment string
	// Step names what is being read.
	Step string
	// Done of Total, in the step's own unit; Total is 0 when it is not known.
	Done, Total int
	// Evidence is the number of pieces recorded so far.
	Evidence int
}

// batchSize bounds what one transaction stores, pageSize what is read at once.
const (
	batchSize = 300
	pageSize  = 1000
)

// Result counts what a collection has recorded.
type Result struct {
	// Evidence are new pieces, Known those that were recorded before.
	Evidence, Known int
}

// Run collects until the context ends: when woken, and otherwise at intervals.
func (c *Collector) Run(ctx context.Context, wake <-chan struct{}, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		worked, err := c.Step(ctx)
		if fault.KindOf(err) == fault.Conflict { // a collection on demand came between: look again
			worked, err = true, nil
		}
		if err != nil {
			return err
		}
		if worked {
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-tick.C:
		}
	}
}

// Step does what is waiting: first collections, the feeds up to their ends, and what is due once a day. It tells
// whether there was anything.
func (c *Collector) Step(ctx context.Context) (bool, error) {
	t, err := c.load(ctx)
	if err != nil || len(t.audiences) == 0 {
		return false, err
	}
	worked := false
	for _, a := range t.audiences {
		if !a.Value.Pending {
			continue
		}
		worked = true
		if _, err := c.Collect(ctx, a.Value.Owner, a.Value.ID, "", ""); err != nil {
			return worked, err
		}
	}
	if worked {
		if t, err = c.load(ctx); err != nil {
			return worked, err
		}
	}
	for _, follow := range []func(context.Context, *targets) (bool, error){c.followVerdicts, c.followFindings, c.followEvents, c.daily} {
		more, err := follow(ctx, t)
		if err != nil {
			return worked, err
		}
		worked = worked || more
	}
	return worked, nil
}

// Collect records everything that bears on an assessment, for the days from and to (both included): what stands now,
// dated when it was judged but not before from, and what happened in the period. Days that are past are marked
// backfilled. Without from the assessment's first day is taken, without to today. What was recorded before is not
// recorded again, so it may be called at any time. Days that are named and frozen are refused; what the collector brings
// for such days by itself is recorded as late.
func (c *Collector) Collect(ctx context.Context, owner, assessment, from, to string) (Result, error) {
	var r Result
	a, err := read(ctx, c.Service, func(tx Tx) (*audience, error) { return audienceOf(tx, owner, assessment, nil) })
	if err != nil {
		return r, err
	}
	if err := a.Value.open(); err != nil {
		return r, err
	}
	today, asked := c.Service.o.IDs.Now().Format(time.DateOnly), from != "" || to != ""
	if from == "" {
		from = a.Value.From
	}
	if to == "" || to > today {
		to = today
	}
	for _, d := range []string{from, to} {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return r, invalidDay(d)
		}
	}
	if asked {
		if err := a.Value.unfrozen(from, to); err != nil {
			return r, err
		}
	}
	a.Value.From = min(a.Value.From, from)
	if err := c.choose(ctx, a); err != nil {
		return r, err
	}
	t := newTargets(a)
	if t.providers, err = c.learn(ctx); err != nil {
		return r, err
	}
	p := &pass{Collector: c, targets: t, result: &r, from: from, to: to, today: today, individuals: true}
	for _, step := range []func(context.Context) error{p.verdicts, p.findings, p.events, p.calls} {
		if err := step(ctx); err != nil {
			return r, err
		}
	}
	return r, c.collected(ctx, a, from, to, today)
}

// CollectFor is Collect on behalf of a caller, who must own the assessment.
func (c *Collector) CollectFor(ctx context.Context, by Caller, assessmentID, from, to string) (Result, error) {
	_, err := read(ctx, c.Service, func(tx Tx) (struct{}, error) {
		d, err := assessment(tx, by, assessmentID)
		if err == nil {
			err = by.owns(&d.Value)
		}
		return struct{}{}, err
	})
	if err != nil {
		return Result{}, err
	}
	return c.Collect(ctx, by.Account, assessmentID, from, to)
}

// choose decides, before anything is collected, how the verdicts of the first day are kept, and notes it: a later
// collection must do the same.
func (c *Collector) choose(ctx context.Context, a *audience) error {
	if a.Value.Collected != "" || a.Value.Grouped {
		return nil
	}
	n, err := read(ctx, c.Service, func(tx Tx) (int64, error) {
		feeds, err := tx.EvaluationFeeds(newTargets(a).accounts())
		var n int64
		for _, f := range feeds {
			n += f.Last
		}
		return n, err
	})
	if err != nil || n <= int64(c.Service.o.Limits.SingleVerdicts) {
		return err
	}
	a.Value.Grouped = true
	_, err = write(ctx, c.Service, func(tx Tx) (struct{}, error) {
		d, err := assessments.Get(tx, a.Account, "", a.ID)
		if err != nil {
			return struct{}{}, err
		}
		d.Value.Grouped = true
		if err := assessments.Update(tx, d); err != nil {
			return struct{}{}, err
		}
		again, err := assessments.Get(tx, a.Account, "", a.ID)
		a.Revision = again.Revision
		return struct{}{}, err
	})
	return err
}

// collected notes on the assessment what was done.
func (c *Collector) collected(ctx context.Context, a *audience, from, to, today string) error {
	_, err := write(ctx, c.Service, func(tx Tx) (struct{}, error) {
		d, err := assessments.Get(tx, a.Account, "", a.ID)
		if err != nil {
			return struct{}{}, err
		}
		if from <= d.Value.From && to == today && d.Revision == a.Revision { // changed meanwhile: once more
			d.Value.Pending = false
		}
		d.Value.From = min(d.Value.From, from)
		d.Value.Collected = max(d.Value.Collected, to)
		return struct{}{}, assessments.Update(tx, d)
	})
	return err
}

// daily records, once a day, the verdicts that did not change and the API calls that are due.
func (c *Collector) daily(ctx context.Context, t *targets) (bool, error) {
	today := c.Service.o.IDs.Now().Format(time.DateOnly)
	worked := false
	for _, a := range t.audiences {
		if a.Value.Pending || a.Value.Collected >= today {
			continue
		}
		worked = true
		last, err := time.Parse(time.DateOnly, a.Value.Collected)
		from := today
		if err == nil { // days on which nothing ran are made up for, and marked backfilled
			from = last.AddDate(0, 0, 1).Format(time.DateOnly)
		}
		one := newTargets(a)
		one.providers = t.providers
		p := &pass{Collector: c, targets: one, result: &Result{}, from: from, to: today, today: today}
		for _, step := range []func(context.Context) error{p.verdicts, p.calls} {
			if err := step(ctx); err != nil {
				return worked, err
			}
		}
		if err := c.collected(ctx, a, from, today, today); err != nil {
			return worked, err
		}
	}
	return worked, nil
}

// pass is one collection for some targets and days.
type pass struct {
	*Collector
	targets *targets
	result  *Result
	// from and to are the days, today the present one.
	from, to, today string
	// individuals also records the verdicts one by one, not only those that did not change.
	individuals bool
	batch       []piece
	bodies      []member
	// assertions are those met so far, by type and text.
	assertions map[string]*assertion
	excepted   excepted
}

// add takes a piece and stores the batch when it is full.
func (p *pass) add(ctx context.Context, x piece) error {
	p.batch = append(p.batch, x)
	if len(p.batch) < batchSize {
		return nil
	}
	return p.flush(ctx)
}

func (p *pass) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n, err := p.store(ctx, p.targets, p.batch, nil)
	p.result.Evidence += n
	p.result.Known += len(p.batch) - n
	p.batch = p.batch[:0]
	return err
}

func (p *pass) tell(step string, done, total int) {
	if p.Progress != nil {
		p.Progress(Progress{Assessment: p.targets.audiences[0].Value.ID, Step: step, Done: done, Total: total, Evidence: p.result.Evidence})
	}
}

// move is how a cursor goes on.
type move struct {
	name     string
	from, to int64
}

// store records pieces in transactions of a bounded size; the last of them moves the cursor. It answers how many
// pieces were new.
func (c *Collector) store(ctx context.Context, t *targets, pieces []piece, m *move) (int, error) {
	total := 0
	for {
		n := min(batchSize, len(pieces))
		last := n == len(pieces)
		if n == 0 && m == nil {
			return total, nil
		}
		added, err := write(ctx, c.Service, func(tx Tx) (int, error) {
			good, err := t.still(tx, pieces[:n])
			if err != nil {
				return 0, err
			}
			recorded, err := record(tx, good)
			if err != nil || !last || m == nil {
				return len(recorded), err
			}
			return len(recorded), tx.MoveEvidenceCursor(m.name, m.from, m.to)
		})
		if err != nil {
			return total, err
		}
		total += added
		if pieces = pieces[n:]; last {
			return total, nil
		}
	}
}

// cursor reads how far a feed was followed.
func (c *Collector) cursor(ctx context.Context, name string) (int64, error) {
	return read(ctx, c.Service, func(tx Tx) (int64, error) { return tx.EvidenceCursor(name) })
}

func days(from, to string) []string {
	d, err := time.Parse(time.DateOnly, from)
	var out []string
	for err == nil && d.Format(time.DateOnly) <= to {
		out = append(out, d.Format(time.DateOnly))
		d = d.AddDate(0, 0, 1)
	}
	return out
}

func startOf(day string) time.Time {
	d, _ := time.Parse(time.DateOnly, day) // days are checked where they come in
	return d
}

// produced begins the record of how an item came to be.
func (c *Collector) produced(account, region, call string) ledger.Produced {
	return ledger.Produced{Account: account, Region: region, Call: call, Complete: true, Tool: c.Service.o.Tool}
}
