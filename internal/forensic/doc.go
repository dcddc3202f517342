// Package forensic answers who did what: what a user, a role or an access key did, which sessions came out of which,
// what was never seen before, and what happened to a resource beside what it looked like.
//
// It reads recorded events and nothing else, and says nothing of what was not recorded. Sums are over all that match;
// lists are bounded and tell when they were cut.
package forensic

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Events is what an Investigator reads.
type Events interface {
	Lookup(ctx context.Context, q trail.Query) (trail.Page, error)
	Blocks(ctx context.Context, q trail.BlockQuery, yield func(*trail.Block) error) error
}

// Investigator asks the recorded events.
type Investigator struct{ Events Events }

// Window is where and when an investigation looks; zero times leave an end open, both are inclusive.
type Window struct {
	Scope arn.Scope
	// Regions keeps events of these regions, and of global services; empty keeps all.
	Regions  []string
	From, To time.Time
}

// In reports whether the window looks at a region.
func (w Window) In(region string) bool {
	return len(w.Regions) == 0 || region == arn.Global || slices.Contains(w.Regions, region)
}

func (w Window) check() error {
	if !w.From.IsZero() && !w.To.IsZero() && w.From.After(w.To) {
		return fault.Invalidf("from", "The time looked at begins at %s, after its end at %s. Exchange them.", w.From.Format(time.RFC3339), w.To.Format(time.RFC3339))
	}
	return nil
}

// Subject is who is asked about. One field is set.
type Subject struct {
	// User is a user's name, or the name of a role's session: what LookupEvents calls Username.
	User string
	// Key is an access key id.
	Key string
	// ARN is that of a user, of the root user, of a role, or of a session of a role.
	ARN string
}

// SubjectOf tells what a person means: an ARN, an access key id, or a name.
func SubjectOf(s string) (Subject, error) {
	switch {
	case s == "":
		return Subject{}, fault.Invalidf("USER", "No user is given. Give a user's name, an access key id or an ARN.")
	case strings.HasPrefix(s, "arn:"):
		if _, err := arn.Parse(s); err != nil {
			return Subject{}, fault.Invalidf("USER", "%q is not an ARN. Give that of a user, a role or a session, or a name.", s)
		}
		return Subject{ARN: s}, nil
	case isKey(s):
		return Subject{Key: s}, nil
	}
	return Subject{User: s}, nil
}

// isKey tells access key ids from names: they have their prefix and 16 to 128 upper-case letters and digits.
func isKey(s string) bool {
	if len(s) < 16 || len(s) > 128 || !strings.HasPrefix(s, "AKIA") && !strings.HasPrefix(s, "ASIA") {
		return false
	}
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// String is the subject as it was given.
func (s Subject) String() string { return s.User + s.Key + s.ARN }

// matcher is how the subject's events are found: by an index where one helps, then by what their principal is.
type matcher struct {
	index []trail.Match
	// principal is the ARN that events must have, or begin with when prefix is set; "" takes all.
	principal string
	prefix    bool
}

func (s Subject) matcher() matcher {
	switch {
	case s.User != "":
		return matcher{index: []trail.Match{{Attribute: trail.Username, Value: s.User}}}
	case s.Key != "":
		return matcher{index: []trail.Match{{Attribute: trail.AccessKeyID, Value: s.Key}}}
	}
	a, err := arn.Parse(s.ARN)
	if err != nil {
		return matcher{principal: s.ARN}
	}
	kind, name, _ := strings.Cut(a.Resource, "/")
	last := name[strings.LastIndexByte(name, '/')+1:]
	switch {
	case a.Service == "iam" && kind == "role": // all its sessions; their names are anything
		a.Service, a.Resource = "sts", "assumed-role/"+last+"/"
		return matcher{principal: a.String(), prefix: true}
	case a.Resource == "root":
		last = "root"
	}
	return matcher{index: []trail.Match{{Attribute: trail.Username, Value: last}}, principal: s.ARN}
}

func (m matcher) takes(principal string) bool {
	switch {
	case m.principal == "":
		return true
	case m.prefix:
		return strings.HasPrefix(principal, m.principal)
	}
	return principal == m.principal
}

func (m matcher) query(w Window, columns ...trail.Column) trail.BlockQuery {
	q := trail.BlockQuery{Scope: w.Scope, From: w.From, To: w.To, Columns: append([]trail.Column{trail.ColumnTime, trail.ColumnPrincipal, trail.ColumnRegion}, columns...)}
	if m.index != nil {
		q.AllOf = [][]trail.Match{m.index}
	}
	return q
}
