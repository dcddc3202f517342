package trails

import (
	"cmp"
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Mine finds a trail that a place may change: it is at home there, and the organization's for who administers it.
// Faults: TrailNotFoundException, InvalidHomeRegionException, NotOrganizationMasterAccountException,
// InvalidTrailNameException, CloudTrailARNInvalidException.
func (d *Directory) Mine(ctx context.Context, at Place, name string) (Trail, error) {
	r, err := parse(at, name)
	if err != nil {
		return Trail{}, err
	}
	t, err := d.Get(ctx, at, r.arn)
	if r.byName && fault.KindOf(err) == fault.NotFound {
		shadow, e := d.shadow(ctx, at, r.name)
		if e != nil || shadow.ARN == "" {
			return t, cmp.Or(e, err)
		}
		t, err = shadow, nil
	}
	if err != nil {
		return t, err
	}
	if t.Organization || t.Account != at.Account {
		ok, err := d.administers(ctx, at.Account)
		if err != nil {
			return t, err
		}
		if !ok {
			return t, notMaster(at.Account)
		}
	}
	if t.HomeRegion != at.Region {
		return t, fault.New(fault.Conflict, "The trail %s is at home in %s and can be changed only there.", t.ARN, t.HomeRegion).With("InvalidHomeRegionException")
	}
	return t, nil
}

// shadow finds a trail by its name that shows in the place and is at home elsewhere.
func (d *Directory) shadow(ctx context.Context, at Place, name string) (Trail, error) {
	seen, err := d.List(ctx, at, true)
	i := slices.IndexFunc(seen, func(t Trail) bool { return t.Name == name })
	if i < 0 {
		return Trail{}, err
	}
	return seen[i], err
}

// change writes a trail back that do has changed, on what is stored now.
func (d *Directory) change(ctx context.Context, at Place, name string, do func(tx Tx, t *Trail) error) (Trail, error) {
	t, err := d.Mine(ctx, at, name)
	if err != nil {
		return t, err
	}
	err = d.write(ctx, func(tx Tx) error {
		doc, err := find(tx, ref{t.Place(), t.Name, t.ARN, false}, at.Account)
		if err != nil {
			return err
		}
		if err := do(tx, &doc.Value); err != nil {
			return err
		}
		t = doc.Value
		return all.Update(tx, doc)
	})
	return t, err
}

// Change is what UpdateTrail sets anew; nil leaves a setting as it is.
type Change struct {
	Bucket, Prefix, Topic, KMSKeyID, LogGroupARN, LogRoleARN *string
	GlobalEvents, MultiRegion, Organization, Validation      *bool
}

// Update changes the settings of a trail. Faults: those of UpdateTrail.
func (d *Directory) Update(ctx context.Context, at Place, name string, c Change) (Trail, error) {
	t, err := d.Mine(ctx, at, name)
	if err != nil {
		return t, err
	}
	old := t.Settings
	s, topic := c.apply(old)
	if s.Organization != t.Organization {
		if t, err = d.hand(ctx, at, t, s.Organization); err != nil {
			return t, err
		}
	}
	if err := d.examine(ctx, at, t.Place(), topic, &s, old); err != nil {
		return t, err
	}
	return d.change(ctx, at, name, func(tx Tx, t *Trail) error {
		if t.Settings != old { // what was probed is no longer what would be written
			return fault.New(fault.Conflict, "The trail %s was changed by another request meanwhile: try again.", t.ARN).With("ConflictException")
		}
		if s.MultiRegion && !t.MultiRegion {
			if err := alone(tx, t); err != nil {
				return err
			}
		}
		t.Settings = s
		return nil
	})
}

// hand checks that a trail may become the organization's, or one account's again: only the management account's own
// trails can, as the others would change their owner and their ARN.
func (d *Directory) hand(ctx context.Context, at Place, t Trail, organization bool) (Trail, error) {
	if organization {
		if err := d.mayOrganize(ctx, at.Account); err != nil {
			return t, err
		}
	}
	if at.Account != d.Organization.Management() || t.Account != at.Account {
		return t, notMaster(at.Account)
	}
	return t, nil
}

// apply is the settings with the change, and the topic it names.
func (c *Change) apply(s Settings) (Settings, string) {
	set := func(to, from *string) {
		if from != nil {
			*to = *from
		}
	}
	flag := func(to, from *bool) {
		if from != nil {
			*to = *from
		}
	}
	topic := s.TopicARN
	set(&s.Bucket, c.Bucket)
	set(&s.Prefix, c.Prefix)
	set(&topic, c.Topic)
	set(&s.KMSKeyID, c.KMSKeyID)
	set(&s.LogGroupARN, c.LogGroupARN)
	set(&s.LogRoleARN, c.LogRoleARN)
	flag(&s.GlobalEvents, c.GlobalEvents)
	flag(&s.MultiRegion, c.MultiRegion)
	flag(&s.Organization, c.Organization)
	flag(&s.Validation, c.Validation)
	return s, topic
}

// alone refuses to show a trail in regions where another has its name. Fault: ConflictException.
func alone(tx Tx, t *Trail) error {
	others, err := list(tx, arn.Scope{Accounts: []string{t.Account}})
	for _, o := range others {
		if o.Name == t.Name && o.ARN != t.ARN {
			return fault.New(fault.Conflict, "The trail %s has the same name: a trail of all regions needs one that no other region has.", o.ARN).With("ConflictException")
		}
	}
	return err
}

// Delete removes a trail with its tags. What it has delivered stays, and so does the record of its deliveries until they
// are settled.
// Faults: those of DeleteTrail.
func (d *Directory) Delete(ctx context.Context, at Place, name string) error {
	t, err := d.Mine(ctx, at, name)
	if err != nil {
		return err
	}
	return d.write(ctx, func(tx Tx) error {
		if err := all.Delete(tx, t.Account, t.HomeRegion, t.Name); fault.KindOf(err) == fault.NotFound {
			return ref{t.Place(), t.Name, t.ARN, false}.missing(at.Account)
		} else if err != nil {
			return err
		}
		if err := forgetStatus(tx, t.ARN); err != nil {
			return err
		}
		return Forget(tx, t.ARN)
	})
}
