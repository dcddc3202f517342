package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/profile"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Config says how the real cloud is reached. The zero value uses the default profile and AWS's own endpoints.
type Config struct {
	// Profile of the shared configuration files has the source credentials; empty is the SDK's usual chain.
	Profile string
	// EndpointURL sends every call to one address instead of AWS's: a simulator, a proxy.
	EndpointURL string
	// ExternalID is given when roles are assumed.
	ExternalID string
	// Session names the sessions of roles; CloudTrail shows it. Empty is that of remediation.
	Session string
	// Clock spaces the calls; nil is the system's.
	Clock stamp.Source
}

const (
	callTimeout = 60 * time.Second // all attempts together
	attempts    = 3
)

// Cloud makes calls. It is an automation.Caller.
type Cloud struct {
	config Config
	client *client.Client
	// source loads the deployment's own credentials.
	source func(ctx context.Context) (credentials aws.CredentialsProvider, region string, err error)

	mu       sync.Mutex
	own      aws.CredentialsProvider // loaded from source, once
	home     string                  // the profile's region
	sessions map[who]*session
}

var _ automation.Caller = (*Cloud)(nil)

// New reads no credentials yet: they are looked for at the first call.
func New(c Config) (*Cloud, error) {
	if c.EndpointURL != "" {
		u, err := url.Parse(c.EndpointURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return nil, fault.Invalidf("endpoint-url", "--endpoint-url %q is not an address: it must be like https://HOST[:PORT].", c.EndpointURL)
		}
	}
	if c.Clock == nil {
		c.Clock = stamp.System
	}
	return &Cloud{
		config: c,
		client: &client.Client{
			HTTP:  &http.Client{Transport: transport(), Timeout: callTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
			Clock: c.Clock, Limits: client.NewLimits(), Retry: client.NewRetry(attempts, 0),
		},
		source: func(ctx context.Context) (aws.CredentialsProvider, string, error) {
			return profile.Load(ctx, c.Profile)
		},
		sessions: map[who]*session{},
	}, nil
}

// transport keeps connections for many calls at once to the few hosts of a region.
func transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 200, 20
	t.ResponseHeaderTimeout = callTimeout
	return t
}

// Stats are the counts of calls so far, by operation ("ec2:DescribeVolumes").
func (c *Cloud) Stats() map[string]client.Stat { return c.client.Limits.Stats() }

// Call makes one call. What is wrong with the call itself is a *fault.Error and nothing was sent; an error that AWS
// answered is a *automation.APIError; after any other error it is unknown whether AWS acted.
func (c *Cloud) Call(ctx context.Context, call automation.Call) (json.RawMessage, error) {
	found, err := lookup(call.Service, call.API)
	if err != nil {
		return nil, err
	}
	tree, err := decode(call.Inputs)
	if err != nil {
		return nil, err
	}
	op, in, err := prepare(found, tree)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	s, err := c.session(ctx, key{call.Account, call.Region, call.Role})
	if err != nil {
		return nil, err
	}
	out, err := c.client.Call(ctx, s, op, in)
	if err != nil {
		return nil, answer(call, err)
	}
	return encode(out)
}

// prepare checks the inputs for the first operation that takes them.
func prepare(found []*models.Operation, tree any) (*models.Operation, wire.Object, error) {
	var first error
	for _, op := range found {
		in, err := wire.Check("Inputs", op.Input, tree)
		if err == nil {
			return op, in, nil
		}
		if first == nil {
			first = fmt.Errorf("%s:%s: %w", op.Service.Name, op.Name, err)
		}
	}
	return nil, nil, first
}

// answer turns an error of a call that was begun into what a Caller returns.
func answer(call automation.Call, err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return &automation.APIError{Service: call.Service, API: call.API, Code: e.Code, Message: e.Message, Retryable: client.Retryable(e)}
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	return fmt.Errorf("%s:%s in account %s, region %s: %w", call.Service, call.API, call.Account, call.Region, err)
}
