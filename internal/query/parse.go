package query

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// parser reads tokens, one ahead.
type parser struct {
	lexer
	tok   token
	depth int
}

// Parse reads a statement.
func Parse(expression string) (*Statement, error) {
	p := &parser{lexer: lexer{rest: expression, at: Position{1, 1}}}
	if len(expression) > MaxLength {
		return nil, invalid(p.at, "a statement has at most %d characters, not %d.", MaxLength, len(expression))
	}
	if !utf8.ValidString(expression) {
		return nil, invalid(p.at, "the statement is not UTF-8 text.")
	}
	st := &Statement{}
	if err := p.statement(st); err != nil {
		return nil, err
	}
	return st, st.check()
}

func (p *parser) advance() (err error) {
	p.tok, err = p.next()
	return err
}

// accept passes over a keyword or sign, if it is the next.
func (p *parser) accept(s string) (bool, error) {
	if !p.tok.is(s) {
		return false, nil
	}
	return true, p.advance()
}

func (p *parser) expect(s string) error {
	ok, err := p.accept(s)
	if err == nil && !ok {
		err = p.unexpected(s)
	}
	return err
}

// foreign are words of SQL that advanced queries do not have, with what to do.
var foreign = map[string]string{
	"FROM": "there is nothing to choose from: leave out FROM, and name the type with WHERE resourceType = '...'", "AS": "a field has no other name: leave out AS",
	"JOIN": "statements do not join: ask for relationships", "UNION": "statements are not united: ask twice, or use OR",
	"HAVING": "groups are not filtered: leave out HAVING", "DISTINCT": "use GROUP BY for values without repetition", "ALL": "leave out ALL",
	"NULL": "NULL is no value; NOT property = '...' holds for resources without the property", "LIMIT": "leave out LIMIT: the request says how many rows a page has",
	"OFFSET": "leave out OFFSET: the request has a page token", "IS": "NULL is no value, so IS has no meaning", "EXISTS": "statements have no subqueries",
}

func (p *parser) unexpected(want string) error {
	if p.tok.kind == word {
		if hint := foreign[strings.ToUpper(p.tok.text)]; hint != "" {
			return invalid(p.tok.at, "%s is not part of advanced queries; %s.", strings.ToUpper(p.tok.text), hint)
		}
	}
	return invalid(p.tok.at, "expected %s, found %s.", want, p.tok)
}

func (p *parser) statement(st *Statement) error {
	if err := p.advance(); err != nil {
		return err
	}
	if err := p.expect("SELECT"); err != nil {
		return err
	}
	for _, part := range []func(*Statement) error{p.fields, p.asOf, p.where, p.groupBy, p.orderBy, p.asOf} {
		if err := part(st); err != nil {
			return err
		}
	}
	if _, err := p.accept(";"); err != nil {
		return err
	}
	if p.tok.kind != end {
		return p.unexpected("the end of the statement")
	}
	return nil
}

// starFields are what AWS gives for *.
var starFields = []string{
	"accountId", "awsRegion", "arn", "availabilityZone", "configurationItemCaptureTime", "resourceCreationTime",
	"resourceId", "resourceName", "resourceType", "version",
}

func (p *parser) fields(st *Statement) error {
	return p.list(func() error {
		if at := p.tok.at; p.tok.is("*") {
			for _, n := range starFields {
				st.Fields = append(st.Fields, Field{Path: newPath(n, at), At: at})
			}
			return p.advance()
		}
		f, err := p.field()
		st.Fields = append(st.Fields, f)
		return err
	})
}

// list reads what stands between commas.
func (p *parser) list(one func() error) error {
	for {
		if err := one(); err != nil {
			return err
		}
		if more, err := p.accept(","); !more || err != nil {
			return err
		}
	}
}

// field reads a property or an aggregate.
func (p *parser) field() (Field, error) {
	f := Field{At: p.tok.at}
	name := p.tok
	if name.kind != word {
		return f, p.unexpected("a property")
	}
	if err := p.advance(); err != nil {
		return f, err
	}
	if !p.tok.is("(") {
		path, err := p.property(name)
		f.Path = path
		return f, err
	}
	f.Func = Func(strings.ToUpper(name.text))
	if !slices.Contains([]Func{Count, Min, Max, Sum, Avg}, f.Func) {
		return f, invalid(name.at, "there is no function %s: use AVG, COUNT, MAX, MIN or SUM.", name.text)
	}
	if err := p.advance(); err != nil {
		return f, err
	}
	if star := p.tok.is("*"); star {
		if f.Func != Count {
			return f, invalid(p.tok.at, "%s needs a property; only COUNT takes *.", f.Func)
		}
		if err := p.advance(); err != nil {
			return f, err
		}
		return f, p.expect(")")
	}
	path, err := p.path()
	if err != nil {
		return f, err
	}
	f.Path = path
	return f, p.expect(")")
}

func (p *parser) path() (*Path, error) {
	t := p.tok
	if t.kind != word {
		return nil, p.unexpected("a property")
	}
	path, err := p.property(t)
	if err != nil {
		return nil, err
	}
	return path, p.advance()
}

// keywords cannot name a property.
var keywords = []string{"SELECT", "WHERE", "GROUP", "ORDER", "BY", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "ASC", "DESC", "TRUE", "FALSE"}

func (p *parser) property(t token) (*Path, error) {
	upper := strings.ToUpper(t.text)
	if foreign[upper] != "" || slices.Contains(keywords, upper) {
		q := parser{tok: t}
		return nil, q.unexpected("a property")
	}
	return checkPath(newPath(t.text, t.at))
}

func (p *parser) where(st *Statement) error {
	ok, err := p.accept("WHERE")
	if err != nil || !ok {
		return err
	}
	st.Where, err = p.or()
	return err
}

func (p *parser) groupBy(st *Statement) error {
	if ok, err := p.accept("GROUP"); err != nil || !ok {
		return err
	}
	if err := p.expect("BY"); err != nil {
		return err
	}
	return p.list(func() error {
		if len(st.GroupBy) == maxGroupBy {
			return invalid(p.tok.at, "GROUP BY takes at most %d properties.", maxGroupBy)
		}
		path, err := p.path()
		st.GroupBy = append(st.GroupBy, path)
		return err
	})
}

func (p *parser) orderBy(st *Statement) error {
	if ok, err := p.accept("ORDER"); err != nil || !ok {
		return err
	}
	if err := p.expect("BY"); err != nil {
		return err
	}
	return p.list(func() error {
		f, err := p.field()
		if err != nil {
			return err
		}
		o := Order{Field: f}
		if o.Descending, err = p.accept("DESC"); err == nil && !o.Descending {
			_, err = p.accept("ASC")
		}
		st.OrderBy = append(st.OrderBy, o)
		return err
	})
}

// asOf reads AS OF 'time' and KNOWN AT 'time', which may stand behind the fields or at the end.
func (p *parser) asOf(st *Statement) error {
	for {
		at := p.tok
		switch {
		case at.is("AS"):
			if err := p.advance(); err != nil {
				return err
			}
			if !p.tok.is("OF") {
				p.tok = at
				return p.unexpected("AS OF")
			}
			if err := p.moment("AS OF", at.at, &st.AsOf); err != nil {
				return err
			}
		case at.is("KNOWN"):
			if err := p.advance(); err != nil {
				return err
			}
			if !p.tok.is("AT") {
				return p.unexpected("AT (of KNOWN AT 'time')")
			}
			if err := p.moment("KNOWN AT", at.at, &st.KnownAt); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// moment reads the time behind the last word of a clause, which stands once in a statement.
func (p *parser) moment(clause string, at Position, into *time.Time) error {
	if !into.IsZero() {
		return invalid(at, "%s stands here for the second time.", clause)
	}
	if err := p.advance(); err != nil {
		return err
	}
	t, ok := Moment(p.tok.text)
	if p.tok.kind != text || !ok {
		return invalid(p.tok.at, "%s takes a time such as '2026-01-31T12:00:00Z' or '2026-01-31', found %s.", clause, p.tok)
	}
	if t.Year() < 1970 || t.Year() > 9999 {
		return invalid(p.tok.at, "the time lies outside the years 1970 to 9999.")
	}
	*into = t
	return p.advance()
}

// literal reads a value.
func (p *parser) literal() (Literal, error) {
	t := p.tok
	l := Literal{Text: t.text, At: t.at}
	switch {
	case t.kind == text:
		l = textLiteral(t.text, t.at)
	case t.kind == numeral:
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return l, invalid(t.at, "%s is no number that can be compared.", t.text)
		}
		l.Number = &f
	case t.is("true") || t.is("false"):
		l.Bool = new(t.is("true"))
		l.Text = strings.ToLower(t.text)
	default:
		return l, p.unexpected("a value ('text', a number, true or false)")
	}
	return l, p.advance()
}
