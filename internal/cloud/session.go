package cloud

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/fault"
)

const (
	// sessionName is what CloudTrail calls the sessions of roles where Config.Session does not say.
	sessionName = "tickmark-remediation"
	// maxSessions bounds how many accounts and roles are remembered; beyond it all are assumed anew.
	maxSessions = 5000
)

// key is where calls go and as whom.
type key struct{ account, region, role string }

// who is as whom calls are made; regions share it.
type who struct{ account, role string }

// session is the credentials of one who, cached until shortly before they expire. Whoever comes while they are made
// waits for them.
type session struct {
	mu          sync.Mutex
	credentials aws.CredentialsProvider
}

// session is where the calls of a key go. One that would act in another account is refused.
func (c *Cloud) session(ctx context.Context, k key) (client.Target, error) {
	if err := k.check(); err != nil {
		return client.Target{}, err
	}
	own, err := c.ownCredentials(ctx)
	if err != nil {
		return client.Target{}, err
	}
	s := c.remembered(who{k.account, k.role})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.credentials == nil {
		credentials, err := c.begin(ctx, c.target(key{account: k.account, region: c.stsRegion(k.region)}, own), k)
		if err != nil {
			return client.Target{}, err
		}
		s.credentials = credentials
	}
	return c.target(k, s.credentials), nil
}

// begin makes the credentials of a key and makes sure that they are those of its account.
func (c *Cloud) begin(ctx context.Context, sts client.Target, k key) (aws.CredentialsProvider, error) {
	if k.role == "" {
		return sts.Credentials, c.sameAccount(ctx, sts, k.account)
	}
	assumed := c.assume(sts, k.role)
	return assumed, ready(ctx, assumed, k)
}

// stsRegion is where roles for a region's partition are assumed: the profile's region, or one that every account has.
// Another one may not be enabled for the account of the credentials. Keys of any region hold in all.
func (c *Cloud) stsRegion(region string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	partition := endpoints.PartitionOf(region)
	if c.home != "" && endpoints.PartitionOf(c.home) == partition {
		return c.home
	}
	return endpoints.Global(partition)
}

func (c *Cloud) remembered(w who) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.sessions[w]; s != nil {
		return s
	}
	if len(c.sessions) >= maxSessions {
		clear(c.sessions)
	}
	s := &session{}
	c.sessions[w] = s
	return s
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
		return c.client.AssumeRole(ctx, from, role, cmp.Or(c.config.Session, sessionName), c.config.ExternalID)
	}
	return aws.NewCredentialsCache(aws.CredentialsProviderFunc(ask), func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = expiryWindow })
}

// ready assumes the role now, so that its failure is told apart from one of the call: nothing of that was sent.
func ready(ctx context.Context, credentials aws.CredentialsProvider, k key) error {
	if _, err := credentials.Retrieve(ctx); err != nil {
		return &fault.Error{
			Kind: fault.Denied, Type: "role", ID: k.role, Err: answer(automation.Call{Account: k.account, Region: k.region, Service: "sts", API: "AssumeRole"}, err),
			Message: "The role " + k.role + " could not be assumed, so nothing was sent. Its trust policy must allow the deployment's own identity (and the external id)",
		}
	}
	return nil
}

// sameAccount makes sure that the deployment's own credentials belong to the account a call goes to.
func (c *Cloud) sameAccount(ctx context.Context, t client.Target, account string) error {
	who, err := c.client.Whose(ctx, t)
	if err != nil {
		return &fault.Error{Kind: fault.Denied, Err: answer(automation.Call{Account: account, Region: t.Region, Service: "sts", API: "GetCallerIdentity"}, err), Message: "The deployment's own credentials could not be checked, so nothing was sent"}
	}
	if who.Account != account {
		return fault.New(fault.Denied, "The deployment's own credentials belong to account %s, but the call goes to account %s. Name a role of that account.", who.Account, account)
	}
	return nil
}
