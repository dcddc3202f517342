package finder

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// from is where a field is read.
type from uint8

const (
	fromOccurrence from = iota // a text of the occurrence
	fromSubject                // a text of the resource
	fromTimes                  // a time, or another number, of the occurrence
	fromNames                  // a name that follows from texts of the occurrence
	fromCategory               // the category of the resource's service
	fromFixed                  // the same in every row
	fromRecord                 // the body in the ledger
	fromNothing                // NULL
)

// field is one value of a row: a column of the table, or a member of eventData.
type field struct {
	name, typ string
	from      from
	// column is the one of the block, or what fromNames and fromFixed read.
	column string
}

// dataFields are the members of eventData: CloudTrail Lake's, in its order, and behind them ours.
var dataFields = []field{
	{"attributes", "map(varchar,varchar)", fromRecord, "attributes"},
	{"awsAccountId", "varchar", fromFixed, "account"},
	{"awsOrganization", "varchar", fromNothing, ""},
	{"complianceCheck", "varchar", fromSubject, sCheck},
	{"dataSource", "varchar", fromOccurrence, oSource},
	{"eventName", "varchar", fromSubject, sEvent},
	{"eventSource", "varchar", fromSubject, sEventSource},
	{"evidenceAwsAccountId", "varchar", fromSubject, sAccount},
	{"evidenceByType", "varchar", fromSubject, sType},
	{"iamId", "varchar", fromSubject, sActor},
	{"evidenceId", "varchar", fromNames, "evidenceId"},
	{"time", "timestamp", fromTimes, oTime},
	{"assessmentId", "varchar", fromOccurrence, oAssessment},
	{"controlSetId", "varchar", fromOccurrence, oControlSet},
	{"controlId", "varchar", fromOccurrence, oControl},
	{"controlName", "varchar", fromNames, "controlName"},
	{"controlDomainName", "varchar", fromNames, "controlDomainName"},
	{"frameworkName", "varchar", fromNames, "frameworkName"},
	{"frameworkId", "varchar", fromNames, "frameworkId"},
	{"service", "varchar", fromSubject, sService},
	{"serviceCategory", "varchar", fromCategory, sService},
	{"resourceArn", "varchar", fromSubject, sARN},
	{"resourceType", "varchar", fromSubject, sResourceType},
	{"evidenceFolderId", "varchar", fromNames, "evidenceFolderId"},
	{"description", "varchar", fromNames, "description"},
	{"manualEvidenceS3ResourcePath", "varchar", fromSubject, sS3Path},
	{"evidenceFolderName", "varchar", fromOccurrence, oDay},
	{"resourceComplianceCheck", "varchar", fromSubject, sVerdict},

	{"assessmentName", "varchar", fromNames, "assessmentName"},
	{"resourceId", "varchar", fromSubject, sResource},
	{"reason", "varchar", fromSubject, sReason},
	{"textResponse", "varchar", fromSubject, sText},
	{"fileName", "varchar", fromSubject, sFile},
	{"collectedAt", "timestamp", fromTimes, oCollected},
	{"backfilled", "boolean", fromOccurrence, oBackfilled},
	{"exceptionId", "varchar", fromOccurrence, oException},
	{leafIndex, "bigint", fromTimes, oLeaf},
}

const (
	eventData = "eventData"
	eventJSON = "eventJson"
	// leafIndex is the place of the piece in the account's log.
	leafIndex = "leafIndex"
)

// tableFields are the columns beside eventData and eventJson.
var tableFields = []field{
	{"eventVersion", "varchar", fromFixed, "version"},
	{"eventCategory", "varchar", fromFixed, "category"},
	{"eventType", "varchar", fromFixed, "type"},
	{"eventID", "varchar", fromNames, "evidenceId"},
	{"eventTime", "timestamp", fromTimes, oTime},
	{"awsRegion", "varchar", fromSubject, sRegion},
	{"recipientAccountId", "varchar", fromFixed, "account"},
	{"addendum", "map(varchar,varchar)", fromNothing, ""},
	{"eventName", "varchar", fromSubject, sEvent},
}

// fixed is what every row of an account has.
func fixed(column, account string) string {
	switch column {
	case "version":
		return "1.0"
	case "category":
		return "Evidence"
	case "type":
		return "AwsAuditManagerEvidence"
	}
	return account
}

var planColumns = func() (out []plan.Column) {
	for _, f := range tableFields {
		out = append(out, plan.Column{Name: f.name, Type: value.MustType(f.typ)})
	}
	var members []string
	for _, f := range dataFields {
		members = append(members, f.name+" "+f.typ)
	}
	return append(out, plan.Column{Name: eventData, Type: value.MustType("row(" + strings.Join(members, ", ") + ")")}, plan.Column{Name: eventJSON, Type: value.VarcharType})
}()

var (
	wholeData = field{eventData, "", fromRecord, eventData}
	wholeJSON = field{eventJSON, "varchar", fromRecord, eventJSON}
)

// reading is a wanted column: its field, and the key when it is a value of a map.
type reading struct {
	field
	t *value.Type
	// key is that of a map when keyed.
	key   string
	keyed bool
}

// readingOf finds where a wanted column is.
func readingOf(w plan.Wanted) reading {
	r := reading{t: w.Type}
	path := w.Path
	switch n := len(tableFields); {
	case w.Column < n:
		r.field = tableFields[w.Column]
	case w.Column == n+1:
		r.field = wholeJSON
	case len(path) == 0:
		r.field = wholeData
	default:
		r.field, path = dataFields[path[0].Field], path[1:]
	}
	if len(path) > 0 {
		r.key, r.keyed = path[0].Key, true
	}
	return r
}
