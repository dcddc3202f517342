package connect

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/permit"
)

// Kind is a resource type to be read: what is called for it.
type Kind struct {
	Name  string
	Calls []Call
}

// Call is an operation that reading a type makes. TypeName is what Cloud Control is asked for. A probe needs nothing but
// Input and may be made to see whether it is allowed.
type Call struct {
	API      string
	TypeName string
	Probe    bool
	Input    map[string]any
	// Once says that it is made once in an account, in the region Home, or where the partition's global services are.
	Once bool
	Home string
	// Each says that the call is made for each resource.
	Each bool
}

// Kinds are the types of a library that are named, all when none is.
func Kinds(library []*collect.Type, names []string) ([]Kind, error) {
	var out []Kind
	left := sorted(names)
	for _, t := range library {
		if len(names) > 0 && !slices.Contains(names, t.Name) {
			continue
		}
		left = slices.DeleteFunc(left, func(n string) bool { return n == t.Name })
		out = append(out, kindOf(t))
	}
	if len(left) > 0 {
		return nil, fault.Invalidf("types", "Types without a collector: %s. 'tickmark rules list' tells what is read.", clip(strings.Join(left, ", ")))
	}
	return out, nil
}

func kindOf(t *collect.Type) Kind {
	k := Kind{Name: t.Name}
	for i, s := range t.Find {
		if s.API == "" { // elements that need no call
			continue
		}
		k.Calls = append(k.Calls, Call{
			API: s.API, TypeName: typeName(s.Input, t.Name), Probe: i == 0 && len(s.From) == 0 && s.Batch == nil, Input: s.Input,
			Once: t.Once(), Home: t.Home, Each: i > 0,
		})
	}
	for _, d := range t.Details {
		if d.API == "" {
			continue
		}
		k.Calls = append(k.Calls, Call{API: d.API, TypeName: typeName(d.Input, t.Name), Once: t.Once(), Home: t.Home, Each: true})
	}
	return k
}

// Needs are the permissions of the role that kinds are read with: their calls, and those of the tests here.
func Needs(kinds []Kind) []permit.Need {
	out := []permit.Need{{API: "account:ListRegions"}, {API: "ec2:DescribeRegions"}, {API: "iam:SimulatePrincipalPolicy"}}
	for _, k := range kinds {
		for _, c := range k.Calls {
			out = append(out, permit.Need{API: c.API, TypeName: c.TypeName})
		}
	}
	return out
}

func typeName(in map[string]any, or string) string {
	if s, ok := in["TypeName"].(string); ok {
		return s
	}
	return or
}
