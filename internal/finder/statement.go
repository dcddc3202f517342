package finder

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// A statement that chooses the evidence of a report: SELECT eventJson FROM the account's data store, and conditions.

func refused(format string, args ...any) error {
	return fault.Invalidf("queryStatement", format, args...)
}

// CheckReport refuses a statement that cannot choose the evidence of an assessment's report.
func (f *Finder) CheckReport(account, assessment, statement string) error {
	q, err := reportQuery(account, assessment, statement)
	if err == nil {
		_, err = f.prepareReport(account, assessment, q)
	}
	if fault.KindOf(err) == fault.Invalid {
		return refused("The query statement cannot be used: %s", message(err))
	}
	return err
}

func message(err error) string {
	if f, ok := err.(*fault.Error); ok {
		return f.Message
	}
	return err.Error()
}

// Leaves are the leaves of the evidence that a report's statement chooses.
type Leaves struct{ bits []uint64 }

func (l *Leaves) add(leaf int64) {
	for int64(len(l.bits)) <= leaf>>6 {
		l.bits = append(l.bits, 0)
	}
	l.bits[leaf>>6] |= 1 << (leaf & 63)
}

// Has reports whether a leaf was chosen.
func (l *Leaves) Has(leaf int64) bool {
	return leaf>>6 < int64(len(l.bits)) && l.bits[leaf>>6]&(1<<(leaf&63)) != 0
}

// ForReport finds the evidence that a report's statement chooses. A piece is chosen when any of its resources is.
func (f *Finder) ForReport(ctx context.Context, account, assessment, statement string) (*Leaves, error) {
	q, err := reportQuery(account, assessment, statement)
	if err != nil {
		return nil, err
	}
	p, err := f.prepareReport(account, assessment, q)
	if err != nil {
		return nil, err
	}
	out := &Leaves{}
	err = p.Run(ctx, func(rows int, columns []*value.Vector) error {
		for r := range rows {
			out.add(columns[0].Int(r))
		}
		return nil
	})
	return out, err
}

// prepareReport asks for leaves in place of records, of the one assessment.
func (f *Finder) prepareReport(account, assessment string, q *trino.Query) (*engine.Prepared, error) {
	s := q.Body.(*trino.Select)
	s.Items = []*trino.Item{{X: &trino.Dereference{X: &trino.Name{Ident: trino.Ident{Name: eventData}}, Field: trino.Ident{Name: leafIndex}}}}
	t := f.Table(account, Sight{Assessments: map[string][]string{assessment: nil}})
	return engine.Prepare(q.String(), engine.Options{Workers: 1, Catalog: func([]string) (plan.Table, error) { return t, nil }})
}

// reportQuery reads a statement and keeps it within what reports take.
func reportQuery(account, assessment, statement string) (*trino.Query, error) {
	q, err := trino.Parse(statement)
	if err != nil {
		return nil, err
	}
	s, ok := q.Body.(*trino.Select)
	if !ok || len(q.With) > 0 {
		return nil, refused("It must be one plain SELECT, without WITH, UNION, INTERSECT or EXCEPT.")
	}
	if len(s.Items) != 1 || s.Items[0].All || s.Items[0].Alias != nil || !isName(s.Items[0].X, eventJSON) || s.Distinct {
		return nil, refused("It must begin with SELECT eventJson, and select nothing else.")
	}
	if t, ok := s.From.(*trino.Table); !ok || !isStore(t, account) {
		return nil, refused("After FROM there must be the event data store of the settings, %s, and nothing else.", StoreID(account))
	}
	switch {
	case s.GroupBy != nil:
		return nil, refused("GROUP BY is not taken.")
	case s.Having != nil:
		return nil, refused("HAVING is not taken.")
	case len(s.Windows) > 0:
		return nil, refused("WINDOW is not taken.")
	}
	if _, parameter := q.Limit.(*trino.Parameter); parameter {
		return nil, refused("LIMIT must be a number.")
	}
	for _, o := range q.OrderBy {
		if !isColumn(o.X) {
			return nil, refused("%s: ORDER BY takes columns alone, such as eventTime; no aggregates, aliases or numbers.", o.Pos())
		}
	}
	return q, checkWhere(s.Where, assessment)
}

func isName(x trino.Expr, name string) bool {
	n, ok := x.(*trino.Name)
	return ok && strings.EqualFold(n.Name, name)
}

// isStore reports whether a table is the account's data store, by id or by its ARN in any region.
func isStore(t *trino.Table, account string) bool {
	if len(t.Name) != 1 {
		return false
	}
	name := t.Name[0].Name
	if rest, ok := strings.CutPrefix(name, "arn:"); ok {
		parts := strings.SplitN(rest, ":", 5)
		if len(parts) != 5 || parts[1] != "cloudtrail" || parts[3] != account {
			return false
		}
		name = strings.TrimPrefix(parts[4], "eventdatastore/")
	}
	return strings.EqualFold(name, StoreID(account))
}

// isColumn reports whether an expression is a column of the table or a member of eventData.
func isColumn(x trino.Expr) bool {
	switch x := x.(type) {
	case *trino.Name:
		return true
	case *trino.Dereference:
		return isColumn(x.X)
	}
	return false
}

// checkWhere refuses conditions on another assessment, or on more than one.
func checkWhere(where trino.Expr, assessment string) error {
	w := &conditions{assessment: assessment}
	if where != nil {
		w.visit(where)
	}
	switch {
	case w.err != nil:
		return w.err
	case w.named > 1:
		return refused("WHERE may name one assessmentId at most; it names %d.", w.named)
	}
	return nil
}

// conditions looks for conditions on the assessment.
type conditions struct {
	assessment string
	named      int
	err        error
}

func isAssessment(x trino.Expr) bool {
	d, ok := x.(*trino.Dereference)
	return ok && strings.EqualFold(d.Field.Name, "assessmentId")
}

// is takes note of a condition that the assessment is a value.
func (w *conditions) is(v trino.Expr) {
	w.named++
	if s, ok := v.(*trino.String); w.err == nil && (!ok || s.Value != w.assessment) {
		w.err = refused("The assessmentId in WHERE must be that of the report, %s.", w.assessment)
	}
}

func (w *conditions) visit(x trino.Expr) {
	switch x := x.(type) {
	case *trino.Compare:
		switch {
		case x.Op == trino.Eq && isAssessment(x.Left):
			w.is(x.Right)
		case x.Op == trino.Eq && isAssessment(x.Right):
			w.is(x.Left)
		default:
			w.all(x.Left, x.Right)
		}
	case *trino.In:
		if isAssessment(x.X) && !x.Not && x.Query == nil {
			for _, v := range x.List {
				w.is(v)
			}
			return
		}
		w.all(append([]trino.Expr{x.X}, x.List...)...)
		w.subquery(x.Query)
	case *trino.Dereference:
		if isAssessment(x) && w.err == nil {
			w.err = refused("assessmentId may be compared in WHERE by = only, with the id of the report's assessment, %s.", w.assessment)
		}
		w.visit(x.X)
	case *trino.Logical:
		w.all(x.Terms...)
	case *trino.Not:
		w.all(x.X)
	case *trino.Between:
		w.all(x.X, x.Low, x.High)
	case *trino.Like:
		w.all(x.X, x.Pattern)
	case *trino.IsNull:
		w.all(x.X)
	case *trino.Distinct:
		w.all(x.Left, x.Right)
	case *trino.Call:
		w.all(x.Args...)
	case *trino.Cast:
		w.all(x.X)
	case *trino.Unary:
		w.all(x.X)
	case *trino.Binary:
		w.all(x.Left, x.Right)
	case *trino.Subscript:
		w.all(x.X, x.Index)
	case *trino.Case:
		w.all(x.Operand, x.Else)
		for _, b := range x.Whens {
			w.all(b.When, b.Then)
		}
	case *trino.Quantified:
		w.subquery(x.Query)
	case *trino.Exists:
		w.subquery(x.Query)
	case *trino.Subquery:
		w.subquery(x.Query)
	}
}

func (w *conditions) all(list ...trino.Expr) {
	for _, x := range list {
		if x != nil {
			w.visit(x)
		}
	}
}

func (w *conditions) subquery(q *trino.Query) {
	if q != nil && w.err == nil {
		w.err = refused("%s: sub-queries are not taken.", q.Pos())
	}
}
