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
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/tickmark/tickmark/internal/automation"
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
	// Clock spaces the calls; nil is the system's.
	Clock stamp.Source
}

const (
	callTimeout = 60 * time.Second // all attempts together
	attempts    = 3
	// perSecond is how many calls one account and region gets; AWS's own limits for writes lie near it.
	perSecond = 10
)

// Cloud makes calls. It is an automation.Caller.
type Cloud struct {
	config Config
	http   *http.Client
	// source loads the deployment's own credentials.
	source func(ctx context.Context) (aws.CredentialsProvider, error)

	mu       sync.Mutex
	own      aws.CredentialsProvider // loaded from source, once
	sessions map[key]*session
	paces    map[key]*pace
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
		config:   c,
		http:     &http.Client{Timeout: callTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		source:   func(ctx context.Context) (aws.CredentialsProvider, error) { return source(ctx, c.Profile) },
		sessions: map[key]*session{},
		paces:    map[key]*pace{},
	}, nil
}

// Call makes one call. What is wrong with the call itself is a *fault.Error and nothing was sent; an error that AWS
// answered is a *automation.APIError; after any other error it is unknown whether AWS acted.
func (c *Cloud) Call(ctx context.Context, call automation.Call) (json.RawMessage, error) {
	found, err := lookup(call.Service, call.API)
	if err != nil {
		return nil, err
	}
	run, err := prepare(found, call.Inputs)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	s, err := c.session(ctx, key{call.Account, call.Region, call.Role})
	if err != nil {
		return nil, err
	}
	if err := c.pace(call.Account, call.Region).wait(ctx, c.config.Clock); err != nil {
		return nil, fault.New(fault.Unavailable, "%s:%s was not sent: %v.", call.Service, call.API, err)
	}
	out, err := run(ctx, s.config)
	if err != nil {
		return nil, answer(call, err)
	}
	return out, nil
}

// prepare decodes the inputs for the first operation that takes them.
func prepare(found []entry, inputs json.RawMessage) (send, error) {
	var first error
	for _, e := range found {
		run, err := e.prepare(inputs, e.spell)
		if err == nil {
			return run, nil
		}
		if first == nil {
			first = fmt.Errorf("%s:%s: %w", e.service, e.name, err)
		}
	}
	return nil, first
}

// answer turns the SDK's error into what a Caller returns.
func answer(call automation.Call, err error) error {
	if invalid, ok := errors.AsType[smithy.InvalidParamsError](err); ok {
		return fault.Invalidf("Inputs", "%s:%s was not sent: %s.", call.Service, call.API, invalid.Error())
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return &automation.APIError{
			Service: call.Service, API: call.API, Code: api.ErrorCode(), Message: api.ErrorMessage(),
			Retryable: retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary,
		}
	}
	return fmt.Errorf("%s:%s in account %s, region %s: %w", call.Service, call.API, call.Account, call.Region, err)
}
