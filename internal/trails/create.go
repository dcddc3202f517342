package trails

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
)

// MaxTrails is how many trails may be at home in a region.
const MaxTrails = 5

// Create makes a trail that does not log yet. Topic is the name or the ARN of one.
// Faults: those of CreateTrail.
func (d *Directory) Create(ctx context.Context, at Place, name, topic string, s Settings, tags map[string]string) (Trail, error) {
	if err := CheckName(name); err != nil {
		return Trail{}, err
	}
	if s.Organization {
		if err := d.mayOrganize(ctx, at.Account); err != nil {
			return Trail{}, err
		}
	}
	home := d.own(at, s.Organization)
	if err := d.examine(ctx, at, home, topic, &s, Settings{}); err != nil {
		return Trail{}, err
	}
	t := Trail{Account: home.Account, HomeRegion: home.Region, Name: name, ARN: ARN(home, name), Settings: s, Basic: selector.Default()}
	return t, d.write(ctx, func(tx Tx) error {
		t.Created = tx.Now()
		if err := room(tx, &t); err != nil {
			return err
		}
		if err := all.Insert(tx, t.Account, t.HomeRegion, t.Name, "", t); err != nil {
			return err
		}
		return putTags(tx, t.ARN, tags)
	})
}

// room refuses a trail when one of its name shows in its region, or when there are enough.
// Faults: TrailAlreadyExistsException, MaximumNumberOfTrailsExceededException.
func room(tx Tx, t *Trail) error {
	others, err := list(tx, arn.Scope{Accounts: []string{t.Account}})
	if err != nil {
		return err
	}
	home := 0
	for i := range others {
		o := &others[i]
		if o.Name == t.Name && (o.shows(t.HomeRegion) || t.shows(o.HomeRegion)) {
			return fault.Duplicate("trail", o.ARN).With("TrailAlreadyExistsException")
		}
		if o.HomeRegion == t.HomeRegion {
			home++
		}
	}
	if home >= MaxTrails {
		return fault.New(fault.Quota, "The account %s has %d trails in %s, which is the limit: delete one, or change one.", t.Account, home, t.HomeRegion).With("MaximumNumberOfTrailsExceededException")
	}
	return nil
}
