package main

import (
	"strings"
	"unicode"
)

// packageName turns a model's file name into a Go package name.
func packageName(model string) string { return strings.ReplaceAll(model, "-", "") }

func upper(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// enumNames gives the Go suffixes of an enum's values: words are capitalised, and spelled small where the whole
// enum is in capitals (NON_COMPLIANT becomes NonCompliant, AWS::EC2::EIP stays AWSEC2EIP).
func enumNames(values []string) []string {
	shout := true
	for _, v := range values {
		if strings.ToUpper(v) != v {
			shout = false
		}
	}
	names := make([]string, len(values))
	for i, v := range values {
		var b strings.Builder
		for _, word := range strings.FieldsFunc(v, func(r rune) bool { return !letterOrDigit(r) }) {
			if shout {
				word = strings.ToLower(word)
			}
			b.WriteString(upper(word))
		}
		names[i] = b.String()
		if names[i] == "" {
			names[i] = "Empty"
		}
	}
	return names
}

func letterOrDigit(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
