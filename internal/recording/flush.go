package recording

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

const (
	// pause lies between two looks at what is held.
	pause = 2 * time.Second
	// batch is how many held states are looked at in one transaction.
	batch = 100
)

// Run writes held states when their time has come, until ctx ends. One process runs it.
func (o *Observer) Run(ctx context.Context, log *slog.Logger) {
	t := time.NewTicker(pause)
	defer t.Stop()
	for {
		if err := o.Flush(ctx); err != nil && ctx.Err() == nil {
			log.Error("daily recording failed and is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Flush writes the held states of all places whose day has ended, or whose type is no longer recorded daily. A failure
// in one place does not hold up the others.
func (o *Observer) Flush(ctx context.Context) error {
	var list []docs.Doc[shelf]
	err := o.store.Read(ctx, func(tx compliance.Tx) (err error) {
		list, err = shelves.All(tx, arn.Everything())
		return err
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range list {
		at := compliance.Place{Account: d.Account, Region: d.Region}
		if err := o.flush(ctx, at, d.Value); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", at.Account, at.Region, err))
		}
	}
	return errors.Join(errs...)
}

// flush looks through the shelf of a place when something there may be due.
func (o *Observer) flush(ctx context.Context, at compliance.Place, s shelf) error {
	p := pass{at: at}
	due := false
	err := o.store.Read(ctx, func(tx compliance.Tx) error {
		recorder, err := compliance.RecorderOf(tx, at)
		p.today, p.mode = day(tx.Now()), recorder.Mode
		due = recorder.Status.Recording && (s.Oldest < p.today || !reflect.DeepEqual(s.Mode, p.mode))
		return err
	})
	for err == nil && due && !p.done {
		wrote := false
		err = o.store.Write(ctx, func(tx compliance.Tx) (err error) {
			wrote, err = p.step(tx)
			return err
		})
		if err == nil && wrote {
			o.changed()
		}
		p.after = p.next
	}
	return err
}

// pass goes through the held states of a place. A step may run again; what it found out is in next and done.
type pass struct {
	at          compliance.Place
	today       string
	mode        compliance.RecordingMode
	after, next docs.Key
	done        bool
}

// step looks at the next states; the last step settles what the shelf says.
func (p *pass) step(tx compliance.Tx) (wrote bool, err error) {
	p.next, p.done = p.after, false
	recorder, err := compliance.RecorderOf(tx, p.at)
	if err != nil {
		return false, err
	}
	if p.done = !recorder.Status.Recording; p.done { // stopped meanwhile: the rest waits
		return false, nil
	}
	list, err := states.List(tx, arn.Scope{Accounts: []string{p.at.Account}, Regions: []string{p.at.Region}}, p.after, batch)
	if err != nil {
		return false, err
	}
	for _, d := range list {
		p.next = d.Key
		if d.Value.Day >= p.today && recorder.Daily(d.Value.Type) {
			continue
		}
		ok, err := release(tx, d)
		if err != nil {
			return false, err
		}
		wrote = wrote || ok
	}
	if p.done = len(list) < batch; p.done {
		err = p.settle(tx)
	}
	return wrote, err
}

// settle notes that everything left was seen today or later, or that nothing is left.
func (p *pass) settle(tx compliance.Tx) error {
	left, err := tx.CountDocs(arn.Scope{Accounts: []string{p.at.Account}, Regions: []string{p.at.Region}}, states.Kind)
	if err != nil {
		return err
	}
	if left == 0 {
		return shelves.Delete(tx, p.at.Account, p.at.Region, shelfID)
	}
	d, err := shelves.Get(tx, p.at.Account, p.at.Region, shelfID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	d.Value = shelf{p.today, p.mode}
	return shelves.Update(tx, d)
}
