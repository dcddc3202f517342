package cloud

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tickmark/tickmark/internal/automation"
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
	own, home, err := c.source(ctx)
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
	c.own, c.home = own, home
	return own, nil
}

// Whose asks STS whose the deployment's own credentials are; region is the profile's.
func (c *Cloud) Whose(ctx context.Context) (account, who, region string, err error) {
	own, err := c.ownCredentials(ctx)
	if err != nil {
		return "", "", "", err
	}
	c.mu.Lock()
	region = c.home
	c.mu.Unlock()
	id, err := c.client.Whose(ctx, c.target(key{region: region}, own))
	if err != nil {
		return "", "", "", answer(automation.Call{Region: region, Service: "sts", API: "GetCallerIdentity"}, err)
	}
	return id.Account, id.ARN, region, nil
}
