package forensic

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
)

// Session is temporary credentials that were given out, with what was done with them. Its JSON form is a promise to
// scripts.
type Session struct {
	// Key is the access key id that was given out.
	Key string `json:"accessKeyId"`
	// Issued is when, by which call and by which principal; By is the key it was called with.
	Issued  time.Time `json:"issued"`
	Call    string    `json:"call"`
	EventID string    `json:"eventID"`
	Issuer  string    `json:"issuer,omitempty"`
	By      string    `json:"issuerAccessKeyId,omitempty"`
	Address string    `json:"sourceIPAddress,omitempty"`
	// Role is the role that was taken, Name the session's name, Principal the ARN of who it then is.
	Role      string    `json:"role,omitempty"`
	Name      string    `json:"sessionName,omitempty"`
	Principal string    `json:"principal,omitempty"`
	Expires   time.Time `json:"expires,omitzero"`
	// Events, Errors and Changes count what was done with the key; Last is when it was last used.
	Events  int       `json:"events"`
	Errors  int       `json:"errors"`
	Changes int       `json:"changes"`
	Last    time.Time `json:"last,omitzero"`
	// Calls are the different calls that were made, the most frequent first.
	Calls []Tally `json:"calls"`
	// Sessions are those that were taken from this one.
	Sessions []Session `json:"sessions"`
}

// Sessions are the temporary credentials that a subject took, and those taken from these in turn.
type Sessions struct {
	Subject string `json:"subject"`
	// Origin is the chain that the subject itself comes out of, when it is a temporary key: the earliest first.
	Origin   []Session `json:"origin"`
	Sessions []Session `json:"sessions"`
	// Cut tells that there are more than are told.
	Cut bool `json:"cut"`
}

// The bounds of a walk along chains of sessions.
const (
	maxChain    = 16
	maxSessions = 1000
)

// issuing are the calls of STS that give out credentials.
var issuing = []string{"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetSessionToken", "GetFederationToken"}

// Sessions follows the sessions of a subject.
func (i *Investigator) Sessions(ctx context.Context, s Subject, w Window) (Sessions, error) {
	out := Sessions{Subject: s.String(), Origin: []Session{}, Sessions: []Session{}}
	if err := w.check(); err != nil {
		return out, err
	}
	walk := chain{i: i, w: w, seen: map[string]bool{}}
	var err error
	if s.Key != "" {
		walk.seen[s.Key] = true
		if out.Origin, err = i.origin(ctx, s.Key, w); err != nil {
			return out, err
		}
	}
	out.Sessions, err = walk.from(ctx, s.matcher(), 0)
	out.Cut = walk.cut
	return out, err
}

// chain is one walk.
type chain struct {
	i    *Investigator
	w    Window
	seen map[string]bool
	cut  bool
}

// from finds the sessions that the events of a matcher gave out.
func (c *chain) from(ctx context.Context, m matcher, depth int) ([]Session, error) {
	out := []Session{}
	if depth >= maxChain {
		c.cut = true
		return out, nil
	}
	q := m.query(c.w, trail.ColumnRaw)
	var names []trail.Match
	for _, n := range issuing {
		names = append(names, trail.Match{Attribute: trail.EventName, Value: n})
	}
	q.AllOf = append(q.AllOf, names)
	var failed error
	err := c.i.Events.Blocks(ctx, q, func(b *trail.Block) error {
		for r := range b.Rows {
			if !m.takes(b.Texts[trail.ColumnPrincipal].At(r)) || !c.w.In(b.Texts[trail.ColumnRegion].At(r)) {
				continue
			}
			s, ok := issued(b.Raw[r])
			if !ok || c.seen[s.Key] {
				continue
			}
			if len(c.seen) >= maxSessions {
				c.cut = true
				return nil
			}
			c.seen[s.Key] = true
			out = append(out, s)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	slices.SortFunc(out, func(a, b Session) int { return a.Issued.Compare(b.Issued) })
	for n := range out {
		if failed = c.used(ctx, &out[n], depth); failed != nil {
			return out, failed
		}
	}
	return out, nil
}

// used fills in what was done with a session's key.
func (c *chain) used(ctx context.Context, s *Session, depth int) error {
	did, err := c.i.Activity(ctx, Subject{Key: s.Key}, c.w, 0)
	if err != nil {
		return err
	}
	s.Events, s.Errors, s.Changes, s.Last, s.Calls = did.Events, did.Errors, did.Changes, did.Last, did.Calls
	s.Sessions, err = c.from(ctx, Subject{Key: s.Key}.matcher(), depth+1)
	return err
}

// origin is the chain of sessions a temporary key comes out of.
func (i *Investigator) origin(ctx context.Context, key string, w Window) ([]Session, error) {
	out := []Session{}
	for len(out) < maxChain && key != "" {
		q := trail.Query{Scope: w.Scope, Attribute: trail.ResourceName, Value: key, Limit: 50}
		var found *Session
		for found == nil {
			p, err := i.Events.Lookup(ctx, q)
			if err != nil {
				return nil, err
			}
			for n := range p.Events {
				if s, ok := issued(p.Events[n].Raw); ok && s.Key == key {
					found = &s
				}
			}
			if q.After = p.Next; p.Next.IsZero() {
				break
			}
		}
		if found == nil {
			break
		}
		found.Calls, found.Sessions = []Tally{}, []Session{}
		out = append(out, *found)
		if key = found.By; slices.ContainsFunc(out, func(s Session) bool { return s.Key == key }) {
			break
		}
	}
	slices.Reverse(out)
	return out, nil
}

// issued reads the credentials that a call gave out; false when it gave none.
func issued(raw []byte) (Session, bool) {
	e, err := trail.Decode(raw)
	if err != nil || !slices.Contains(issuing, e.Name) {
		return Session{}, false
	}
	s := Session{
		Key: trail.MemberText(raw, "responseElements", "credentials", "accessKeyId"), Issued: e.Time, Call: e.Name, EventID: e.ID, Issuer: e.Principal,
		By: e.AccessKeyID, Address: e.SourceIP, Role: trail.MemberText(raw, "requestParameters", "roleArn"),
		Name: trail.MemberText(raw, "requestParameters", "roleSessionName"), Principal: trail.MemberText(raw, "responseElements", "assumedRoleUser", "arn"),
		Expires: expiry(trail.MemberText(raw, "responseElements", "credentials", "expiration")),
	}
	if s.Name == "" {
		s.Name = trail.MemberText(raw, "requestParameters", "name") // GetFederationToken
	}
	return s, s.Key != ""
}

// expiry reads the forms in which records tell the end of credentials.
func expiry(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "Jan 2, 2006, 3:04:05 PM", "Jan 2, 2006 3:04:05 PM"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
