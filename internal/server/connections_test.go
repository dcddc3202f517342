package server

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/connect/connecttest"
	"github.com/tickmark/tickmark/internal/fault"
)

// An organization over HTTP: what is asked how often, that nothing tells the external id, and that accounts join and leave.
func TestConnections(t *testing.T) {
	o := &connecttest.Organization{Management: "100000000000"}
	for i := range 60 {
		o.Members = append(o.Members, &connecttest.Member{ID: strconv.Itoa(100000000000 + i), Roles: []string{"R=secret-id"}})
	}
	o.Members[7].Roles = nil
	aws := httptest.NewServer(o)
	t.Cleanup(aws.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAMANAGEMENT")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s")
	t.Setenv("AWS_PROFILE", "")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
	s, err := Open(t.Context(), Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c := connect.Connection{Name: "org", EndpointURL: aws.URL, Organization: true, Role: "R", ExternalID: "secret-id", Types: []string{"AWS::EC2::Volume"}}
	steps := 0
	done, err := s.Connect(t.Context(), ConnectRequest{Connection: c}, func(ConnectStep) { steps++ })
	if err != nil {
		t.Fatal(err)
	}
	if !done.Stored || steps != 60 || done.Connection.Counts[connect.OK] != 59 || done.Connection.Counts[connect.Denied] != 1 {
		t.Errorf("%d steps, %+v", steps, done.Connection)
	}
	if done.Connection.ExternalID != "" || !done.Connection.ExternalIDSet || strings.Contains(done.Accounts[7].Remedy, "secret-id") {
		t.Errorf("the external id is told: %+v, %s", done.Connection, done.Accounts[7].Remedy)
	}
	for api, want := range map[string]int{"organizations:ListAccounts": 3, "sts:AssumeRole": 60, "iam:SimulatePrincipalPolicy": 59} {
		if n := o.Calls(api); n != want {
			t.Errorf("%s was called %d times, want %d", api, n, want)
		}
	}

	o.Members = append(o.Members[1:], &connecttest.Member{ID: "100000000099", Roles: []string{"R=secret-id"}})
	o.Members[6].Roles = []string{"R=secret-id"}
	kept, err := s.connections.Get(t.Context(), "org")
	if err != nil || kept.ExternalID != "secret-id" {
		t.Fatalf("%v, %v", kept.ExternalID, err)
	}
	accounts, err := s.rediscover(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	by := map[connect.Status]int{}
	for _, a := range accounts {
		by[a.Status]++
	}
	if len(accounts) != 61 || by[connect.OK] != 60 || by[connect.Left] != 1 || accounts[0].Status != connect.Left {
		t.Errorf("%v", by)
	}
	if n := o.Calls("iam:SimulatePrincipalPolicy"); n != 61 {
		t.Errorf("%d simulations: what was allowed was asked again", n)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
	if _, err := s.TestConnection(t.Context(), ConnectionQuery{Name: "org"}, nil); fault.KindOf(err) != fault.Denied {
		t.Errorf("a test with other keys in the environment: %v", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAMANAGEMENT")
	if _, err := s.TestConnection(t.Context(), ConnectionQuery{Name: "org"}, nil); err != nil {
		t.Error(err)
	}
	aws.Close()
	accounts, err = s.rediscover(t.Context(), kept)
	if fault.KindOf(err) != fault.Unavailable || len(accounts) != 61 {
		t.Errorf("without an answer: %d accounts, %v", len(accounts), err)
	}
}
