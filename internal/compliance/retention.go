package compliance

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// Retention tells how many days the history of configuration items is kept. Its name is always "default".
type Retention struct {
	Name string
	Days int
}

var retentions = docs.Collection[Retention]{Kind: "config-retention", Noun: "retention configuration"}

const retentionName = "default"

// PutRetention sets the days, 30 to 2557. Fault: InvalidParameterValueException.
func (p *Program) PutRetention(ctx context.Context, at Place, days int) (Retention, error) {
	r := Retention{retentionName, days}
	if days < 30 || days > 2557 {
		return r, fault.Invalidf("RetentionPeriodInDays", "Configuration history is kept for 30 to 2557 days, not %d.", days).With("InvalidParameterValueException")
	}
	return r, p.write(ctx, func(tx Tx) error {
		d, err := retentions.Get(tx, at.Account, at.Region, retentionName)
		if fault.KindOf(err) == fault.NotFound {
			return retentions.Insert(tx, at.Account, at.Region, retentionName, "", r)
		}
		if err != nil {
			return err
		}
		d.Value = r
		return retentions.Update(tx, d)
	})
}

// Retentions is the retention of a place, if it was put; with names, exactly those.
// Fault: NoSuchRetentionConfigurationException.
func (p *Program) Retentions(ctx context.Context, at Place, names ...string) ([]Retention, error) {
	return read(ctx, p, func(tx Tx) ([]Retention, error) {
		all, err := retentions.All(tx, own(at))
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if n != retentionName || len(all) == 0 {
				return nil, fault.Missing("retention configuration", n).With("NoSuchRetentionConfigurationException")
			}
		}
		var out []Retention
		for _, d := range all {
			out = append(out, d.Value)
		}
		return out, nil
	})
}

// DeleteRetention goes back to keeping everything; what was removed does not come back. Fault: NoSuchRetentionConfigurationException.
func (p *Program) DeleteRetention(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		err := retentions.Delete(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			return fault.Missing("retention configuration", name).With("NoSuchRetentionConfigurationException")
		}
		return err
	})
}

// forgetBatch is how many states are removed in one transaction.
const forgetBatch = 500

// Forget removes the states that ended longer ago than their place keeps them, and tells how many. The current state
// of a resource stays, however old, as does the note that a resource is gone: without that, an old file imported anew
// would bring the resource back. States that evidence rests on stay with it. The account's global resources are kept
// as long as the place that keeps them longest; a place that records and has no retention keeps them for ever.
func (p *Program) Forget(ctx context.Context) (int64, error) {
	kept, err := read(ctx, p, keeping)
	var total int64
	for at, days := range kept {
		if err != nil {
			break
		}
		var n int64
		n, err = p.forget(ctx, at, p.ids.Now().AddDate(0, 0, -days))
		total += n
	}
	return total, err
}

// keeping is how many days the history of each place is kept, where it is not for ever; the region of an account's
// global resources is a place, too.
func keeping(tx Tx) (map[Place]int, error) {
	list, err := retentions.All(tx, arn.Everything())
	if err != nil {
		return nil, err
	}
	kept := map[Place]int{}
	for _, d := range list {
		global := Place{Account: d.Account, Region: arn.Global}
		kept[Place{Account: d.Account, Region: d.Region}] = d.Value.Days
		kept[global] = max(kept[global], d.Value.Days)
	}
	recording, err := recorders.All(tx, arn.Everything())
	for _, d := range recording {
		if _, ok := kept[Place{Account: d.Account, Region: d.Region}]; !ok {
			delete(kept, Place{Account: d.Account, Region: arn.Global})
		}
	}
	return kept, err
}

func (p *Program) forget(ctx context.Context, at Place, ended time.Time) (n int64, err error) {
	for after := (inventory.Past{}); ; {
		list, err := read(ctx, p, func(tx Tx) ([]inventory.Past, error) {
			return tx.OldItems(at.Account, at.Region, ended, after, forgetBatch)
		})
		if err != nil || len(list) == 0 {
			return n, err
		}
		if err := p.store.Write(ctx, func(tx Tx) error { return tx.ForgetItems(list) }); err != nil {
			return n, err
		}
		n, after = n+int64(len(list)), list[len(list)-1]
	}
}
