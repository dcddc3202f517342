package tree

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func mustParse(t *testing.T, s string) Node {
	t.Helper()
	d, err := ParseString(s)
	if err != nil {
		t.Fatalf("parse %s: %v", s, err)
	}
	return d.Root()
}

func TestReading(t *testing.T) {
	n := mustParse(t, `{"a":{"b":[1,"x\n\u00e9\ud83d\ude00",true,null,-2.5e3]},"State":"on","empty":{},"k\"q":7,"n":"42","t":"true"}`)
	if got := n.Get("a", "b").Len(); got != 5 {
		t.Errorf("Len = %d, want 5", got)
	}
	var strs []string
	n.Get("a", "b").Elements(func(v Node) bool { strs = append(strs, v.Str()); return true })
	if want := []string{"1", "x\né😀", "true", "", "-2.5e3"}; !reflect.DeepEqual(strs, want) {
		t.Errorf("elements %q, want %q", strs, want)
	}
	if got := n.Fold("state").Str(); got != "on" {
		t.Errorf("Fold = %q, want on", got)
	}
	if n.Get("state").Exists() || n.Get("a", "zz", "b").Exists() || n.Get("State", "x").Exists() {
		t.Error("a missing member exists")
	}
	if v, ok := n.Get(`k"q`).Int(); !ok || v != 7 {
		t.Errorf("escaped key: %d %v", v, ok)
	}
	if v, ok := n.Get("n").Int(); !ok || v != 42 {
		t.Errorf("Int of a string: %d %v", v, ok)
	}
	if v, ok := n.Get("t").Bool(); !ok || !v {
		t.Errorf("Bool of a string: %v %v", v, ok)
	}
	if got := n.Get("a").Raw(); !strings.HasPrefix(got, `{"b":[1,`) || !strings.HasSuffix(got, "}") {
		t.Errorf("Raw = %s", got)
	}
	var keys []string
	n.Members(func(k string, _ Node) bool { keys = append(keys, k); return true })
	if want := []string{"a", "State", "empty", `k"q`, "n", "t"}; !reflect.DeepEqual(keys, want) {
		t.Errorf("members %q, want %q", keys, want)
	}
}

func TestEmbedded(t *testing.T) {
	n := mustParse(t, `{"plain":"{\"a\":1}","url":"%7B%22a%22%3A1%7D","bad":"{","obj":{"a":1}}`)
	for _, k := range []string{"plain", "url", "obj"} {
		e, err := n.Get(k).Embedded()
		if v, _ := e.Get("a").Int(); err != nil || v != 1 {
			t.Errorf("%s: %v %v", k, v, err)
		}
	}
	if _, err := n.Get("bad").Embedded(); err == nil {
		t.Error("bad embedded JSON was accepted")
	}
}

func TestBadInput(t *testing.T) {
	for _, s := range []string{"", "{", `{"a"}`, `{"a":}`, `[1,]`, `{"a":1,}`, "01", "1.", "1e", "tru", `"a`, `"\x"`, `"\u12"`, "\"\x01\"", "1 2", "\"\xff\"", strings.Repeat("[", MaxDepth+2)} {
		if _, err := ParseString(s); err == nil {
			t.Errorf("%.20q was accepted", s)
		}
	}
}

// FuzzParse: whatever encoding/json accepts as valid UTF-8 we accept with equal content, and nothing else.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":null}],"c":"\ud800\u0041"}`, `"x"`, `-0.1E+7`, "[]", `{"":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Parse(bytes.Clone(b))
		if err != nil {
			if json.Valid(b) && !strings.Contains(err.Error(), "UTF-8") && !strings.Contains(err.Error(), "deep") {
				t.Fatalf("rejected valid JSON %q: %v", b, err)
			}
			return
		}
		if !json.Valid(b) {
			t.Fatalf("accepted invalid JSON %q", b)
		}
		var want, got any
		if json.Unmarshal(b, &want) == nil {
			got = value(d.Root())
			w, _ := json.Marshal(want)
			g, _ := json.Marshal(got)
			if !bytes.Equal(w, g) {
				t.Fatalf("got %s, want %s", g, w)
			}
		}
	})
}

func value(n Node) any {
	switch n.Kind() {
	case Bool:
		v, _ := n.Bool()
		return v
	case Number:
		v, _ := n.Float()
		return v
	case String:
		return n.Str()
	case Array:
		out := []any{}
		n.Elements(func(v Node) bool { out = append(out, value(v)); return true })
		return out
	case Object:
		out := map[string]any{}
		n.Members(func(k string, v Node) bool { out[k] = value(v); return true })
		return out
	}
	return nil
}
