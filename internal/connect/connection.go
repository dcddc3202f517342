// Package connect knows how real accounts of AWS are reached: connections, the accounts found through them with their
// enabled regions, and tests that tell of each account whether it can be read, and if not what to do.
//
// What it promises:
//   - Only reading calls are made: sts:GetCallerIdentity, organizations:List* and DescribeOrganization, the regions of each
//     account, iam:SimulatePrincipalPolicy or, where that is denied, one listing call a service.
//   - Every account of an organization is told of, with its state: one that is suspended, left out, or was not found is
//     named and passed over, never dropped in silence. An account that left stays listed, with what was recorded of it.
//   - A connection's external id is kept but never printed and never part of an error.
//
// What differs from AWS or is left out: the simulation of permissions knows neither the resource policies of what is
// read nor conditions on the request, so a permission that it calls allowed may still be denied by those; a role that is
// missing, one that does not trust the caller and one that wants another external id are the same answer of STS, and told
// as one. A service control policy that closes a region for some services only is found by the reading itself.
package connect

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/permit"
)

// Connection says how accounts are reached and what of them is recorded.
type Connection struct {
	Name string `json:"name"`
	// Profile of the AWS configuration files has the credentials; empty is the usual chain.
	Profile string `json:"profile,omitempty"`
	// EndpointURL sends every call there instead of to AWS.
	EndpointURL string `json:"endpointUrl,omitempty"`
	// Organization takes every account of the organization that the credentials belong to.
	Organization bool `json:"organization,omitempty"`
	// Role is the name of the role to assume in each account; empty reads the account of the credentials as they are.
	Role string `json:"role,omitempty"`
	// RoleARNs are roles named one by one, in place of Role.
	RoleARNs   []string `json:"roleArns,omitempty"`
	ExternalID string   `json:"externalId,omitempty"`
	// Accounts and Units (OUs, with all below them) are those to take; none are all. The others are left out again.
	Accounts        []string `json:"accounts,omitempty"`
	ExcludeAccounts []string `json:"excludeAccounts,omitempty"`
	Units           []string `json:"organizationalUnits,omitempty"`
	ExcludeUnits    []string `json:"excludeOrganizationalUnits,omitempty"`
	// Regions to read; none are the enabled ones of each account.
	Regions []string `json:"regions,omitempty"`
	// Types to read; none are all that have a collector.
	Types []string `json:"types,omitempty"`
	// Every is the time between complete readings.
	Every time.Duration `json:"every,omitempty"`

	// Declared says that the operator's file of settings declares it: commands do not change it.
	Declared bool `json:"declared,omitempty"`

	Created time.Time `json:"created,omitzero"`
	Updated time.Time `json:"updated,omitzero"`
}

// Limits of a connection.
const (
	DefaultEvery = 24 * time.Hour
	MinEvery     = 15 * time.Minute
	MaxEvery     = 31 * 24 * time.Hour
	maxList      = 10_000 // accounts, units, ARNs
	maxName      = 64
)

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	unitForm   = regexp.MustCompile(`^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$`)
	regionForm = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}$`)
	typeForm   = regexp.MustCompile(`^[A-Za-z0-9]+(::[A-Za-z0-9]+){1,3}$`)
)

// Check fills in the defaults and refuses what cannot work.
func (c *Connection) Check() error {
	c.Name = cmp.Or(c.Name, c.Profile, "aws")
	c.Every = cmp.Or(c.Every, DefaultEvery)
	if len(c.Name) > maxName || !nameForm.MatchString(c.Name) {
		return fault.Invalidf("name", "--name %q is no name: it has 1 to %d letters, digits and . _ -, and begins with a letter or digit.", clip(c.Name), maxName)
	}
	if c.Every < MinEvery || c.Every > MaxEvery {
		return fault.Invalidf("every", "--every %v is out of range: it must be from %v to %v.", c.Every, MinEvery, MaxEvery)
	}
	for _, check := range []func() error{c.checkEndpoint, c.checkRoles, c.checkLists, c.checkSelection} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Connection) checkEndpoint() error {
	if c.EndpointURL == "" {
		return nil
	}
	u, err := url.Parse(c.EndpointURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fault.Invalidf("endpoint-url", "--endpoint-url %q is not an address: it must be like https://HOST[:PORT].", clip(c.EndpointURL))
	}
	return nil
}

func (c *Connection) checkRoles() error {
	if c.Role != "" {
		if err := permit.CheckRole(c.Role); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, r := range c.RoleARNs {
		a, err := arn.Parse(r)
		if err != nil || a.Service != "iam" || !arn.ValidAccount(a.Account) || !strings.HasPrefix(a.Resource, "role/") {
			return fault.Invalidf("role-arn", "--role-arn %q is not the ARN of a role: it must be like arn:aws:iam::111122223333:role/NAME.", clip(r))
		}
		if seen[a.Account] {
			return fault.Invalidf("role-arn", "--role-arn names two roles of account %s. Give one.", a.Account)
		}
		seen[a.Account] = true
	}
	return permit.CheckExternalID(c.ExternalID)
}

func (c *Connection) checkLists() error {
	for _, l := range []struct {
		flag string
		list []string
		ok   func(string) bool
		like string
	}{
		{"accounts", c.Accounts, arn.ValidAccount, "an account id of 12 digits"},
		{"exclude-accounts", c.ExcludeAccounts, arn.ValidAccount, "an account id of 12 digits"},
		{"ous", c.Units, unitForm.MatchString, "the id of an organizational unit or a root: ou-ab12-cdefghij"},
		{"exclude-ous", c.ExcludeUnits, unitForm.MatchString, "the id of an organizational unit or a root: ou-ab12-cdefghij"},
		{"regions", c.Regions, regionForm.MatchString, "a region: eu-central-1"},
		{"types", c.Types, typeForm.MatchString, "a resource type: AWS::EC2::Volume"},
	} {
		if len(l.list) > maxList {
			return fault.Invalidf(l.flag, "--%s has %d entries; it takes %d.", l.flag, len(l.list), maxList)
		}
		for _, v := range l.list {
			if !l.ok(v) {
				return fault.Invalidf(l.flag, "--%s %q is not %s.", l.flag, clip(v), l.like)
			}
		}
	}
	return nil
}

// checkSelection refuses what would be of no effect.
func (c *Connection) checkSelection() error {
	switch {
	case len(c.RoleARNs) > 0 && (c.Role != "" || c.Organization):
		return fault.Invalidf("role-arn", "--role-arn names each account's role: it does not go with --role or --org.")
	case len(c.RoleARNs) > 0 && len(c.Accounts) > 0:
		return fault.Invalidf("accounts", "--accounts does not go with --role-arn: the ARNs name the accounts.")
	case c.Organization && c.Role == "":
		return fault.Invalidf("role", "--org needs --role NAME, the role to assume in each account. 'tickmark policy collector --format stackset' makes one.")
	case !c.Organization && len(c.Units)+len(c.ExcludeUnits) > 0:
		return fault.Invalidf("ous", "--ous and --exclude-ous go with --org.")
	case !c.Organization && len(c.Accounts) > 0 && c.Role == "":
		return fault.Invalidf("role", "--accounts needs --role NAME, the role to assume in each account.")
	}
	return nil
}

func clip(s string) string {
	if len(s) > 100 {
		return s[:100] + "..."
	}
	return s
}
