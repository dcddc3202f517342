package guard

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/tree"
)

// function is a built-in of the language: it takes the results of its arguments and gives values.
type function struct {
	args int
	do   func(r *run, name string, args [][]result) []Value
}

// maxMade is the longest string that a function makes.
const maxMade = 1 << 20

var functions map[string]*function

func init() { // a table that refers to the parser would be a cycle of initialisation
	functions = map[string]*function{
		"count": {1, func(_ *run, _ string, a [][]result) []Value { return []Value{whole(int64(len(present(a[0]))))} }},
		"now":   {0, func(r *run, _ string, _ [][]result) []Value { return []Value{whole(r.now)} }},
		"join":  {2, join}, "json_parse": {1, jsonParse}, "regex_replace": {3, regexReplace}, "substring": {3, substring},
		"to_upper": {1, onStrings(func(s string) (Value, bool) { return text(strings.ToUpper(s)), true })},
		"to_lower": {1, onStrings(func(s string) (Value, bool) { return text(strings.ToLower(s)), true })},
		"url_decode": {1, onStrings(func(s string) (Value, bool) {
			d, err := url.PathUnescape(s)
			return text(d), err == nil
		})},
		"parse_int": {1, convert(parseInt)}, "parse_float": {1, convert(parseFloat)}, "parse_boolean": {1, convert(parseBoolean)},
		"parse_string": {1, convert(parseString)}, "parse_char": {1, convert(parseChar)}, "parse_epoch": {1, convert(parseEpoch)},
	}
}

// call evaluates a function; results inherit the path of the first argument.
func (r *run) call(o *operand, sc *scope, ctx Value) []result {
	args := make([][]result, len(o.args))
	var from tree.Node
	for i := range o.args {
		args[i] = r.operand(&o.args[i], sc, ctx).results
		if i == 0 && len(args[0]) > 0 {
			from = args[0][0].v.origin()
		}
	}
	if r.err != nil {
		return nil
	}
	values := o.function.do(r, o.name, args)
	for _, v := range values {
		r.tick(1)
		if v.made != nil && v.made.from == (tree.Node{}) {
			v.made.from = from
		}
	}
	return resolved(values)
}

// onStrings is a function of each string; what is none is dropped.
func onStrings(f func(string) (Value, bool)) func(*run, string, [][]result) []Value {
	return func(_ *run, _ string, a [][]result) []Value {
		var out []Value
		for _, x := range present(a[0]) {
			if x.v.kind() != String {
				continue
			}
			if v, ok := f(x.v.str()); ok {
				out = append(out, from(v, x.v))
			}
		}
		return out
	}
}

func from(v, origin Value) Value {
	if v.made != nil {
		v.made.from = origin.origin()
	}
	return v
}

// convert is a function of each value that ends the evaluation where a value cannot be converted.
func convert(f func(Value) (Value, bool)) func(*run, string, [][]result) []Value {
	return func(r *run, name string, a [][]result) []Value {
		var out []Value
		for _, x := range present(a[0]) {
			v, ok := f(x.v)
			if !ok {
				r.fail("%s: cannot convert %s", name, r.reported(x.v))
				return nil
			}
			out = append(out, from(v, x.v))
		}
		return out
	}
}

func parseInt(v Value) (Value, bool) {
	switch v.kind() {
	case Int:
		return whole(v.int()), true
	case Float:
		return whole(int64(v.float())), true
	case String, Char:
		i, err := strconv.ParseInt(v.str(), 10, 64)
		return whole(i), err == nil
	}
	return v, false
}

func parseFloat(v Value) (Value, bool) {
	switch v.kind() {
	case Int, Float:
		return real(v.float()), true
	case String, Char:
		f, err := strconv.ParseFloat(v.str(), 64)
		return real(f), err == nil
	}
	return v, false
}

func parseBoolean(v Value) (Value, bool) {
	switch {
	case v.kind() == Bool:
		return truth(v.bool()), true
	case v.kind() == String && strings.EqualFold(v.str(), "true"):
		return truth(true), true
	case v.kind() == String && strings.EqualFold(v.str(), "false"):
		return truth(false), true
	}
	return v, false
}

func parseString(v Value) (Value, bool) {
	switch v.kind() {
	case String, Char:
		return text(v.str()), true
	case Int, Float, Bool:
		return text(v.JSON()), true
	}
	return v, false
}

// parseChar gives a character as a string: the original does, and rules compare it with strings.
func parseChar(v Value) (Value, bool) {
	switch v.kind() {
	case String, Char:
		return text(v.str()), len(v.str()) == 1
	case Int:
		return text(strconv.FormatInt(v.int(), 10)), v.int() >= 0 && v.int() <= 9
	}
	return v, false
}

func parseEpoch(v Value) (Value, bool) {
	if v.kind() != String {
		return v, false
	}
	t, err := time.Parse(time.RFC3339, v.str())
	return whole(t.Unix()), err == nil
}

func jsonParse(r *run, _ string, a [][]result) []Value {
	var out []Value
	for _, x := range present(a[0]) {
		if x.v.kind() != String {
			continue
		}
		d, err := Read("", x.v.str())
		if err != nil {
			r.fail("json_parse: %s: %v", r.reported(x.v), err)
			return nil
		}
		r.tick(len(x.v.str()) / 16)
		out = append(out, Value{made: d.root().copyOf(x.v)})
	}
	return out
}

// copyOf makes a value of a document into one that carries the path of another.
func (v Value) copyOf(origin Value) *made {
	m := &made{kind: v.kind(), truth: v.bool(), whole: v.int(), from: origin.origin()}
	switch m.kind {
	case String:
		m.text = v.str()
	case Float:
		m.real = v.float()
	case List, Map:
		v.children(func(key string, e Value) bool {
			if m.kind == Map {
				m.keys = append(m.keys, key)
			}
			m.list = append(m.list, Value{made: e.copyOf(origin)})
			return true
		})
	}
	return m
}

// firstOf is the first value of an argument, if it is of the kind.
func firstOf(arg []result, kind Kind) (Value, bool) {
	found := present(arg)
	if len(found) == 0 || found[0].v.kind() != kind {
		return Value{}, false
	}
	return found[0].v, true
}

func substring(r *run, name string, a [][]result) []Value {
	low, ok := firstOf(a[1], Int)
	high, ok2 := firstOf(a[2], Int)
	if !ok || !ok2 {
		r.fail("%s takes two whole numbers behind the strings", name)
		return nil
	}
	i, j := low.int(), high.int()
	return onStrings(func(s string) (Value, bool) {
		if i < 0 || i >= j || j > int64(len(s)) {
			return Value{}, false
		}
		return text(strings.ToValidUTF8(s[i:j], "\ufffd")), true
	})(r, name, a)
}

func join(r *run, name string, a [][]result) []Value {
	sep, ok := firstOf(a[1], String)
	if c, char := firstOf(a[1], Char); char {
		sep, ok = c, true
	}
	if !ok {
		r.fail("%s takes a string as the separator", name)
		return nil
	}
	var parts []string
	n := 0
	for _, x := range a[0] {
		if x.miss != nil || x.v.kind() != String {
			r.fail("%s: a value is not found or is no string: %s", name, r.reported(x.v))
			return nil
		}
		parts = append(parts, x.v.str())
		if n += len(x.v.str()) + len(sep.str()); n > maxMade {
			r.fail("%s makes a string of more than %d bytes", name, maxMade)
			return nil
		}
	}
	return []Value{text(strings.Join(parts, sep.str()))}
}

// regexReplace gives only what the replacement expands to, for each match; the text between matches is dropped.
func regexReplace(r *run, name string, a [][]result) []Value {
	pattern, ok := firstOf(a[1], String)
	with, ok2 := firstOf(a[2], String)
	if !ok || !ok2 {
		r.fail("%s takes a pattern and a replacement as strings", name)
		return nil
	}
	re, err := compileRegex(pattern.str())
	if err != nil {
		r.fail("%s: %v", name, err)
		return nil
	}
	return onStrings(func(s string) (Value, bool) {
		var out []byte
		for _, m := range re.re.FindAllStringSubmatchIndex(s, -1) {
			if out = re.re.ExpandString(out, with.str(), s, m); len(out) > maxMade || !r.tick(1+len(s)/64) {
				r.fail("%s makes a string of more than %d bytes", name, maxMade)
				break
			}
		}
		return text(string(out)), true
	})(r, name, a)
}
