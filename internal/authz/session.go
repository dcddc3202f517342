package authz

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// The lengths of sessions, as sts has them. A role assumed from a role's session lasts at most maxChained.
const (
	MinSession     = 15 * time.Minute
	MaxRoleSession = 12 * time.Hour
	MaxUserSession = 36 * time.Hour
	maxRootSession = time.Hour
	maxChained     = time.Hour
)

// Session is a set of temporary credentials.
type Session struct {
	// Principal is the id of the user, root or role that acts.
	Principal string
	// Name is a role session's name.
	Name   string `json:",omitempty"`
	Secret string
	// TokenHash is the SHA-256 of the session token.
	TokenHash string
	// IssuedTo is the ARN of who asked for the session.
	IssuedTo string
	Expires  time.Time
}

// Issued is a new session for the one who asked.
type Issued struct {
	Credentials
	Expires time.Time
	// Caller is who the session acts as.
	Caller Caller
}

// AssumeRole begins a session of a role. The role must trust the caller or its account, and the caller must hold
// sts:AssumeRole in the role's account.
func (d *Directory) AssumeRole(ctx context.Context, c Caller, roleARN, sessionName string, length time.Duration) (Issued, error) {
	account, name, err := parseRole(roleARN)
	if err != nil {
		return Issued{}, err
	}
	if len(sessionName) < 2 || !namePattern.MatchString(sessionName) {
		return Issued{}, fault.Invalidf("RoleSessionName", "%q is not a session name: use 2 to 64 letters, digits and _+=,.@-.", sessionName)
	}
	limit := MaxRoleSession
	if c.Kind == Role {
		limit = maxChained
	}
	if err := checkLength(length, limit); err != nil {
		return Issued{}, err
	}
	if err := Decide(c, "sts", "AssumeRole", account, ""); err != nil {
		return Issued{}, err
	}
	return d.issue(ctx, c, account, principalID(Role, account, name), sessionName, length, func(p Principal) error { return p.trusts(c, roleARN) })
}

// ActAs is who a caller would be in a session of a role, without one being kept: for calls inside this process. It
// refuses what AssumeRole does.
func (d *Directory) ActAs(ctx context.Context, c Caller, roleARN, sessionName string) (Caller, error) {
	account, name, err := parseRole(roleARN)
	if err == nil {
		err = Decide(c, "sts", "AssumeRole", account, "")
	}
	if err != nil {
		return Caller{}, err
	}
	var out Caller
	err = d.store.Read(ctx, func(tx Tx) error {
		id := principalID(Role, account, name)
		p, err := principals.Get(tx, account, "", id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err := p.Value.trusts(c, roleARN); err != nil {
			return err
		}
		out, err = callerOf(tx, account, id, "")
		return err
	})
	out.Temporary, out.SessionName, out.Partition = true, sessionName, c.Partition
	return out, err
}

func parseRole(roleARN string) (account, name string, err error) {
	a, err := arn.Parse(roleARN)
	name, isRole := strings.CutPrefix(a.Resource, "role/")
	if err != nil || a.Service != "iam" || !isRole || !arn.ValidAccount(a.Account) {
		return "", "", fault.Invalidf("RoleArn", "%q is not the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME).", roleARN)
	}
	return a.Account, name, nil
}

// trusts refuses a caller whom a role does not trust; one that is not there trusts nobody.
func (p *Principal) trusts(c Caller, roleARN string) error {
	if slices.ContainsFunc(p.Trust, c.is) {
		return nil
	}
	return fault.New(fault.Denied, "User: %s is not authorized to perform: sts:AssumeRole on resource: %s because there is no such role or it does not trust the caller.", c.ARN(), roleARN)
}

// is tells whether an entry of a role's trust means the caller: its account, as id or root ARN, or its principal.
// The partition does not count.
func (c Caller) is(trusted string) bool {
	if trusted == c.Account {
		return true
	}
	a, err := arn.Parse(trusted)
	return err == nil && a.Account == c.Account && (a.Resource == "root" || strings.HasSuffix(c.PrincipalARN(), ":"+a.Resource))
}

// SessionToken begins a session of the caller itself, which must be signed with a long-lived key.
func (d *Directory) SessionToken(ctx context.Context, c Caller, length time.Duration) (Issued, error) {
	if c.Temporary || c.Kind == Role {
		return Issued{}, fault.New(fault.Denied, "GetSessionToken cannot be called with the credentials of a session.")
	}
	if err := checkLength(length, MaxUserSession); err != nil {
		return Issued{}, err
	}
	if c.Kind == Root {
		length = min(length, maxRootSession)
	}
	return d.issue(ctx, c, c.Account, c.ID, "", length, func(Principal) error { return nil })
}

func checkLength(length, limit time.Duration) error {
	if length < MinSession || length > limit {
		return fault.Invalidf("DurationSeconds", "DurationSeconds must be from %d to %d here.", MinSession/time.Second, limit/time.Second)
	}
	return nil
}

// issue stores a session of the principal when it may be had. A role that does not exist looks like one that does
// not trust the caller.
func (d *Directory) issue(ctx context.Context, c Caller, account, principal, name string, length time.Duration, may func(Principal) error) (Issued, error) {
	out := Issued{Credentials: newCredentials(d.ids, sessionPrefix, account)}
	token := sha256.Sum256([]byte(d.ids.NewID() + d.ids.NewID() + d.ids.NewID() + d.ids.NewID()))
	out.SessionToken = base64.StdEncoding.EncodeToString(token[:])
	err := d.store.Write(ctx, func(tx Tx) error {
		p, err := principals.Get(tx, account, "", principal)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err := may(p.Value); err != nil {
			return err
		}
		out.Expires = tx.Now().Add(length).Truncate(time.Second)
		if out.Caller, err = callerOf(tx, account, principal, out.AccessKeyID); err != nil {
			return err
		}
		out.Caller.Temporary, out.Caller.SessionName, out.Caller.Expires = true, name, out.Expires
		out.Caller.Partition = c.Partition
		return sessions.Insert(tx, account, "", out.AccessKeyID, "", Session{
			Principal: principal, Name: name, Secret: out.Secret, TokenHash: hashToken(out.SessionToken),
			IssuedTo: c.ARN(), Expires: out.Expires,
		})
	})
	if err != nil {
		return Issued{}, err
	}
	return out, nil
}

// sessionKept is how long a session is kept after its end, so that its users learn that it is over.
const sessionKept = 24 * time.Hour

// Sweep deletes the account's sessions that ended a day ago; run it from time to time.
func (d *Directory) Sweep(ctx context.Context, account string) error {
	return d.store.Write(ctx, func(tx Tx) error {
		return deleteSessions(tx, account, func(s Session) bool { return tx.Now().Sub(s.Expires) >= sessionKept })
	})
}

func deleteSessions(tx Tx, account string, which func(Session) bool) error {
	all, err := sessions.All(tx, arn.Scope{Accounts: []string{account}})
	if err != nil {
		return err
	}
	for _, s := range all {
		if !which(s.Value) {
			continue
		}
		if err := sessions.Delete(tx, account, "", s.ID); err != nil {
			return err
		}
	}
	return nil
}
