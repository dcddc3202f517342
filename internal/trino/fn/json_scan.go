package fn

import (
	"encoding/json"
	"strings"
)

// document is JSON that is read in place, without a tree. What is skipped is not checked.
type document string

// space passes over white space.
func (d document) space(i int) int {
	for i < len(d) && (d[i] == ' ' || d[i] == '\n' || d[i] == '\t' || d[i] == '\r') {
		i++
	}
	return i
}

// text is the end of the text that begins at i, behind its quote; -1 when it has none.
func (d document) text(i int) int {
	for i++; i < len(d); {
		n := strings.IndexByte(string(d[i:]), '"')
		if n < 0 {
			return -1
		}
		end := i + n
		slashes := 0
		for end-slashes > i && d[end-slashes-1] == '\\' {
			slashes++
		}
		if i = end + 1; slashes%2 == 0 {
			return i
		}
	}
	return -1
}

// skip is the end of the value that begins at i; -1 when it has none.
func (d document) skip(i int) int {
	for depth := 0; i < len(d); {
		switch d[i] {
		case '"':
			if i = d.text(i); i < 0 {
				return -1
			}
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return -1
			}
			i++
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return -1
			}
			i++
			continue
		default:
			i = d.word(i)
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// word is the end of a number, true, false or null.
func (d document) word(i int) int {
	n := strings.IndexAny(string(d[i:]), ",]}: \n\t\r\"[{")
	if n < 0 {
		return len(d)
	}
	return max(i+n, i+1)
}

// find is where the value of a path begins; -1 when there is none, or the document is none.
func (d document) find(path []step) int {
	i := d.space(0)
	for _, s := range path {
		if i >= len(d) {
			return -1
		}
		switch d[i] {
		case '{':
			i = d.member(i, s.key)
		case '[':
			i = d.element(i, s.index)
		default:
			return -1
		}
		if i < 0 {
			return -1
		}
	}
	if i >= len(d) {
		return -1
	}
	return i
}

// member is where the value of an object's key begins.
func (d document) member(i int, key string) int {
	found := -1
	d.members(i, func(k string, at int) bool {
		if plainText(k) && k[1:len(k)-1] == key || !plainText(k) && unquoted(k) == key {
			found = at
		}
		return found < 0
	})
	return found
}

// members calls f with each key, in its quotes, and where its value begins; it reports whether the object is whole as
// far as f wanted it.
func (d document) members(i int, f func(key string, at int) bool) bool {
	if i = d.space(i + 1); i < len(d) && d[i] == '}' {
		return true
	}
	for i < len(d) && d[i] == '"' {
		end := d.text(i)
		if end < 0 {
			return false
		}
		colon := d.space(end)
		if colon >= len(d) || d[colon] != ':' {
			return false
		}
		at := d.space(colon + 1)
		if !f(string(d[i:end]), at) {
			return true
		}
		if i = d.skip(at); i < 0 {
			return false
		}
		if i = d.space(i); i < len(d) && d[i] == '}' {
			return true
		}
		if i >= len(d) || d[i] != ',' {
			return false
		}
		i = d.space(i + 1)
	}
	return false
}

// element is where an array's element begins.
func (d document) element(i, index int) int {
	found, n := -1, 0
	d.elements(i, func(at int) bool {
		if n == index {
			found = at
		}
		n++
		return found < 0
	})
	return found
}

// elements calls f with where each element begins; it reports whether the array is whole as far as f wanted it.
func (d document) elements(i int, f func(at int) bool) bool {
	if i = d.space(i + 1); i < len(d) && d[i] == ']' {
		return true
	}
	for i < len(d) {
		if !f(i) {
			return true
		}
		if i = d.skip(i); i < 0 {
			return false
		}
		if i = d.space(i); i < len(d) && d[i] == ']' {
			return true
		}
		if i >= len(d) || d[i] != ',' {
			return false
		}
		i = d.space(i + 1)
	}
	return false
}

// plainText reports whether a text in quotes has no escapes.
func plainText(s string) bool { return strings.IndexByte(s, '\\') < 0 }

// unquoted is a text without its quotes and escapes; empty when it is none.
func unquoted(s string) string {
	if plainText(s) {
		return s[1 : len(s)-1]
	}
	var out string
	if json.Unmarshal([]byte(s), &out) != nil {
		return ""
	}
	return out
}
