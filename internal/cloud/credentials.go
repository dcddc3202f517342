package cloud

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/cloud/profile"
	"github.com/tickmark/tickmark/internal/fault"
)

// expiryWindow is how long before they expire credentials are renewed.
const expiryWindow = 5 * time.Minute

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
	if profile.Own(value.AccessKeyID) {
		return nil, fault.New(fault.Denied, "The AWS credentials found (%s) are Tickmark's own, which AWS does not know. Give --profile, a profile with keys of AWS.", value.AccessKeyID)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own = own
	return own, nil
}

func source(ctx context.Context, name string) (aws.CredentialsProvider, error) {
	credentials, _, err := profile.Load(ctx, name)
	return credentials, err
}
