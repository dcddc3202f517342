package selector

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/trail"
)

var typeForm = regexp.MustCompile(`^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$`)

// kmsAndData are the sources whose management events a trail may leave out.
var kmsAndData = []string{"kms.amazonaws.com", "rdsdata.amazonaws.com"}

// checkValues refuses values that the field never has.
func (f *Field) checkValues(kind Kind, category string) error {
	refuse := func(rule string, args ...any) error {
		return invalid("The field %s %s", f.Field, fmt.Sprintf(rule, args...))
	}
	switch f.Field {
	case "readOnly":
		if f.Equals[0] != "true" && f.Equals[0] != "false" {
			return refuse("Equals true or false.")
		}
	case "resources.type":
		if !typeForm.MatchString(f.Equals[0]) {
			return refuse("Equals a type like AWS::S3::Object.")
		}
	case "errorCode":
		if f.Equals[0] != "VpceAccessDenied" {
			return refuse("Equals VpceAccessDenied and nothing else.")
		}
	case "sessionCredentialFromConsole":
		if v := slices.Concat(f.Equals, f.NotEquals); len(v) != 1 || v[0] != "true" || len(slices.Concat(f.lists()...)) != 1 {
			return refuse("Equals or NotEquals true.")
		}
	case "eventSource":
		if kind != Trail || category != trail.Management {
			return nil
		}
		if len(slices.Concat(f.lists()...)) != len(f.NotEquals) || slices.ContainsFunc(f.NotEquals, func(v string) bool { return !slices.Contains(kmsAndData, v) }) {
			return refuse("takes NotEquals with %s only, for the management events of a trail.", strings.Join(kmsAndData, " and "))
		}
	}
	return nil
}
