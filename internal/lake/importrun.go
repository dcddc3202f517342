package lake

import (
	"context"
	"errors"
	"log/slog"
	"path"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// source is where an import reads.
type source struct {
	bucket       trail.Bucket
	name, prefix string
}

func (l *Lake) wakeImports() {
	select {
	case l.runs.imports <- struct{}{}:
	default:
	}
}

// RunImports runs the imports that are started, one after the other, until ctx ends. One that a process was running when
// it was killed begins anew: what it had brought is not doubled.
func (l *Lake) RunImports(ctx context.Context, log *slog.Logger) error {
	for {
		if err := l.workImports(ctx); err != nil && ctx.Err() == nil {
			log.Error("an import could not be run; it is tried again unless it is over", "error", err)
			time.AfterFunc(retry, l.wakeImports)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-l.runs.imports:
		}
	}
}

func (l *Lake) workImports(ctx context.Context) error {
	for {
		list, err := l.unended(ctx)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, i := range list {
			if err := l.runImport(ctx, i); err != nil {
				return err
			}
		}
	}
}

// runImport runs one import. The error is not that of the import, which is told in it.
func (l *Lake) runImport(ctx context.Context, i Import) error {
	runCtx, release, ok := l.claim(ctx, i.ID, importLongest)
	if !ok {
		return nil
	}
	defer release()
	err := l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := findImport(tx, i.Place, i.ID)
		if err != nil || d.Value.Over() {
			return err
		}
		d.Value.Status, d.Value.Counts = ImportRunning, ImportCounts{}
		i = d.Value
		return errors.Join(imports.Update(tx, d), forgive(tx, &i))
	})
	if err != nil {
		return err
	}
	b := &bringer{lake: l, imp: &i, windows: map[windowKey]Window{}, folders: map[string]bool{}}
	failed := b.bring(runCtx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(internal(failed), l.closeImport(ctx, b, failed))
}

// closeImport writes what an import has come to, and opens the windows of what it brought, also when it was stopped.
func (l *Lake) closeImport(ctx context.Context, b *bringer, failed error) error {
	if err := l.fail(ctx, b.imp, b.failed); err != nil {
		return err
	}
	return l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := findImport(tx, b.imp.Place, b.imp.ID)
		if err != nil {
			return err
		}
		d.Value.Counts, d.Value.Updated = b.imp.Counts, l.Clock.Now()
		switch {
		case d.Value.Over(): // stopped
		case failed != nil || b.imp.Counts.Failed > 0:
			d.Value.Status = ImportFailed
		default:
			d.Value.Status = ImportCompleted
		}
		if err := imports.Update(tx, d); err != nil {
			return err
		}
		store, err := find(tx, b.imp.Place, b.imp.Store)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		store.Value.Imported = join(append(store.Value.Imported, b.opened()...))
		return stores.Update(tx, store)
	})
}

// bringer brings the files of one import.
type bringer struct {
	lake    *Lake
	imp     *Import
	members []string
	windows map[windowKey]Window
	folders map[string]bool
	failed  []ImportFailure
	last    string // the location that failed last
}

type windowKey struct {
	Place
	day int64
}

// noted is after how many files the counts are written.
const noted = 200

func (b *bringer) bring(ctx context.Context) error {
	from, err := b.lake.bucketOf(ctx, b.imp)
	if err == nil {
		err = b.mayBring(ctx)
	}
	if err != nil {
		b.reject(b.imp.URI, "", err.Error())
		return err
	}
	im := trail.Importer{Store: b.lake.Events, Clock: b.lake.Clock, Reread: true, Accept: b.accept, Rejected: b.reject, Progress: func(p trail.Progress) {
		b.imp.Counts.Files = int64(p.FilesDone)
		if p.FilesDone%noted == 0 {
			_ = b.note(ctx) // the end writes them again
		}
	}}
	_, err = im.From(ctx, listed{trail.ObjectSource{Bucket: from.bucket, Name: from.name, Prefix: from.prefix, From: b.imp.From, To: b.imp.To}, b})
	if err != nil && ctx.Err() == nil {
		b.reject(b.imp.URI, "", err.Error())
	}
	return err
}

// listed counts the folders of files as they are listed.
type listed struct {
	trail.ObjectSource
	b *bringer
}

// Files implements trail.Source.
func (s listed) Files(ctx context.Context, skip func(string), yield func(trail.File) error) error {
	return s.ObjectSource.Files(ctx, skip, func(f trail.File) error {
		if folder := path.Dir(f.Name); !s.b.folders[folder] {
			s.b.folders[folder] = true
			s.b.imp.Counts.Prefixes++
		}
		return yield(f)
	})
}

// mayBring settles of which accounts events may be brought: who imports must not write the history of others.
func (b *bringer) mayBring(ctx context.Context) error {
	d, err := b.lake.activeStore(ctx, b.imp.Place, b.imp.Store)
	if err == nil && d.Organization {
		b.members, err = b.lake.members(ctx, d.Account)
	}
	return err
}

// accept takes an event, or says why it cannot be.
func (b *bringer) accept(e *trail.Event) string {
	if e.Account != b.imp.Account && !slices.Contains(b.members, e.Account) {
		return "the event is of the account " + e.Account + ", of which this event data store shows nothing"
	}
	b.imp.Counts.Events++
	k := windowKey{Place{e.Account, e.Region}, e.Time.Unix() / 86400}
	w, ok := b.windows[k]
	if !ok {
		w = Window{k.Place, e.Time, e.Time}
	}
	if e.Time.Before(w.From) {
		w.From = e.Time
	}
	if e.Time.After(w.To) {
		w.To = e.Time
	}
	b.windows[k] = w
	return ""
}

// reject notes the first failure of each file.
func (b *bringer) reject(file, _, reason string) {
	if b.last == file {
		return
	}
	b.last = file
	b.imp.Counts.Failed++
	if len(b.failed) < maxFailures {
		b.failed = append(b.failed, ImportFailure{Location: limitText(file, 900), Kind: "InvalidFile", Message: limitText(reason, 1000), At: b.lake.Clock.Now()})
	}
}

// note writes the counts while the import runs.
func (b *bringer) note(ctx context.Context) error {
	return b.lake.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := findImport(tx, b.imp.Place, b.imp.ID)
		if err != nil {
			return err
		}
		d.Value.Counts, d.Value.Updated = b.imp.Counts, b.lake.Clock.Now()
		return imports.Update(tx, d)
	})
}

// opened are the windows of what was brought.
func (b *bringer) opened() []Window {
	list := make([]Window, 0, len(b.windows))
	for _, w := range b.windows {
		list = append(list, w)
	}
	return list
}

// join orders windows, and makes one of those that touch or follow each other within a day: what lies between two events
// of neighbouring days was covered by the files too.
func join(list []Window) (out []Window) {
	slices.SortFunc(list, func(a, b Window) int {
		if n := compare(a.Place, b.Place); n != 0 {
			return n
		}
		return a.From.Compare(b.From)
	})
	for _, w := range list {
		if n := len(out) - 1; n >= 0 && out[n].Place == w.Place && w.From.Sub(out[n].To) <= 24*time.Hour {
			if w.To.After(out[n].To) {
				out[n].To = w.To
			}
			continue
		}
		out = append(out, w)
	}
	return out
}

func compare(a, b Place) int {
	switch {
	case a == b:
		return 0
	case a.Account < b.Account || a.Account == b.Account && a.Region < b.Region:
		return -1
	}
	return 1
}
