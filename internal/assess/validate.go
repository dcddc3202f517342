package assess

import (
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/fault"
)

// length checks a text's number of characters.
func length(field, s string, from, to int) error {
	n := utf8.RuneCountInString(s)
	switch {
	case n < from && n == 0:
		return fault.Invalidf(field, "%s must be given.", field)
	case n < from || n > to:
		return fault.Invalidf(field, "%s must have %d to %d characters; it has %d.", field, from, to, n)
	}
	return nil
}

// named checks a name: its length and the characters it must not hold.
func named(field, s, forbidden string) error {
	if err := length(field, s, 1, 300); err != nil {
		return err
	}
	if strings.TrimSpace(s) == "" {
		return fault.Invalidf(field, "%s must not be blank.", field)
	}
	if i := strings.IndexAny(s, forbidden); i >= 0 {
		return fault.Invalidf(field, "%s must not hold the character %q.", field, s[i:i+1])
	}
	return nil
}

// firstOf is the first error.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func quota(what string, limit int) error {
	return fault.New(fault.Quota, "The account has reached its quota of %d %s.", limit, what)
}
