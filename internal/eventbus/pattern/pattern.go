// Package pattern compiles EventBridge's event patterns and matches events against them. A pattern is compiled once and
// may then be used by many goroutines.
//
// It knows every comparison that EventBridge documents: values, prefix, suffix, equals-ignore-case, wildcard,
// anything-but, numeric, cidr, exists, $or. Names may be nested or written with dots, in patterns and in events. What
// stands in an array counts for each of its elements, but all fields below one array must be found in one element.
//
// Where AWS's documentation and its service differ the service is followed: 300 and 300.0 are equal. Known to differ:
// AWS's measure of the complexity of wildcards is not published, so ours is another one (see maxRepeats); a field that a
// pattern wants to be absent is looked for in the array element that the other fields were found in, or, if the pattern
// wants nothing else there, in all of them; AWS lets that depend on the order of the names.
package pattern

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// The limits of a pattern.
const (
	// MaxSize is the longest text, in bytes.
	MaxSize = 4096
	// MaxCombinations is how many combinations the alternatives of all $or together may make.
	MaxCombinations = 1000

	maxFields = 10_000 // in all combinations together
)

// Pattern is a compiled event pattern.
type Pattern struct {
	anyOf []*field // one for each combination of alternatives
}

// field is what a pattern wants of one field of an event.
type field struct {
	name string
	// tests are for the values of the field; one must succeed for one value.
	tests []test
	// orAbsent accepts that there is no value.
	orAbsent bool
	// below is what is wanted of the fields below this one.
	below []*field

	// mayMiss tells that all is well when neither the field nor anything below it is there, mustMiss that nothing else is.
	mayMiss, mustMiss bool
}

// Parse compiles a pattern. Fault: Invalid with the code InvalidEventPatternException, naming reason, field and position.
func Parse(text string) (*Pattern, error) {
	if len(text) > MaxSize {
		return nil, refuse("it has %d bytes, and at most %d are allowed", len(text), MaxSize)
	}
	d, err := tree.ParseString(text)
	if err != nil {
		return nil, syntax(text, err)
	}
	p := parser{source: text}
	if d.Root().Kind() != tree.Object {
		return nil, p.fail(d.Root(), "Filter is not an object")
	}
	combinations, err := p.object(d.Root(), []combination{nil}, "", false)
	if err != nil {
		return nil, err
	}
	out := &Pattern{}
	for _, c := range combinations {
		out.anyOf = append(out.anyOf, c.tree())
	}
	return out, nil
}

// refuse is the fault of a whole pattern.
func refuse(format string, args ...any) *fault.Error {
	f := fault.Invalidf("EventPattern", format, args...).With("InvalidEventPatternException")
	f.Message = "Event pattern is not valid. Reason: " + f.Message
	return f
}

// combination is the fields that must all match, by their path; the last wish for a path counts.
type combination []wish

type wish struct {
	path     string
	tests    []test
	orAbsent bool
}

func (c combination) with(w wish) combination {
	out := make(combination, 0, len(c)+1)
	for _, old := range c {
		if old.path != w.path {
			out = append(out, old)
		}
	}
	return append(out, w)
}

// tree puts the wishes of a combination under their names.
func (c combination) tree() *field {
	root := &field{}
	for _, w := range c {
		f := root
		for name := range strings.SplitSeq(w.path, ".") {
			f = f.child(name)
		}
		f.tests, f.orAbsent = w.tests, w.orAbsent
	}
	root.settle()
	return root
}

func (f *field) child(name string) *field {
	for _, c := range f.below {
		if c.name == name {
			return c
		}
	}
	c := &field{name: name}
	f.below = append(f.below, c)
	return c
}

func (f *field) wanted() bool { return len(f.tests) > 0 || f.orAbsent }

// settle finds out what may miss, and puts first what is looked up fastest.
func (f *field) settle() {
	f.mayMiss = !f.wanted() || f.orAbsent
	f.mustMiss = len(f.tests) == 0
	for _, c := range f.below {
		c.settle()
		f.mayMiss = f.mayMiss && c.mayMiss
		f.mustMiss = f.mustMiss && c.mustMiss
	}
	slices.SortStableFunc(f.below, func(a, b *field) int { return len(a.below) - len(b.below) })
}
