package server

import (
	"context"
	"encoding/json"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trails"
)

// ownTrails answers what documents ask of CloudTrail about a trail that is kept here, as the role they run as, and lets
// everything else through to the cloud. A trail here comes before one of the same name there.
type ownTrails struct {
	*Server
	next automation.Caller // nil when no cloud is configured
}

// Makes implements automation.Chooser: without a cloud, only calls about trails here are made.
func (c ownTrails) Makes(ctx context.Context, call automation.Call) error {
	if c.next != nil {
		return nil
	}
	here, err := c.keeps(ctx, call)
	if err == nil && !here {
		err = fault.New(fault.Unavailable, "no access to a cloud is configured, so %s:%s is not called", call.Service, call.API)
	}
	return err
}

// Call implements automation.Caller.
func (c ownTrails) Call(ctx context.Context, call automation.Call) (json.RawMessage, error) {
	here, err := c.keeps(ctx, call)
	switch {
	case err != nil:
		return nil, err
	case here:
		if a, err := arn.Parse(call.Role); err == nil && a.Account != call.Account {
			return nil, fault.Invalidf("Role", "The role %s belongs to account %s, but the call goes to account %s. Name a role of that account.", call.Role, a.Account, call.Account)
		}
		by, err := c.access.ActAs(ctx, authz.Anyone(c.cfg.Account, ""), call.Role, "automation")
		if err != nil {
			return nil, err
		}
		return c.askSelf(ctx, call, "CloudTrail_20131101", by)
	case c.next == nil: // the trail was deleted after Makes
		return nil, fault.New(fault.Unavailable, "no access to a cloud is configured, so %s:%s is not called", call.Service, call.API)
	}
	return c.next.Call(ctx, call)
}

// keeps tells whether a call is about a trail that is kept here.
func (c ownTrails) keeps(ctx context.Context, call automation.Call) (bool, error) {
	if call.Service != "cloudtrail" || automation.Operation(call.API) == "CreateTrail" {
		return false, nil
	}
	var in struct {
		Name, TrailName string
		TrailNameList   []string `json:"trailNameList"`
	}
	if err := json.Unmarshal(call.Inputs, &in); err != nil {
		return false, nil // the service itself says what is wrong
	}
	for _, name := range append(in.TrailNameList, in.Name, in.TrailName) {
		if name == "" {
			continue
		}
		_, err := c.trails.Get(ctx, trails.Place{Account: call.Account, Region: call.Region}, name)
		if err == nil {
			return true, nil
		}
		if k := fault.KindOf(err); k != fault.NotFound && k != fault.Invalid {
			return false, err
		}
	}
	return false, nil
}
