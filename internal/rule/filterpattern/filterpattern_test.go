package filterpattern

import "testing"

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{ $.a = "x" }`, `{$.a=x}`, true},
		{`{ ($.a = x) || ($.b = y) }`, `{$.b="y"||$.a="x"}`, true},
		{`{ $.a = x || $.b = y || $.c = z }`, `{ (($.c = z)) || ($.a = x || $.b = y) }`, true},
		{`{ $.a = x && ($.b = y || $.b = z) }`, `{ ($.b = z || $.b = y) && $.a = x }`, true},
		{`{ $.a = x || $.a = x }`, `{ $.a = x }`, true},
		{`{ $["a"].b[0] NOT EXISTS }`, `{ $.a.b[0] not exists }`, true},
		{`{ $.a = 'x y' }`, `{ $.a = "x y" }`, true},
		{`{ $.a = %x|y% }`, `{ $.a = %x|y% }`, true},
		{`{ $.a IS TRUE }`, `{ $.a is true }`, true},
		{`{ $.a = x && $.b = y || $.c = z }`, `{ ($.a = x && $.b = y) || $.c = z }`, true},
		{`{ $.a = x && $.b = y || $.c = z }`, `{ $.a = x && ($.b = y || $.c = z) }`, false},
		{`{ $.a = x && $.b = y }`, `{ $.a = x || $.b = y }`, false},
		{`{ $.a = x }`, `{ $.a != x }`, false},
		{`{ $.a = x }`, `{ $.a = X }`, false},
		{`{ $.a = 5 }`, `{ $.a = "5" }`, false},
		{`{ $.a >= 5 }`, `{ $.a > 5 }`, false},
		{`{ $.a IS TRUE }`, `{ $.a IS FALSE }`, false},
		{`{ $.a.b = x }`, `{ $["a.b"] = x }`, false},
		{`{ $.a[0] = x }`, `{ $.a[1] = x }`, false},
		{`{ $.a = x }`, `{ $.a = x && $.b = y }`, false},
	} {
		a, err := Parse(c.a)
		if err != nil {
			t.Errorf("%s: %v", c.a, err)
		}
		b, err := Parse(c.b)
		if err != nil {
			t.Errorf("%s: %v", c.b, err)
		}
		if a.Equal(b) != c.want {
			t.Errorf("%s and %s: equal is %v (%s and %s)", c.a, c.b, !c.want, a, b)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "ERROR", "[ip, user]", "{}", "{ $.a }", "{ $ = x }", "{ $. = x }", "{ $.a = }", "{ $.a = x", "$.a = x }", "{ ($.a = x }", "{ $.a = x) }",
		`{ $.a = "x }`, "{ $.a = x && }", "{ $.a = x | $.b = y }", "{ $.a[ = x }", "{ $.a[] = x }", "{ $.a IS x }", "{ a = x }", "{ $.a = %x }", `{ $["a] = x }`,
	} {
		if p, err := Parse(s); err == nil {
			t.Errorf("%q is read as %s", s, p)
		}
	}
}

// FuzzParse: no text breaks the parser, and the normal form of a pattern is a pattern with the same normal form.
func FuzzParse(f *testing.F) {
	f.Add(`{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`)
	f.Add(`{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`)
	f.Add(`{ $['a b'].c[1] >= 5.5 || ($.d IS NULL && $.e = %^x\.y$%) }`)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil || len(p.String()) > longest {
			return
		}
		q, err := Parse(p.String())
		if err != nil {
			t.Fatalf("%q has the normal form %s: %v", s, p, err)
		}
		if !p.Equal(q) {
			t.Errorf("%q has the normal form %s, and that %s", s, p, q)
		}
	})
}
