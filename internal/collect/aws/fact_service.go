package aws

import (
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

// factService is an item a service: whether it is on in the account and region, and how it is set. The calls of a service
// are details of it, so that one that may not be made leaves the others as they are.
var factService = &collect.Type{
	Name: "Tickmark::Account::Service", ID: "{account}/{Service}",
	Find:    []collect.Step{{Given: services()}},
	Details: serviceDetails(),
	Shape: func(r *collect.Resource) any {
		return collect.Object{"service": r.Object["Service"]}
	},
	Finish: finishService,
}

// state is how a service's answers are read: those of its calls lie under the names that the calls have.
type state struct {
	service string
	calls   []serviceCall
	read    func(r *collect.Resource) (enabled bool, details collect.Object)
}

// serviceCall is one call. The first of a service tells whether it is on; others tell only what covers names.
type serviceCall struct {
	api    string
	input  collect.Object
	from   map[string]string
	as     string // where the answer goes
	over   string
	when   func(e *collect.Element) bool
	absent []string
	put    func(r *collect.Resource, answer collect.Object)
	covers []string // members of details
}

func services() []collect.Object {
	var all []collect.Object
	for _, s := range states {
		all = append(all, collect.Object{"Service": s.service})
	}
	return all
}

func serviceDetails() []collect.Detail {
	var all []collect.Detail
	for _, s := range states {
		for _, c := range s.calls {
			d := collect.Detail{
				API: c.api, Input: c.input, From: c.from, Over: c.over, Key: "." + c.as, Absent: c.absent, Put: c.put,
				When: func(e *collect.Element) bool {
					return e.Object["Service"] == s.service && (c.when == nil || c.when(e))
				},
				Covers: []string{"configuration.enabled", "configuration.details"},
			}
			if len(c.covers) > 0 {
				d.Covers = nil
				for _, name := range c.covers {
					d.Covers = append(d.Covers, "configuration.details."+name)
				}
			}
			all = append(all, d)
		}
	}
	return all
}

// finishService puts what was read together. A service that the region does not have leaves no item; one that could not
// be asked has neither a state nor details.
func finishService(r *collect.Resource) {
	for _, f := range r.Failed {
		if f.Code == collect.NotOffered {
			r.Spec.ID = ""
			return
		}
	}
	marks, _ := r.Spec.Supplementary[collect.NotCollected].(map[string]string)
	if marks["configuration.enabled"] != "" {
		return
	}
	c, _ := r.Spec.Configuration.(collect.Object)
	for _, s := range states {
		if s.service != r.Object["Service"] {
			continue
		}
		enabled, details := s.read(r)
		if details == nil {
			details = collect.Object{}
		}
		for name := range details {
			if marks["configuration.details."+name] != "" {
				delete(details, name)
			}
		}
		c["enabled"], c["details"] = enabled, details
	}
	if r.Object["Service"] == "shield" {
		r.Spec.Region = arn.Global // one subscription for all regions; asked in one, others do not offer the call
	}
}

// always is read of services that cannot be off.
func always(details func(r *collect.Resource) collect.Object) func(r *collect.Resource) (bool, collect.Object) {
	return func(r *collect.Resource) (bool, collect.Object) { return true, details(r) }
}

// exists is read of services that are on when something is there.
func exists(path string) func(r *collect.Resource) (bool, collect.Object) {
	return func(r *collect.Resource) (bool, collect.Object) { return len(r.Every(path)) > 0, nil }
}

// members are those that have a value: name -> path.
func members(r *collect.Resource, paths map[string]string) collect.Object {
	out := collect.Object{}
	for name, path := range paths {
		collect.Set(out, name, r.At(path))
	}
	return out
}

// has reports whether something lies at a path of the answers so far.
func has(path string) func(e *collect.Element) bool {
	return func(e *collect.Element) bool { return len(e.Every(path)) > 0 }
}
