package sweep

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// relist is a type that is to be listed again in a place, because an event changed a resource of it that cannot be read
// alone or is not told.
type relist struct {
	Account, Region, Type string
	// Due is when; Asked counts how often it was asked for meanwhile.
	Due   time.Time
	Asked int
	Event string // the call that asked first
}

var relists = docs.Collection[relist]{Kind: "sweep-relist", Noun: "listing to be made again"}

// gather is how long events are gathered before a type is listed again.
const gather = 10 * time.Second

func relistID(region, typ string) string {
	sum := sha256.Sum256([]byte(region + "\x00" + typ))
	return hex.EncodeToString(sum[:16])
}

// ask keeps that a type is to be listed again. One that is under way is made once more when it is done.
func ask(tx docs.Tx, r relist) error {
	d, err := relists.Get(tx, r.Account, r.Region, relistID(r.Region, r.Type))
	if fault.KindOf(err) == fault.NotFound {
		r.Asked = 1
		return relists.Insert(tx, r.Account, r.Region, relistID(r.Region, r.Type), "", r)
	}
	if err != nil {
		return err
	}
	d.Value.Asked++
	return relists.Update(tx, d)
}

// maxRelists is how many types are listed again at once.
const maxRelists = 4

// relist lists again what is due. Those of accounts that are not reached any more are forgotten.
func (f *Follower) relist(ctx context.Context) error {
	var list []docs.Doc[relist]
	err := f.Docs.Read(ctx, func(tx docs.Tx) (err error) {
		list, err = relists.All(tx, arn.Everything())
		return err
	})
	if err != nil {
		return err
	}
	slots := make(chan struct{}, maxRelists)
	errs := make(chan error, len(list))
	n := 0
	for _, d := range list {
		if d.Value.Due.After(f.Clock.Now()) {
			continue
		}
		n++
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			errs <- f.listAgain(ctx, d)
		}()
	}
	var first error
	for range n {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (f *Follower) listAgain(ctx context.Context, d docs.Doc[relist]) error {
	v := d.Value
	a, runner, ok, err := f.Reach(ctx, v.Account)
	if err != nil {
		return err
	}
	if t := f.Types(v.Type); ok && t != nil {
		if v.Region != arn.Global {
			a.Regions = []string{v.Region}
		}
		p := Plan{Accounts: []Account{a}, Types: []*collect.Type{t}, Offered: f.Offered}
		if _, err := runner.Run(ctx, "event-"+f.Clock.NewID(), p, Progress{}, nil); err != nil {
			return err
		}
	}
	return f.Docs.Write(ctx, func(tx docs.Tx) error {
		now, err := relists.Get(tx, d.Account, d.Region, d.ID)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if now.Revision == d.Revision {
			return relists.Delete(tx, d.Account, d.Region, d.ID)
		}
		now.Value.Due, now.Value.Asked = f.Clock.Now().Add(gather), 0
		return relists.Update(tx, now)
	})
}
