package guard

import "strings"

// variants are the other spellings under which a missing key is looked for: camelCase, ClassCase, kebab-case,
// PascalCase, snake_case, Title Case and Train-Case, in this order.
func variants(key string) []string {
	words := split(key)
	if len(words) == 0 {
		return nil
	}
	lower, title := make([]string, len(words)), make([]string, len(words))
	for i, w := range words {
		lower[i] = strings.ToLower(w)
		title[i] = strings.ToUpper(lower[i][:1]) + lower[i][1:]
	}
	pascal := strings.Join(title, "")
	camel := lower[0] + strings.Join(title[1:], "")
	return []string{camel, strings.TrimSuffix(pascal, "s"), strings.Join(lower, "-"), pascal, strings.Join(lower, "_"), strings.Join(title, " "), strings.Join(title, "-")}
}

// split cuts a key into its words: at other signs than letters and digits, and where a capital follows a small letter.
func split(key string) []string {
	var words []string
	start := -1
	for i := 0; i < len(key); i++ {
		c := key[i]
		word := letter(c) || (c >= '0' && c <= '9')
		upper := c >= 'A' && c <= 'Z'
		switch {
		case !word:
			if start >= 0 {
				words, start = append(words, key[start:i]), -1
			}
		case start < 0:
			start = i
		case upper && (small(key[i-1]) || (i+1 < len(key) && small(key[i+1]))):
			words, start = append(words, key[start:i]), i
		}
	}
	if start >= 0 {
		words = append(words, key[start:])
	}
	return words
}

func small(c byte) bool { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') }
