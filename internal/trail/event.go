// Package trail keeps recorded API activity: it decodes CloudTrail events of every form they are handed in, imports
// them, and declares the Store that answers look-ups. An event's bytes are kept exactly as received and an event
// is stored once, whatever the number of files that bring it.
package trail

import (
	"time"
	"unsafe"
)

// Event is one recorded action: the bytes as received and the attributes that questions are asked by.
// Strings and Raw may share memory; nothing of an Event is changed after decoding.
type Event struct {
	// Account is the account the event was recorded for: recipientAccountId, else userIdentity.accountId.
	Account string
	// Region is awsRegion.
	Region string
	// ID is eventID; a record without one gets a hash of its bytes. (Account, ID) is the event's key.
	ID string
	// Time is eventTime in UTC, whole milliseconds.
	Time time.Time
	// Name and Source are eventName and eventSource.
	Name, Source string
	// Category is one of the Category constants or what the record says.
	Category string
	// Type is eventType.
	Type string
	// ReadOnly is "true", "false", or "" when the record does not say.
	ReadOnly string
	// User is the name LookupEvents finds the event by; "" for services.
	User string
	// AccessKeyID is userIdentity.accessKeyId.
	AccessKeyID string
	// Principal is userIdentity.arn.
	Principal string
	// SourceIP is sourceIPAddress: an address or the DNS name of a service.
	SourceIP string
	// ErrorCode is errorCode; "" when the call succeeded.
	ErrorCode string
	// SharedID is sharedEventID, equal on the copies that several accounts received of one action.
	SharedID string
	// Resources are those the record lists and those its parameters name.
	Resources []Resource
	// Integrity tells what log digests say of the file that brought the event; one of the Integrity constants.
	Integrity string
	// Adapted marks a record that was not CloudTrail's own form: its time or id had to be taken from elsewhere.
	Adapted bool
	// Origin names the file or object that brought the event first.
	Origin string
	// Seq is the event's place in the order of arrival, given by the store.
	Seq int64
	// Raw is the record, byte for byte.
	Raw []byte
}

// Resource is something the event touched.
type Resource struct {
	// Type is a CloudFormation type name such as AWS::S3::Bucket; may be empty.
	Type string
	// Name is an ARN, an id or a name, as the record writes it.
	Name string
}

// The categories of event.
const (
	Management      = "Management"
	Data            = "Data"
	NetworkActivity = "NetworkActivity"
	Insight         = "Insight"
	// ActivityAuditLog is events from outside of AWS, that a channel takes for event data stores.
	ActivityAuditLog = "ActivityAuditLog"
)

// What digests say about an event's origin.
const (
	DigestMissing = "digest-missing"
	DigestValid   = "digest-valid"
	DigestInvalid = "digest-invalid"
)

// text is the string over the same bytes. The bytes must never change again.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Attribute is something LookupEvents can search by.
type Attribute uint8

// The attributes, named as in LookupEvents.
const (
	Anything Attribute = iota
	EventID
	EventName
	ReadOnly
	Username
	ResourceType
	ResourceName
	EventSource
	AccessKeyID
)

// Values calls yield with each value the event has for the attribute; empty values are left out and a value may
// come twice.
func (e *Event) Values(a Attribute, yield func(string) bool) {
	switch a {
	case ResourceType, ResourceName:
		for _, r := range e.Resources {
			v := r.Type
			if a == ResourceName {
				v = r.Name
			}
			if v != "" && !yield(v) {
				return
			}
		}
	default:
		if v := e.value(a); v != "" {
			yield(v)
		}
	}
}

func (e *Event) value(a Attribute) string {
	switch a {
	case EventID:
		return e.ID
	case EventName:
		return e.Name
	case ReadOnly:
		return e.ReadOnly
	case Username:
		return e.User
	case EventSource:
		return e.Source
	case AccessKeyID:
		return e.AccessKeyID
	}
	return ""
}

// Has reports whether the attribute has exactly this value; every event has Anything.
func (e *Event) Has(a Attribute, value string) bool {
	if a == Anything {
		return true
	}
	found := false
	e.Values(a, func(v string) bool {
		found = v == value
		return !found
	})
	return found
}
