package selector_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trail"
)

// words are few, and pieces of each other, so that every operator hits and misses.
var words = rapid.SampledFrom([]string{"a", "ab", "abc", "b", "bc", "kms.amazonaws.com", "VpceAccessDenied", "true", `q"\ü`})

// record draws a record of few fields; each may be missing.
func record(t *rapid.T) map[string]any {
	r := map[string]any{"eventTime": "2026-01-05T08:00:00Z", "eventID": "1", "awsRegion": "r", "recipientAccountId": "111122223333"}
	r["eventCategory"] = rapid.SampledFrom([]string{"Management", "Data", "NetworkActivity"}).Draw(t, "category")
	r["eventName"] = words.Draw(t, "eventName")
	for _, name := range []string{"eventSource", "eventType", "errorCode", "vpcEndpointId", "sessionCredentialFromConsole"} {
		if rapid.Bool().Draw(t, "has "+name) {
			r[name] = words.Draw(t, name)
		}
	}
	if rapid.Bool().Draw(t, "knows readOnly") {
		r["readOnly"] = rapid.Bool().Draw(t, "readOnly")
	}
	if rapid.Bool().Draw(t, "has identity") {
		r["userIdentity"] = map[string]any{"type": "IAMUser", "arn": words.Draw(t, "arn")}
	}
	var list []any
	for range rapid.IntRange(0, 3).Draw(t, "resources") {
		list = append(list, map[string]any{"type": rapid.SampledFrom([]string{"AWS::A::B", "AWS::A::C"}).Draw(t, "type"), "ARN": words.Draw(t, "resource")})
	}
	r["resources"] = list
	return r
}

// field draws what is wanted of a field, with one to all operators.
func field(t *rapid.T, name string) selector.Field {
	f := selector.Field{Field: name}
	lists := []*[]string{&f.Equals, &f.StartsWith, &f.EndsWith, &f.NotEquals, &f.NotStartsWith, &f.NotEndsWith}
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 1, 3, rapid.ID).Draw(t, "operators of "+name) {
		*lists[i] = rapid.SliceOfN(words, 1, 2).Draw(t, "values of "+name)
	}
	return f
}

func drawn(t *rapid.T) selector.Advanced {
	category := rapid.SampledFrom([]string{"Management", "Data", "NetworkActivity"}).Draw(t, "of category")
	a := selector.Advanced{Fields: []selector.Field{{Field: "eventCategory", Equals: []string{category}}}}
	fields := map[string][]string{
		"Management":      {"eventSource", "eventName", "eventType", "userIdentity.arn"},
		"Data":            {"eventSource", "eventName", "eventType", "userIdentity.arn", "resources.ARN"},
		"NetworkActivity": {"eventName", "vpcEndpointId"},
	}[category]
	equals := func(name string, of ...string) {
		a.Fields = append(a.Fields, selector.Field{Field: name, Equals: []string{rapid.SampledFrom(of).Draw(t, name)}})
	}
	switch category {
	case "Data":
		equals("resources.type", "AWS::A::B", "AWS::A::C")
	case "NetworkActivity":
		equals("eventSource", "a", "kms.amazonaws.com")
	}
	if category != "NetworkActivity" && rapid.Bool().Draw(t, "by readOnly") {
		equals("readOnly", "true", "false")
	}
	for _, name := range fields {
		if rapid.Bool().Draw(t, "by "+name) {
			a.Fields = append(a.Fields, field(t, name))
		}
	}
	a.Fields = rapid.Permutation(a.Fields).Draw(t, "order")
	return a
}

// naive is what selectors mean, said once more over the decoded record.
func naive(list []selector.Advanced, r map[string]any) bool {
	return slices.ContainsFunc(list, func(a selector.Advanced) bool {
		typ := ""
		for _, f := range a.Fields {
			if f.Field == "resources.type" {
				typ = f.Equals[0]
			}
		}
		return !slices.ContainsFunc(a.Fields, func(f selector.Field) bool {
			values := have(r, f.Field, typ)
			hit := func(yes func(a, b string) bool, list []string) bool {
				return slices.ContainsFunc(values, func(v string) bool {
					return slices.ContainsFunc(list, func(w string) bool { return yes(v, w) })
				})
			}
			same := func(a, b string) bool { return a == b }
			if hit(same, f.NotEquals) || hit(strings.HasPrefix, f.NotStartsWith) || hit(strings.HasSuffix, f.NotEndsWith) {
				return true
			}
			if len(f.Equals)+len(f.StartsWith)+len(f.EndsWith) == 0 {
				return len(values) == 0
			}
			return !hit(same, f.Equals) && !hit(strings.HasPrefix, f.StartsWith) && !hit(strings.HasSuffix, f.EndsWith)
		})
	})
}

// have are the values that a record has for a field.
func have(r map[string]any, name, typ string) (out []string) {
	switch name {
	case "readOnly":
		return []string{fmt.Sprint(r[name] == true)}
	case "userIdentity.arn":
		id, _ := r["userIdentity"].(map[string]any)
		v, _ := id["arn"].(string)
		return []string{v}
	case "resources.type", "resources.ARN":
		for _, x := range r["resources"].([]any) {
			if res := x.(map[string]any); res["type"] == typ {
				out = append(out, res[strings.TrimPrefix(name, "resources.")].(string))
			}
		}
		return out
	}
	v, _ := r[name].(string)
	return []string{v}
}

func TestMeaning(t *testing.T) {
	var hits, misses int
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(drawn), 1, 3).Draw(t, "selectors")
		set, err := selector.Compile(list, selector.Store)
		if err != nil {
			t.Fatal(err)
		}
		r := record(t)
		if r["resources"].([]any) == nil {
			r["resources"] = []any{}
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		e, err := trail.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		want := naive(list, r)
		if want {
			hits++
		} else {
			misses++
		}
		if got := set.Match(&e); got != want {
			t.Fatalf("%s: %v, want %v", text, got, want)
		}
		if got := inBlock(set, &e); got != want {
			t.Fatalf("%s in a block: %v, want %v", text, got, want)
		}
	})
	if hits == 0 || misses == 0 {
		t.Errorf("%d hits and %d misses prove nothing", hits, misses)
	}
}

func BenchmarkMatch(b *testing.B) {
	e := happened(b)["get"]
	for name, text := range map[string]string{
		"management": one(management),
		"names":      one(data, `{"Field":"eventName","Equals":["PutObject"]}`),
		"arns":       one(data, `{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::b/"]}`),
	} {
		set, err := selector.Compile(advanced(b, text), selector.Trail)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				set.Match(e)
			}
		})
	}
}
