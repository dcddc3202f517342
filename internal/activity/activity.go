// Package activity makes events of the calls that this server answers, so that an installation's own history stands
// beside that of the accounts it looks after.
//
// What it promises: a call that changes something or gives out credentials is answered only after its event is stored.
// Calls that only read, and those on data (of objects, messages and events), are stored within a second of their answer;
// a process that is killed may lose those of its last second. Nothing is stored twice. When the store cannot take events, calls are answered all the same, the log says so,
// and the events are tried again, up to MaxWaiting of them and 64 MB.
//
// The records have CloudTrail's form. Known to differ: creationDate of a session is not told; what a model calls
// sensitive, and every token and secret key, is hidden in all calls.
package activity

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
)

// Origin names this server as the source of its own events.
const Origin = "tickmark:activity"

// Call is one call that was answered.
type Call struct {
	Time            time.Time
	Account, Region string
	// Service is the service of the credential scope, such as "config".
	Service, Operation string
	Identity           Identity
	// SourceIP and UserAgent are the request's.
	SourceIP, UserAgent string
	ID, RequestID       string
	APIVersion          string
	// Parameters and Response are JSON texts, or nil.
	Parameters, Response []byte
	ErrorCode, Error     string
	// Resources are those of a call on data, which is a data event.
	Resources []Resource
	Data      bool
}

// Resource is something a data event is about.
type Resource struct {
	AccountID string `json:"accountId,omitempty"`
	Type      string `json:"type"`
	ARN       string `json:"ARN"`
}

// Identity is CloudTrail's userIdentity.
type Identity struct {
	Type           string          `json:"type"`
	PrincipalID    string          `json:"principalId,omitempty"`
	ARN            string          `json:"arn,omitempty"`
	AccountID      string          `json:"accountId,omitempty"`
	AccessKeyID    string          `json:"accessKeyId,omitempty"`
	UserName       string          `json:"userName,omitempty"`
	SessionContext *SessionContext `json:"sessionContext,omitempty"`
}

// SessionContext tells who stands behind temporary credentials.
type SessionContext struct {
	SessionIssuer *Issuer           `json:"sessionIssuer,omitempty"`
	Attributes    map[string]string `json:"attributes"`
}

// Issuer is the role of a session.
type Issuer struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	UserName    string `json:"userName"`
}

// record is the event in CloudTrail's form, its members in CloudTrail's order.
type record struct {
	EventVersion       string          `json:"eventVersion"`
	UserIdentity       Identity        `json:"userIdentity"`
	EventTime          string          `json:"eventTime"`
	EventSource        string          `json:"eventSource"`
	EventName          string          `json:"eventName"`
	AWSRegion          string          `json:"awsRegion"`
	SourceIPAddress    string          `json:"sourceIPAddress"`
	UserAgent          string          `json:"userAgent"`
	ErrorCode          string          `json:"errorCode,omitempty"`
	ErrorMessage       string          `json:"errorMessage,omitempty"`
	RequestParameters  json.RawMessage `json:"requestParameters"`
	ResponseElements   json.RawMessage `json:"responseElements"`
	RequestID          string          `json:"requestID"`
	EventID            string          `json:"eventID"`
	ReadOnly           bool            `json:"readOnly"`
	Resources          []Resource      `json:"resources,omitempty"`
	EventType          string          `json:"eventType"`
	APIVersion         string          `json:"apiVersion,omitempty"`
	ManagementEvent    bool            `json:"managementEvent"`
	RecipientAccountID string          `json:"recipientAccountId"`
	EventCategory      string          `json:"eventCategory"`
}

// The sizes that CloudTrail keeps to.
const (
	maxText       = 1 << 10
	maxParameters = 100 << 10
)

// event is the call's event.
func (c *Call) event() (trail.Event, error) {
	r := record{
		EventVersion: "1.11", UserIdentity: c.Identity, EventTime: c.Time.UTC().Format(time.RFC3339), EventSource: c.Service + ".amazonaws.com",
		EventName: c.Operation, AWSRegion: region(c.Service, c.Region), SourceIPAddress: c.SourceIP, UserAgent: cut(c.UserAgent),
		ErrorCode: cut(c.ErrorCode), ErrorMessage: cut(c.Error), RequestParameters: fit("requestParameters", c.Parameters),
		RequestID: c.RequestID, EventID: c.ID, ReadOnly: c.ReadOnly(), Resources: c.Resources, EventType: "AwsApiCall", APIVersion: c.APIVersion,
		ManagementEvent: !c.Data, RecipientAccountID: c.Account, EventCategory: trail.Management,
	}
	if c.Data {
		r.EventCategory = trail.Data
	}
	if !r.ReadOnly || c.Service == "sts" { // what a listing returned is not part of what happened
		r.ResponseElements = fit("responseElements", c.Response)
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return trail.Event{}, err
	}
	e, err := trail.Decode(raw.Bytes())
	e.Origin = Origin
	return e, err
}

// region is where the events of a service are recorded: those of global services in us-east-1.
func region(service, asked string) string {
	if service == "organizations" || service == "iam" {
		return "us-east-1"
	}
	return asked
}

func cut(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

// fit replaces what is larger than CloudTrail takes by a note of its size.
func fit(what string, b []byte) json.RawMessage {
	switch {
	case len(b) == 0:
		return json.RawMessage("null")
	case len(b) > maxParameters:
		return json.RawMessage(`{"omitted":true,"originalSize":` + strconv.Itoa(len(b)) + `,"reason":"` + what + ` too large"}`)
	}
	return b
}

// readers are how the names of operations begin that change nothing. Giving out credentials is no change to CloudTrail.
var readers = []string{"Get", "List", "Describe", "BatchGet", "Select", "Lookup", "Search", "Head", "Test", "Validate", "StartQuery", "CancelQuery", "GenerateQuery", "DecodeAuthorizationMessage", "AssumeRole"}

// ReadOnly tells whether the operation changes nothing.
func (c *Call) ReadOnly() bool {
	for _, p := range readers {
		if strings.HasPrefix(c.Operation, p) {
			return true
		}
	}
	return false
}

// mayWait tells whether the call may be answered before its event is stored.
func (c *Call) mayWait() bool { return c.Data || c.ReadOnly() && c.Service != "sts" }
