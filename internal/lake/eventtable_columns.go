package lake

import (
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// identityType is userIdentity. Its fields are named as the members of records.
const identityType = `row(type varchar, principalId varchar, arn varchar, accountId varchar, accessKeyId varchar, userName varchar,
	sessionContext row(
		attributes row(creationDate timestamp, mfaAuthenticated varchar),
		sessionIssuer row(type varchar, principalId varchar, arn varchar, accountId varchar, userName varchar),
		webIdFederationData row(federatedProvider varchar, attributes map(varchar,varchar)),
		sourceIdentity varchar, ec2RoleDelivery varchar, ec2IssuedInVpc varchar),
	onBehalfOf row(userId varchar, identityStoreArn varchar),
	inScopeOf row(sourceArn varchar, sourceAccount varchar, issuerType varchar, credentialsIssuedTo varchar),
	invokedBy varchar, identityProvider varchar, invokedByDelegate row(accountId varchar), credentialId varchar)`

// outsideType is eventData: what events from outside of AWS say.
const outsideType = `row(version varchar, userIdentity row(type varchar, principalId varchar, details map(varchar,varchar)), userAgent varchar,
	eventSource varchar, eventName varchar, eventTime varchar, UID varchar, requestParameters map(varchar,varchar),
	responseElements map(varchar,varchar), errorCode varchar, errorMessage varchar, sourceIPAddress varchar, recipientAccountId varchar,
	additionalEventData map(varchar,varchar))`

// eventColumn is a column of the events: where it is read.
type eventColumn struct {
	name, typ string
	// hot is the column of blocks that has it; 0 (no text) without one.
	hot trail.Column
}

// eventColumns are the columns of a data store's events: CloudTrail Lake's, and behind them those of events that
// channels took. Where hot is 0 the value is the record's member of that name, but for eventTime and the last two.
var eventColumns = []eventColumn{
	{name: "eventVersion", typ: "varchar"},
	{name: "userIdentity", typ: identityType},
	{name: "eventTime", typ: "timestamp", hot: trail.ColumnTime},
	{name: "eventSource", typ: "varchar", hot: trail.ColumnSource},
	{name: "eventName", typ: "varchar", hot: trail.ColumnName},
	{name: "awsRegion", typ: "varchar", hot: trail.ColumnRegion},
	{name: "sourceIPAddress", typ: "varchar", hot: trail.ColumnSourceIP},
	{name: "userAgent", typ: "varchar"},
	{name: "errorCode", typ: "varchar", hot: trail.ColumnErrorCode},
	{name: "errorMessage", typ: "varchar"},
	{name: "requestParameters", typ: "map(varchar,varchar)"},
	{name: "responseElements", typ: "map(varchar,varchar)"},
	{name: "additionalEventData", typ: "map(varchar,varchar)"},
	{name: "requestID", typ: "varchar"},
	{name: "eventID", typ: "varchar", hot: trail.ColumnID},
	{name: "readOnly", typ: "boolean", hot: trail.ColumnReadOnly},
	{name: "resources", typ: "array(row(accountId varchar, type varchar, ARN varchar, ARNPrefix varchar))"},
	{name: "eventType", typ: "varchar", hot: trail.ColumnType},
	{name: "apiVersion", typ: "varchar"},
	{name: "managementEvent", typ: "boolean"},
	{name: "recipientAccountId", typ: "varchar", hot: trail.ColumnAccount},
	{name: "sharedEventID", typ: "varchar", hot: trail.ColumnSharedID},
	{name: "annotation", typ: "varchar"},
	{name: "vpcEndpointId", typ: "varchar"},
	{name: "vpcEndpointAccountId", typ: "varchar"},
	{name: "serviceEventDetails", typ: "map(varchar,varchar)"},
	{name: "addendum", typ: "map(varchar,varchar)"},
	{name: "edgeDeviceDetails", typ: "map(varchar,varchar)"},
	{name: "insightDetails", typ: "map(varchar,varchar)"},
	{name: "eventCategory", typ: "varchar", hot: trail.ColumnCategory},
	{name: "tlsDetails", typ: "row(tlsVersion varchar, cipherSuite varchar, clientProvidedHostHeader varchar, keyExchange varchar)"},
	{name: "sessionCredentialFromConsole", typ: "varchar"},
	{name: "eventContext", typ: "map(varchar,varchar)"},
	{name: "metadata", typ: "row(ingestionTime varchar, channelARN varchar)"},
	{name: "eventData", typ: outsideType},
	{name: eventJSON, typ: "varchar"},
	{name: eventJSONChecksum, typ: "varchar"},
}

const (
	eventJSON         = "eventJson"
	eventJSONChecksum = "eventJsonChecksum"
)

var planColumns = func() []plan.Column {
	out := make([]plan.Column, len(eventColumns))
	for i, c := range eventColumns {
		out[i] = plan.Column{Name: c.name, Type: value.MustType(c.typ)}
	}
	return out
}()

// hotPaths are places inside of columns that blocks have too.
var hotPaths = map[string]trail.Column{
	"userIdentity.arn": trail.ColumnPrincipal, "userIdentity.accessKeyId": trail.ColumnAccessKeyID,
}

// reading is how one wanted column is read.
type reading struct {
	t *value.Type
	// hot is the blocks' column; ColumnRaw when it is read out of the record.
	hot  trail.Column
	path []string
}

// readingOf finds where a wanted column is.
func readingOf(w plan.Wanted) reading {
	c := eventColumns[w.Column]
	r := reading{t: w.Type, hot: c.hot, path: []string{c.name}}
	t := planColumns[w.Column].Type
	full := c.name
	for _, s := range w.Path {
		name := s.Key
		if s.Field >= 0 {
			name, t = t.Names[s.Field], t.Elems[s.Field]
		}
		r.path = append(r.path, name)
		full += "." + name
	}
	if hot, ok := hotPaths[full]; ok {
		r.hot = hot
	}
	if r.hot == 0 {
		r.hot = trail.ColumnRaw
	}
	return r
}
