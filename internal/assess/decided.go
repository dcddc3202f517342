package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/report"
)

// decided adds to a report what was decided about the assessment, up to a size of the log, what was asked for, and the
// exceptions that its evidence may name.
func decided(tx Tx, in *report.Input, a *Assessment, size int64) error {
	ds, err := decisions(tx, a.Owner, a.ID, size)
	if err != nil {
		return err
	}
	for _, d := range ds {
		in.Assessment.Decisions = append(in.Assessment.Decisions, report.Decision{
			ID: d.ID, LeafIndex: d.Leaf, Kind: d.Kind, ControlSet: d.ControlSet, Control: d.Control, By: d.By, At: d.At, Reason: d.Reason, Details: d.Details,
		})
	}
	if in.Exceptions, err = exceptionsOf(tx, a, size); err != nil {
		return err
	}
	asked, err := requestsOf(tx, a)
	if err != nil {
		return err
	}
	for i := range in.ControlSets {
		set := &in.ControlSets[i]
		for j := range set.Controls {
			k := &set.Controls[j]
			for _, r := range asked {
				if r.ControlSet == set.ID && r.Control == k.ID {
					k.Requests = append(k.Requests, requestIn(a, &r))
				}
			}
		}
	}
	return nil
}

func requestIn(a *Assessment, r *Request) report.Request {
	out := report.Request{ID: r.ID, Title: r.Title, Text: r.Text, Status: r.Status, From: r.By, To: "audit owners", Due: r.Due, Asked: r.Created}
	var to []string
	for _, d := range a.Delegations {
		if d.ControlSet == r.ControlSet && d.Status != DelegationComplete {
			to = append(to, d.RoleARN)
		}
	}
	if len(to) > 0 {
		out.To = strings.Join(to, ", ")
	}
	for _, s := range r.Steps {
		if s.Status != RequestAnswered {
			continue
		}
		out.Answered, out.Answer = s.At, s.Comment
		if len(s.Evidence) > 0 {
			out.Answer = strings.TrimSpace(out.Answer + " Evidence: " + strings.Join(s.Evidence, ", "))
		}
	}
	return out
}

// exceptionsOf are those that bear on the assessment, with those that were ended meanwhile, as the log has them.
func exceptionsOf(tx Tx, a *Assessment, size int64) ([]report.Exception, error) {
	ds, err := decisions(tx, a.Owner, "", size)
	if err != nil {
		return nil, err
	}
	found := map[[3]string]exception.Exception{}
	key := func(e *exception.Exception) [3]string { return [3]string{e.Account, e.Region, e.Key()} }
	for _, d := range ds {
		if d.Kind != DecisionPutException {
			continue
		}
		e := exception.Exception{
			Account: d.Details["account"], Region: d.Details["region"], Rule: d.Details["rule"], Type: d.Details["resourceType"],
			Resource: d.Details["resourceId"], Owner: d.Details["owner"], Reason: d.Reason, Created: d.At,
		}
		e.RuleID = d.Details["exception"]
		e.RuleID = e.RuleID[:max(0, strings.LastIndexByte(e.RuleID, '/'))]
		e.Expires, _ = time.Parse(time.RFC3339, d.Details["expires"]) // none: it never ends
		if old, ok := found[key(&e)]; ok {
			e.Created = old.Created
		}
		found[key(&e)] = e
	}
	bear, err := bearing(tx, a, slices.Collect(maps.Values(found))...)
	if err != nil {
		return nil, err
	}
	clear(found)
	for _, e := range bear { // what stands now comes last
		found[key(&e)] = e
	}
	var out []report.Exception
	for _, e := range found {
		out = append(out, report.Exception{
			ID: e.Key(), Rule: e.Rule, Account: e.Account, Region: e.Region, ResourceType: e.Type, Resources: e.Resource, Owner: e.Owner,
			Reason: e.Reason, Created: e.Created, Expires: e.Expires,
		})
	}
	slices.SortFunc(out, func(x, y report.Exception) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Account, y.Account), cmp.Compare(x.Region, y.Region))
	})
	return out, nil
}
