package sts_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/tickmark/tickmark/internal/authz"
	api "github.com/tickmark/tickmark/internal/awsapi/sts"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/awswire/sigv4"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/service/sts"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// TestSessionsOfTheSDK signs with root's key, assumes a role, and signs with the session it gets: the SDK on one side,
// the verifier and the directory on the other.
func TestSessionsOfTheSDK(t *testing.T) {
	env := storetest.Open(t)
	env.Clock.Advance(time.Since(storetest.Start)) // the SDK signs with the real time
	access := authz.New(store.For(env.DB, func(tx *store.Tx) authz.Tx { return tx }), env.Clock)
	root, err := access.Bootstrap(t.Context(), servicetest.Account)
	if err != nil {
		t.Fatal(err)
	}
	if err := env.Write(t.Context(), func(tx *store.Tx) error { return authz.EnsureAccessRole(tx, member, servicetest.Account) }); err != nil {
		t.Fatal(err)
	}
	r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service)
	sts.New(access).Register(r)
	verifier := sigv4.Verifier[authz.Caller]{Lookup: access.Lookup, Protocol: func(string) sigv4.Protocol { return sigv4.Query }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		id, caller, err := verifier.Verify(req, env.Clock.Now())
		if err != nil {
			r.Refuse(w, req, "sts", err)
			return
		}
		req = req.WithContext(authz.WithCaller(req.Context(), caller))
		r.Serve(w, req, id.Service, awswire.Caller{Account: caller.Account, Region: id.Region, AccessKeyID: caller.AccessKeyID})
	}))
	t.Cleanup(server.Close)
	client := func(c authz.Credentials) *sdk.Client {
		return sdk.New(sdk.Options{
			Region: servicetest.Region, BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.Secret, SessionToken: c.SessionToken}, nil
			}),
		})
	}
	who := func(c authz.Credentials) (string, error) {
		out, err := client(c).GetCallerIdentity(t.Context(), &sdk.GetCallerIdentityInput{})
		if err != nil {
			return "", err
		}
		return *out.Arn, nil
	}
	if got, err := who(root); err != nil || got != "arn:aws:iam::111122223333:root" {
		t.Fatalf("root is %q: %v", got, err)
	}
	out, err := client(root).AssumeRole(t.Context(), &sdk.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + member + ":role/" + authz.AccessRole), RoleSessionName: aws.String("sdk"),
	})
	if err != nil {
		t.Fatal(err)
	}
	session := authz.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, Secret: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken}
	if got, err := who(session); err != nil || got != "arn:aws:sts::444455556666:assumed-role/TickmarkAccess/sdk" {
		t.Errorf("the session is %q: %v", got, err)
	}
	forged := session
	forged.SessionToken = "forged"
	for code, c := range map[string]authz.Credentials{
		"InvalidClientTokenId":  forged,
		"SignatureDoesNotMatch": {AccessKeyID: root.AccessKeyID, Secret: "wrong"},
	} {
		if _, err := who(c); err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	// The SDK presigns with its own clock too.
	url, err := sdk.NewPresignClient(client(root)).PresignGetCallerIdentity(t.Context(), &sdk.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), url.Method, url.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = url.SignedHeader
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("presigned: %s", resp.Status)
	}
}
