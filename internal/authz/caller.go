package authz

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Caller is a principal in action: with a key of its own or in a session.
type Caller struct {
	// Account is the account the caller belongs to and its requests speak to.
	Account string
	// Kind, Name and ID are the principal's.
	Kind     Kind
	Name, ID string
	Grants   []Grant
	// AccessKeyID signed the request.
	AccessKeyID string
	// Temporary is set for sessions; SessionName for those of a role; Expires is their end.
	Temporary   bool
	SessionName string
	Expires     time.Time
	// Partition is "aws" when empty.
	Partition string
}

// ARN is what sts GetCallerIdentity tells.
func (c Caller) ARN() string {
	switch c.Kind {
	case Root:
		return c.arn("iam", "root")
	case Role:
		return c.arn("sts", "assumed-role/"+c.Name+"/"+c.SessionName)
	}
	return c.arn("iam", "user/"+c.Name)
}

// PrincipalARN is the ARN of the user, role or root behind the caller, as assessments and trusts name it.
func (c Caller) PrincipalARN() string {
	if c.Kind == Role {
		return c.arn("iam", "role/"+c.Name)
	}
	return c.ARN()
}

func (c Caller) arn(service, resource string) string {
	a := arn.ARN{Partition: c.Partition, Service: service, Account: c.Account, Resource: resource}
	if a.Partition == "" {
		a.Partition = "aws"
	}
	return a.String()
}

// UserID is the unique id sts tells: with the session's name behind it for roles.
func (c Caller) UserID() string {
	if c.Kind == Role {
		return c.ID + ":" + c.SessionName
	}
	return c.ID
}

// Anyone is the caller of a server that does not check signatures: root of the account with every right.
func Anyone(account, accessKeyID string) Caller {
	return Caller{
		Account: account, Kind: Root, Name: "root", ID: account, AccessKeyID: accessKeyID,
		Grants: []Grant{{Policy: Admin, Account: "*"}},
	}
}

type callerKey struct{}

// WithCaller returns a context that carries the caller.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerFrom is the caller of ctx; the zero Caller, which may do nothing, when there is none.
func CallerFrom(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Lookup finds the secret and the caller of an access key, for the verification of a signature. A key that is
// unknown or disabled, a token that does not belong to it and a principal that is gone are all NotFound; a
// session that is over is a fault with code ExpiredToken.
func (d *Directory) Lookup(ctx context.Context, accessKeyID, sessionToken string) (secret string, c Caller, err error) {
	account, ok := AccountOf(accessKeyID)
	if !ok {
		return "", Caller{}, fault.Missing(keys.Noun, accessKeyID)
	}
	err = d.store.Read(ctx, func(tx Tx) error {
		if accessKeyID[:4] == sessionPrefix {
			secret, c, err = lookupSession(tx, account, accessKeyID, sessionToken)
		} else {
			secret, c, err = lookupKey(tx, account, accessKeyID, sessionToken)
		}
		return err
	})
	if err != nil {
		return "", Caller{}, err
	}
	return secret, c, nil
}

func lookupKey(tx Tx, account, id, token string) (string, Caller, error) {
	k, err := keys.Get(tx, account, "", id)
	if err != nil {
		return "", Caller{}, err
	}
	if k.Value.Disabled || token != "" {
		return "", Caller{}, fault.Missing(keys.Noun, id)
	}
	c, err := callerOf(tx, account, k.Value.Principal, id)
	return k.Value.Secret, c, err
}

func lookupSession(tx Tx, account, id, token string) (string, Caller, error) {
	s, err := sessions.Get(tx, account, "", id)
	if err != nil {
		return "", Caller{}, err
	}
	if subtle.ConstantTimeCompare([]byte(hashToken(token)), []byte(s.Value.TokenHash)) != 1 {
		return "", Caller{}, fault.Missing(sessions.Noun, id)
	}
	if !tx.Now().Before(s.Value.Expires) {
		return "", Caller{}, fault.New(fault.Denied, "The session ended at %s: get a new one.", s.Value.Expires.Format(time.RFC3339)).With("ExpiredToken")
	}
	c, err := callerOf(tx, account, s.Value.Principal, id)
	c.Temporary, c.SessionName, c.Expires = true, s.Value.Name, s.Value.Expires
	return s.Value.Secret, c, err
}

func callerOf(tx Tx, account, principal, accessKeyID string) (Caller, error) {
	p, err := principals.Get(tx, account, "", principal)
	return Caller{
		Account: account, Kind: p.Value.Kind, Name: p.Value.Name, ID: principal,
		Grants: p.Value.Grants, AccessKeyID: accessKeyID,
	}, err
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.StdEncoding.EncodeToString(sum[:])
}
