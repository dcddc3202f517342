package value

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Context is what functions may know besides their arguments.
type Context struct {
	context.Context
	// Now is the start of the query.
	Now time.Time
	// User is who asked.
	User string
}

// Function is one overload of a scalar function.
type Function struct {
	Signature
	// Volatile: equal arguments may have different results.
	Volatile bool
	// Nullable: called with NULL arguments too; without it a NULL argument makes the result NULL. A lambda is never NULL.
	Nullable bool
	// Returns computes the result type from the arguments' (after coercion) instead of Signature.Result; optional.
	Returns func(args []*Type) (*Type, error)

	// One of the following evaluates it.

	// Row takes one row. It must not keep or change args.
	Row func(c *Context, args []Value) (Value, error)
	// Bind makes a Row for the types of the arguments and the result: for work that depends on them.
	Bind func(args []*Type, result *Type) (func(c *Context, args []Value) (Value, error), error)
	// BindConstants makes a Row where some arguments are constants of the query (const[i] set; values[i] is it): to
	// prepare patterns and paths once. It is asked once per query, with NULLs too.
	BindConstants func(args []*Type, result *Type, isConst []bool, values []Value) (func(c *Context, args []Value) (Value, error), error)
	// Vec takes vectors of n rows that have no dictionary (but may be Const) and returns one. Rows with a NULL among
	// the arguments are made NULL afterwards unless Nullable is set; it must not fail for them.
	Vec func(c *Context, args []*Vector, n int) (*Vector, error)
}

// Signature is what a function is called by.
type Signature struct {
	Name string
	Args []*Type
	// Variadic: the last argument may come any number of times, also not at all.
	Variadic bool
	Result   *Type
}

// Sign reads a signature such as "concat(varchar...) varchar" or "transform(array(T), function(T,U)) array(U)". Single
// upper-case letters are type variables. It panics when the text is wrong: signatures stand in tables.
func Sign(text string) Signature {
	name, rest, ok := strings.Cut(text, "(")
	end := matching(rest)
	if !ok || end < 0 {
		panic(fmt.Sprintf("signature %q has no arguments in brackets", text))
	}
	s := Signature{Name: strings.TrimSpace(name), Result: MustType(rest[end+1:])}
	args := rest[:end]
	if trimmed, ok := strings.CutSuffix(strings.TrimSpace(args), "..."); ok {
		s.Variadic, args = true, trimmed
	}
	if strings.TrimSpace(args) != "" {
		s.Args = MustType("row(" + args + ")").Elems
	}
	return s
}

// matching is the index of the bracket that closes one opened before the text; -1 when none does.
func matching(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// String is the signature as text.
func (s *Signature) String() string {
	parts := make([]string, len(s.Args))
	for i, a := range s.Args {
		parts[i] = a.String()
	}
	dots := ""
	if s.Variadic {
		dots = "..."
	}
	return s.Name + "(" + strings.Join(parts, ", ") + dots + ")"
}

// Arg is the declared type of the i-th argument.
func (s *Signature) Arg(i int) *Type {
	if s.Variadic && i >= len(s.Args) {
		i = len(s.Args) - 1
	}
	return s.Args[i]
}

// Takes reports whether the signature has room for n arguments.
func (s *Signature) Takes(n int) bool {
	if s.Variadic {
		return n >= len(s.Args)-1
	}
	return n == len(s.Args)
}

// Errorf is a failure that the query's data or text cause; TRY makes NULL of it.
func Errorf(format string, args ...any) error {
	return fault.Invalidf("QueryStatement", format, args...)
}

// Substitute puts types in the places of variables.
func Substitute(t *Type, vars map[string]*Type) *Type {
	if t.Kind == Variable {
		if u := vars[t.Names[0]]; u != nil {
			return u
		}
		return t
	}
	if len(t.Elems) == 0 {
		return t
	}
	elems := make([]*Type, len(t.Elems))
	same := true
	for i, e := range t.Elems {
		elems[i] = Substitute(e, vars)
		same = same && elems[i] == e
	}
	if same {
		return t
	}
	u := *t
	u.Elems = elems
	return &u
}

// HasVariables reports whether a variable stands anywhere in the type.
func (t *Type) HasVariables() bool {
	return t.Kind == Variable || slices.ContainsFunc(t.Elems, (*Type).HasVariables)
}
