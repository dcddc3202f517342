package fn

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

var errJSON = errors.New("this is not JSON")

// maxJSONDepth is how deep documents may be nested.
const maxJSONDepth = 1000

// canonicaler writes JSON as Trino keeps it: without white space, texts with few escapes, and, with sorted set, the keys
// of objects in order and once.
type canonicaler struct {
	document
	sorted bool
	out    []byte
}

// canonical is a value's text; an error when it is no JSON.
func canonical(s string, sorted bool) (string, error) {
	c := &canonicaler{document: document(s), sorted: sorted, out: make([]byte, 0, len(s))}
	i, err := c.value(c.space(0), 0)
	if err != nil {
		return "", err
	}
	if c.space(i) != len(s) {
		return "", errJSON
	}
	return string(c.out), nil
}

// value writes the value at i and tells its end.
func (c *canonicaler) value(i, depth int) (int, error) {
	if i >= len(c.document) || depth > maxJSONDepth {
		return 0, errJSON
	}
	switch c.document[i] {
	case '{':
		return c.object(i, depth)
	case '[':
		return c.array(i, depth)
	case '"':
		return c.text(i)
	}
	return c.word(i)
}

func (c *canonicaler) text(i int) (int, error) {
	end := c.document.text(i)
	if end < 0 {
		return 0, errJSON
	}
	raw := string(c.document[i:end])
	if plainText(raw) && strings.IndexFunc(raw, func(r rune) bool { return r < 0x20 }) < 0 {
		c.out = append(c.out, raw...)
		return end, nil
	}
	var s string
	if json.Unmarshal([]byte(raw), &s) != nil {
		return 0, errJSON
	}
	c.out = value.AppendQuoted(c.out, s)
	return end, nil
}

func (c *canonicaler) word(i int) (int, error) {
	end := c.document.word(i)
	w := string(c.document[i:end])
	if w == "true" || w == "false" || w == "null" {
		c.out = append(c.out, w...)
		return end, nil
	}
	if !json.Valid([]byte(w)) {
		return 0, errJSON
	}
	if strings.ContainsAny(w, ".eE") {
		if f, err := strconv.ParseFloat(w, 64); err == nil { // else it is no double, and stays as it is
			w = value.FormatFloat(value.DoubleType, f)
		}
	}
	c.out = append(c.out, w...)
	return end, nil
}

func (c *canonicaler) array(i, depth int) (int, error) {
	c.out = append(c.out, '[')
	i = c.space(i + 1)
	for first := true; ; first = false {
		if i >= len(c.document) {
			return 0, errJSON
		}
		if c.document[i] == ']' && first {
			break
		}
		var err error
		if i, err = c.value(i, depth+1); err != nil {
			return 0, err
		}
		if i = c.space(i); i < len(c.document) && c.document[i] == ']' {
			break
		}
		if i >= len(c.document) || c.document[i] != ',' {
			return 0, errJSON
		}
		c.out = append(c.out, ',')
		i = c.space(i + 1)
	}
	c.out = append(c.out, ']')
	return i + 1, nil
}

// entry is a member of an object as it has been written.
type entry struct{ key, text string }

func (c *canonicaler) object(i, depth int) (int, error) {
	begin := len(c.out)
	var entries []entry
	inOrder := true
	c.out = append(c.out, '{')
	i = c.space(i + 1)
	for first := true; ; first = false {
		if i >= len(c.document) {
			return 0, errJSON
		}
		if c.document[i] == '}' && first {
			break
		}
		at := len(c.out)
		end, err := c.member(i, depth)
		if err != nil {
			return 0, err
		}
		if c.sorted {
			e := entry{unquoted(string(c.document[i:c.document.text(i)])), string(c.out[at:])}
			inOrder = inOrder && (first || entries[len(entries)-1].key < e.key)
			entries = append(entries, e)
		}
		if i = c.space(end); i < len(c.document) && c.document[i] == '}' {
			break
		}
		if i >= len(c.document) || c.document[i] != ',' {
			return 0, errJSON
		}
		c.out = append(c.out, ',')
		i = c.space(i + 1)
	}
	if !inOrder {
		c.out = appendEntries(c.out[:begin], entries)
	}
	c.out = append(c.out, '}')
	return i + 1, nil
}

// member writes "key":value.
func (c *canonicaler) member(i, depth int) (int, error) {
	if c.document[i] != '"' {
		return 0, errJSON
	}
	i, err := c.text(i)
	if err != nil {
		return 0, err
	}
	if i = c.space(i); i >= len(c.document) || c.document[i] != ':' {
		return 0, errJSON
	}
	c.out = append(c.out, ':')
	return c.value(c.space(i+1), depth+1)
}

// appendEntries writes entries in the order of their keys; the last of equals counts.
func appendEntries(out []byte, entries []entry) []byte {
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	out = append(out, '{')
	some := false
	for i, e := range entries {
		if i+1 < len(entries) && entries[i+1].key == e.key {
			continue
		}
		if some {
			out = append(out, ',')
		}
		some = true
		out = append(out, e.text...)
	}
	return out
}
