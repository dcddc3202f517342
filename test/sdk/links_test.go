package sdk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"

	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/testenv"
)

// TestLinks: a link that Audit Manager gives out opens one request for whoever may not touch objects otherwise, and
// nothing else: no other object, method or time, and nothing in other hands.
func TestLinks(t *testing.T) {
	k := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	ctx, root := t.Context(), auditmanager.NewFromConfig(k.config(home))
	must(root.RegisterAccount(ctx, &auditmanager.RegisterAccountInput{}))(k)
	user := func(name string) aws.Config {
		u := must(k.env.AddUser(ctx, server.UserSpec{Name: name, Policy: "Delegate"}))(k)
		return k.as(home, u.Credentials.AccessKeyID, u.Credentials.Secret, "")
	}
	one, two := user("one"), user("two")
	link := func(c aws.Config) *url.URL {
		out := must(auditmanager.NewFromConfig(c).GetEvidenceFileUploadUrl(ctx, &auditmanager.GetEvidenceFileUploadUrlInput{FileName: aws.String("été 1.txt")}))(k)
		return must(url.Parse(*out.UploadUrl))(k)
	}
	put := func(method string, u url.URL) int {
		req, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader("x"))
		k.ok(err)
		resp, err := http.DefaultClient.Do(req)
		k.ok(err)
		k.ok(resp.Body.Close())
		return resp.StatusCode
	}
	good := *link(one)
	if got := put(http.MethodPut, good); got != http.StatusOK {
		t.Errorf("the link answers %d", got)
	}
	change := func(name, value string) url.URL {
		u, q := good, good.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
		return u
	}
	other := link(two).Query()
	elsewhere := good
	elsewhere.Path += ".bak"
	for what, u := range map[string]url.URL{
		"another object": elsewhere, "a longer time": change("X-Amz-Expires", "604800"), "another's mark": change("X-Tickmark-Link", other.Get("X-Tickmark-Link")), "no mark": change("X-Tickmark-Link", ""),
	} {
		if got := put(http.MethodPut, u); got != http.StatusForbidden {
			t.Errorf("%s: %d", what, got)
		}
	}
	if got := put(http.MethodGet, good); got != http.StatusForbidden {
		t.Errorf("reading: %d", got)
	}
}
