package server

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/scan"
	"github.com/tickmark/tickmark/internal/store"
)

// ScanRequest says what is judged once, and by what.
type ScanRequest struct {
	Choice *scan.Choice
	// Paths are files and folders of configuration items; with them nothing is collected.
	Paths []string
	// Collect brings the items from the cloud; nil when they are in Paths or in the data directory.
	Collect *Collection
	// Exceptions cover failures; Baseline and FailOn tell which count.
	Exceptions []exception.Exception
	Baseline   *scan.Baseline
	FailOn     scan.FailOn
	// Progress may be nil.
	Progress func(ScanProgress)
}

// ScanProgress tells how far a scan is.
type ScanProgress struct {
	// Step is "accounts", "collect", "import" or "judge".
	Step        string
	Done, Total int64
	// Items were recorded.
	Items int64
	// Left is how long the step will take; 0 while it cannot be told.
	Left time.Duration
}

// Scan judges once, on the data directory of c, where what is collected becomes history, or without one on a directory
// that is removed. The report must be closed, by done. When ctx ends, what was collected until then is judged, and the
// report says that it is incomplete.
func Scan(ctx context.Context, c Config, r ScanRequest) (report *scan.Report, done func() error, err error) {
	work, err := os.MkdirTemp("", "tickmark-scan-")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(work))
		}
	}()
	db, closeStore, err := scanStore(ctx, c, work)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	s := scanning{ScanRequest: r, clock: c, db: db, dir: work}
	report, err = s.run(ctx)
	if err != nil {
		return nil, nil, err
	}
	return report, func() error { return errors.Join(report.Close(), os.RemoveAll(work)) }, nil
}

// scanStore opens the store of the data directory, or one in a directory of work.
func scanStore(ctx context.Context, c Config, work string) (*store.DB, func() error, error) {
	if c.Data == "" {
		db, err := store.Open(ctx, filepath.Join(work, "state.db"), store.Options{Clock: c.Clock, Log: c.Log, Scratch: true})
		if err != nil {
			return nil, nil, err
		}
		return db, db.Close, nil
	}
	s, err := Open(ctx, c)
	if fault.KindOf(err) == fault.Unavailable {
		return nil, nil, &fault.Error{Kind: fault.Unavailable, Message: "A running server holds the data directory. Scan without --data, or stop the server first", Err: err}
	}
	if err != nil {
		return nil, nil, err
	}
	return s.db, s.Close, nil
}

// scanning is one run of Scan.
type scanning struct {
	ScanRequest
	clock Config
	db    *store.DB
	dir   string
}

func (s *scanning) run(ctx context.Context) (*scan.Report, error) {
	now := s.clock.Clock.Now
	started := now()
	found, err := s.bring(ctx)
	if err != nil {
		return nil, err
	}
	judging := context.WithoutCancel(ctx)
	items := store.For(s.db, func(tx *store.Tx) inventory.Tx { return tx })
	if len(found.places) == 0 && s.Collect == nil {
		if found.places, err = recordedPlaces(judging, items); err != nil {
			return nil, err
		}
	}
	j := scan.Judge{
		Store: store.For(s.db, func(tx *store.Tx) compliance.Tx { return tx }), Choice: s.Choice, Dir: s.dir, Now: now(),
		Exceptions: s.Exceptions, Baseline: s.Baseline, FailOn: s.FailOn,
		Progress: func(done, all int) { s.tell(ScanProgress{Step: "judge", Done: int64(done), Total: int64(all)}) },
		Log:      func(err error) { s.log(err) },
	}
	report, err := j.Run(judging, found.places)
	if err != nil {
		return nil, err
	}
	report.Tool, report.Started, report.Items, report.Incomplete, report.Gaps = Version, started, found.items, found.incomplete, found.gaps
	err = items.Read(judging, func(tx inventory.Tx) error {
		noted, err := s.Choice.ReadGaps(tx, accountsOf(found.places))
		report.Gaps = append(report.Gaps, noted...)
		return err
	})
	report.Finished = now()
	if err != nil {
		return nil, errors.Join(err, report.Close())
	}
	return report, nil
}

func (s *scanning) log(err error) {
	if s.clock.Log != nil {
		s.clock.Log.Error("a rule could not be evaluated", "error", err)
	}
}

func (s *scanning) tell(p ScanProgress) {
	if s.Progress != nil {
		s.Progress(p)
	}
}

// brought is what there is to judge.
type brought struct {
	places     []scan.Place
	items      int64
	gaps       []scan.Gap
	incomplete string
}

// bring brings the items in.
func (s *scanning) bring(ctx context.Context) (b brought, err error) {
	switch {
	case s.Collect != nil:
		return s.collect(ctx)
	case len(s.Paths) > 0:
		return s.read(ctx)
	}
	return b, nil
}

// read imports files. What is rejected could not be judged, and is a gap.
func (s *scanning) read(ctx context.Context) (b brought, err error) {
	im := inventory.Importer{Store: store.For(s.db, func(tx *store.Tx) inventory.Tx { return tx }), Clock: s.clock.Clock, Progress: func(p inventory.Progress) {
		s.tell(ScanProgress{Step: "import", Done: p.Bytes, Total: p.Total, Items: p.Items})
	}}
	res, err := im.Paths(ctx, s.Paths...)
	switch {
	case res == nil:
		return b, err
	case ctx.Err() != nil:
		b.interrupted("The scan was interrupted while it read the files.")
	case err != nil:
		return b, err
	}
	b.items = res.Items + res.Duplicates
	for _, r := range res.Rejected {
		b.gaps = append(b.gaps, scan.Gap{What: r.Source, Why: r.Reason})
	}
	return b, nil
}

// recordedPlaces are the accounts and regions that have items; an account with global ones alone has its home region.
func recordedPlaces(ctx context.Context, items inventory.Store) (places []scan.Place, err error) {
	err = items.Read(ctx, func(tx inventory.Tx) error {
		feeds, err := tx.ItemFeeds(arn.Everything())
		global := map[string]bool{}
		for _, f := range feeds {
			if f.Region == arn.Global {
				global[f.Account] = true
				continue
			}
			places = append(places, scan.Place{Account: f.Account, Region: f.Region})
		}
		for account := range global {
			if !slices.ContainsFunc(places, func(p scan.Place) bool { return p.Account == account }) {
				places = append(places, scan.Place{Account: account, Region: "us-east-1"})
			}
		}
		return err
	})
	return places, err
}

func accountsOf(places []scan.Place) (accounts []string) {
	for _, p := range places {
		accounts = append(accounts, p.Account)
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}
