package insight

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
)

// Bounds of what is read to attribute calls: a busy API's week is judged by its latest events.
const (
	maxAttributed = 100_000
	maxValues     = 10_000
	topValues     = 5
)

// The attributes.
const (
	byIdentity  = "userIdentityArn"
	byUserAgent = "userAgent"
	byErrorCode = "errorCode"
)

// share is how often each value of each attribute occurred in some minutes.
type share struct {
	minutes Minute
	events  int
	counts  map[string]map[string]int
}

// attributes are those that insights of a type have.
func attributes(typ string) []string {
	if typ == ErrorRate {
		return []string{byIdentity, byUserAgent}
	}
	return []string{byIdentity, byUserAgent, byErrorCode}
}

// attribute tells who made the calls of a time of insight, and who makes them usually.
func (w *Worker) attribute(ctx context.Context, f *Found, until Minute) ([]attribution, error) {
	unusual, usual := newShare(f.Type()), newShare(f.Type())
	if err := w.read(ctx, f.Metric, f.Start, until, unusual); err != nil {
		return nil, err
	}
	first := f.Start.day() - week
	for end := f.Start; end > first && usual.events < maxAttributed; {
		begin := max(first, (end - 1).day())
		if err := w.read(ctx, f.Metric, begin, end, usual); err != nil {
			return nil, err
		}
		end = begin
	}
	var out []attribution
	for _, a := range attributes(f.Type()) {
		out = append(out, attribution{a, unusual.top(a), usual.top(a)})
	}
	return out, nil
}

func newShare(typ string) *share {
	s := &share{counts: map[string]map[string]int{}}
	for _, a := range attributes(typ) {
		s.counts[a] = map[string]int{}
	}
	return s
}

// columns are those that say what an event counts for and who caused it. The user agent stands in the record alone.
var columns = []trail.Column{
	trail.ColumnTime, trail.ColumnAccount, trail.ColumnRegion, trail.ColumnCategory, trail.ColumnSource, trail.ColumnName,
	trail.ColumnReadOnly, trail.ColumnErrorCode, trail.ColumnPrincipal, trail.ColumnRaw,
}

// read adds the events that a metric counts in the minutes [from, to).
func (w *Worker) read(ctx context.Context, m Metric, from, to Minute, s *share) error {
	s.minutes += to - from
	q := trail.BlockQuery{
		Scope: arn.In(m.Account, m.Region), From: from.Time(), To: to.Time().Add(-1),
		AllOf: [][]trail.Match{{{Attribute: trail.EventName, Value: m.Name}}}, Columns: columns,
	}
	return w.Events.Blocks(ctx, q, func(b *trail.Block) error {
		for row := range b.Rows {
			e := trail.Event{
				Account: b.Texts[trail.ColumnAccount].At(row), Region: b.Texts[trail.ColumnRegion].At(row), Category: b.Texts[trail.ColumnCategory].At(row),
				Source: b.Texts[trail.ColumnSource].At(row), Name: b.Texts[trail.ColumnName].At(row), ReadOnly: b.Texts[trail.ColumnReadOnly].At(row),
				ErrorCode: b.Texts[trail.ColumnErrorCode].At(row), Principal: b.Texts[trail.ColumnPrincipal].At(row), Raw: b.Raw[row],
			}
			metrics(&e, func(of Metric) {
				if of == m {
					s.add(&e)
				}
			})
		}
		return nil
	})
}

func (s *share) add(e *trail.Event) {
	s.events++
	for a, counts := range s.counts {
		v := valueOf(a, e)
		if _, known := counts[v]; known || len(counts) < maxValues {
			counts[v]++
		}
	}
}

// null stands for what an event does not say: of errorCode, that the call succeeded.
const null = "null"

func valueOf(attribute string, e *trail.Event) string {
	switch attribute {
	case byIdentity:
		return cmp.Or(roleOf(e.Principal), trail.MemberText(e.Raw, "userIdentity", "invokedBy"), trail.MemberText(e.Raw, "userIdentity", "principalId"), null)
	case byUserAgent:
		return cmp.Or(trail.MemberText(e.Raw, "userAgent"), null)
	default:
		return cmp.Or(e.ErrorCode, null)
	}
}

// roleOf is an identity without its session: that of a role is another each time.
func roleOf(identity string) string {
	if head, rest, ok := strings.Cut(identity, ":assumed-role/"); ok {
		role, _, _ := strings.Cut(rest, "/")
		return head + ":assumed-role/" + role
	}
	return identity
}

// top are the most frequent values of an attribute with their means per minute.
func (s *share) top(attribute string) []value {
	out := []value{}
	for v, n := range s.counts[attribute] {
		out = append(out, value{v, rounded(float64(n) / float64(max(1, s.minutes)))})
	}
	slices.SortFunc(out, func(a, b value) int {
		return cmp.Or(cmp.Compare(b.Average, a.Average), strings.Compare(a.Value, b.Value))
	})
	return out[:min(len(out), topValues)]
}
