package compliance

import (
	"context"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
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

// DeleteRetention goes back to keeping everything. Fault: NoSuchRetentionConfigurationException.
func (p *Program) DeleteRetention(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		err := retentions.Delete(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			return fault.Missing("retention configuration", name).With("NoSuchRetentionConfigurationException")
		}
		return err
	})
}
