package cloud

import (
	"context"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/tickmark/tickmark/internal/fault"
)

// expiryWindow is how long before they expire credentials are renewed.
const expiryWindow = 5 * time.Minute

// ownPrefixes begin the key ids that Tickmark itself gives out (authz).
var ownPrefixes = []string{"TKIA", "TSIA"}

// ownCredentials loads the deployment's credentials once; a failure is tried again at the next call.
func (c *Cloud) ownCredentials(ctx context.Context) (aws.CredentialsProvider, error) {
	c.mu.Lock()
	own := c.own
	c.mu.Unlock()
	if own != nil {
		return own, nil
	}
	own, err := c.source(ctx)
	if err != nil {
		return nil, err
	}
	value, err := own.Retrieve(ctx)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Denied, Err: err, Message: "There are no AWS credentials to call with. Give --profile, a profile of the AWS configuration files"}
	}
	if isOwnKey(value.AccessKeyID) {
		return nil, fault.New(fault.Denied, "The AWS credentials found (%s) are Tickmark's own, which AWS does not know. Give --profile, a profile with keys of AWS.", value.AccessKeyID)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own = own
	return own, nil
}

func isOwnKey(id string) bool {
	for _, p := range ownPrefixes {
		if strings.HasPrefix(id, p) {
			return true
		}
	}
	return false
}

// sourceCredentials follows the SDK's chain. Keys in the environment that Tickmark gave out are passed over, as if the
// default profile had been asked for.
func sourceCredentials(ctx context.Context, profile string) (aws.CredentialsProvider, error) {
	if profile == "" && isOwnKey(os.Getenv("AWS_ACCESS_KEY_ID")) {
		profile = "default"
		if p := os.Getenv("AWS_PROFILE"); p != "" {
			profile = p
		}
	}
	var loaded aws.Config
	err := withoutEndpoints(func() (err error) {
		loaded, err = config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(profile), config.WithDefaultRegion("us-east-1"))
		return err
	})
	if err != nil {
		return nil, &fault.Error{Kind: fault.Denied, Err: err, Message: "The AWS configuration could not be read. Give --profile, a profile that exists"}
	}
	return loaded.Credentials, nil
}

var environment sync.Mutex

// withoutEndpoints runs fn while the SDK's own switch says that endpoints of the environment and of profiles are not to
// be obeyed: LoadDefaultConfig reads it once, and there is no option for it. Otherwise the sign-in and STS calls behind a
// profile would follow AWS_ENDPOINT_URL to Tickmark itself.
func withoutEndpoints(fn func() error) error {
	const name = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
	environment.Lock()
	defer environment.Unlock()
	if before, set := os.LookupEnv(name); set {
		defer os.Setenv(name, before)
	} else {
		defer os.Unsetenv(name)
	}
	if err := os.Setenv(name, "true"); err != nil {
		return err
	}
	return fn()
}
