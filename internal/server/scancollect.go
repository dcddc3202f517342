package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/scan"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/sweep"
)

// collectors are those of the types that the rules read; missing are types that have none.
func collectors(c *scan.Choice) (types []*collect.Type, missing []string) {
	if c.EveryType {
		return aws.Types(), nil
	}
	for _, name := range c.Types {
		if t := aws.Of(name); t != nil {
			types = append(types, t)
		} else {
			missing = append(missing, name)
		}
	}
	return types, missing
}

// hurried are the limits of a scan, for which somebody waits: the client's own attempts are nearly enough.
var hurried = sweep.Limits{ServiceUnits: 16, CallTries: 1, UnitTries: 2, MaxRest: 5 * time.Second, Patience: 2 * time.Minute}

// collect finds the accounts and reads in each what the rules need. When ctx ends, what was read until then stays.
func (s *scanning) collect(ctx context.Context) (b brought, err error) {
	types, missing := collectors(s.Choice)
	way, err := cloud.New(cloud.Config{
		Profile: s.Collect.Profile, EndpointURL: s.Collect.EndpointURL, ExternalID: s.Collect.ExternalID, Session: "tickmark-scan", Clock: s.clock.Clock,
	})
	if err != nil {
		return b, err
	}
	found, err := s.survey(ctx, way)
	if ctx.Err() != nil {
		b.interrupted("The scan was interrupted before the accounts were known.")
		return b, nil
	}
	if err != nil {
		return b, err
	}
	b.gaps = append(b.gaps, accountGaps(found.Accounts)...)
	b.gaps = append(b.gaps, regionGaps(found.Accounts, s.Collect.Regions)...)
	plan := sweep.Plan{Connection: "scan", Types: types, Offered: endpoints.Offered}
	for _, a := range found.Accounts {
		if !a.Readable() {
			continue
		}
		plan.Accounts = append(plan.Accounts, sweep.Account{ID: a.ID, Name: a.Name, Role: a.Role, Regions: a.Regions})
		for _, region := range a.Regions {
			b.places = append(b.places, scan.Place{Account: a.ID, Region: region})
		}
		for _, name := range missing {
			b.gaps = append(b.gaps, scan.Gap{Account: a.ID, Region: arn.Global, What: name, Why: "Nothing collects this type yet. Import its items with 'tickmark import config'."})
		}
	}
	items := store.For(s.db, func(tx *store.Tx) inventory.Tx { return tx })
	runner := sweep.Runner{Caller: cloud.Reader{Cloud: way}, Store: items, Sink: inventory.Recorder{Store: items}, Clock: s.clock.Clock, Log: s.clock.Log, Limits: hurried}
	last, err := runner.Run(ctx, s.clock.Clock.NewID(), plan, sweep.Progress{}, func(p sweep.Progress) {
		s.tell(ScanProgress{Step: "collect", Done: p.Done, Total: p.Units, Items: p.Items, Left: time.Duration(p.Left * float64(time.Second))})
	})
	b.items = last.Items
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		b.interrupted(fmt.Sprintf("The scan was interrupted after %d of %d lists.", last.Done, last.Units))
		err = nil
	}
	return b, err
}

// interrupted notes that what was found is not all.
func (b *brought) interrupted(why string) {
	b.incomplete = why
	b.gaps = append(b.gaps, scan.Gap{Region: arn.Global, What: "scan", Why: why})
}

// survey finds the accounts, their roles and regions. Permissions are not tested: what is denied becomes a gap.
func (s *scanning) survey(ctx context.Context, way *cloud.Cloud) (connect.Found, error) {
	u := connect.Survey{Cloud: reached{cloud.Reader{Cloud: way}}, Connection: s.Collect.Connection, Clock: s.clock.Clock, Progress: func(done, of int, _ connect.Account) {
		s.tell(ScanProgress{Step: "accounts", Done: int64(done), Total: int64(of)})
	}}
	found, err := u.Run(ctx)
	if err != nil {
		return found, err
	}
	if !slices.ContainsFunc(found.Accounts, func(a connect.Account) bool { return a.Readable() }) && len(found.Accounts) == 1 {
		a := found.Accounts[0]
		return found, fault.New(fault.Denied, "The account %s cannot be read: %s %s", a.ID, cmp.Or(a.Message, a.Note, string(a.Status)), a.Remedy)
	}
	return found, nil
}

// accountGaps tell of the accounts that belong to what is scanned and cannot be read, or not as a whole.
func accountGaps(all []connect.Account) (gaps []scan.Gap) {
	for _, a := range all {
		switch {
		case a.Tried() && !a.Readable():
			gaps = append(gaps, scan.Gap{Account: a.ID, Region: arn.Global, What: sweep.WhatAccount, Why: joined(string(a.Status)+":", a.Code, a.Message, a.Remedy)})
		case a.Readable() && a.Note != "" && len(a.Regions) == 0:
			gaps = append(gaps, scan.Gap{Account: a.ID, Region: arn.Global, What: "regions", Why: a.Note})
		}
	}
	return gaps
}

// regionGaps tell of the regions that were asked for and that an account does not have.
func regionGaps(all []connect.Account, asked []string) (gaps []scan.Gap) {
	for _, a := range all {
		for _, region := range asked {
			if a.Readable() && len(a.Regions) > 0 && !slices.Contains(a.Regions, region) {
				gaps = append(gaps, scan.Gap{Account: a.ID, Region: region, What: "region", Why: joined("The region is not enabled for the account, or closed to it.", a.Note)})
			}
		}
	}
	return gaps
}

func joined(parts ...string) (out string) {
	for _, p := range parts {
		switch {
		case p == "":
		case out == "":
			out = p
		default:
			out += " " + p
		}
	}
	return out
}

// Collection says which accounts and regions are collected, and how they are reached.
type Collection struct{ connect.Connection }

// ScanPlan is what a scan calls, as far as it is known before.
func ScanPlan(ctx context.Context, c Config, r ScanRequest) (plan connect.Plan, err error) {
	s := scanning{ScanRequest: r, clock: c}
	types, _ := collectors(r.Choice)
	kinds, err := connect.Kinds(types, nil)
	if err != nil {
		return plan, err
	}
	way, err := cloud.New(cloud.Config{Profile: r.Collect.Profile, EndpointURL: r.Collect.EndpointURL, ExternalID: r.Collect.ExternalID, Session: "tickmark-scan", Clock: c.Clock})
	if err != nil {
		return plan, err
	}
	found, err := s.survey(ctx, way)
	if err != nil {
		return plan, err
	}
	return connect.PlanWhere(found.Accounts, kinds, endpoints.Offered), nil
}
