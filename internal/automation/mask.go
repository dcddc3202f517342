package automation

import (
	"regexp"
	"sort"
	"strings"
)

// Mask stands for a secret in everything that is stored to be shown.
const Mask = "********"

var (
	secretName = regexp.MustCompile(`(?i)(password|passwd|passphrase|secret|credential|private_?key|api_?key|access_?key|auth_?token|session_?token|bearer)`)
	// Names of a secret rather than secrets: SecretId, PasswordPolicyName, AccessKeyArn.
	publicName = regexp.MustCompile(`(Ids?|Arns?|ARN|Names?|Length|Age|Policy|Prevention|Days|Version|Type|Expiry)$`)
)

// secret tells whether a value of that name is not to be shown.
func secret(name string) bool { return secretName.MatchString(name) && !publicName.MatchString(name) }

// masker hides members with secret names, and the values of secret parameters wherever they turn up.
type masker struct{ values []string }

func newMasker(parameters map[string]any) masker {
	var m masker
	for name, v := range parameters {
		if secret(name) {
			m.collect(v)
		}
	}
	sort.Slice(m.values, func(i, j int) bool { return len(m.values[i]) > len(m.values[j]) })
	return m
}

func (m *masker) collect(v any) {
	switch v := v.(type) {
	case map[string]any, []any:
		for _, c := range children(v) {
			m.collect(c)
		}
	case string:
		if len(v) >= 4 {
			m.values = append(m.values, v)
		}
	}
}

func (m masker) text(s string) string {
	for _, v := range m.values {
		s = strings.ReplaceAll(s, v, Mask)
	}
	return s
}

// value is a copy without secrets.
func (m masker) value(name string, v any) any {
	if secret(name) && v != nil && v != "" {
		return Mask
	}
	switch v := v.(type) {
	case string:
		return m.text(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = m.value("", e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = m.value(k, e)
		}
		return out
	}
	return v
}

// inputs are shown as one text each.
func (m masker) inputs(in map[string]any) map[string]string {
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[k] = clip(toText(m.value(k, v)), maxShown)
	}
	return out
}

// lists are shown as lists of texts.
func (m masker) lists(in map[string]any) map[string][]string {
	out := make(map[string][]string, len(in))
	for k, v := range in {
		v = m.value(k, v)
		l, ok := v.([]any)
		if !ok {
			l = []any{v}
		}
		texts := make([]string, 0, len(l))
		for _, e := range l {
			texts = append(texts, clip(toText(e), maxShown))
		}
		out[k] = texts
	}
	return out
}

// maxShown bounds one shown value.
const maxShown = 4096

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}
