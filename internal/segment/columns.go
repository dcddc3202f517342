package segment

import (
	"unsafe"

	"github.com/parquet-go/parquet-go"

	"github.com/tickmark/tickmark/internal/trail"
)

// record is one row of a segment file. The order of the fields is that of the columns.
type record struct {
	attributeColumns
	Raw string `parquet:"raw,plain"`
}

// attributeColumns are all but the bytes: what a scan that does not ask for them reads.
type attributeColumns struct {
	Seq         int64  `parquet:"seq,delta"`
	Time        int64  `parquet:"event_time,delta,timestamp(millisecond)"`
	Account     string `parquet:"account,dict"`
	Region      string `parquet:"region,dict"`
	ID          string `parquet:"event_id,plain"`
	Name        string `parquet:"event_name,dict"`
	Source      string `parquet:"event_source,dict"`
	Category    string `parquet:"event_category,dict"`
	Type        string `parquet:"event_type,dict"`
	ReadOnly    string `parquet:"read_only,dict"`
	User        string `parquet:"user_name,dict"`
	AccessKeyID string `parquet:"access_key_id,dict"`
	Principal   string `parquet:"principal_arn,dict"`
	SourceIP    string `parquet:"source_ip,dict"`
	ErrorCode   string `parquet:"error_code,dict"`
	SharedID    string `parquet:"shared_event_id,dict"`
	Integrity   string `parquet:"integrity,dict"`
	Adapted     bool   `parquet:"adapted"`
	Origin      string `parquet:"origin,dict"`
}

var schema = parquet.SchemaOf(record{})

// column is how one column is filled from events.
type column struct {
	name  string
	value func(e *trail.Event) parquet.Value
}

func stringColumn(name string, of func(*trail.Event) string) column {
	return column{name, func(e *trail.Event) parquet.Value {
		s := of(e)
		return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s)))
	}}
}

// columns are record's, in its order; a test compares them.
var columns = []column{
	{"seq", func(e *trail.Event) parquet.Value { return parquet.Int64Value(e.Seq) }},
	{"event_time", func(e *trail.Event) parquet.Value { return parquet.Int64Value(e.Time.UnixMilli()) }},
	stringColumn("account", func(e *trail.Event) string { return e.Account }),
	stringColumn("region", func(e *trail.Event) string { return e.Region }),
	stringColumn("event_id", func(e *trail.Event) string { return e.ID }),
	stringColumn("event_name", func(e *trail.Event) string { return e.Name }),
	stringColumn("event_source", func(e *trail.Event) string { return e.Source }),
	stringColumn("event_category", func(e *trail.Event) string { return e.Category }),
	stringColumn("event_type", func(e *trail.Event) string { return e.Type }),
	stringColumn("read_only", func(e *trail.Event) string { return e.ReadOnly }),
	stringColumn("user_name", func(e *trail.Event) string { return e.User }),
	stringColumn("access_key_id", func(e *trail.Event) string { return e.AccessKeyID }),
	stringColumn("principal_arn", func(e *trail.Event) string { return e.Principal }),
	stringColumn("source_ip", func(e *trail.Event) string { return e.SourceIP }),
	stringColumn("error_code", func(e *trail.Event) string { return e.ErrorCode }),
	stringColumn("shared_event_id", func(e *trail.Event) string { return e.SharedID }),
	stringColumn("integrity", func(e *trail.Event) string { return e.Integrity }),
	{"adapted", func(e *trail.Event) parquet.Value { return parquet.BooleanValue(e.Adapted) }},
	stringColumn("origin", func(e *trail.Event) string { return e.Origin }),
	{"raw", func(e *trail.Event) parquet.Value { return parquet.ByteArrayValue(e.Raw) }},
}

// The columns that are read one by one.
const (
	seqColumn       = 0
	timeColumn      = 1
	integrityColumn = 16
	adaptedColumn   = 17
	originColumn    = 18
	rawColumn       = 19
)
