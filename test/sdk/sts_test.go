package sdk_test

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// sessions are the calls of STS; the sessions they give work for themselves.
func sessions(k *kit) {
	ctx, c := k.Context(), sts.NewFromConfig(k.config(home))
	who := must(c.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(k)
	if *who.Account != k.env.Account || *who.Arn != "arn:aws:iam::"+k.env.Account+":root" {
		k.Errorf("the root is %s", *who.Arn)
	}
	own := must(c.GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(900)}))(k)
	if got := k.identity(own.Credentials); *got.Account != k.env.Account {
		k.Errorf("the session is in %s", *got.Account)
	}
	in := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + member + ":role/TickmarkAccess"), RoleSessionName: aws.String("sdk")}
	role := must(c.AssumeRole(ctx, in))(k)
	if got := k.identity(role.Credentials); *got.Account != member || *got.Arn != "arn:aws:sts::"+member+":assumed-role/TickmarkAccess/sdk" {
		k.Errorf("the role is %s", *got.Arn)
	}
	in.RoleArn = aws.String("arn:aws:iam::999999999999:role/TickmarkAccess")
	_, err := c.AssumeRole(ctx, in)
	k.refused(err, "AccessDenied")
}

func (k *kit) identity(s *types.Credentials) *sts.GetCallerIdentityOutput {
	k.Helper()
	c := sts.NewFromConfig(k.as(home, *s.AccessKeyId, *s.SecretAccessKey, *s.SessionToken))
	return must(c.GetCallerIdentity(k.Context(), &sts.GetCallerIdentityInput{}))(k)
}

// member is the SDK's configuration for the member account, by its role.
func (k *kit) member(region string) aws.Config {
	k.Helper()
	role := must(sts.NewFromConfig(k.config(region)).AssumeRole(k.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + member + ":role/TickmarkAccess"), RoleSessionName: aws.String("sdk"),
	}))(k).Credentials
	return k.as(region, *role.AccessKeyId, *role.SecretAccessKey, *role.SessionToken)
}

// badKeys are requests that nobody may be believed.
func badKeys(k *kit) {
	ctx, keys := k.Context(), k.env.Credentials
	for _, c := range []struct{ key, secret, token, code string }{
		{"AKIAIOSFODNN7EXAMPLE", keys.Secret, "", "InvalidClientTokenId"},
		{keys.AccessKeyID, "wrong", "", "SignatureDoesNotMatch"},
		{keys.AccessKeyID, keys.Secret, "no-such-token", "InvalidClientTokenId"},
	} {
		_, err := sts.NewFromConfig(k.as(home, c.key, c.secret, c.token)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		k.refused(err, c.code)
	}
}
