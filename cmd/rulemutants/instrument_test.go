package main

import (
	"strings"
	"testing"
)

func TestInstrument(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"if", "if a { b() }", "if mutant(7, a) { b() }"},
		{"operands", "if a && !b { }", "if mutant(7, mutant(8, a) && mutant(9, !b)) { }"},
		{"parentheses", "if (a || b) && c { }", "if mutant(7, (mutant(10, mutant(8, a) || mutant(9, b))) && mutant(11, c)) { }"},
		{"cases", "switch { case x > 1, y: }", "switch { case mutant(7, x > 1), mutant(8, y): }"},
		{"tagged switch", "switch x { case 1: }", "switch x { case 1: }"},
		{"return", "return x == 1", "return mutant(7, x == 1)"},
		{"value", "return x + 1", "return x + 1"},
		{"loop", "for i < n { }", "for i < n { }"},
	} {
		t.Run(c.name, func(t *testing.T) {
			const head, tail = "package p\n\nfunc f() {\n\t", "\n}\n"
			got, places, err := instrument("p.go", []byte(head+c.body+tail), 7)
			if err != nil {
				t.Fatal(err)
			}
			body := strings.TrimSuffix(strings.TrimPrefix(string(got), head), tail)
			if normal(body) != normal(c.want) {
				t.Errorf("got  %s\nwant %s", body, c.want)
			}
			if n := strings.Count(body, "mutant("); n != len(places) {
				t.Errorf("%d switches, %d places", n, len(places))
			}
		})
	}
}

// normal leaves the numbers out: their order is not what matters.
func normal(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.HasSuffix(s[:i], "mutant(") {
			for s[i] != ',' {
				i++
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func TestReport(t *testing.T) {
	places := []string{"a", "b", "c", "d"}
	fates := map[int]string{0: "killed", 1: "declaration", 2: "survived"}
	if err := report(places, fates, 34, false); err == nil {
		t.Error("one of three is less than 34 %")
	}
	if err := report(places, fates, 33, false); err != nil {
		t.Error(err)
	}
}
