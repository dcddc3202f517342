package wire

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/cloud/models"
)

// oracle is a line of what test/cloud/oracle.py writes: what botocore makes of something.
type oracle struct {
	Kind, Service, Operation string

	Input   any // request
	Method  string
	Path    string
	Query   map[string][]string
	Headers map[string]string
	Body    any

	Answer map[string]string // answer, failure
	Output any

	Code, Message, Request string // failure
	Region, Host, Signed   string // endpoint
}

// TestOracle holds requests, parsed answers, errors and hosts beside botocore's. test/cloud/run writes the file that
// TICKMARK_ORACLE names.
func TestOracle(t *testing.T) {
	name := os.Getenv("TICKMARK_ORACLE")
	if name == "" {
		t.Skip("TICKMARK_ORACLE names no file; test/cloud/run writes one")
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	counts := map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var o oracle
		d := json.NewDecoder(strings.NewReader(lines.Text()))
		d.UseNumber()
		if err := d.Decode(&o); err != nil {
			t.Fatal(err)
		}
		op := models.Find(o.Service, o.Operation)
		if op == nil {
			t.Fatalf("%s:%s has no model", o.Service, o.Operation)
		}
		if diff := o.compare(op); diff != "" {
			t.Errorf("%s:%s, %s: %s", o.Service, o.Operation, o.Kind, diff)
		}
		counts[o.Kind]++
	}
	t.Logf("compared %v", counts)
	for kind, least := range map[string]int{"request": 900, "answer": 900, "failure": 500, "endpoint": 400} {
		if counts[kind] < least {
			t.Errorf("%d of %s, want %d", counts[kind], kind, least)
		}
	}
}

func (o oracle) compare(op *models.Operation) string {
	switch o.Kind {
	case "request":
		return o.request(op)
	case "answer":
		return o.answer(op)
	case "failure":
		got := Failure(op, 400, headersOf(o.Headers), o.bytes(o.Answer))
		if got.Code != o.Code || got.Message != o.Message || got.RequestID != o.Request {
			return fmt.Sprintf("%s %s %s, botocore %s %s %s", got.Code, got.Message, got.RequestID, o.Code, o.Message, o.Request)
		}
	case "endpoint":
		at, _ := endpoints.Resolve(o.Service, o.Region)
		signed := at.Region + "/" + at.Name
		if at.Name == "" {
			signed += op.Service.SigningName
		}
		if o.Host == "s3.amazonaws.com" { // botocore's old name for us-east-1
			o.Host = "s3.us-east-1.amazonaws.com"
		}
		if at.Host != o.Host || o.Signed != "" && signed != o.Signed {
			return fmt.Sprintf("%s: %s signed %s, botocore %s signed %s", o.Region, at.Host, signed, o.Host, o.Signed)
		}
	}
	return ""
}

func headersOf(m map[string]string) http.Header {
	h := http.Header{}
	for k, v := range m {
		h.Set(k, v)
	}
	return h
}

func (oracle) bytes(m map[string]string) []byte {
	b, err := base64.StdEncoding.DecodeString(m["$bytes"])
	if err != nil {
		panic(err)
	}
	return b
}

func (o oracle) request(op *models.Operation) string {
	in, err := Check("Inputs", op.Input, untag(o.Input))
	if err != nil {
		return err.Error()
	}
	r, err := Build(op, in, func() string { return "TOKEN" })
	if err != nil {
		return err.Error()
	}
	query := map[string][]string{}
	for k, v := range o.Query {
		query[k] = v
	}
	switch {
	case r.Method != o.Method || r.Path != o.Path:
		return fmt.Sprintf("%s %s, botocore %s %s", r.Method, r.Path, o.Method, o.Path)
	case !reflect.DeepEqual(map[string][]string(r.Query), query):
		return fmt.Sprintf("query %v, botocore %v", r.Query, query)
	}
	for k, want := range o.Headers {
		if got := r.Header.Get(k); got != want {
			return fmt.Sprintf("header %s: %q, botocore %q", k, got, want)
		}
	}
	for k := range r.Header {
		if headersOf(o.Headers).Get(k) == "" && k != "Content-Type" && k != "X-Amzn-Query-Mode" {
			return "header " + k + ", which botocore does not send"
		}
	}
	return o.body(r, op)
}

func (o oracle) body(r *Request, op *models.Operation) string {
	want, _ := o.Body.(map[string]any)
	if want["$form"] == true {
		got, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return err.Error()
		}
		delete(want, "$form")
		flat := map[string]any{}
		for k, v := range got {
			flat[k] = v[0]
		}
		return differ("body", flat, want)
	}
	encoded, _ := want["$bytes"].(string)
	theirs := o.bytes(map[string]string{"$bytes": encoded})
	if string(theirs) == string(r.Body) {
		return ""
	}
	if strings.HasPrefix(string(theirs), "<") {
		a, b := canonicalXML(r.Body), canonicalXML(theirs)
		if a != b {
			return fmt.Sprintf("body %s, botocore %s", a, b)
		}
		return ""
	}
	a, errA := readJSON(r.Body)
	b, errB := readJSON(theirs)
	if errA != nil || errB != nil {
		return fmt.Sprintf("body %s, botocore %s", r.Body, theirs)
	}
	return differ("body", a, b)
}

func (o oracle) answer(op *models.Operation) string {
	body := o.bytes(o.Answer)
	out, err := Parse(op, 200, headersOf(o.Headers), body)
	if err != nil {
		return err.Error()
	}
	if m := StreamMember(op); m != nil {
		out[m.Name] = body
	}
	want, _ := o.Output.(map[string]any)
	for name, v := range want {
		// Where nothing was answered, botocore gives an empty structure; we leave it out.
		if m, empty := v.(map[string]any); empty && len(m) == 0 && out[name] == nil {
			delete(want, name)
		}
	}
	return differ("answer", tag(out), o.Output)
}

// tag writes a tree as oracle.py does.
func tag(v any) any {
	switch v := v.(type) {
	case Object:
		out := map[string]any{}
		for k, x := range v {
			out[k] = tag(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = tag(x)
		}
		return out
	case time.Time:
		return map[string]any{"$time": v.Format("2006-01-02T15:04:05Z")}
	case []byte:
		return map[string]any{"$bytes": base64.StdEncoding.EncodeToString(v)}
	case int64, float64:
		return json.Number(text(v))
	}
	return v
}

// untag reads an input of oracle.py as a document gives it: times and bytes as text.
func untag(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["$time"]; ok {
			return s
		}
		if s, ok := v["$bytes"].(string); ok {
			b, _ := base64.StdEncoding.DecodeString(s)
			return string(b)
		}
		for k, x := range v {
			v[k] = untag(x)
		}
	case []any:
		for i, x := range v {
			v[i] = untag(x)
		}
	}
	return v
}

// differ finds the first difference.
func differ(path string, a, b any) string {
	switch a := a.(type) {
	case map[string]any:
		bm, ok := b.(map[string]any)
		if !ok {
			break
		}
		keys := map[string]bool{}
		for k := range a {
			keys[k] = true
		}
		for k := range bm {
			keys[k] = true
		}
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			x, inA := a[k]
			y, inB := bm[k]
			if inA != inB {
				return fmt.Sprintf("%s.%s: ours %v, botocore %v", path, k, x, y)
			}
			if d := differ(path+"."+k, x, y); d != "" {
				return d
			}
		}
		return ""
	case []any:
		bl, ok := b.([]any)
		if !ok || len(a) != len(bl) {
			break
		}
		for i := range a {
			if d := differ(fmt.Sprintf("%s[%d]", path, i), a[i], bl[i]); d != "" {
				return d
			}
		}
		return ""
	case json.Number:
		if bn, ok := b.(json.Number); ok {
			x, _ := a.Float64()
			y, _ := bn.Float64()
			if x == y {
				return ""
			}
		}
	}
	if reflect.DeepEqual(a, b) {
		return ""
	}
	return fmt.Sprintf("%s: ours %v, botocore %v", path, a, b)
}

// canonicalXML writes a document with sorted attributes and without the ways in which writers differ.
func canonicalXML(b []byte) string {
	var out strings.Builder
	d := xml.NewDecoder(strings.NewReader(string(b)))
	for {
		t, err := d.RawToken()
		if err != nil {
			return out.String()
		}
		switch t := t.(type) {
		case xml.StartElement:
			var attributes []string
			for _, a := range t.Attr {
				attributes = append(attributes, fmt.Sprintf("%s:%s=%q", a.Name.Space, a.Name.Local, a.Value))
			}
			sort.Strings(attributes)
			fmt.Fprintf(&out, "<%s:%s %v>", t.Name.Space, t.Name.Local, slices.Compact(attributes))
		case xml.EndElement:
			out.WriteString("</>")
		case xml.CharData:
			out.Write(t)
		}
	}
}
