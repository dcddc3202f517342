package value_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func TestTypeTexts(t *testing.T) {
	for in, want := range map[string]string{
		"VARCHAR": "varchar", "varchar(3)": "varchar(3)", "int": "integer", "decimal(10,2)": "decimal(10,2)", "decimal": "decimal(38,0)",
		"timestamp": "timestamp(3)", "timestamp(6) with time zone": "timestamp(3) with time zone", "double precision": "double",
		"map<varchar, array<bigint>>": "map(varchar,array(bigint))", "row(a varchar, bigint, \"c d\" row(x double))": "row(a varchar, bigint, c d row(x double))",
		"function(T,U)": "function(T,U)", "interval day to second": "interval day to second", "row(timestamp with time zone)": "row(timestamp(3) with time zone)",
	} {
		got, err := value.ParseType(in)
		if err != nil || got.String() != want {
			t.Errorf("%s: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "varchar(", "map(varchar)", "decimal(40,0)", "decimal(3,5)", "blob", "array()", "varchar x", "array<varchar)"} {
		if got, err := value.ParseType(in); err == nil {
			t.Errorf("%q is %v", in, got)
		}
	}
}

func FuzzParseType(f *testing.F) {
	f.Add("row(a map<varchar,decimal(3,1)>, timestamp with time zone)")
	f.Fuzz(func(t *testing.T, in string) {
		typ, err := value.ParseType(in)
		if err != nil {
			return
		}
		if again, err := value.ParseType(typ.String()); typ.Kind < value.Array && typ.Kind != value.Variable && (err != nil || !again.Equal(typ)) {
			t.Errorf("%q: %v, %v", typ, again, err)
		}
	})
}

func TestSign(t *testing.T) {
	s := value.Sign("transform(array(T), function(T,U)) array(U)")
	if s.Name != "transform" || len(s.Args) != 2 || s.Args[1].Kind != value.FunctionKind || s.Result.String() != "array(U)" {
		t.Errorf("%+v", s)
	}
	s = value.Sign("concat(varchar...) varchar")
	if !s.Variadic || !s.Takes(0) || !s.Takes(3) || s.Arg(2).Kind != value.Varchar {
		t.Errorf("%+v", s)
	}
	if s := value.Sign("now() timestamp(3) with time zone"); len(s.Args) != 0 || s.Takes(1) || s.Result != value.TimestampTZType {
		t.Errorf("%+v", s)
	}
}

// TestCast goes through varchar and back, as queries do.
func TestCast(t *testing.T) {
	for _, c := range []struct{ from, in, to, want string }{
		{"varchar", "12", "bigint", "12"},
		{"varchar", " 12 ", "integer", "12"},
		{"varchar", "1.50", "decimal(5,1)", "1.5"},
		{"varchar", "1e3", "double", "1000.0"},
		{"varchar", "12345678", "double", "1.2345678E7"},
		{"varchar", "T", "boolean", "true"},
		{"varchar", "2024-03-05 07:08:09.12", "timestamp", "2024-03-05 07:08:09.120"},
		{"varchar", "2024-03-05", "timestamp", "2024-03-05 00:00:00.000"},
		{"varchar", "2024-03-05 07:08", "timestamp with time zone", "2024-03-05 07:08:00.000 UTC"},
		{"varchar", "2024-07-05 07:08 Europe/Berlin", "timestamp with time zone", "2024-07-05 07:08:00.000 Europe/Berlin"},
		{"varchar", "2024-02-29", "date", "2024-02-29"},
		{"varchar", "abcdef", "varchar(3)", "abc"},
		{"json", `[1,"2",null]`, "array(bigint)", "[1, 2, null]"},
		{"json", `{"a":1,"b":{"c":2}}`, "map(varchar,json)", `{a=1, b={"c":2}}`},
		{"json", `{"B":true,"a":"x"}`, "row(a varchar, b boolean)", "{a=x, b=true}"},
		{"json", `null`, "varchar", "null"},
	} {
		from, to := value.MustType(c.from), value.MustType(c.to)
		got, err := value.Cast(from, to)(&value.Context{}, c.in)
		if err != nil || value.Format(to, got) != c.want {
			t.Errorf("%s to %s: %v, %v", c.in, c.to, value.Format(to, got), err)
		}
	}
	for _, c := range []struct{ in, to string }{
		{"x", "bigint"}, {"300", "tinyint"}, {"2024-02-30", "date"}, {"1.5", "integer"}, {"1000", "decimal(3,1)"}, {"0x10", "double"},
	} {
		if got, err := value.Cast(value.VarcharType, value.MustType(c.to))(&value.Context{}, c.in); err == nil {
			t.Errorf("%s to %s: %v", c.in, c.to, got)
		}
	}
	for _, c := range []struct {
		v    value.Value
		from string
		to   string
		want string
	}{
		{2.5, "double", "bigint", "3"},
		{-2.5, "double", "bigint", "-3"},
		{int64(3), "bigint", "decimal(5,2)", "3.00"},
		{value.NewDecimal(25, 1), "decimal(2,1)", "integer", "3"},
		{0.1, "double", "decimal(3,2)", "0.10"},
		{int64(0), "bigint", "boolean", "false"},
		{int64(19787), "date", "timestamp", "2024-03-05 00:00:00.000"},
		{int64(-1), "timestamp", "date", "1969-12-31"},
		{[]value.Value{int64(1), nil}, "array(bigint)", "json", "[1,null]"},
		{true, "boolean", "varchar", "true"},
	} {
		to := value.MustType(c.to)
		got, err := value.Cast(value.MustType(c.from), to)(&value.Context{}, c.v)
		if err != nil || value.Format(to, got) != c.want {
			t.Errorf("%v to %s: %v, %v", c.v, c.to, got, err)
		}
	}
}

func TestCommon(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"integer", "bigint", "bigint"},
		{"bigint", "decimal(3,1)", "decimal(20,1)"},
		{"decimal(3,1)", "double", "double"},
		{"unknown", "varchar", "varchar"},
		{"date", "timestamp", "timestamp(3)"},
		{"array(integer)", "array(unknown)", "array(integer)"},
		{"row(a integer)", "row(a bigint)", "row(a bigint)"},
		{"array(row(a integer, b bigint))", "array(row(x bigint, b integer))", "array(row(bigint, b bigint))"},
	} {
		if got := value.Common(value.MustType(c.a), value.MustType(c.b)); got == nil || got.String() != c.want {
			t.Errorf("%s, %s: %v", c.a, c.b, got)
		}
	}
	if got := value.Common(value.VarcharType, value.BigIntType); got != nil {
		t.Error(got)
	}
}

func TestVector(t *testing.T) {
	v := value.FromValues(value.VarcharType, []value.Value{"a", nil, "c"})
	d := v.Dictionary([]uint32{2, 1, 0, 2})
	s := d.Select([]uint32{0, 1, 3})
	if s.Get(0) != "c" || s.Get(1) != nil || s.Get(2) != "c" || s.Flat().Get(2) != "c" {
		t.Errorf("%+v", s)
	}
	if k := value.Constant(value.BigIntType, int64(7), 5).Select([]uint32{1, 4}); k.N != 2 || k.Get(1) != int64(7) || k.Flat().Ints[1] != 7 {
		t.Errorf("%+v", k)
	}
	if w := d.Slice(1, 3); w.N != 2 || w.Get(0) != nil || w.Get(1) != "a" {
		t.Errorf("%+v", w)
	}
}

func TestKeys(t *testing.T) {
	typ := value.MustType("map(varchar,array(double))")
	a := &value.Map{Keys: []value.Value{"x", "y"}, Vals: []value.Value{[]value.Value{0.0}, nil}}
	b := &value.Map{Keys: []value.Value{"y", "x"}, Vals: []value.Value{nil, []value.Value{negativeZero()}}}
	if string(value.AppendKey(nil, typ, a)) != string(value.AppendKey(nil, typ, b)) || !value.Equal(typ, a, b) {
		t.Error("equal maps differ")
	}
}

func negativeZero() float64 { z := 0.0; return -z }
