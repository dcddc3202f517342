package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/fault"
)

const (
	sessionName = "tickmark-remediation"
	// maxSessions bounds how many accounts, regions and roles are remembered; the rest is assumed anew.
	maxSessions = 1000
)

// key is where calls go and as whom.
type key struct{ account, region, role string }

// session is where the calls of one key go: its credentials are cached until shortly before they expire.
type session struct{ target client.Target }

// session finds or makes the session of a key, and refuses one that would act in another account.
func (c *Cloud) session(ctx context.Context, k key) (*session, error) {
	if err := k.check(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	s := c.sessions[k]
	c.mu.Unlock()
	if s != nil {
		return s, nil
	}
	own, err := c.ownCredentials(ctx)
	if err != nil {
		return nil, err
	}
	s = &session{target: c.target(k, own)}
	if k.role == "" {
		err = c.sameAccount(ctx, s.target, k.account)
	} else {
		s.target.Credentials = c.assume(s.target, k.role)
		err = ready(ctx, s.target.Credentials, k)
	}
	if err != nil {
		return nil, err
	}
	c.keep(k, s)
	return s, nil
}

func (c *Cloud) keep(k key, s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sessions) >= maxSessions {
		clear(c.sessions)
	}
	c.sessions[k] = s
}

// check keeps a call inside the account and the partition it names.
func (k key) check() error {
	if !arn.ValidAccount(k.account) {
		return fault.Invalidf("Account", "The account %q is not an account id: it must have 12 digits.", clip(k.account))
	}
	if !validRegion(k.region) {
		return fault.Invalidf("Region", "The region %q is not a region: it must be like eu-central-1.", clip(k.region))
	}
	if k.role == "" {
		return nil
	}
	a, err := arn.Parse(k.role)
	if err != nil || a.Service != "iam" || a.Region != "" || !strings.HasPrefix(a.Resource, "role/") || a.Resource == "role/" {
		return fault.Invalidf("Role", "%q is not the ARN of a role: it must be like %s.", clip(k.role),
			arn.ARN{Partition: arn.Partition(k.region), Service: "iam", Account: k.account, Resource: "role/NAME"}.String())
	}
	if a.Account != k.account {
		return fault.Invalidf("Role", "The role %s belongs to account %s, but the call goes to account %s. Name a role of that account.", k.role, a.Account, k.account)
	}
	if want := arn.Partition(k.region); a.Partition != want {
		return fault.Invalidf("Role", "The role %s is in partition %s, but region %s is in %s.", k.role, a.Partition, k.region, want)
	}
	return nil
}

// validRegion is strict because a region becomes part of a host name.
func validRegion(s string) bool {
	if len(s) > 32 || strings.Count(s, "-") < 2 {
		return false
	}
	for _, r := range s {
		if r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s[0] != '-' && s[len(s)-1] != '-'
}

// target is made without the SDK's sources of configuration: nothing in the environment leads calls astray.
func (c *Cloud) target(k key, provider aws.CredentialsProvider) client.Target {
	return client.Target{Account: k.account, Region: k.region, Credentials: provider, EndpointURL: c.config.EndpointURL, PathStyle: c.config.EndpointURL != ""}
}

// assume makes credentials of a role, renewed five minutes before they expire.
func (c *Cloud) assume(from client.Target, role string) aws.CredentialsProvider {
	ask := func(ctx context.Context) (aws.Credentials, error) {
		return c.client.AssumeRole(ctx, from, role, sessionName, c.config.ExternalID)
	}
	return aws.NewCredentialsCache(aws.CredentialsProviderFunc(ask), func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = expiryWindow })
}

// ready assumes the role now, so that its failure is told apart from one of the call: nothing of that was sent.
func ready(ctx context.Context, credentials aws.CredentialsProvider, k key) error {
	if _, err := credentials.Retrieve(ctx); err != nil {
		return &fault.Error{
			Kind: fault.Denied, Type: "role", ID: k.role, Err: err,
			Message: "The role " + k.role + " could not be assumed, so nothing was sent. Its trust policy must allow the deployment's own identity (and the external id)",
		}
	}
	return nil
}

// sameAccount makes sure that the deployment's own credentials belong to the account a call goes to.
func (c *Cloud) sameAccount(ctx context.Context, t client.Target, account string) error {
	who, err := c.client.Whose(ctx, t)
	if err != nil {
		return &fault.Error{Kind: fault.Denied, Err: err, Message: "The deployment's own credentials could not be checked, so nothing was sent"}
	}
	if who.Account != account {
		return fault.New(fault.Denied, "The deployment's own credentials belong to account %s, but the call goes to account %s. Name a role of that account.", who.Account, account)
	}
	return nil
}
