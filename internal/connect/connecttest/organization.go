// Package connecttest plays an organization of AWS for tests, over HTTP and in the services' own protocols: STS with its
// roles, Organizations, the regions of EC2 and of the Account service, IAM's simulation. Calls of other services, once
// their caller is known, go to Next.
package connecttest

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// Organization is what is played. Its fields are set before it serves.
type Organization struct {
	// Management is the account that Keys belong to.
	Management string
	Members    []*Member
	// Units are organizational units by their parent: the root is r-root.
	Units map[string][]string
	// KeyID is the access key of the management account's user; empty is AKIAMANAGEMENT.
	KeyID string
	// Closed refuses iam:SimulatePrincipalPolicy.
	Closed bool
	// Next answers other services; nil refuses them.
	Next func(w http.ResponseWriter, req *http.Request, from Caller)

	mu       sync.Mutex
	sessions map[string]Caller // by access key
	calls    map[string]int    // by service:Operation
}

// Member is an account.
type Member struct {
	ID, Name string
	// State is ACTIVE when empty.
	State string
	Unit  string // r-root when empty
	// Roles are those that can be assumed, by name; an external id stands behind "=": "Collector=secret".
	Roles []string
	// Refusal is the message with which roles that cannot be assumed are refused.
	Refusal string
	// Missing are actions that its roles are not allowed.
	Missing []string
	// Regions beside the two that all have: us-east-1, eu-central-1.
	Regions []string
}

// Caller is who makes a call and where.
type Caller struct{ Account, Role, Region, Service string }

// Calls is how often an operation was called.
func (o *Organization) Calls(api string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls[api]
}

func (o *Organization) count(api string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.calls == nil {
		o.calls = map[string]int{}
	}
	o.calls[api]++
}

func (o *Organization) member(id string) *Member {
	for _, m := range o.Members {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// caller finds who signed a request; signatures are not checked.
func (o *Organization) caller(req *http.Request) (Caller, bool) {
	_, rest, ok := strings.Cut(req.Header.Get("Authorization"), "Credential=")
	scope, _, _ := strings.Cut(rest, ",")
	parts := strings.Split(scope, "/")
	if !ok || len(parts) != 5 {
		return Caller{}, false
	}
	key := parts[0]
	o.mu.Lock()
	defer o.mu.Unlock()
	c, ok := o.sessions[key]
	if key == o.keyID() {
		c, ok = Caller{Account: o.Management}, true
	}
	c.Region, c.Service = parts[2], parts[3]
	return c, ok
}

func (o *Organization) keyID() string {
	if o.KeyID != "" {
		return o.KeyID
	}
	return "AKIAMANAGEMENT"
}

// ServeHTTP answers a call.
func (o *Organization) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	from, ok := o.caller(req)
	if !ok {
		refuse(w, http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
		return
	}
	if target := req.Header.Get("X-Amz-Target"); strings.HasPrefix(target, "AWSOrganizations") {
		_, operation, _ := strings.Cut(target, ".")
		o.count("organizations:" + operation)
		o.organizations(w, req, from, operation)
		return
	}
	if from.Service == "account" && req.URL.Path == "/listRegions" {
		o.count("account:ListRegions")
		o.listRegions(w, from)
		return
	}
	if err := o.query(w, req, from); err {
		return
	}
	if o.Next != nil {
		o.Next(w, req, from)
		return
	}
	refuse(w, http.StatusBadRequest, "InvalidAction", "Not played here.")
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>r</RequestId></ErrorResponse>`, code, message)
}
