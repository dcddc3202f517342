package automation

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
)

func jsonValue(t *testing.T, s string) any {
	t.Helper()
	v, err := decodeJSON([]byte(s))
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return v
}

func TestSelector(t *testing.T) {
	doc := `{"a":[{"n":"x","v":1,"on":true},{"n":"y","v":5},{"n":"z","v":9,"k.d":null}],"b":{"c":"d"}}`
	for path, want := range map[string]string{
		"$":                             doc,
		"$.b.c":                         `"d"`,
		"$['b'][\"c\"]":                 `"d"`,
		"$.a[0].n":                      `"x"`,
		"$.a[-1].v":                     `9`,
		"$.a[*].n":                      `["x","y","z"]`,
		"$.a[1:].v":                     `[5,9]`,
		"$.a[:-1].v":                    `[1,5]`,
		"$..n":                          `["x","y","z"]`,
		"$.a[?(@.v > 1)].n":             `["y","z"]`,
		"$.a[?(@.n == 'x')].v":          `[1]`,
		"$.a[?(@.on)].n":                `["x"]`,
		"$.a[?(@.v >= 5 && @.v<6)].n":   `["y"]`,
		"$.a[?(@.v==1 || @.n=='z')].v":  `[1,9]`,
		"$.a.length()":                  `3`,
		"$.a[?(@.n != 'x')].n":          `["y","z"]`,
		"$.a[9]":                        ``,
		"$.b.nothing":                   ``,
		"$.a[?(@.n == 'none')].v":       `[]`,
		"$.a[2]['k.d']":                 `null`,
		"$.b['c','nothing']":            `["d"]`,
		"$.a[?(@.on == true)].n":        `["x"]`,
		"$.a[?(@.v == '1')].n":          `[]`,
		"$.a[0:2][?(@.v == 1)]":         `[]`,
		"$.a[ 0 ]['n']":                 `"x"`,
		"$.a[?( @.n == \"y\" )][ 'v' ]": `[]`,
	} {
		if strings.Contains(path, "[ 'v' ]") {
			want = `[5]`
		}
		s, err := CompileSelector(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got, ok := s.Select(jsonValue(t, doc))
		if ok != (want != "") {
			t.Errorf("%s: found %v", path, ok)
			continue
		}
		if ok && !reflect.DeepEqual(jsonValue(t, string(encode(got))), jsonValue(t, want)) {
			t.Errorf("%s = %s, want %s", path, encode(got), want)
		}
	}
	for _, bad := range []string{"", "a", "$a", "$.", "$[", "$[]", "$['a", "$[?(@.a", "$[?(a)]", "$.a[?(@.b==)]", "$.a b", "$[1", "$" + strings.Repeat(".a", 600)} {
		if _, err := CompileSelector(bad); err == nil {
			t.Errorf("%q compiled", bad)
		}
	}
}

func FuzzSelector(f *testing.F) {
	f.Add("$.a[?(@.b == 'c' && @.d)][-1:]..x['y'].length()", `{"a":[{"b":"c","d":1}]}`)
	f.Fuzz(func(t *testing.T, path, doc string) {
		s, err := CompileSelector(path)
		if err != nil {
			return
		}
		if v, err := decodeJSON([]byte(doc)); err == nil {
			s.Select(v)
		}
	})
}

func TestConvert(t *testing.T) {
	for _, c := range []struct{ in, typ, want string }{
		{`"a"`, "String", `"a"`},
		{`5`, "String", `"5"`},
		{`["a"]`, "String", `"a"`},
		{`{"a":"<"}`, "String", `"{\"a\":\"<\"}"`},
		{`"5"`, "Integer", `5`},
		{`["5"]`, "Integer", `5`},
		{`5.0`, "Integer", `5`},
		{`"x"`, "Integer", ``},
		{`"True"`, "Boolean", `true`},
		{`[false]`, "Boolean", `false`},
		{`1`, "Boolean", ``},
		{`"a"`, "StringList", `["a"]`},
		{`7`, "StringList", `["7"]`},
		{`"[\"a\",2]"`, "StringList", `["a","2"]`},
		{`"{\"a\":1}"`, "StringMap", `{"a":1}`},
		{`"a"`, "StringMap", ``},
		{`{"a":1}`, "MapList", `[{"a":1}]`},
		{`["{\"a\":1}"]`, "MapList", `[{"a":1}]`},
		{`["a"]`, "MapList", ``},
		{`"a"`, "Date", ``},
	} {
		got, err := Convert(jsonValue(t, c.in), c.typ)
		if (err != nil) != (c.want == "") {
			t.Errorf("%s to %s: %v", c.in, c.typ, err)
		} else if err == nil && string(encode(got)) != c.want {
			t.Errorf("%s to %s = %s, want %s", c.in, c.typ, encode(got), c.want)
		}
	}
}

func TestBind(t *testing.T) {
	d, err := Parse([]byte(`
schemaVersion: "0.3"
parameters:
  Id: {type: String, allowedPattern: "i-[0-9]+"}
  List: {type: StringList, default: [a], maxItems: 2, allowedValues: [a, b]}
  N: {type: Integer, default: 1}
  Opt: {type: String, default: "", allowedPattern: "x+", maxChars: 3}
  M: {type: MapList, default: []}
mainSteps: [{name: a, action: aws:sleep, inputs: {Duration: PT1S}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Bind(map[string][]string{"Id": {"i-1"}, "List": {"b", "a"}, "N": {"7"}, "M": {`{"k":1}`, `{"k":2}`}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"Id":"i-1","List":["b","a"],"M":[{"k":1},{"k":2}],"N":7,"Opt":""}`; string(encode(got)) != want {
		t.Errorf("bound %s, want %s", encode(got), want)
	}
	for name, c := range map[string]struct {
		in   map[string][]string
		want string
	}{
		"missing":  {nil, "Id is required"},
		"unknown":  {map[string][]string{"Id": {"i-1"}, "X": {"y"}}, `no parameter "X"`},
		"pattern":  {map[string][]string{"Id": {"i-1; rm"}}, "allowed pattern"},
		"two":      {map[string][]string{"Id": {"i-1", "i-2"}}, "one value"},
		"type":     {map[string][]string{"Id": {"i-1"}, "N": {"x"}}, "Integer"},
		"items":    {map[string][]string{"Id": {"i-1"}, "List": {"a", "a", "a"}}, "items"},
		"value":    {map[string][]string{"Id": {"i-1"}, "List": {"c"}}, "allowed values"},
		"length":   {map[string][]string{"Id": {"i-1"}, "Opt": {"xxxx"}}, "characters"},
		"no json":  {map[string][]string{"Id": {"i-1"}, "M": {"{", "{"}}, "JSON"},
		"no value": {map[string][]string{"Id": {}}, "one value"},
	} {
		_, err := d.Bind(c.in)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "InvalidAutomationExecutionParametersException" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestCondition(t *testing.T) {
	for cond, want := range map[string]string{
		`{"Variable":"a","StringEquals":"a"}`:                                          "true",
		`{"Variable":"a","StringEquals":"A"}`:                                          "false",
		`{"Variable":["a"],"StringEquals":"a"}`:                                        "true",
		`{"Variable":"a","EqualsIgnoreCase":"A"}`:                                      "true",
		`{"Variable":"abc","StartsWith":"ab"}`:                                         "true",
		`{"Variable":"abc","EndsWith":"bc"}`:                                           "true",
		`{"Variable":"abc","Contains":"b"}`:                                            "true",
		`{"Variable":["ab","c"],"Contains":"b"}`:                                       "false",
		`{"Variable":["ab","c"],"Contains":"c"}`:                                       "true",
		`{"Variable":"5","NumericEquals":5}`:                                           "true",
		`{"Variable":6,"NumericGreater":"5"}`:                                          "true",
		`{"Variable":5,"NumericGreaterOrEquals":5}`:                                    "true",
		`{"Variable":5,"NumericLesser":5}`:                                             "false",
		`{"Variable":5,"NumericLesserOrEquals":5}`:                                     "true",
		`{"Variable":"x","NumericEquals":5}`:                                           "error",
		`{"Variable":true,"BooleanEquals":true}`:                                       "true",
		`{"Variable":"True","BooleanEquals":true}`:                                     "true",
		`{"Variable":null,"StringEquals":""}`:                                          "false",
		`{"Not":{"Variable":null,"StringEquals":"a"}}`:                                 "true",
		`{"And":[{"Variable":1,"NumericEquals":1},{"Variable":1,"NumericEquals":2}]}`:  "false",
		`{"Or":[{"Variable":1,"NumericEquals":1},{"Variable":"x","NumericEquals":2}]}`: "true",
		`{"Or":[{"Variable":1,"NumericEquals":2}]}`:                                    "false",
	} {
		got, err := holds(jsonValue(t, cond).(map[string]any))
		text := toText(got)
		if err != nil {
			text = "error"
		}
		if text != want {
			t.Errorf("%s is %s (%v), want %s", cond, text, err, want)
		}
	}
}

func TestResolve(t *testing.T) {
	find := func(name string) (any, bool, error) {
		v, ok := map[string]any{"s": "a", "n": number(3), "b": true, "l": []any{"x", "y"}, "m": map[string]any{"k": "v"}}[name]
		return v, ok, nil
	}
	for in, want := range map[string]string{
		`"{{ s }}"`:              `"a"`,
		`"{{n}}"`:                `3`,
		`"{{ b }}"`:              `true`,
		`"{{ l }}"`:              `["x","y"]`,
		`["{{ l }}","z"]`:        `["x","y","z"]`,
		`[["{{ l }}"]]`:          `[["x","y"]]`,
		`"n={{ n }} l={{ l }}"`:  `"n=3 l=[\"x\",\"y\"]"`,
		`{"q":{"r":"{{ m }}"}}`:  `{"q":{"r":{"k":"v"}}}`,
		`"{{ none }}"`:           `null`,
		`"a {{ none }}"`:         `"a "`,
		`"{{ two words }} {{}}"`: `"{{ two words }} {{}}"`,
	} {
		got, err := resolve(jsonValue(t, in), find, false)
		if err != nil || string(encode(got)) != want {
			t.Errorf("%s = %s, %v; want %s", in, encode(got), err, want)
		}
	}
	if _, err := resolve("{{ none }}", find, true); err == nil {
		t.Error("a strict value may be missing")
	}
}
