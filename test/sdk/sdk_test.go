// Package sdk_test drives a whole server with the real AWS SDK: signatures, paginators, typed errors, and every
// operation that is served of the services it covers.
package sdk_test

import (
	"context"
	"errors"
	"net"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/testenv"
)

const (
	home   = "us-east-1"
	abroad = "eu-central-1"
	member = "111122223333"
)

// kit is a server with the sample organization and clients for it.
type kit struct {
	*testing.T
	env *testenv.Env
	// called has the operations that succeeded, as service.Operation.
	mu     sync.Mutex
	called map[string]bool
}

// TestSDK runs the parts one after the other against one server, and then asks whether all that is served was called.
func TestSDK(t *testing.T) {
	k := &kit{T: t, env: testenv.StartWith(t, server.Config{QueryGenerator: generator(t)}), called: map[string]bool{}}
	k.env.LoadSample(t)
	parts := []struct {
		name string
		run  func(*kit)
	}{
		{"STS", sessions},
		{"Recorder", recorder},
		{"Linked", linked},
		{"Resources", resources},
		{"Rules", rules},
		{"PlannedResources", plannedResources},
		{"ProcessCheck", processCheck},
		{"CustomRules", customRules},
		{"Packs", packs},
		{"Aggregators", aggregators},
		{"Queries", queries},
		{"Remediations", remediations},
		{"Automations", automations},
		{"Organization", organization},
		{"Rest", rest},
		{"Neighbours", neighbours},
		{"Lake", lakes},
		{"Trails", trails},
		{"Insights", insights},
		{"AuditManager", audit},
		{"ControlCatalog", controlCatalog},
		{"Activity", activity},
		{"Hostile", hostile},
		{"Secrets", badKeys},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			part := &kit{T: t, env: k.env, called: k.called}
			p.run(part)
		})
	}
	if !t.Failed() {
		k.coverage("config", "sts", "auditmanager", "controlcatalog", "ssm", "cloudtrail")
	}
}

// coverage compares what was called with what is served.
func (k *kit) coverage(services ...string) {
	for _, op := range server.Operations() {
		if name := op.Service + "." + op.Operation; op.Served && slices.Contains(services, op.Service) && !k.called[name] {
			k.Errorf("%s is served, and nothing here has called it with success", name)
		}
	}
}

// serviceNames are the names of the server for those of the SDK.
var serviceNames = map[string]string{"Config Service": "config", "STS": "sts", "AuditManager": "auditmanager", "CloudTrail": "cloudtrail", "SSM": "ssm"}

// config is the SDK's configuration for the root of the management account.
func (k *kit) config(region string) aws.Config {
	return k.as(region, k.env.Credentials.AccessKeyID, k.env.Credentials.Secret, "")
}

func (k *kit) as(region, key, secret, token string) aws.Config {
	return aws.Config{
		Region: region, BaseEndpoint: &k.env.URL, Retryer: again,
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
		APIOptions:  []func(*middleware.Stack) error{k.note},
	}
}

// again repeats a call only when the SDK itself has closed the connection under an answer: aws-sdk-go-v2 1.47 does
// so about once in 3,000 long answers, from whatever server.
func again() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(errors.Is(err, net.ErrClosed))
		})}
	})
}

// note remembers which operations succeeded.
func (k *kit) note(s *middleware.Stack) error {
	return s.Finalize.Add(middleware.FinalizeMiddlewareFunc("note", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, meta, err := next.HandleFinalize(ctx, in)
		if err == nil {
			k.mu.Lock()
			k.called[serviceNames[awsmiddleware.GetServiceID(ctx)]+"."+awsmiddleware.GetOperationName(ctx)] = true
			k.mu.Unlock()
		}
		return out, meta, err
	}), middleware.Before)
}

func (k *kit) configClient(region string) *configservice.Client {
	return configservice.NewFromConfig(k.config(region))
}

func (k *kit) ok(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// must gives the answer of a call that has to succeed.
func must[T any](out T, err error) func(*kit) T {
	return func(k *kit) T {
		k.Helper()
		k.ok(err)
		return out
	}
}

// fails wants the SDK's typed error E, with a message.
func fails[E error](k *kit, err error) {
	k.Helper()
	var e E
	if !errors.As(err, &e) {
		k.Errorf("%v (%T), want %T", err, err, e)
		return
	}
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorMessage() == "" {
		k.Errorf("%T has no message", e)
	}
}

// refused wants an error by its code, for those the SDK has no type for, with words that its message must have.
func (k *kit) refused(err error, code string, words ...string) {
	k.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		k.Errorf("%v, want %s", err, code)
		return
	}
	for _, w := range words {
		if !strings.Contains(api.ErrorMessage(), w) {
			k.Errorf("%s says %q, not %q", code, api.ErrorMessage(), w)
		}
	}
}

// walk follows a paginator to its end. At least one page more than one is wanted, so that tokens are used.
func walk[O, F any](k *kit, p interface {
	HasMorePages() bool
	NextPage(context.Context, ...F) (*O, error)
}, count func(*O) int,
) int {
	k.Helper()
	n, pages := 0, 0
	for p.HasMorePages() {
		if pages++; pages > 500 {
			k.Fatal("the pages do not end")
		}
		out := must(p.NextPage(k.Context()))(k)
		n += count(out)
	}
	if pages < 2 {
		k.Errorf("%s has %d pages: paging was not tried", reflect.TypeFor[O]().Name(), pages)
	}
	return n
}
