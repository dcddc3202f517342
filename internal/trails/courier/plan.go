package courier

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/trails"
)

// plan is how far the deliveries of a trail are; it survives restarts.
type plan struct {
	// Trail is the trail as it was when the work under way began, Accounts those it takes events of, Organization the
	// id in its keys. They stay when the trail is changed or deleted meanwhile.
	Trail        trails.Trail
	Accounts     []string
	Organization string `json:",omitempty"`
	// Seq is the last event in the order of arrival that was looked at.
	Seq int64
	// Session is the time of logging that is delivered; nil when there is none.
	Session *session `json:",omitempty"`
	// Window is on its way into files; Last is when the one before was.
	Window *window   `json:",omitempty"`
	Last   time.Time `json:",omitzero"`
	// Hour is where the digests that come next begin; zero when there are none to be. Ended is where the last ended.
	Hour  time.Time `json:",omitzero"`
	Ended time.Time `json:",omitzero"`
	// Closing is the end of the digests that are being written.
	Closing time.Time `json:",omitzero"`
}

// session is a time of logging.
type session struct {
	Started time.Time
	// Ended is when logging stopped and EndSeq what had arrived until then; zero while it goes on.
	Ended  time.Time `json:",omitzero"`
	EndSeq int64     `json:",omitempty"`
}

// window is a stretch in the order of arrival: the events behind From up to To, delivered At.
type window struct {
	From, To int64
	At       time.Time
}

var plans = docs.Collection[plan]{Kind: "trail-delivery", Noun: "deliveries of a trail"}

// visit is a trail being looked after.
type visit struct {
	c *Courier
	docs.Doc[plan]
	fresh bool
	// now is the trail as it is; nil when it is gone.
	now *trails.Active
}

func (v *visit) plan() *plan { return &v.Value }

// save writes the plan, together with whatever belongs to it. change is applied to the plan and undone when it fails.
func (v *visit) save(ctx context.Context, change func(*plan), with func(Tx) error) error {
	next := v.Doc
	change(&next.Value)
	err := v.c.Store.Write(ctx, func(tx Tx) error {
		if v.fresh {
			if err := plans.Insert(tx, next.Account, next.Region, next.ID, "", next.Value); err != nil {
				return err
			}
		} else if err := plans.Update(tx, next); err != nil {
			return err
		}
		if with == nil {
			return nil
		}
		return with(tx)
	})
	if err == nil {
		next.Revision++
		v.Doc, v.fresh = next, false
	}
	return err
}

// visits are all trails and all plans of trails that are gone.
func (c *Courier) visits(ctx context.Context) ([]*visit, error) {
	all, err := c.Trails.Everyone(ctx)
	if err != nil {
		return nil, err
	}
	var kept []docs.Doc[plan]
	err = c.Store.Read(ctx, func(tx Tx) error {
		kept, err = plans.All(tx, arn.Everything())
		return err
	})
	var out []*visit
	of := map[string]*visit{}
	for _, d := range kept {
		v := &visit{c: c, Doc: d}
		out, of[d.Value.Trail.ARN] = append(out, v), v
	}
	for i := range all {
		t := &all[i]
		if v := of[t.ARN]; v != nil {
			v.now = t
			continue
		}
		v := &visit{c: c, fresh: true, now: t}
		v.Key = docs.Key{Account: t.Account, Region: t.HomeRegion, Kind: plans.Kind, ID: t.Name}
		out = append(out, v)
	}
	return out, err
}

// adopt takes the trail as it is now into the plan.
func (v *visit) adopt(organization string) func(*plan) {
	return func(p *plan) {
		p.Trail, p.Accounts, p.Organization = v.now.Trail, sorted(v.now.Accounts()), ""
		if v.now.Organization {
			p.Organization = organization
		}
	}
}

// another reports whether the trail was made anew under its name.
func (v *visit) another() bool {
	return v.now != nil && !v.fresh && !v.now.Created.Equal(v.Value.Trail.Created)
}
