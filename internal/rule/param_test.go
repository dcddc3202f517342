package rule

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
)

var declared = []Param{
	{Name: "days", Type: Int, Default: "90", Min: 1, Max: 365},
	{Name: "atLeast", Type: Int, Min: 2},
	{Name: "on", Type: Bool, Default: "true"},
	{Name: "ratio", Type: Double},
	{Name: "keys", Type: CSV},
	{Name: "levels", Type: CSV, Enum: []string{"ERROR", "INFO"}},
	{Name: "mode", Enum: []string{"A", "B"}},
	{Name: "logs", Type: Map},
}

func TestParseParams(t *testing.T) {
	p, err := ParseParams(declared, ` {"on":"False","ratio":"0.5","keys":" a, b ,,c","levels":"info', 'ERROR'","mode":"","logs":"\"x\": \"a,b\" ; y:c","atLeast":7} `)
	if err != nil {
		t.Fatal(err)
	}
	if p.Int("days") != 90 || p.Bool("on") || p.Float("ratio") != 0.5 || p.Int("atLeast") != 7 || p.Float("atLeast") != 7 ||
		!slices.Equal(p.List("keys"), []string{"a", "b", "c"}) || p.Str("mode") != "" || !slices.Equal(p.List("levels"), []string{"INFO", "ERROR"}) || p.Has("mode") || !p.Has("days") ||
		len(p.Map("logs")) != 2 || p.Map("logs")["x"] != "a,b" || p.Map("logs")["y"] != "c" {
		t.Errorf("%+v", p.vals)
	}
	p, err = ParseParams(declared, `{"days":30,"on":true,"logs":{"x":"y"},"ratio":null}`)
	if err != nil || p.Int("days") != 30 || !p.Bool("on") || p.Map("logs")["x"] != "y" || p.Has("ratio") {
		t.Errorf("%+v, %v", p.vals, err)
	}
	for _, empty := range []string{"", "  ", "{}"} {
		if p, err := ParseParams(declared, empty); err != nil || p.Int("days") != 90 {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

func TestParseParamsRefuses(t *testing.T) {
	for json, want := range map[string]struct{ field, text string }{
		`{`:                     {"InputParameters", "not a JSON object"},
		`[]`:                    {"InputParameters", "JSON array"},
		`{"Days":1}`:            {"Days", `no parameter "Days"; it has days, atLeast`},
		`{"days":1,"days":2}`:   {"days", "given twice"},
		`{"days":"ninety"}`:     {"days", `must be of type int, not "ninety"`},
		`{"days":1.5}`:          {"days", "type int"},
		`{"days":0}`:            {"days", "between 1 and 365, not 0"},
		`{"days":[1]}`:          {"days", "not a JSON array"},
		`{"atLeast":1}`:         {"atLeast", "at least 2"},
		`{"on":"yes"}`:          {"on", "type bool"},
		`{"ratio":"half"}`:      {"ratio", "type double"},
		`{"levels":"INFO,ALL"}`: {"levels", `one of ERROR, INFO, not "ALL"`},
		`{"mode":"C"}`:          {"mode", "one of A, B"},
		`{"logs":"x"}`:          {"logs", "type map"},
		`{"mode":{"a":"b"}}`:    {"mode", "JSON object"},
	} {
		_, err := ParseParams(declared, json)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Field != want.field || !strings.Contains(f.Message, want.text) {
			t.Errorf("%s: %v, want a fault at %s with %q", json, err, want.field, want.text)
		}
	}
	if _, err := ParseParams([]Param{{Name: "key", Required: true}}, `{}`); err == nil || !strings.Contains(err.Error(), `"key" is required`) {
		t.Errorf("required: %v", err)
	}
}

func FuzzParseParams(f *testing.F) {
	f.Add(`{"days":30,"on":true,"logs":{"x":"y"},"ratio":null}`)
	f.Add(`{"logs":"a:b;c:d","keys":",,"}`)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseParams(declared, s)
		if err == nil && (p.Int("days") < 1 || p.Int("days") > 365) {
			t.Errorf("%q gives %d days", s, p.Int("days"))
		}
	})
}
