// Package profile finds the credentials of the real AWS that a profile of the shared configuration files names, as the
// SDK does, but for two things: AWS_ENDPOINT_URL* of the environment and endpoints in profiles are not obeyed, and keys
// that Tickmark itself gave out are not taken for AWS's.
package profile

import (
	"context"
	"os"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/tickmark/tickmark/internal/fault"
)

// ownPrefixes begin the key ids that Tickmark itself gives out (authz).
var ownPrefixes = []string{"TKIA", "TSIA"}

// Own reports whether a key id is one of Tickmark.
func Own(id string) bool {
	for _, p := range ownPrefixes {
		if strings.HasPrefix(id, p) {
			return true
		}
	}
	return false
}

// Load follows the SDK's chain; an empty name is the usual one. Keys in the environment that Tickmark gave out are passed
// over, as if the default profile had been asked for. The region is us-east-1 where none is set.
func Load(ctx context.Context, name string) (credentials aws.CredentialsProvider, region string, err error) {
	if name == "" && Own(os.Getenv("AWS_ACCESS_KEY_ID")) {
		name = "default"
		if p := os.Getenv("AWS_PROFILE"); p != "" {
			name = p
		}
	}
	var loaded aws.Config
	err = withoutEndpoints(func() (err error) {
		loaded, err = config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(name), config.WithDefaultRegion("us-east-1"))
		return err
	})
	if err != nil {
		return nil, "", &fault.Error{Kind: fault.Denied, Err: err, Message: "The AWS configuration could not be read. Give --profile, a profile that exists"}
	}
	return loaded.Credentials, loaded.Region, nil
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
