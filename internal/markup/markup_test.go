package markup

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

var limits = Limits{Nodes: 50, Depth: 6}

// show writes a node as text with the lines of its values.
func show(n *Node) string {
	var b strings.Builder
	b.WriteString(n.Tag)
	switch n.Kind {
	case List:
		b.WriteString("[")
		for _, v := range n.Values {
			b.WriteString(show(v) + " ")
		}
		b.WriteString("]")
	case Map:
		b.WriteString("{")
		for i, k := range n.Keys {
			b.WriteString(k.Text + ":" + show(n.Values[i]) + " ")
		}
		b.WriteString("}")
	case String:
		b.WriteString(`"` + n.Text + `"`)
	default:
		b.WriteString(n.Text)
	}
	return b.String() + "@" + string(rune('0'+n.Line))
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: [x, true, ~]\n":                  `{a:1@1 b:["x"@2 true@2 ~@2 ]@2 }@1`,
		"{\"a\": 1,\n \"b\": [\"x\", true, null]}": `{a:1@1 b:["x"@2 true@2 @2 ]@2 }@1`,
		"a: !Ref b":                 `{a:!Ref"b"@1 }@1`,
		"a: 0x1F\nb: 1.50\nc: True": `{a:"0x1F"@1 b:1.50@2 c:true@3 }@1`,
		"a: &x {b: 1}\nc: *x":       `{a:{b:1@1 }@1 c:{b:1@1 }@1 }@1`,
		"true: x\n12: y":            `{true:"x"@1 12:"y"@2 }@1`,
		"just text":                 `"just text"@1`,
	} {
		n, err := Parse([]byte(text), "document", limits)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := show(n); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "the document is empty",
		"a: 1\n---\nb: 2":                    "the document holds more than one YAML document",
		"a: [":                               "the document is neither YAML nor JSON",
		"a: 1\nb: 2\na: 3":                   `line 3: the key "a" is there twice`,
		`{"a": 1, "a": 2}`:                   `line 1: the key "a" is there twice`,
		"x: &x {a: 1}\ny:\n <<: *x":          "line 3: the YAML merge key << is not allowed",
		"a: 1\n? [b]\n: c":                   "line 2: a key of a mapping is a list",
		"a: &a [*a]":                         "line 1: the YAML alias *a contains itself",
		"a: {b: {c: {d: {e: {f: {g: 1}}}}}}": "nested more than 6 levels deep",
		"a: &a [1,1,1,1,1]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]":                                                "more than 50 values once its YAML aliases are followed",
		"[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]": "more than 50 values",
	} {
		_, err := Parse([]byte(text), "document", limits)
		if at := (*Error)(nil); !errors.As(err, &at) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// FuzzParse: whatever the bytes, Parse ends within its limits, and what is JSON is read as JSON reads it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: &x [1]\nb: *x", `{"a": [1, null, {"b": "c"}]}`, "a: !Ref b", "- - - - 1", "? {a: b}\n: c"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := Parse(body, "document", Limits{Nodes: 1000, Depth: 30})
		if err != nil {
			if at := (*Error)(nil); !errors.As(err, &at) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if got := count(n); got > 1000 {
			t.Fatalf("%d nodes", got)
		}
		if json.Valid(body) {
			var v any
			if err := json.Unmarshal(body, &v); err != nil {
				t.Fatal(err)
			}
			if _, isMap := v.(map[string]any); isMap != (n.Kind == Map) {
				t.Fatalf("%s is a mapping: %v", body, isMap)
			}
		}
	})
}

func count(n *Node) int {
	total := 1
	for _, v := range n.Values {
		total += count(v)
	}
	return total + len(n.Keys)
}

func TestColumns(t *testing.T) {
	for _, text := range []string{
		"a: 1\n\"ä\":  [xy, true]\n",
		"{\n  \"é\\u0041\": {\"b\" : [ 12,\n\t\"x\" , null]},\"c\":\"d\"}",
	} {
		n, err := Parse([]byte(text), "document", limits)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(text, "\n")
		var look func(n *Node)
		look = func(n *Node) {
			rest := string([]rune(lines[n.Line-1])[n.Column-1:])
			starts := map[Kind]string{List: "[", Map: "{a\"", String: "\"abx", Bool: "t", Number: "1", Null: "n"}[n.Kind]
			if !strings.ContainsAny(rest[:1], starts) {
				t.Errorf("%q: a value of kind %v is said to be at %d:%d, where %q stands", text, n.Kind, n.Line, n.Column, rest)
			}
			for _, c := range append(n.Keys, n.Values...) {
				look(c)
			}
		}
		look(n)
	}
}
