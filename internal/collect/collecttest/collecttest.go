// Package collecttest plays recorded answers of AWS to declared types and holds the items that come of them against
// golden ones and against the published schema.
//
// A record is a JSON file: calls (api, in, and out, pages or error; texts that are times in UTC stand for times), items (the golden ones, in AWS Config's file form
// without what capturing adds), and unpublished: paths that the schema lacks, each with the reason why the item has it.
package collecttest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/inventory/schema"
)

var update = flag.Bool("update", false, "write the golden items anew")

// Record is what a file has.
type Record struct {
	// Place is account 123456789012, region eu-west-1 when empty.
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	// Only reads one resource.
	Only        string            `json:"only,omitempty"`
	Calls       []*Answer         `json:"calls"`
	Items       []json.RawMessage `json:"items"`
	Unpublished map[string]string `json:"unpublished,omitempty"`
	// Fails is the API whose failure makes the list incomplete.
	Fails string `json:"fails,omitempty"`
	// Gone: the only resource is no more.
	Gone bool `json:"gone,omitempty"`
}

// Answer is one recorded call.
type Answer struct {
	API   string           `json:"api"`
	In    collect.Object   `json:"in,omitempty"`
	Out   collect.Object   `json:"out,omitempty"`
	Pages []collect.Object `json:"pages,omitempty"`
	Error *struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error,omitempty"`
	used bool
}

// Caller answers from a record.
type Caller struct {
	mu    sync.Mutex
	calls []*Answer
	t     testing.TB
}

func (c *Caller) find(api string, in collect.Object) *Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	want := plain(in)
	var last *Answer
	for _, a := range c.calls {
		if a.API != api || !reflect.DeepEqual(plain(a.In), want) {
			continue
		}
		if last = a; !a.used {
			break // a call that is recorded several times is answered in that order
		}
	}
	if last != nil {
		last.used = true
		return last
	}
	b, _ := json.Marshal(in)
	c.t.Errorf("a call that is not recorded: %s %s", api, b)
	return nil
}

// plain makes objects of Go and of JSON alike.
func plain(o collect.Object) any {
	b, _ := json.Marshal(o)
	var v any
	_ = json.Unmarshal(b, &v)
	if v == nil {
		v = map[string]any{}
	}
	return v
}

// Call answers one call.
func (c *Caller) Call(_ context.Context, _ collect.Place, api string, in collect.Object) (collect.Object, error) {
	a := c.find(api, in)
	if a == nil {
		return collect.Object{}, nil
	}
	out, _ := timed(a.Out).(collect.Object)
	return out, a.err()
}

// Pages hands out the pages of a call, then its error.
func (c *Caller) Pages(_ context.Context, _ collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	a := c.find(api, in)
	if a == nil {
		return nil
	}
	pages := a.Pages
	if a.Out != nil {
		pages = append(slices.Clone(pages), a.Out)
	}
	if len(pages) == 0 && a.Error == nil {
		pages = []collect.Object{{}}
	}
	for _, p := range pages {
		out, _ := timed(p).(collect.Object)
		if err := page(out); err != nil {
			return err
		}
	}
	return a.err()
}

// timed is an answer as a Caller gives it: with the times in it as times, and of its own, so that the record stays.
func timed(v any) any {
	switch t := v.(type) {
	case collect.Object:
		out := make(collect.Object, len(t))
		for k, e := range t {
			out[k] = timed(e)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = timed(e)
		}
		return out
	case string:
		if when, err := time.Parse(time.RFC3339, t); err == nil && strings.HasSuffix(t, "Z") {
			return when
		}
	}
	return v
}

func (a *Answer) err() error {
	if a.Error == nil {
		return nil
	}
	service, api, _ := strings.Cut(a.API, ":")
	return &automation.APIError{Service: service, API: api, Code: a.Error.Code, Message: a.Error.Message}
}

// Run plays every record testdata/NAME.json, or testdata/NAME/*.json, to a type.
func Run(t *testing.T, typ *collect.Type, name string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join("testdata", name, "*.json"))
	if len(files) == 0 {
		files = []string{filepath.Join("testdata", name+".json")}
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) { play(t, typ, file) })
	}
}

func play(t *testing.T, typ *collect.Type, file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rec Record
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&rec); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	got := read(t, typ, &rec)
	if *update {
		rec.Items = got
		write(t, file, &rec)
		return
	}
	var want []json.RawMessage
	for _, g := range rec.Items {
		want = append(want, compact(t, g))
	}
	compare(t, texts(want), texts(got))
	if len(rec.Items) == 0 && rec.Fails == "" && rec.Only == "" {
		t.Error("a record without items shows nothing")
	}
	published(t, typ, &rec, got)
}

func read(t *testing.T, typ *collect.Type, rec *Record) []json.RawMessage {
	caller := &Caller{calls: rec.Calls, t: t}
	at := collect.Place{Account: or(rec.Account, "123456789012"), Region: or(rec.Region, "eu-west-1")}
	var got []json.RawMessage
	r := collect.Reading{
		Caller: caller, Type: typ, Place: at, Only: rec.Only, Captured: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Wait: func(context.Context) error { return nil },
		Emit: func(res *collect.Resource) error {
			it, err := inventory.Build(res.Spec)
			if err != nil {
				return err
			}
			got = append(got, strip(t, it.Raw()))
			return nil
		},
	}
	err := r.Run(t.Context())
	if gone := errors.Is(err, collect.ErrGone); gone != rec.Gone {
		t.Errorf("gone: %v, want %v", gone, rec.Gone)
	}
	if rec.Fails == "" && err != nil && !rec.Gone {
		t.Fatal(err)
	}
	if f, _ := err.(*collect.Failure); rec.Fails != "" && (f == nil || f.API != rec.Fails) {
		t.Errorf("the failure is %v, want one of %s", err, rec.Fails)
	}
	for _, a := range rec.Calls {
		if !a.used {
			t.Errorf("recorded and never called: %s %v", a.API, a.In)
		}
	}
	slices.SortFunc(got, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return got
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// strip takes away what capturing adds.
func strip(t *testing.T, raw []byte) json.RawMessage {
	var o map[string]json.RawMessage
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"configurationItemCaptureTime", "configurationStateId", "configurationStateMd5Hash", "configurationItemVersion", "configurationItemStatus", "relatedEvents", "awsAccountId"} {
		delete(o, k)
	}
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return compact(t, b)
}

func compact(t *testing.T, raw []byte) json.RawMessage {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(v)
	return b
}

// compare shows the lines of items that differ.
func compare(t *testing.T, want, got []string) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d items collected, want %d", len(got), len(want))
	}
	for i := range min(len(want), len(got)) {
		w, g := strings.Split(want[i], "\n"), strings.Split(got[i], "\n")
		for _, line := range w {
			if !slices.Contains(g, line) {
				t.Errorf("item %d lacks  %s", i, line)
			}
		}
		for _, line := range g {
			if !slices.Contains(w, line) {
				t.Errorf("item %d adds   %s", i, line)
			}
		}
		if want[i] != got[i] && !t.Failed() {
			t.Errorf("item %d has its lines in other places:\n%s\nwant:\n%s", i, got[i], want[i])
		}
	}
}

// texts are items for people, one member a line.
func texts(items []json.RawMessage) []string {
	var all []string
	for _, it := range items {
		var b bytes.Buffer
		_ = json.Indent(&b, it, "", "  ")
		all = append(all, b.String())
	}
	return all
}

func write(t *testing.T, file string, rec *Record) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(rec); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// published holds the paths of items against the published schema. Types that the schema does not have at all are not
// held against it.
func published(t *testing.T, typ *collect.Type, rec *Record, items []json.RawMessage) {
	props := schema.Of(typ.Name)
	if props == nil {
		return
	}
	lacking := map[string]bool{}
	for _, raw := range items {
		var it map[string]any
		_ = json.Unmarshal(raw, &it)
		for _, key := range []string{"configuration", "supplementaryConfiguration"} {
			paths(it[key], key, func(p string) {
				if !props.Has(p) {
					lacking[p] = true
				}
			})
		}
	}
	for p := range lacking {
		if !elsewhere(p) && !explained(rec.Unpublished, p) {
			t.Errorf("%s has %s, which AWS Config's schema does not have: correct it, or give the reason in unpublished", typ.Name, p)
		}
	}
	for p, why := range rec.Unpublished {
		used := false
		for l := range lacking {
			used = used || l == p || strings.HasPrefix(l, p+".")
		}
		if !used || why == "" {
			t.Errorf("unpublished %s: not there, or without a reason", p)
		}
	}
}

// elsewhere: AWS Config's items have the tags of a describe call in their configuration too, which the schema has only
// among the properties that all types share; marks of what was not collected are ours.
func elsewhere(path string) bool {
	at := strings.ToLower(path)
	return strings.HasPrefix(at, "configuration.tags.") || strings.HasPrefix(at, "configuration.tagset.") || strings.Contains(path, collect.NotCollected)
}

func explained(reasons map[string]string, path string) bool {
	for p := range reasons {
		if p == path || strings.HasPrefix(path, p+".") {
			return true
		}
	}
	return false
}

func paths(v any, at string, visit func(string)) {
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			paths(e, at+"."+k, visit)
		}
	case []any:
		for _, e := range t {
			paths(e, at, visit)
		}
	case nil:
	default:
		visit(at)
	}
}
