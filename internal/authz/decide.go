package authz

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Decide tells whether the caller may call an operation of a service in an account; assessment is the id of the
// assessment the request names, or empty. Everything no grant allows is denied, with a fault of kind Denied.
func Decide(c Caller, service, operation, account, assessment string) error {
	action := service + ":" + operation
	if c.ID != "" && c.Account == account && matches(everyone, action) {
		return nil
	}
	for _, g := range c.Grants {
		if g.allows(action, account, assessment) {
			return nil
		}
	}
	resource := "account " + account
	if assessment != "" {
		resource = "assessment " + assessment
	}
	return denied(c, action, resource)
}

// DecideEarly refuses what Decide would refuse for every assessment. It serves where a request's operation is known
// but its assessment is not yet; whoever learns the assessment asks Decide.
func DecideEarly(c Caller, service, operation, account string) error {
	for _, g := range c.Grants {
		g.Assessments = nil
		if g.allows(service+":"+operation, account, "") {
			return nil
		}
	}
	return Decide(c, service, operation, account, "")
}

// Sees tells whether the caller may see an assessment of the account at all; lists are filtered by it.
func Sees(c Caller, account, assessment string) bool {
	return Decide(c, "auditmanager", "GetAssessment", account, assessment) == nil
}

// DecideWhole refuses what no grant for the account as a whole allows, be the operation given for evidence besides.
func DecideWhole(c Caller, service, operation, account string) error {
	action := service + ":" + operation
	for _, g := range c.Grants {
		if p, known := policies[g.Policy]; known && len(g.Assessments) == 0 && g.in(account) && p.gives(action) {
			return nil
		}
	}
	return denied(c, action, "account "+account)
}

func (g Grant) in(account string) bool { return g.Account == "*" || g.Account == account }

func (p policy) gives(action string) bool {
	return matches(p.allow, action) && !matches(p.except, action)
}

func (g Grant) allows(action, account, assessment string) bool {
	p, known := policies[g.Policy]
	switch {
	case !known || !g.in(account):
		return false
	case matches(p.evidence, action):
		return true
	case !p.gives(action):
		return false
	case len(g.Assessments) == 0:
		return true
	case assessment != "":
		return slices.Contains(g.Assessments, assessment)
	}
	return matches(p.around, action)
}

func matches(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return arn.Match(p, action) })
}

func denied(c Caller, action, resource string) error {
	return fault.New(fault.Denied, "User: %s is not authorized to perform: %s on resource: %s because no grant of the principal allows the %s action.",
		c.ARN(), action, resource, action)
}
