package awswire

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

// What the protocols know and no model of today uses, on a service made for it: flattened lists and maps, maps of
// query parameters, headers, a status and bodies that are one member.

type odd struct {
	Items    []string
	Pairs    map[string]string
	Since    *time.Time
	Tag      *string
	Status   *int64
	Document []byte
}

type bare struct {
	Items []string
	Pairs map[string]string
}

const (
	shapeText = iota
	shapeItems
	shapePairs
	shapeTime
	shapeInt
	shapeBlob
	shapeMap
	shapeOdd
	shapeBare
)

var oddShapes = []Shape{
	shapeText:  {Name: "Text", Kind: String},
	shapeItems: {Name: "Items", Kind: List, Traits: Flattened, Elem: shapeText},
	shapePairs: {Name: "Pairs", Kind: Map, Traits: Flattened, Key: shapeText, Elem: shapeText, KeyName: "Name", ElemName: "Value"},
	shapeTime:  {Name: "Time", Kind: Timestamp},
	shapeInt:   {Name: "Int", Kind: Integer},
	shapeBlob:  {Name: "Blob", Kind: Blob},
	shapeMap:   {Name: "Map", Kind: Map, Key: shapeText, Elem: shapeText},
	shapeOdd: {Name: "Odd", Members: []Member{
		{Name: "items", Wire: "Item", Shape: shapeItems, In: InQuery},
		{Name: "pairs", Shape: shapeMap, In: InQuery},
		{Name: "since", Wire: "If-Modified-Since", Shape: shapeTime, In: InHeader},
		{Name: "tag", Wire: "X-Tag", Shape: shapeText, In: InHeader},
		{Name: "status", Shape: shapeInt, In: InStatus},
		{Name: "document", Shape: shapeBlob, In: InPayload},
	}},
	shapeBare: {Name: "Bare", Members: []Member{{Name: "items", Wire: "Item", Shape: shapeItems}, {Name: "pairs", Wire: "Pair", Shape: shapePairs}}},
}

func TestFlattenedForms(t *testing.T) {
	s := &Service{
		Name: "q", SigningName: "q", Protocol: Query, XMLNamespace: "urn:q", Shapes: oddShapes,
		Operations: []Operation{{Name: "Do", Input: shapeBare, Output: shapeBare, Result: "DoResult"}},
	}
	r := NewRegistry(Config{}, s)
	var got bare
	Handle(r, s, "Do", func(_ context.Context, in *bare) (*bare, error) { got = *in; return in, nil })
	w := httptest.NewRecorder()
	r.Serve(w, httptest.NewRequest("POST", "/", strings.NewReader("Action=Do&Item.1=a&Item.2=b&Pair.1.Name=k&Pair.1.Value=v")), "q", Caller{})
	if want := (bare{Items: []string{"a", "b"}, Pairs: map[string]string{"k": "v"}}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if want := "<DoResult><Item>a</Item><Item>b</Item><Pair><Name>k</Name><Value>v</Value></Pair></DoResult>"; !strings.Contains(w.Body.String(), want) {
		t.Errorf("answered %s", w.Body)
	}
}

func TestRestPlaces(t *testing.T) {
	s := &Service{
		Name: "r", SigningName: "r", Protocol: RestJSON, Shapes: oddShapes,
		Operations: []Operation{{Name: "Do", Method: "PUT", URI: "/do", Input: shapeOdd, Output: shapeOdd}, {Name: "Gone", Method: "DELETE", URI: "/do", Input: shapeBare, Output: shapeBare, Status: 204}},
	}
	r := NewRegistry(Config{}, s)
	var got odd
	Handle(r, s, "Do", func(_ context.Context, in *odd) (*odd, error) {
		got = *in
		return &odd{Since: in.Since, Tag: in.Tag, Status: new(int64(202)), Document: in.Document}, nil
	})
	Handle(r, s, "Gone", func(context.Context, *bare) (*bare, error) { return nil, nil })

	req := httptest.NewRequest("PUT", "/do?Item=a&Item=b&x=1&y=2", strings.NewReader("\x00raw"))
	req.Header.Set("If-Modified-Since", "Sun, 01 Mar 2026 12:00:00 GMT")
	req.Header.Set("X-Tag", "t")
	w := httptest.NewRecorder()
	r.Serve(w, req, "r", Caller{})
	when := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	want := odd{
		Items: []string{"a", "b"}, Pairs: map[string]string{"x": "1", "y": "2"}, Since: &when, Tag: new("t"),
		Document: []byte("\x00raw"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if w.Code != 202 || w.Body.String() != "\x00raw" || w.Header().Get("X-Tag") != "t" ||
		w.Header().Get("If-Modified-Since") != "Sun, 01 Mar 2026 12:00:00 GMT" || w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("answered %d %v %q", w.Code, w.Header(), w.Body)
	}

	w = httptest.NewRecorder()
	r.Serve(w, httptest.NewRequest("DELETE", "/do", nil), "r", Caller{})
	if w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
}

// A type that is not the shape's is found when its handler is registered, not when a request comes.
func TestRegisteringAWrongTypePanics(t *testing.T) {
	s := &Service{
		Name: "r", SigningName: "r", Protocol: RestJSON, Shapes: oddShapes,
		Operations: []Operation{{Name: "Do", Method: "PUT", URI: "/do", Input: shapeBare, Output: shapeBare}, {Name: "Blank", Method: "GET", URI: "/", Input: -1, Output: -1}},
	}
	for name, register := range map[string]func(*Registry){
		"does not fit": func(r *Registry) { Handle(r, s, "Do", func(context.Context, *odd) (*bare, error) { return nil, nil }) },
		"no operation Else": func(r *Registry) {
			Handle(r, s, "Else", func(context.Context, *bare) (*bare, error) { return nil, nil })
		},
		"not generated": func(r *Registry) {
			Handle(r, s, "Blank", func(context.Context, *bare) (*bare, error) { return nil, nil })
		},
		"does not have":        func(*Registry) { NewRegistry(Config{}).MapFaults(s, nil) },
		"two services sign as": func(*Registry) { NewRegistry(Config{}, s, s) },
	} {
		func() {
			defer func() {
				if p, _ := recover().(string); !strings.Contains(p, name) {
					t.Errorf("%s: recovered %q", name, p)
				}
			}()
			register(NewRegistry(Config{}, s))
		}()
	}
}

func TestTimestamps(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-01T12:00:00Z":          "2026-03-01T12:00:00Z",
		"2026-03-01T12:00:00.123456Z":   "2026-03-01T12:00:00.123456Z",
		"2026-03-01T12:00:00+02:00":     "2026-03-01T10:00:00Z",
		"2026-03-01T12:00:00+0200":      "2026-03-01T10:00:00Z",
		"2026-03-01T12:00:00":           "2026-03-01T12:00:00Z",
		"2026-03-01T12:00Z":             "2026-03-01T12:00:00Z",
		"2026-03-01":                    "2026-03-01T00:00:00Z",
		"Sun, 01 Mar 2026 12:00:00 GMT": "2026-03-01T12:00:00Z",
		"1772323200":                    "2026-03-01T00:00:00Z",
		"1.7723232E9":                   "2026-03-01T00:00:00Z",
		"1772323200.123":                "2026-03-01T00:00:00.123Z",
		"-1.5":                          "1969-12-31T23:59:58.5Z",
	} {
		got, err := parseTime(text)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s is %s %v, want %s", text, got.Format(time.RFC3339Nano), err, want)
		}
	}
	for _, text := range []string{"", "tomorrow", "NaN", "1e40", "-1e12", "2026-13-01", "2026-03-01T25:00:00Z"} {
		if got, err := parseTime(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}
