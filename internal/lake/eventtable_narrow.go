package lake

import (
	"slices"
	"strconv"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// attributes are the columns that the event store's index answers for. A record's userName is the name of its user.
var attributes = map[string]trail.Attribute{
	"eventName": trail.EventName, "eventSource": trail.EventSource, "readOnly": trail.ReadOnly, "eventID": trail.EventID,
	"userIdentity.accessKeyId": trail.AccessKeyID, "userIdentity.userName": trail.Username,
}

// maxMatches is how many values of one condition the index is asked for.
const maxMatches = 64

// narrow tells the event store what it can leave out.
func narrow(q *trail.BlockQuery, filters []plan.ColumnFilter) {
	for _, f := range filters {
		r := readingOf(f.Wanted)
		name := r.path[0]
		for _, p := range r.path[1:] {
			name += "." + p
		}
		switch attribute, known := attributes[name]; {
		case name == "eventTime":
			narrowTime(q, &f)
		case known && f.Kind == plan.FilterIn && len(f.Values) <= maxMatches:
			var any []trail.Match
			for _, v := range f.Values {
				s, isText := v.(string)
				if b, isBool := v.(bool); isBool {
					s, isText = strconv.FormatBool(b), true
				}
				if isText && s != "" {
					any = append(any, trail.Match{Attribute: attribute, Value: s})
				}
			}
			if len(any) == len(f.Values) && len(any) > 0 {
				q.AllOf = append(q.AllOf, any)
			}
		case name == "recipientAccountId" && f.Kind == plan.FilterIn && !q.Scope.Installation:
			q.Scope.Accounts = slices.DeleteFunc(slices.Clone(q.Scope.Accounts), func(a string) bool { return !slices.Contains(f.Values, value.Value(a)) })
		}
	}
}

// narrowTime narrows the span of time, whose ends are inclusive.
func narrowTime(q *trail.BlockQuery, f *plan.ColumnFilter) {
	low, high := f.Low, f.High
	if f.Kind == plan.FilterIn && len(f.Values) > 0 {
		low, high = slices.MinFunc(f.Values, compareTimes), slices.MaxFunc(f.Values, compareTimes)
	}
	if ms, ok := low.(int64); ok {
		if at := time.UnixMilli(ms).UTC(); at.After(q.From) {
			q.From = at
		}
	}
	if ms, ok := high.(int64); ok {
		if at := time.UnixMilli(ms).UTC(); q.To.IsZero() || at.Before(q.To) {
			q.To = at
		}
	}
}

func compareTimes(a, b value.Value) int { return value.Compare(value.TimestampType, a, b) }
