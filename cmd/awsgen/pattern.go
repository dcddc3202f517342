package main

import (
	"fmt"
	"regexp"
	"strings"
)

// respelled are the models' patterns that package regexp cannot express or compile, with an equal pattern it can;
// where none is equal the nearest looser one stands, and the comment says so.
var respelled = map[string]string{
	`^(?!\s*$).+`: `^.*\S.*$`,
	`^(?!aws:)[a-zA-Z+-=._:/]+$`: `^(?:[b-zA-Z+-=._:/][a-zA-Z+-=._:/]*|a(?:[a-vx-zA-Z+-=._:/][a-zA-Z+-=._:/]*|` +
		`w(?:[a-rt-zA-Z+-=._:/][a-zA-Z+-=._:/]*|s(?:[a-zA-Z+-9;-=._][a-zA-Z+-=._:/]*)?)?)?)$`,
	// Repetitions above 1,000: split, or left to the shape's length limit.
	`^.{1,100000}$`: `^.+$`,
	`^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w-\/.@+=,]{1,1017}$`: `^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w-\/.@+=,]{1,1000}[\w-\/.@+=,]{0,17}$`,
	`^https:\/\/[-a-zA-Z0-9@:%._\+~#=]{1,253}\.s3(\.[a-z\d-]{9,16})?\.amazonaws\.com\/.{1,2000}`: `^https:\/\/[-a-zA-Z0-9@:%._\+~#=]{1,253}\.s3` +
		`(\.[a-z\d-]{9,16})?\.amazonaws\.com\/.{1,1000}.{0,1000}`,
	// ISO 8601 in all its forms, by back references: looser.
	`^([\-]?\d{4}(?!\d{2}\b))((-?)((0[1-9]|1[0-2])(\3([12]\d|0[1-9]|3[01]))?|W([0-4]\d|5[0-2])(-?[1-7])?|(00[1-9]|0[1-9]\d|[12]\d{2}|3([0-5]\d|6[1-6])))` +
		`([T\s]((([01]\d|2[0-3])((:?)[0-5]\d)?|24\:?00)([\.,]\d(?!:))?)?(\17[0-5]\d([\.,]\d)?)?([zZ]|([\-])([01]\d|2[0-3]):?([0-5]\d)?)?)?)?$`: `^-?\d{4}[-0-9W]*([T\s][0-9:.,]*([zZ]|-[0-9:]+)?)?$`,
}

var unicodeEscape = regexp.MustCompile(`\\u([0-9A-F]{4,6})`)

// goPattern is the spelling of a model's pattern (java.util.regex) for package regexp; empty when it is the same.
func goPattern(pattern string) (string, error) {
	text, ok := respelled[pattern]
	if !ok {
		text = strings.ReplaceAll(pattern, `\uD800\uDC00-\uDBFF\uDFFF`, `\x{10000}-\x{10FFFF}`)
		text = strings.ReplaceAll(text, `\u10000-\u10FFFF`, `\x{10000}-\x{10FFFF}`)
		text = unicodeEscape.ReplaceAllStringFunc(text, func(m string) string { return `\x{` + m[2:6] + `}` + m[6:] })
	}
	if _, err := regexp.Compile(text); err != nil {
		return "", fmt.Errorf("pattern %q: %w (add an equal one to respelled)", pattern, err)
	}
	if text == pattern {
		return "", nil
	}
	return text, nil
}
