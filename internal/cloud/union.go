package cloud

import (
	"reflect"
	"strings"

	aa "github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"

	"github.com/tickmark/tickmark/internal/fault"
)

// unions has, for each union that an input can hold, the SDK's type of each of its members. A test walks the inputs of
// all operations and demands every union.
var unions = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[aa.AnalyzerConfiguration](): {
		reflect.TypeFor[aa.AnalyzerConfigurationMemberInternalAccess](),
		reflect.TypeFor[aa.AnalyzerConfigurationMemberUnusedAccess](),
	},
}

// union reads an object with one member into an SDK union.
func (d decoder) union(path string, tree any, v reflect.Value, depth int) error {
	object, ok := tree.(map[string]any)
	if !ok || len(object) != 1 {
		return wrong(path, "an object with exactly one member", tree)
	}
	name := sorted(object)[0]
	var known []string
	for _, t := range unions[v.Type()] {
		_, member, _ := strings.Cut(t.Name(), "Member")
		if strings.EqualFold(member, name) {
			chosen := reflect.New(t)
			v.Set(chosen)
			return d.value(path+"."+name, object[name], chosen.Elem().FieldByName("Value"), depth+1)
		}
		known = append(known, d.spell(t, member))
	}
	return fault.Invalidf(path+"."+name, "%s has no member %q; it has one of %s.", path, name, strings.Join(known, ", "))
}
