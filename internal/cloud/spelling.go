package cloud

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spelling turns the SDK's name of a structure's member, which always begins with a capital, into the API's.
type spelling func(structure reflect.Type, member string) string

// pascal is how most APIs spell their members.
func pascal(_ reflect.Type, member string) string { return member }

// camel is how some services spell all of theirs.
func camel(_ reflect.Type, member string) string {
	r, n := utf8.DecodeRuneInString(member)
	return string(unicode.ToLower(r)) + member[n:]
}

// camelIn is for services that mix both: camel case in the structures named.
func camelIn(structures string) spelling {
	set := map[string]bool{}
	for _, s := range strings.Fields(structures) {
		set[s] = true
	}
	return func(structure reflect.Type, member string) string {
		if set[structure.Name()] {
			return camel(structure, member)
		}
		return member
	}
}
