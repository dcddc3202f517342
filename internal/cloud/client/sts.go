package client

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
)

// Identity is whose credentials are.
type Identity struct{ Account, ARN, UserID string }

// Whose asks STS.
func (c *Client) Whose(ctx context.Context, t Target) (Identity, error) {
	out, err := c.Call(ctx, t, models.Find("sts", "GetCallerIdentity"), wire.Object{})
	if err != nil {
		return Identity{}, err
	}
	who := Identity{Account: String(out, "Account"), ARN: String(out, "Arn"), UserID: String(out, "UserId")}
	if who.Account == "" {
		return who, errors.New("STS did not tell the account")
	}
	return who, nil
}

// roleSession is how long the keys of a role are asked for; every role allows an hour.
const roleSession = 15 * time.Minute

// AssumeRole asks STS for keys of a role.
func (c *Client) AssumeRole(ctx context.Context, t Target, role, session, externalID string) (aws.Credentials, error) {
	in := wire.Object{"RoleArn": role, "RoleSessionName": session, "DurationSeconds": int64(roleSession / time.Second)}
	if externalID != "" {
		in["ExternalId"] = externalID
	}
	out, err := c.Call(ctx, t, models.Find("sts", "AssumeRole"), in)
	if err != nil {
		return aws.Credentials{}, err
	}
	keys, _ := out["Credentials"].(wire.Object)
	expires, ok := keys["Expiration"].(time.Time)
	if !ok || String(keys, "AccessKeyId") == "" || String(keys, "SecretAccessKey") == "" {
		return aws.Credentials{}, errors.New("STS answered without keys")
	}
	return aws.Credentials{
		AccessKeyID: String(keys, "AccessKeyId"), SecretAccessKey: String(keys, "SecretAccessKey"), SessionToken: String(keys, "SessionToken"),
		CanExpire: true, Expires: expires, Source: "AssumeRole",
	}, nil
}

// Retryable tells whether the same call may succeed later.
func Retryable(err error) bool {
	return throttled(err) || retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}
