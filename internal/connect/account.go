package connect

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/collect"
)

// Place is where calls go and as whom: the ARN of the role to assume, "" for the connection's own credentials.
type Place = collect.Place

// Identity is whose credentials a connection has.
type Identity struct {
	Account string `json:"accountId"`
	ARN     string `json:"arn"`
	// Region is the profile's, where calls begin.
	Region string `json:"region"`
}

// Partition is the one the credentials belong to.
func (i Identity) Partition() string {
	_, rest, _ := strings.Cut(i.ARN, ":")
	p, _, _ := strings.Cut(rest, ":")
	return p
}

// Cloud calls AWS with the credentials of a connection. APIs are named service:Operation, members as the API's model
// names them. An error that AWS answered is an *automation.APIError; a role that could not be assumed is a fault of
// kind Denied and type "role" around it.
type Cloud interface {
	Identity(ctx context.Context) (Identity, error)
	Call(ctx context.Context, at Place, api string, in map[string]any) (map[string]any, error)
}

// Status of an account, as the last test found it.
type Status string

// The statuses.
const (
	OK       Status = "ok"
	Missing  Status = "missing permission" // it is read, without what is missing
	Denied   Status = "denied"             // the role cannot be assumed, or nothing is allowed
	Failed   Status = "failed"             // no answer: the network, throttling, credentials that have expired
	Inactive Status = "inactive"           // suspended, pending or closed: passed over
	Excluded Status = "left out"           // by --accounts, --ous and their opposites
	Left     Status = "left"               // not in the organization any more
)

// Account is an account that a connection has found.
type Account struct {
	ID   string `json:"accountId"`
	Name string `json:"name,omitempty"`
	// Role is the ARN of the role that calls are made with, "" for the connection's own credentials.
	Role   string `json:"role,omitempty"`
	Status Status `json:"status"`
	// Regions are those to read. Note tells what is not known or not read about them.
	Regions []string `json:"regions,omitempty"`
	Note    string   `json:"note,omitempty"`
	// Closed are enabled regions that a service control policy closes: nothing in them can be read.
	Closed []string `json:"closedRegions,omitempty"`
	// Code and Message are AWS's answer when the test failed; Remedy is what to do.
	Code    string       `json:"code,omitempty"`
	Message string       `json:"message,omitempty"`
	Remedy  string       `json:"remedy,omitempty"`
	Missing []Permission `json:"missing,omitempty"`
	// Checked is how permissions were found out: "simulated", "probed", "" when they were not.
	Checked string `json:"checked,omitempty"`
	// Management says that it is the management account of the organization.
	Management bool `json:"management,omitempty"`

	Found  time.Time `json:"found,omitzero"`
	Seen   time.Time `json:"seen,omitzero"` // the last time it was there
	Tested time.Time `json:"tested,omitzero"`
}

// Permission is an action that is not allowed, with the resource types that cannot be read for it.
type Permission struct {
	Action string   `json:"action"`
	Types  []string `json:"types"`
	// By is what denies it: "policy", "permissions boundary", "service control policy", "explicit deny".
	By string `json:"by"`
}

// Readable reports whether the account is to be read: it can be, as far as is known.
func (a *Account) Readable() bool { return a.Status == OK || a.Status == Missing }

// Tried reports whether the account belongs to what the connection is to read, readable or not.
func (a *Account) Tried() bool {
	return a.Readable() || a.Status == Denied || a.Status == Failed
}

// Place is where a region of the account is called.
func (a *Account) Place(region string) Place {
	return Place{Account: a.ID, Region: region, Role: a.Role}
}

// homeRegions are the regions of a partition that its global services are called in.
func homeRegion(partition, service string) string {
	switch partition {
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-cn":
		if service == "organizations" || service == "account" {
			return "cn-northwest-1"
		}
		return "cn-north-1"
	}
	return "us-east-1"
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
