package pattern_test

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/eventbus/pattern"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

const stopped = `{"version":"0","id":"6a7e8feb","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2",
	"account":"111122223333","time":"2026-01-22T18:43:48Z","region":"us-west-1","resources":["arn:aws:ec2:us-west-1:111122223333:instance/i-1","arn:2"],
	"detail":{"instance-id":"i-1","state":"terminated","c-count":5,"d-count":3,"x-limit":301.8,"big":123456789012,"source-ip":"10.0.0.33","six":"2001:db8::5",
	"empty":"","nothing":null,"yes":true,"none":[],"file":"/Users/dir/dir/dir/doc.png","star":"a*b\\c","wide":"Straße",
	"tags":{"kubernetes.io/name":"x"},"a":{"b":{"c":[1,[2,"x"]]}},
	"people":[{"first":"Anna","last":"Smith","age":30},{"first":"Peter","last":"Jones"},"nobody",[{"first":"Deep","last":"Down"}]]}}`

func TestMatches(t *testing.T) {
	d, err := tree.ParseString(stopped)
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]bool{
		// Values: any of those of a field, all fields, other fields do not matter.
		`{"source":["aws.ec2"]}`: true,
		`{"source":["aws.ec2","aws.fargate"],"detail":{"state":["running","terminated"]}}`: true,
		`{"source":["aws.ec2"],"detail":{"state":["running"]}}`:                            false,
		`{"Source":["aws.ec2"]}`:       false,
		`{"source":["AWS.ec2"]}`:       false,
		`{"detail":{"missing":["x"]}}`: false,
		`{"missing":{"state":["x"]}}`:  false,
		`{"source":{"x":["aws.ec2"]}}`: false,
		`{"detail":["x"]}`:             false,
		// Null, the empty text and booleans are three different things; strings are no numbers.
		`{"detail":{"empty":[""]}}`:                   true,
		`{"detail":{"empty":[null]}}`:                 false,
		`{"detail":{"nothing":[null]}}`:               true,
		`{"detail":{"nothing":[""]}}`:                 false,
		`{"detail":{"missing":[null]}}`:               false,
		`{"detail":{"yes":[true]}}`:                   true,
		`{"detail":{"yes":[false]}}`:                  false,
		`{"detail":{"yes":["true"]}}`:                 false,
		`{"detail":{"c-count":[5]}}`:                  true,
		`{"detail":{"c-count":[5.0,9]}}`:              true,
		`{"detail":{"c-count":[0.5e1]}}`:              true,
		`{"detail":{"c-count":["5"]}}`:                false,
		`{"account":[111122223333]}`:                  false,
		`{"detail":{"big":[123456789012]}}`:           true,
		`{"detail":{"six":["2001:db8:0:0:0:0:0:5"]}}`: true,
		// Prefix, suffix, case, wildcard: strings only.
		`{"time":[{"prefix":"2026-01"}]}`:                                       true,
		`{"time":[{"prefix":""}]}`:                                              true,
		`{"time":[{"prefix":"2025"}]}`:                                          false,
		`{"detail":{"c-count":[{"prefix":"5"}]}}`:                               false,
		`{"source":[{"prefix":{"equals-ignore-case":"AWS."}}]}`:                 true,
		`{"source":[{"prefix":{"equals-ignore-case":"ec2"}}]}`:                  false,
		`{"source":[{"prefix":{"equals-ignore-case":"aws.ec2222"}}]}`:           false,
		`{"detail":{"wide":[{"prefix":{"equals-ignore-case":"STRAß"}}]}}`:       true,
		`{"detail":{"file":[{"suffix":".png"}]}}`:                               true,
		`{"detail":{"file":[{"suffix":".PNG"}]}}`:                               false,
		`{"detail":{"file":[{"suffix":{"equals-ignore-case":".PNG"}}]}}`:        true,
		`{"detail":{"empty":[{"suffix":{"equals-ignore-case":"x"}}]}}`:          false,
		`{"source":[{"equals-ignore-case":"AWS.EC2"}]}`:                         true,
		`{"source":[{"equals-ignore-case":"AWS.EC"}]}`:                          false,
		`{"detail":{"state":[{"exactly":"terminated"}]}}`:                       true,
		`{"detail":{"file":[{"wildcard":"/Users/*/doc.*"}]}}`:                   true,
		`{"detail":{"file":[{"wildcard":"*"}]}}`:                                true,
		`{"detail":{"file":[{"wildcard":"/Users/*/dir/dir/dir/doc.png"}]}}`:     false,
		`{"detail":{"file":[{"wildcard":"/Users*/dir/dir/dir/doc.png"}]}}`:      true,
		`{"detail":{"file":[{"wildcard":"*/doc"}]}}`:                            false,
		`{"detail":{"empty":[{"wildcard":""}]}}`:                                true,
		`{"detail":{"c-count":[{"wildcard":"*"}]}}`:                             false,
		`{"detail":{"star":[{"wildcard":"a\\*b\\\\*"}]}}`:                       true,
		`{"detail":{"state":[{"wildcard":"ter*minated*"},{"wildcard":"t*d"}]}}`: true,
		`{"detail":{"state":[{"wildcard":"terminated*d"}]}}`:                    false,
		// Anything but: any value, also of another kind, but there must be one.
		`{"detail":{"state":[{"anything-but":"running"}]}}`:                              true,
		`{"detail":{"state":[{"anything-but":"terminated"}]}}`:                           false,
		`{"detail":{"state":[{"anything-but":["running","terminated"]}]}}`:               false,
		`{"detail":{"x-limit":[{"anything-but":[100,200]}]}}`:                            true,
		`{"detail":{"x-limit":[{"anything-but":301.80}]}}`:                               false,
		`{"detail":{"nothing":[{"anything-but":"x"}]}}`:                                  true,
		`{"detail":{"missing":[{"anything-but":"x"}]}}`:                                  false,
		`{"detail":{"c-count":[{"anything-but":{"prefix":"5"}}]}}`:                       true,
		`{"detail":{"state":[{"anything-but":{"prefix":"ter"}}]}}`:                       false,
		`{"detail":{"state":[{"anything-but":{"prefix":["run","ter"]}}]}}`:               false,
		`{"detail":{"state":[{"anything-but":{"suffix":["ing"]}}]}}`:                     true,
		`{"detail":{"file":[{"anything-but":{"suffix":".png"}}]}}`:                       false,
		`{"detail":{"state":[{"anything-but":{"equals-ignore-case":"TERMINATED"}}]}}`:    false,
		`{"detail":{"state":[{"anything-but":{"equals-ignore-case":["a","STOPPED"]}}]}}`: true,
		`{"detail":{"file":[{"anything-but":{"wildcard":"*/dir/*"}}]}}`:                  false,
		`{"detail":{"file":[{"anything-but":{"wildcard":["*/bin/*","*.gz"]}}]}}`:         true,
		`{"resources":[{"anything-but":"arn:2"}]}`:                                       true,
		// Numbers.
		`{"detail":{"c-count":[{"numeric":[">",0,"<=",5]}],"d-count":[{"numeric":["<",10]}],"x-limit":[{"numeric":["=",3.018e2]}]}}`: true,
		`{"detail":{"c-count":[{"numeric":[">",0,"<",5]}]}}`:                                                                         false,
		`{"detail":{"c-count":[{"numeric":[">=",5]}]}}`:                                                                              true,
		`{"detail":{"c-count":[{"numeric":["<=",4.99]}]}}`:                                                                           false,
		`{"detail":{"state":[{"numeric":[">",-1]}]}}`:                                                                                false,
		`{"detail":{"nothing":[{"numeric":["=",0]}]}}`:                                                                               false,
		// Addresses.
		`{"detail":{"source-ip":[{"cidr":"10.0.0.0/24"}]}}`:  true,
		`{"detail":{"source-ip":[{"cidr":"10.0.1.0/24"}]}}`:  false,
		`{"detail":{"source-ip":[{"cidr":"10.0.0.33/32"}]}}`: true,
		`{"detail":{"six":[{"cidr":"2001:db8::/32"}]}}`:      true,
		`{"detail":{"six":[{"cidr":"10.0.0.0/8"}]}}`:         false,
		`{"detail":{"state":[{"cidr":"0.0.0.0/0"}]}}`:        false,
		// There or not: leaves only.
		`{"detail":{"state":[{"exists":true}]}}`:                              true,
		`{"detail":{"nothing":[{"exists":true}]}}`:                            true,
		`{"detail":{"missing":[{"exists":true}]}}`:                            false,
		`{"detail":{"missing":[{"exists":false}]}}`:                           true,
		`{"detail":{"state":[{"exists":false}]}}`:                             false,
		`{"detail":{"none":[{"exists":true}]}}`:                               false,
		`{"detail":{"none":[{"exists":false}]}}`:                              true,
		`{"detail":{"a":[{"exists":true}]}}`:                                  false,
		`{"detail":{"a":[{"exists":false}]}}`:                                 true,
		`{"gone":{"below":[{"exists":false}]},"source":["aws.ec2"]}`:          true,
		`{"gone":{"below":[{"exists":false}],"x":["y"]}}`:                     false,
		`{"detail":{"missing":[{"exists":false},"x"]}}`:                       true,
		`{"detail":{"state":[{"exists":false},"terminated"]}}`:                true,
		`{"detail":{"state":[{"exists":false},"x"]}}`:                         false,
		`{"detail":{"gone":{"S":[{"anything-but":["x"]},{"exists":false}]}}}`: true,
		// Arrays are sets; what stands below one must be found in one element.
		`{"resources":["arn:2","arn:3"]}`:                                                                        true,
		`{"resources":["arn:3"]}`:                                                                                false,
		`{"resources":[null]}`:                                                                                   false,
		`{"detail":{"none":[null]}}`:                                                                             false,
		`{"detail":{"a":{"b":{"c":[2]}}}}`:                                                                       true,
		`{"detail":{"a":{"b":{"c":["x"]}}}}`:                                                                     true,
		`{"detail":{"people":{"first":["Anna"],"last":["Smith"]}}}`:                                              true,
		`{"detail":{"people":{"first":["Anna"],"last":["Jones"]}}}`:                                              false,
		`{"detail":{"people":{"last":["Down"],"first":["Deep"]}}}`:                                               true,
		`{"detail":{"people":["nobody"]}}`:                                                                       true,
		`{"detail":{"people":{"first":["Peter"],"age":[{"exists":false}]}}}`:                                     true,
		`{"detail":{"people":{"first":["Anna"],"age":[{"exists":false}]}}}`:                                      false,
		`{"detail":{"people":{"age":[{"exists":false}]}}}`:                                                       false,
		`{"detail":{"people":{"shoe":[{"exists":false}]}}}`:                                                      true,
		`{"$or":[{"detail":{"people":{"last":["Jones"]}}},{"id":["x"]}],"detail":{"people":{"first":["Anna"]}}}`: false,
		// Dots.
		`{"detail.state":["terminated"]}`:                                true,
		`{"detail":{"a.b.c":[1]}}`:                                       true,
		`{"detail.a":{"b.c":[3]}}`:                                       false,
		`{"detail":{"tags":{"kubernetes.io/name":["x"]}}}`:               true,
		`{"detail":{"tags":{"kubernetes":{"io/name":["x"]}}}}`:           true,
		`{"detail":{"tags":{"kubernetes":["x"]}}}`:                       false,
		`{"detail":{"tags":{"kubernetes.io/name":[{"exists":false}]}}}`:  false,
		`{"detail":{"tags":{"kubernetes":{"name":[{"exists":false}]}}}}`: true,
		// Alternatives.
		`{"$or":[{"source":["x"]},{"detail":{"state":["terminated"]}}]}`:                                  true,
		`{"$or":[{"source":["x"]},{"id":["y"]}],"account":["111122223333"]}`:                              false,
		`{"detail":{"$or":[{"c-count":[{"numeric":[">",5]}]},{"d-count":[{"numeric":["<",10]}]}]}}`:       true,
		`{"$or":[{"source":["x"]},{"source":["aws.ec2"],"$or":[{"id":["x"]},{"region":["us-west-1"]}]}]}`: true,
		`{"$or":[{"source":["x"]},{"source":["aws.ec2"],"$or":[{"id":["x"]},{"region":["eu"]}]}]}`:        false,
		`{"$or":{"source":["aws.ec2"]}}`:        false,
		`{"$or":["x"]}`:                         false,
		`{"source":["x"],"source":["aws.ec2"]}`: true,
	} {
		c, err := pattern.Parse(p)
		if err != nil {
			t.Errorf("%s: %v", p, err)
			continue
		}
		if got := c.Matches(d.Root()); got != want {
			t.Errorf("%s matches: %v, want %v", p, got, want)
		}
	}
}

func TestRefuses(t *testing.T) {
	for p, want := range map[string]string{
		`x`:                                    "at [Source: (String)\"x\"; line: 1, column: 1]",
		`{"a":`:                                "line: 1, column: 6]",
		`["a"]`:                                "Filter is not an object",
		`{}`:                                   "Empty objects are not allowed",
		`{"a":{}}`:                             "Empty objects are not allowed (field a)",
		"{\"a\":[1],\n \"int\": 42}":           "\"int\" must be an object or an array\n at [Source: (String)\"{\"a\":[1],\n \"int\": 42}\"; line: 2, column: 9]",
		`{"string":"x"}`:                       `"string" must be an object or an array`,
		`{"a":null}`:                           `"a" must be an object or an array`,
		`{"detail":{"resources":[]}}`:          "Empty arrays are not allowed (field detail.resources)",
		`{"a":[["x"]]}`:                        "Match value must be String, number, true, false, or null",
		`{"a":[{}]}`:                           "Match expression name not found",
		`{"a":[{"prefix":"x","suffix":"y"}]}`:  "Only one key allowed in match expression",
		`{"a":[{"EXISTS":true}]}`:              "Unrecognized match type EXISTS",
		`{"a":[{"exists":"true"}]}`:            "exists match pattern must be either true or false.",
		`{"a":[{"prefix":["x"]}]}`:             "prefix match pattern must be a string",
		`{"a":[{"prefix":{"suffix":"x"}}]}`:    "Unsupported prefix pattern: suffix",
		`{"a":[{"suffix":1}]}`:                 "suffix match pattern must be a string",
		`{"a":[{"equals-ignore-case":["x"]}]}`: "equals-ignore-case match pattern must be a string",
		`{"a":[{"exactly":1}]}`:                "exact match pattern must be a string",
		`{"a":[{"wildcard":1}]}`:               "wildcard match pattern must be a string",
		`{"a":[{"wildcard":"x**y"}]}`:          "Consecutive wildcard characters at pos 2",
		`{"a":[{"wildcard":"x\\y"}]}`:          "Invalid escape character at pos 2",
		`{"a":[{"wildcard":"x\\"}]}`:           "Invalid escape character at pos 2",
		`{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}`:                        "Rule is too complex - try using fewer wildcard characters",
		`{"a":[{"cidr":"10.0.0.0"}]}`:                                         "Malformed CIDR, one '/' required",
		`{"a":[{"cidr":"10.0.0.0/x"}]}`:                                       "Malformed CIDR, mask bits must be an integer",
		`{"a":[{"cidr":"10.0.0.0/33"}]}`:                                      "Malformed CIDR, mask bits must be from 0 to 32",
		`{"a":[{"cidr":"xx.11.xx/8"}]}`:                                       "Nonstandard IP address: xx.11.xx",
		`{"a":[{"cidr":["x"]}]}`:                                              "prefix match pattern must be a string",
		`{"a":[{"anything-but":null}]}`:                                       "Value of anything-but must be an array or single string/number value.",
		`{"a":[{"anything-but":[]}]}`:                                         "Empty arrays are not allowed",
		`{"a":[{"anything-but":["x",null]}]}`:                                 "Inside anything but list, start|null|boolean is not supported.",
		`{"a":[{"anything-but":["x",1]}]}`:                                    "mixed type is not supported",
		`{"a":[{"anything-but":{"prefix":""}}]}`:                              "Null prefix/suffix not allowed",
		`{"a":[{"anything-but":{"prefix":[1]}}]}`:                             "prefix/suffix match pattern must be a string",
		`{"a":[{"anything-but":{"suffix":{"equals-ignore-case":"x"}}}]}`:      "Value of anything-but must be an array or single string/number value.",
		`{"a":[{"anything-but":{"numeric":1}}]}`:                              "Unsupported anything-but pattern: numeric",
		`{"a":[{"anything-but":{"wildcard":[]}}]}`:                            "Empty arrays are not allowed",
		`{"a":[{"anything-but":{"equals-ignore-case":123}}]}`:                 "number|start|null|boolean is not supported.",
		`{"a":[{"numeric":5}]}`:                                               "Value of numeric must be an array.",
		`{"a":[{"numeric":[]}]}`:                                              "Invalid member in numeric match: ",
		`{"a":[{"numeric":[5]}]}`:                                             "Invalid member in numeric match: 5",
		`{"a":[{"numeric":["=","5"]}]}`:                                       "Value of equals must be numeric",
		`{"a":[{"numeric":[">",0,">",0]}]}`:                                   "Bad numeric range operator: >",
		`{"a":[{"numeric":[">",0,"<"]}]}`:                                     "Value of < must be numeric",
		`{"a":[{"numeric":[">",0,1]}]}`:                                       "Bad value in numeric range: 1",
		`{"a":[{"numeric":["<",0,">",1]}]}`:                                   "Too many elements in numeric expression",
		`{"a":[{"numeric":[">",0,"<",1,2]}]}`:                                 "Too many terms in numeric range expression",
		`{"a":[{"numeric":[">",1,"<",1]}]}`:                                   "Bottom must be less than top",
		`{"a":[{"numeric":["~",1]}]}`:                                         "Unrecognized numeric range operator: ~",
		`{"a":[{"numeric":["=",5e10]}]}`:                                      "Value must be between -5.0E9 and 5.0E9, inclusive",
		`{"$or":[{"prefix":["x"]},{"b":["y"]}]}`:                              "prefix match pattern must be a string",
		`{"$or":[{"a":["x"]},{}]}`:                                            "Empty objects are not allowed",
		`{"a":["` + strings.Repeat("x", pattern.MaxSize) + `"]}`:              "at most 4096 are allowed",
		`{` + strings.Repeat(`"$or":[{"a":[1]},{"b":[2]}],`, 10) + `"c":[1]}`: "more than 1000 combinations",
		`{"a":["` + "\xff" + `"]}`:                                            "invalid UTF-8",
	} {
		_, err := pattern.Parse(p)
		f, ok := err.(*fault.Error)
		switch {
		case !ok:
			t.Errorf("%s: accepted, or %v", p, err)
		case f.Kind != fault.Invalid || f.Code != "InvalidEventPatternException" || !strings.HasPrefix(f.Message, "Event pattern is not valid. Reason: ") || !strings.Contains(f.Message, want):
			t.Errorf("%s: %s %q, want %q", p, f.Code, f.Message, want)
		}
	}
}

// TestFieldsOfCombinations: few alternatives with many fields are too much, too.
func TestFieldsOfCombinations(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		b.WriteString(`"` + string(rune('a'+i%26)) + string(rune('a'+i/26)) + `":[1],`)
	}
	_, err := pattern.Parse(`{` + strings.Repeat(`"$or":[{"x":[1]},{"y":[2]}],`, 9) + b.String() + `"z":[1]}`)
	if err == nil || !strings.Contains(err.Error(), "too complex") {
		t.Errorf("error %v", err)
	}
}

func FuzzPattern(f *testing.F) {
	for _, p := range []string{
		`{"source":["aws.ec2"],"detail":{"state":[{"anything-but":{"wildcard":"*a*b"}},null,1e3]}}`,
		`{"$or":[{"a.b":[{"exists":false}]},{"c":[{"numeric":[">",0,"<",9]}]}],"d":[{"cidr":"::/0"}]}`,
		`{"people":{"first":[{"prefix":{"equals-ignore-case":"ß"}}],"x":[{"suffix":{"equals-ignore-case":"K"}}]}}`,
	} {
		f.Add(p, stopped)
	}
	f.Fuzz(func(t *testing.T, p, event string) {
		c, err := pattern.Parse(p)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", p, err)
			}
			return
		}
		d, err := tree.ParseString(event)
		if err != nil {
			return
		}
		once := c.Matches(d.Root())
		if reservedName(p) {
			return // then $or is a name like another
		}
		both, err := pattern.Parse(`{"$or":[` + p + `,` + p + `]}`)
		if err == nil && both.Matches(d.Root()) != once {
			t.Errorf("%q matches %q: %v, but not as an alternative to itself", p, event, once)
		}
	})
}

func reservedName(p string) bool {
	d, err := tree.ParseString(p)
	found := err != nil
	d.Root().Members(func(name string, _ tree.Node) bool {
		found = found || strings.Contains(" exactly prefix suffix equals-ignore-case anything-but numeric cidr exists wildcard = < <= > >= ", " "+name+" ")
		return !found
	})
	return found
}

func BenchmarkMatches(b *testing.B) {
	d, err := tree.ParseString(stopped)
	if err != nil {
		b.Fatal(err)
	}
	c, err := pattern.Parse(`{"source":["aws.ec2"],"detail":{"state":["terminated"],"source-ip":[{"cidr":"10.0.0.0/8"}]}}`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !c.Matches(d.Root()) {
			b.Fatal("no match")
		}
	}
}
