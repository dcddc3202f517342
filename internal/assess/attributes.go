package assess

import (
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/tree"
)

// The limits of attributes. A longer value is a link to the raw object, which holds it whole.
const (
	maxAttributes = 50
	maxKey        = 100
	maxValue      = 200
)

// attribute is a value as it may stand in evidence.
func attribute(v string, whole ledger.Hash) string {
	if utf8.RuneCountInString(v) <= maxValue {
		return v
	}
	return "raw:" + whole.String()
}

func limited(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

func isARN(s string) bool { return strings.HasPrefix(s, "arn:") && strings.Count(s, ":") >= 5 }

// flatten adds the members of one part of a document: simple values as they are, others as their JSON.
func flatten(out map[string]string, n tree.Node, whole ledger.Hash, part string) {
	for k, v := range n.Get(part).Members {
		key := part + "." + k
		if len(out) >= maxAttributes || utf8.RuneCountInString(key) > maxKey || !v.Exists() {
			continue
		}
		if hidden(k) {
			out[key] = "****"
			continue
		}
		text := v.Str()
		if v.Kind() == tree.Object || v.Kind() == tree.Array {
			text = v.Raw()
		}
		if text != "" {
			out[key] = attribute(strings.Clone(text), whole)
		}
	}
}

// hidden tells the members whose values are secrets.
func hidden(key string) bool {
	k := strings.ToLower(key)
	for _, s := range []string{"password", "secret", "privatekey", "sessiontoken", "authtoken", "credentials"} {
		if strings.Contains(k, s) {
			return true
		}
	}
	return false
}
