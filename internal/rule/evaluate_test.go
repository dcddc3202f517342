package rule

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

var at = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func item(t testing.TB, typ, id, configuration string) *inventory.Item {
	t.Helper()
	it, err := inventory.Decode([]byte(`{"configurationItemVersion":"1.3","awsAccountId":"111122223333","awsRegion":"us-east-1","resourceType":"` + typ +
		`","resourceId":"` + id + `","configurationItemStatus":"OK","configurationItemCaptureTime":"2026-01-14T00:00:00Z","supplementaryConfiguration":{},` +
		`"relationships":[{"resourceType":"T::Part","resourceId":"part-1","name":"Contains "},{"resourceType":"T::Other","resourceName":"x","name":"Contains "}],` +
		`"configuration":` + configuration + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// judge evaluates a check over a subject of type T::Thing.
func judge(t *testing.T, configuration string, fields []*Field, uses []string, estate *Estate, check func(*Context) Result) (Result, ReadSet) {
	t.Helper()
	r := &Rule{Identifier: "TEST", Types: []string{"T::Thing"}, Fields: fields, Uses: uses, Check: check}
	res, reads, err := Evaluate(r, Params{}, item(t, "T::Thing", "thing-1", configuration), NewIndex(estate), at)
	if err != nil {
		t.Fatal(err)
	}
	return res, reads
}

// TestFieldReading reads one field of many shapes by each reader: what it gives, or that there is no verdict.
func TestFieldReading(t *testing.T) {
	const none = "no verdict"
	because := "a test"
	yes := func(c *Context, ok bool) Result {
		if ok {
			return c.Pass("yes")
		}
		return c.Fail("no")
	}
	required, no := Required("configuration.a.b"), Absent("configuration.a.b", false, because)
	isTrue, isOne, isX := Absent("configuration.a.b", true, because), Absent("configuration.a.b", 1, because), Absent("configuration.a.b", "x", because)
	nothing := Absent("configuration.a.b", nil, because)
	for _, c := range []struct {
		name, configuration string
		field               *Field
		check               func(*Context, *Field) bool
		want                string
	}{
		{"true", `{"a":{"b":true}}`, required, (*Context).readBool, "yes"},
		{"true in text", `{"a":{"b":"true"}}`, required, (*Context).readBool, "yes"},
		{"other case of the first letters", `{"A":{"B":true}}`, required, (*Context).readBool, "yes"},
		{"absent", `{"a":{}}`, required, (*Context).readBool, none},
		{"null", `{"a":{"b":null}}`, required, (*Context).readBool, none},
		{"absent container", `{}`, required, (*Context).readBool, none},
		{"wrong type", `{"a":{"b":7}}`, required, (*Context).readBool, none},
		{"unreadable container", `{"a":7}`, required, (*Context).readBool, none},
		{"absent means false", `{"a":{}}`, no, (*Context).readBool, "no"},
		{"absent means true", `{"a":{}}`, isTrue, (*Context).readBool, "yes"},
		{"absent container means true", `{"a":null}`, isTrue, (*Context).readBool, "yes"},
		{"wrong type has no meaning", `{"a":{"b":"maybe"}}`, isTrue, (*Context).readBool, none},
		{"unreadable container has no meaning", `{"a":[1]}`, isTrue, (*Context).readBool, none},
		{"broken document in a string has no meaning", `{"a":"{"}`, isTrue, (*Context).readBool, none},
		{"no configuration has no meaning", `null`, isTrue, (*Context).readBool, none},
		{"document in a string", `{"a":"{\"b\":true}"}`, required, (*Context).readBool, "yes"},
		{"number", `{"a":{"b":1}}`, required, func(c *Context, f *Field) bool { return c.Int(f) == 1 }, "yes"},
		{"number in text", `{"a":{"b":"1"}}`, required, func(c *Context, f *Field) bool { return c.Int(f) == 1 }, "yes"},
		{"no number", `{"a":{"b":[]}}`, required, func(c *Context, f *Field) bool { return c.Int(f) == 1 }, none},
		{"absent means one", `{"a":{}}`, isOne, func(c *Context, f *Field) bool { return c.Int(f) == 1 && c.Float(f) == 1 }, "yes"},
		{"half", `{"a":{"b":0.5}}`, required, func(c *Context, f *Field) bool { return c.Float(f) == 0.5 }, "yes"},
		{"text", `{"a":{"b":"x"}}`, required, (*Context).readX, "yes"},
		{"text of an enumeration", `{"a":{"b":{"value":"x"}}}`, required, (*Context).readX, "yes"},
		{"text of an object", `{"a":{"b":{"c":"x"}}}`, required, (*Context).readX, none},
		{"absent means x", `{"a":{}}`, isX, (*Context).readX, "yes"},
		{"something", `{"a":{"b":{"c":1}}}`, nothing, (*Context).Has, "yes"},
		{"nothing: absent", `{"a":{}}`, nothing, (*Context).Has, "no"},
		{"nothing: empty list", `{"a":{"b":[]}}`, nothing, (*Context).Has, "no"},
		{"nothing: empty text", `{"a":{"b":""}}`, nothing, (*Context).Has, "no"},
		{"x stands for something", `{"a":{}}`, isX, (*Context).Has, "yes"},
		{"time", `{"a":{"b":"2026-01-01T00:00:00.000Z"}}`, required, (*Context).readNewYear, "yes"},
		{"time in seconds", `{"a":{"b":1767225600}}`, required, (*Context).readNewYear, "yes"},
		{"time in milliseconds", `{"a":{"b":1767225600000}}`, required, (*Context).readNewYear, "yes"},
		{"time as Java prints it", `{"a":{"b":"Jan 1, 2026 12:00:00 AM"}}`, required, (*Context).readNewYear, "yes"},
		{"no time", `{"a":{"b":"soon"}}`, required, (*Context).readNewYear, none},
		{"texts", `{"a":{"b":["w","x"]}}`, nothing, (*Context).holdsX, "yes"},
		{"one text without a list", `{"a":{"b":"x"}}`, nothing, (*Context).holdsX, "yes"},
		{"no texts", `{"a":{"b":[{}]}}`, nothing, (*Context).holdsX, none},
		{"length", `{"a":{"b":[1,2]}}`, nothing, func(c *Context, f *Field) bool { return c.Len(f) == 2 }, "yes"},
		{"length of a number", `{"a":{"b":2}}`, nothing, func(c *Context, f *Field) bool { return c.Len(f) == 0 }, none},
		{"policy", `{"a":{"b":"%7B%22Statement%22%3A%5B%5D%7D"}}`, required, func(c *Context, f *Field) bool { return len(c.Policy(f).Statements) == 0 }, "yes"},
		{"no policy", `{"a":{"b":"{}"}}`, required, func(c *Context, f *Field) bool { return len(c.Policy(f).Statements) == 0 }, none},
	} {
		res, _ := judge(t, c.configuration, []*Field{c.field}, nil, &Estate{}, func(ctx *Context) Result { return yes(ctx, c.check(ctx, c.field)) })
		if c.want == none && res.Verdict == InsufficientData && strings.Contains(res.Reason, "configuration.a.b") {
			continue
		}
		if res.Reason != c.want {
			t.Errorf("%s: %v, want %s", c.name, res, c.want)
		}
	}
}

func (c *Context) readBool(f *Field) bool { return c.Bool(f) }
func (c *Context) readX(f *Field) bool    { return c.Str(f) == "x" }
func (c *Context) readNewYear(f *Field) bool {
	return c.Time(f).Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
}

func (c *Context) holdsX(f *Field) bool {
	for s := range c.Strings(f) {
		if s == "x" {
			return true
		}
	}
	return false
}

// TestRequiredUnread: a subject that lacks a required field does not pass even when the check does not read it.
func TestRequiredUnread(t *testing.T) {
	f := []*Field{Required("configuration.a")}
	pass := func(c *Context) Result { return c.Pass("fine") }
	if res, _ := judge(t, `{"b":1}`, f, nil, &Estate{}, pass); res.Verdict != InsufficientData {
		t.Errorf("without the field: %v", res)
	}
	if res, _ := judge(t, `{"a":1}`, f, nil, &Estate{}, pass); res.Verdict != Compliant {
		t.Errorf("with the field: %v", res)
	}
	if res, _ := judge(t, `{"b":1}`, f, nil, &Estate{}, func(c *Context) Result { return c.Skip("not mine") }); res.Verdict != NotApplicable {
		t.Errorf("not applicable: %v", res)
	}
}

func TestElements(t *testing.T) {
	list, port := Required("configuration.rules"), Required("configuration.rules[].port")
	sum := func(c *Context) Result {
		n := int64(0)
		for key, e := range c.Each(list) {
			n += e.Int(port) * int64(1+len(key))
		}
		return c.Pass(itoa(int(n)))
	}
	for configuration, want := range map[string]string{
		`{"rules":[{"port":1},{"port":2}]}`:             "3",
		`{"rules":{"ab":{"port":1},"abc":{"port":10}}}`: "43",
		`{"rules":[]}`:              "0",
		`{"rules":[{"port":1},{}]}`: "Field configuration.rules[].port is not there.",
		`{"rules":[7]}`:             "Field configuration.rules[].port cannot be read.",
		`{"rules":7}`:               "Field configuration.rules is not a list or an object.",
	} {
		if res, _ := judge(t, configuration, []*Field{list, port}, nil, &Estate{}, sum); res.Reason != want {
			t.Errorf("%s: %v, want %s", configuration, res, want)
		}
	}
}

// TestOtherItems follows references, relationships, lists and facts, with what they leave in the read set.
func TestOtherItems(t *testing.T) {
	owner := Required("configuration.owner").Of("T::Part")
	fields, uses := []*Field{owner}, []string{"T::Part", "T::Other"}
	part := item(t, "T::Part", "part-1", `{"owner":["thing-1","thing-2"]}`)
	full := &Estate{Region: "us-east-1", Items: []*inventory.Item{part}}
	some := func(f func(*Context) int) func(*Context) Result {
		return func(c *Context) Result { return c.Pass(itoa(f(c))) }
	}
	find := func(ref string) func(*Context) Result {
		return some(func(c *Context) int {
			if _, ok := c.Find("T::Part", ref); ok {
				return 1
			}
			return 0
		})
	}
	for _, c := range []struct {
		name   string
		estate *Estate
		check  func(*Context) Result
		want   string
		read   ReadKind
	}{
		{"find by id", full, find("part-1"), "1", ReadItem},
		{"find nothing", full, find("part-2"), "0", ReadAbsent},
		{"find in a type that is not recorded", &Estate{}, find("part-1"), "Items of type T::Part are not recorded.", ReadAbsent},
		{"find nothing where there is nothing", &Estate{Complete: []string{"T::Part"}}, find("part-1"), "0", ReadAbsent},
		{"all", full, some(func(c *Context) int { return len(c.All("T::Part")) }), "1", ReadListing},
		{"all of a region without any", &Estate{Region: "eu-west-1", Items: full.Items}, some(func(c *Context) int { return len(c.All("T::Part")) }), "0", ReadListing},
		{"all regions", &Estate{Region: "eu-west-1", Items: full.Items}, some(func(c *Context) int { return len(c.AllRegions("T::Part")) }), "1", ReadListing},
		{"matching", full, some(func(c *Context) int { return len(c.Matching(owner, c.ID())) }), "1", ReadMatches},
		{"matching nothing", full, some(func(c *Context) int { return len(c.Matching(owner, "x")) }), "0", ReadMatches},
		{
			"matching where one does not tell", &Estate{Region: "us-east-1", Items: []*inventory.Item{part, item(t, "T::Part", "part-2", `{}`)}},
			some(func(c *Context) int { return len(c.Matching(owner, c.ID())) }), "Field configuration.owner of T::Part part-2 cannot be read.", ReadMatches,
		},
		{"related", full, some(func(c *Context) int { return len(c.Related("T::Part")) }), "1", ReadItem},
		{"related, but not recorded", full, some(func(c *Context) int { return len(c.Related("T::Other")) }), "Items of type T::Other are not recorded.", ReadAbsent},
		{"fact", full, some(func(c *Context) int { return c.Fact("T::Part").Len(owner) }), "2", ReadListing},
		{"fact that is not recorded", &Estate{}, some(func(c *Context) int { return c.Fact("T::Part").Len(owner) }), "The account fact T::Part is not recorded.", ReadListing},
	} {
		res, reads := judge(t, `{}`, fields, uses, c.estate, c.check)
		if res.Reason != c.want || (res.Verdict == InsufficientData) != (len(c.want) > 1) {
			t.Errorf("%s: %v, want %s", c.name, res, c.want)
		}
		if len(reads.Reads) != 1 || reads.Reads[0].Kind != c.read {
			t.Errorf("%s: read %+v, want one %s", c.name, reads.Reads, c.read)
		}
	}
}

// TestMatchingElements finds items by what an element of a list in them holds, also of a list in a list or an object.
func TestMatchingElements(t *testing.T) {
	owner := Required("configuration.shares[].owners[].id").Of("T::Part")
	for configuration, want := range map[string]string{
		`{"shares":[{"owners":[{"id":"other"}]},{"owners":[{"id":"thing-1"},{"id":"thing-1"}]}]}`: "1",
		`{"shares":{"a":{"owners":[{"id":["x","thing-1"]}]}}}`:                                    "1",
		`{"shares":[{"owners":[]}]}`:                                                              "0",
		`{"shares":[{"owners":[{"id":"other"},{}]}]}`:                                             "Field configuration.shares[].owners[].id of T::Part part-1 cannot be read.",
		`{"shares":[{}]}`: "Field configuration.shares[].owners[].id of T::Part part-1 cannot be read.",
		`{"shares":7}`:    "Field configuration.shares[].owners[].id of T::Part part-1 cannot be read.",
		`{"shares":[{"owners":[{"id":"thing-1"}, 7]}]}`: "Field configuration.shares[].owners[].id of T::Part part-1 cannot be read.",
	} {
		e := &Estate{Region: "us-east-1", Items: []*inventory.Item{item(t, "T::Part", "part-1", configuration)}}
		res, _ := judge(t, `{}`, []*Field{owner}, []string{"T::Part"}, e, func(c *Context) Result { return c.Pass(itoa(len(c.Matching(owner, "thing-1")))) })
		if res.Reason != want {
			t.Errorf("%s: %v, want %s", configuration, res, want)
		}
	}
}

// TestReadSetHash: the digest changes with the subject, with what was found, and with what was not.
func TestReadSetHash(t *testing.T) {
	hash := func(configuration string, e *Estate) string {
		_, reads := judge(t, configuration, nil, []string{"T::Part"}, e, func(c *Context) Result {
			c.Find("T::Part", "part-1")
			c.All("T::Part")
			return c.Pass("")
		})
		return reads.Hash()
	}
	estate := func(configurations ...string) *Estate {
		e := &Estate{Region: "us-east-1", Complete: []string{"T::Part"}}
		for i, c := range configurations {
			e.Items = append(e.Items, item(t, "T::Part", "part-"+itoa(i+1), c))
		}
		return e
	}
	seen := map[string]bool{}
	for _, h := range []string{hash(`{}`, estate()), hash(`{"a":1}`, estate()), hash(`{}`, estate(`{}`)), hash(`{}`, estate(`{"a":1}`)), hash(`{}`, estate(`{}`, `{}`))} {
		if seen[h] || len(h) != 32 {
			t.Errorf("hash %q is there twice, or no hash", h)
		}
		seen[h] = true
	}
	if first, again := hash(`{}`, estate(`{}`)), hash(`{}`, estate(`{}`)); first != again {
		t.Error("equal reads have different hashes")
	}
}

func TestWithdrawn(t *testing.T) {
	r := &Rule{Identifier: "TEST", Types: []string{"T::Thing"}, Check: func(c *Context) Result { return c.Pass("") }}
	for status, typ := range map[string]string{"ResourceDeleted": "T::Thing", "ResourceNotRecorded": "T::Thing", "OK": "T::Part"} {
		it, err := inventory.Decode([]byte(`{"awsAccountId":"111122223333","awsRegion":"us-east-1","resourceType":"` + typ + `","resourceId":"x","configurationItemStatus":"` + status + `","configurationItemCaptureTime":"2026-01-14T00:00:00Z"}`))
		if err != nil {
			t.Fatal(err)
		}
		if res, _, err := Evaluate(r, Params{}, it, nil, at); err != nil || res.Verdict != NotApplicable || !res.Withdrawn {
			t.Errorf("%s %s: %v, %v", status, typ, res, err)
		}
	}
}

// TestMistakes: a check that breaks the rules, a view that fails and a wrong set of parameters give no verdict and an
// error for the log.
func TestMistakes(t *testing.T) {
	declared, other := Required("configuration.a"), Required("configuration.b")
	element := Required("configuration.list[].x")
	lost := errors.New("the database is gone")
	for name, check := range map[string]func(*Context) Result{
		"panics":                  func(*Context) Result { panic("oops") },
		"reads undeclared":        func(c *Context) Result { c.Bool(other); return c.Pass("") },
		"uses undeclared":         func(c *Context) Result { c.All("T::Other"); return c.Pass("") },
		"element at the top":      func(c *Context) Result { c.Bool(element); return c.Pass("") },
		"no verdict":              func(*Context) Result { return Result{} },
		"unknown parameter":       func(c *Context) Result { c.Params.Int("x"); return c.Pass("") },
		"the view fails":          func(c *Context) Result { c.All("T::Part"); return c.Pass("") },
		"the view fails to find":  func(c *Context) Result { c.Find("T::Part", "x"); return c.Pass("") },
		"the view fails to match": func(c *Context) Result { c.Matching(element.Of("T::Part"), "x"); return c.Pass("") },
	} {
		r := &Rule{Identifier: "TEST", Types: []string{"T::Thing"}, Fields: []*Field{declared, element}, Uses: []string{"T::Part"}, Check: check}
		res, _, err := Evaluate(r, Params{}, item(t, "T::Thing", "x", `{"a":true}`), NewIndex(failing{lost}), at)
		if res.Verdict != InsufficientData || err == nil || !strings.Contains(err.Error(), "TEST") {
			t.Errorf("%s: %v, %v", name, res, err)
		}
		if strings.Contains(res.Reason, lost.Error()) || strings.Contains(res.Reason, "oops") {
			t.Errorf("%s: the reason tells internals: %s", name, res.Reason)
		}
	}
	r := &Rule{Identifier: "TEST", Types: []string{"T::Thing"}, Params: []Param{{Name: "x"}}}
	if res, _, err := Evaluate(r, Params{}, item(t, "T::Thing", "x", `{}`), nil, at); res.Verdict != InsufficientData || err == nil {
		t.Errorf("parameters not parsed: %v, %v", res, err)
	}
}

type failing struct{ err error }

func (f failing) List(string, Reach) ([]*inventory.Item, string, error) { return nil, "", f.err }

func TestClock(t *testing.T) {
	_, reads := judge(t, `{}`, nil, nil, &Estate{}, func(c *Context) Result {
		if !c.OlderThan(at.Add(-49*time.Hour), 2) || c.OlderThan(at.Add(-48*time.Hour), 2) {
			t.Error("OlderThan is wrong around its limit")
		}
		return c.Pass("")
	})
	if !reads.Clock {
		t.Error("reading the clock was not noted")
	}
}

func TestAnnotation(t *testing.T) {
	short := strings.Repeat("é", MaxAnnotation)
	if got := (Result{Reason: short}).Annotation(); got != short {
		t.Errorf("256 characters were cut to %d bytes", len(got))
	}
	got := Result{Reason: short + "é"}.Annotation()
	if want := strings.Repeat("é", MaxAnnotation-3) + "..."; got != want {
		t.Errorf("257 characters became %q", got)
	}
}

func TestFieldDeclaration(t *testing.T) {
	for _, bad := range []func(){
		func() { Required("tags.x") },
		func() { Required("configuration..x") },
		func() { Absent("configuration.x", 1.5, "y") },
		func() { Absent("configuration.x", 1, "") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a wrong declaration was taken")
				}
			}()
			bad()
		}()
	}
	f := Absent("configuration.x", "y", "z").Of("T::Part")
	if f.Name() != "T::Part configuration.x" || f.Meaning() != `"y"` || Absent("ARN", nil, "z").Meaning() != "nothing" || Absent("ARN", 3, "z").Meaning() != "3" {
		t.Errorf("name %q, meaning %s", f.Name(), f.Meaning())
	}
}

// TestNotCollected: a path that a collector could not read gives no verdict, whatever its absence would mean and whatever
// stands there; others are read as ever.
func TestNotCollected(t *testing.T) {
	because := "a test"
	for _, c := range []struct {
		mark, field string
		want        Verdict
	}{
		{"supplementaryConfiguration.BucketPolicy", "supplementaryConfiguration.BucketPolicy.policyText", InsufficientData},
		{"supplementaryConfiguration.BucketPolicy", "supplementaryConfiguration.BucketPolicy", InsufficientData},
		{"supplementaryConfiguration.Bucket", "supplementaryConfiguration.BucketPolicy", Compliant},
		{"configuration.list", "configuration.list[].x", InsufficientData},
		{"configuration", "configuration.a", InsufficientData},
		{"tags", "tags", InsufficientData},
		{"tags", "configuration.a", Compliant},
	} {
		f := Absent(c.field, nil, because)
		subject, err := inventory.Decode([]byte(`{"configurationItemVersion":"1.3","awsAccountId":"111122223333","awsRegion":"us-east-1","resourceType":"T::Thing","resourceId":"x",
			"configurationItemStatus":"OK","configurationItemCaptureTime":"2026-01-14T00:00:00Z","tags":{},"configuration":{"a":1},
			"supplementaryConfiguration":{"Tickmark::NotCollected":{"` + c.mark + `":"s3:GetX: AccessDenied: no"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		fields := []*Field{f}
		if list, _, ok := strings.Cut(c.field, "[]"); ok {
			fields = append(fields, Absent(list, nil, because))
		}
		r := &Rule{Identifier: "TEST", Types: []string{"T::Thing"}, Fields: fields, Check: func(c *Context) Result {
			if len(fields) > 1 {
				for range c.Each(fields[1]) {
					return c.Fail("")
				}
			} else {
				c.Text(f)
			}
			return c.Pass("")
		}}
		res, _, err := Evaluate(r, Params{}, subject, NewIndex(&Estate{}), at)
		if err != nil || res.Verdict != c.want || c.want == InsufficientData && !strings.Contains(res.Reason, "AccessDenied") {
			t.Errorf("%s unread, %s read: %v (%s), %v", c.mark, c.field, res.Verdict, res.Reason, err)
		}
	}
}
