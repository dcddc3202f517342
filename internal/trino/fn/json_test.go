package fn_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/trino/fn"
	"github.com/tickmark/tickmark/internal/trino/value"
)

func TestJSON(t *testing.T) {
	check(t, [][2]string{
		{`json_parse(' { "b" : [1, 2.50, 1e3, true, null] , "a" : "x\/\u00e9\n" } ')`, `{"a":"x/é\n","b":[1,2.5,1000.0,true,null]}`},
		{`json_parse('{"b":1,"a":2,"b":3}')`, `{"a":2,"b":3}`},
		{`json_parse('[9.6E400]')`, `[9.6E400]`},
		{`json_array_contains(JSON '[9.6E400]', 4.2)`, `false`},
		{`json_array_contains(JSON '[1.0]', 1)`, `false`},
		{`json_array_get('[1]', -9223372036854775808)`, `NULL`},
		{`json_array_get('[null]', 0)`, `NULL`},
		{`json_extract_scalar('{"0" : 0, "1" : 1, }', '$["1"]')`, `1`},
		{`json_extract_scalar('[0, 1, 2]', '$["1"]')`, `1`},
		{`json_extract('{"a":["\u0001"]}', '$.a[0]')`, `"\u0001"`},
		{`json_parse('[]')`, `[]`},
		{`json_parse('{ }')`, `{}`},
		{`json_parse('[1,]')`, `!json_parse: cannot convert value to JSON: '[1,]'`},
		{`json_parse('{"a":1,}')`, `!cannot convert`},
		{`json_parse('{"a" 1}')`, `!cannot convert`},
		{`json_parse('{a:1}')`, `!cannot convert`},
		{`json_parse('01')`, `!cannot convert`},
		{`json_parse('"a')`, `!cannot convert`},
		{`json_parse('1 2')`, `!cannot convert`},
		{`json_parse('')`, `!cannot convert`},
		{`json_parse(rpad('', 1100, '['))`, `!cannot convert`},
		{`json_format(JSON '[1, 2]')`, `[1,2]`},
		{`json_extract('{"a":{"b":[10, {"c": "x y"}]}}', '$.a.b[1]')`, `{"c":"x y"}`},
		{`json_extract('{"a":{"b":[10, {"c": "x y"}]}}', '$.a.b[1].c')`, `"x y"`},
		{`json_extract('{"a":null}', '$.a')`, `null`},
		{`json_extract('{"a":1}', '$')`, `{"a":1}`},
		{`json_extract('{"a":1}', '$.b')`, `NULL`},
		{`json_extract('{"a":1}', '$.a.b')`, `NULL`},
		{`json_extract('[1]', '$[1]')`, `NULL`},
		{`json_extract('no json', '$.a')`, `NULL`},
		{`json_extract('', '$')`, `NULL`},
		{`json_extract('{"a":[1,}', '$.a')`, `NULL`},
		{`json_extract('{"a":1, broken', '$.a')`, `1`},
		{`json_extract(JSON '{"AWS:x":{"Content":{"k-1":[true]}}}', '$.AWS:x.Content.k-1[0]')`, `true`},
		{`json_extract('{"a b":{"c\"d":1}}', '$["a b"]["c\"d"]')`, `1`},
		{`json_extract('{"\u0061":1}', '$.a')`, `1`},
		{`json_extract('{"a.b":1}', '$[''a.b'']')`, `1`},
		{`json_extract('{"0":"x"}', '$[0]')`, `"x"`},
		{`json_extract('{"a":1}', '$.*')`, `!Invalid JSON path: '$.*': wildcards, filters and recursive descent are not supported`},
		{`json_extract('{"a":1}', '$..a')`, `!Invalid JSON path`},
		{`json_extract('{"a":1}', '$[?(@.a)]')`, `!Invalid JSON path`},
		{`json_extract('{"a":1}', 'a')`, `!Invalid JSON path: 'a'`},
		{`json_extract('{"a":1}', '$[0')`, `!Invalid JSON path`},
		{`json_extract('{"a":1}', '$["a]')`, `!Invalid JSON path`},
		{`json_extract('{"a":1}', '$.')`, `!Invalid JSON path`},
		{`json_extract('{"a":1}', lower('$.A'))`, `1`},
		{`json_extract_scalar('{"a":"x\u00e9"}', '$.a')`, `xé`},
		{`json_extract_scalar('{"a":1.10}', '$.a')`, `1.10`},
		{`json_extract_scalar('[1, 2, true]', '$[2]')`, `true`},
		{`json_extract_scalar('{"a":{}}', '$.a')`, `NULL`},
		{`json_extract_scalar('{"a":null}', '$.a')`, `NULL`},
		{`json_extract_scalar('{"a":nul}', '$.a')`, `NULL`},
		{`json_extract_scalar('{"a":"x', '$.a')`, `NULL`},
		{`json_extract_scalar('{"a" : { "z" : "}" , "b" : 5 } }', '$.a.b')`, `5`},
		{`json_size('{"x": {"a": 1, "b": 2}}', '$.x')`, `2`},
		{`json_size('{"x": [1, 2, 3]}', '$.x')`, `3`},
		{`json_size('{"x": {"a": 1, "b": 2}}', '$.x.a')`, `0`},
		{`json_size('{}', '$.x')`, `NULL`},
		{`json_size('{"a":1', '$')`, `NULL`},
		{`json_size('[1 2]', '$')`, `NULL`},
		{`json_size('{"a":}', '$')`, `NULL`},
		{`json_size('{"a" 1}', '$')`, `NULL`},
		{`json_array_length('[{"a":[1]}, "]"]')`, `2`},
		{`json_array_length('[1]]')`, `1`},
		{`json_array_length('[}]')`, `NULL`},
		{`json_array_length('["a]')`, `NULL`},
		{`json_extract_scalar('{"a":"\x"}', '$.a')`, `NULL`},
		{`json_array_get('["a", [3, 9], "c"]', 0)`, `a`},
		{`json_array_get('["a", [3, 9], "c"]', 1)`, `[3,9]`},
		{`json_array_get('["c", [3, 9], "a"]', -1)`, `a`},
		{`json_array_get('[]', 0)`, `NULL`},
		{`json_array_get('["a"]', -10)`, `NULL`},
		{`json_array_get('{"a":1}', 0)`, `NULL`},
		{`json_array_length('[1, 2, 3]')`, `3`},
		{`json_array_length(JSON '{"a":[1]}')`, `NULL`},
		{`json_array_length('[1,')`, `NULL`},
		{`json_array_contains('[1, 2, 3]', 2)`, `true`},
		{`json_array_contains('[1, 2.5]', 2.5e0)`, `true`},
		{`json_array_contains('["a", "\u0062"]', 'b')`, `true`},
		{`json_array_contains('[true]', false)`, `false`},
		{`json_array_contains('[[1]]', 1)`, `false`},
		{`json_array_contains('x', 1)`, `NULL`},
		{`is_json_scalar('1')`, `true`},
		{`is_json_scalar(' [1]')`, `false`},
		{`is_json_scalar('x')`, `!is_json_scalar: 'x' is not JSON`},
	})
}

// FuzzExtract: what a path leads to is what walking the decoded document leads to.
func FuzzExtract(f *testing.F) {
	f.Add(`{"a":[{"b":"x\u0041"},2e3],"c":{"d":null}}`, "a", "0", "b")
	f.Add(` [ [1 , "]" ] , { } ]`, "0", "1", "")
	f.Fuzz(func(t *testing.T, doc, a, b, c string) {
		var tree any
		d := json.NewDecoder(strings.NewReader(doc))
		d.UseNumber()
		if !json.Valid([]byte(doc)) || d.Decode(&tree) != nil || twice(json.NewDecoder(strings.NewReader(doc))) {
			return
		}
		path := "$"
		for _, key := range []string{a, b, c} {
			if key == "" || strings.ContainsAny(key, `"\]`) {
				continue
			}
			path += `["` + key + `"]`
			tree = down(tree, key)
		}
		got := extract(t, doc, path)
		if tree == missing {
			if got != nil {
				t.Errorf("%s of %s is %v, want NULL", path, doc, got)
			}
			return
		}
		var again any
		if got == nil {
			return // a number beyond a double
		}
		if err := json.Unmarshal([]byte(got.(string)), &again); err != nil {
			t.Errorf("%s of %s is %v: %v", path, doc, got, err)
		}
		want, _ := json.Marshal(tree)
		var wanted any
		if json.Unmarshal(want, &wanted) == nil && !reflect.DeepEqual(again, wanted) {
			t.Errorf("%s of %s is %v, want %s", path, doc, got, want)
		}
	})
}

// twice reports whether an object of the next value has a key twice: of such the decoder takes the last, and Trino the
// first.
func twice(d *json.Decoder) bool {
	open, _ := d.Token()
	if open != json.Delim('{') && open != json.Delim('[') {
		return false
	}
	seen := map[json.Token]bool{}
	for d.More() {
		if open == json.Delim('{') {
			key, _ := d.Token()
			if seen[key] {
				return true
			}
			seen[key] = true
		}
		if twice(d) {
			return true
		}
	}
	d.Token()
	return false
}

var missing any = new(int)

func down(tree any, key string) any {
	switch x := tree.(type) {
	case map[string]any:
		if v, ok := x[key]; ok {
			return v
		}
	case []any:
		if n, err := strconv.Atoi(key); err == nil && n >= 0 && n < len(x) {
			return x[n]
		}
	}
	return missing
}

func extract(t *testing.T, doc, path string) value.Value {
	for _, f := range fn.Lookup("json_extract") {
		if f.Args[0].Kind != value.Varchar {
			continue
		}
		run, err := f.BindConstants(f.Args, f.Result, []bool{false, true}, []value.Value{nil, path})
		if err != nil {
			t.Fatal(err)
		}
		v, err := run(at, []value.Value{doc, path})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	return nil
}

// BenchmarkExtract takes one scalar of the parameters of a request.
func BenchmarkExtract(b *testing.B) {
	const doc = `{"instancesSet":{"items":[{"imageId":"ami-0123456789abcdef0","minCount":1,"maxCount":1}]},"instanceType":"t3.micro","blockDeviceMapping":{},"monitoring":{"enabled":false},"tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"Name","value":"web"}]}]}}`
	f := fn.Lookup("json_extract_scalar")[1]
	run, err := f.BindConstants(f.Args, f.Result, []bool{false, true}, []value.Value{nil, "$.monitoring.enabled"})
	if err != nil {
		b.Fatal(err)
	}
	args := []value.Value{doc, "$.monitoring.enabled"}
	b.ReportAllocs()
	for b.Loop() {
		if v, err := run(at, args); err != nil || v != "false" {
			b.Fatal(v, err)
		}
	}
}
