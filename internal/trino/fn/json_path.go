package fn

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// step is a member of a path: a key, and an index too when it is a number.
type step struct {
	key   string
	index int // -1 when it is none
}

// jsonPath reads $.a.b[0]["c d"]: the paths of json_extract, which are not those of JSON_QUERY. There are no wildcards.
func jsonPath(path string) ([]step, error) {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok {
		return nil, badPath(path)
	}
	var steps []step
	for rest != "" {
		var key string
		if key, rest, ok = jsonStep(rest); !ok {
			return nil, badPath(path)
		}
		index, err := strconv.Atoi(key)
		if err != nil || index < 0 {
			index = -1
		}
		steps = append(steps, step{key, index})
	}
	return steps, nil
}

func badPath(path string) error {
	if strings.Contains(path, "*") || strings.Contains(path, "..") || strings.Contains(path, "?(") {
		return value.Errorf("Invalid JSON path: %s: wildcards, filters and recursive descent are not supported", quote(path))
	}
	return value.Errorf("Invalid JSON path: %s", quote(path))
}

// jsonStep reads one step and tells what is behind it.
func jsonStep(s string) (key, rest string, ok bool) {
	switch {
	case s[0] == '.':
		key, rest = bareKey(s[1:], ":$-")
		return key, rest, key != ""
	case s[0] != '[' || len(s) < 2:
		return "", "", false
	case s[1] == '"' || s[1] == '\'':
		if key, rest, ok = quotedKey(s[2:], s[1]); !ok {
			return "", "", false
		}
	default:
		if key, rest = bareKey(s[1:], "-"); key == "" {
			return "", "", false
		}
	}
	rest, ok = strings.CutPrefix(rest, "]")
	return key, rest, ok
}

// bareKey reads letters, digits, _ and some more signs.
func bareKey(s, signs string) (key, rest string) {
	n := strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(signs, r)
	})
	if n < 0 {
		n = len(s)
	}
	return s[:n], s[n:]
}

// quotedKey reads up to a quote; a backslash stands before a quote or a backslash.
func quotedKey(s string, mark byte) (key, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == mark:
			return b.String(), s[i+1:], true
		case c == '\\':
			if i++; i == len(s) || s[i] != mark && s[i] != '\\' {
				return "", "", false
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}
