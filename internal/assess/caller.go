package assess

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Caller is who asks, and in which account and region.
type Caller struct {
	Account, Region string
	// Principal is the ARN of the user or role session.
	Principal string
	// Owner tells that the caller may act as an audit owner on every assessment of the account. Otherwise what it
	// may do follows from the roles and delegations of each assessment.
	Owner bool
	// Reader tells that the caller may read every assessment of the account.
	Reader bool
}

// The role types.
const (
	ProcessOwner  = "PROCESS_OWNER"
	ResourceOwner = "RESOURCE_OWNER"
)

// Role is an IAM principal in a role of the audit.
type Role struct {
	Type string `json:"roleType"`
	ARN  string `json:"roleArn"`
}

// is reports whether a role's ARN means the caller. A session of a role is the role; case does not matter.
func (c Caller) is(roleARN string) bool {
	return strings.EqualFold(c.Principal, roleARN) || strings.EqualFold(roleOf(c.Principal), roleOf(roleARN))
}

// roleOf turns arn:aws:sts::1:assumed-role/Name/session into the role's ARN without its path, which the session does
// not tell; other ARNs lose only the path of a role.
func roleOf(principal string) string {
	a, err := arn.Parse(principal)
	if err != nil {
		return principal
	}
	switch {
	case a.Service == "sts" && strings.HasPrefix(a.Resource, "assumed-role/"):
		parts := strings.Split(a.Resource, "/")
		a.Service, a.Region, a.Resource = "iam", "", "role/"+parts[1]
	case a.Service == "iam" && strings.HasPrefix(a.Resource, "role/"):
		a.Resource = "role/" + a.Resource[strings.LastIndexByte(a.Resource, '/')+1:]
	}
	return a.String()
}

// RoleIn is the caller's role in an assessment; empty when it has none.
func (c Caller) RoleIn(a *Assessment) Role {
	for _, r := range a.Roles {
		if r.Type == ProcessOwner && c.is(r.ARN) {
			return r
		}
	}
	for _, d := range a.Delegations {
		if c.is(d.RoleARN) {
			return Role{ResourceOwner, d.RoleARN}
		}
	}
	if c.Owner {
		return Role{ProcessOwner, c.Principal}
	}
	return Role{}
}

// owns fails unless the caller is an audit owner of the assessment.
func (c Caller) owns(a *Assessment) error {
	if c.Owner || c.RoleIn(a).Type == ProcessOwner {
		return nil
	}
	return fault.New(fault.Denied, "%s is not an audit owner of assessment %s.", c.Principal, a.ID)
}

// account fails unless the caller may see what concerns the whole account.
func (c Caller) account() error {
	if c.Owner || c.Reader {
		return nil
	}
	return fault.New(fault.Denied, "%s is neither an owner nor a reader of account %s.", c.Principal, c.Account)
}

// reads fails unless the caller may see the assessment; a delegate sees the sets delegated to it.
func (c Caller) reads(a *Assessment) error {
	if c.Owner || c.Reader || c.RoleIn(a).Type != "" {
		return nil
	}
	return fault.Missing("assessment", a.ID)
}

// delegated reports whether a control set is delegated to the caller and not yet taken back.
func (c Caller) delegated(a *Assessment, set string) bool {
	return slices.ContainsFunc(a.Delegations, func(d Delegation) bool {
		return d.ControlSet == set && d.Status != DelegationComplete && c.is(d.RoleARN)
	})
}

// works fails unless the caller is an owner, or a delegate of the control set.
func (c Caller) works(a *Assessment, set string) error {
	if c.owns(a) == nil || c.delegated(a, set) {
		return nil
	}
	return fault.New(fault.Denied, "%s is neither an audit owner of assessment %s nor a delegate of its control set %q.", c.Principal, a.ID, set)
}

// looks fails unless the caller may see the control set.
func (c Caller) looks(a *Assessment, set string) error {
	if err := c.reads(a); err != nil {
		return err
	}
	if c.Reader || c.works(a, set) == nil {
		return nil
	}
	return c.works(a, set)
}

func (c Caller) arn(resource string) string {
	return arn.New("auditmanager", c.Region, c.Account, resource)
}

// ControlARN, FrameworkARN and AssessmentARN render ids with the caller's account and region: a definition belongs to
// the whole installation.
func (c Caller) ControlARN(id string) string { return c.arn("control/" + id) }

// FrameworkARN is the ARN of a framework.
func (c Caller) FrameworkARN(id string) string { return c.arn("assessmentFramework/" + id) }

// AssessmentARN is the ARN of an assessment.
func (c Caller) AssessmentARN(id string) string { return c.arn("assessment/" + id) }
