package ledger

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2023, 7, 10, 11, 12, 13, 141500000, time.UTC)

// full fills every field of a struct with something that is not zero.
func full[T any](t *testing.T) T {
	t.Helper()
	var v T
	fill(t, reflect.ValueOf(&v).Elem())
	return v
}

func fill(t *testing.T, v reflect.Value) {
	switch v.Interface().(type) {
	case Hash:
		v.Set(reflect.ValueOf(Hash{1, 2, 3}))
		return
	case Verdict:
		v.SetString(string(NonCompliant))
		return
	case time.Time:
		v.Set(reflect.ValueOf(at))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("<x> \u2028 é \ufffd \\ufffd")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"b": "2", "a": "1", "ä": "3"}))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0))
		fill(t, v.Index(1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("no filling for %s", v.Type())
	}
}

// sorted writes any JSON with the keys of its objects in order.
func sorted(t *testing.T, data []byte) []byte {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out, err := encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKeysSorted: the encoding is canonical only as long as each struct's fields stand in order.
func TestKeysSorted(t *testing.T) {
	o := full[Occurrence](t)
	o.Day, o.Original = "2023-07-10", "0195f0c2-0000-7000-8000-00000000c001"
	for name, enc := range map[string]func() ([]byte, error){
		"body": full[Body](t).Encode, "occurrence": o.Encode, "produced": full[Produced](t).Encode,
	} {
		got, err := enc()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want := sorted(t, got); !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s, with sorted keys\n%s", name, got, want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for name, text := range map[string]string{
		"html": "<b>&amp;</b>", "line separators": "\u2028\u2029", "not UTF-8": "a\xffb", "replacement": "\ufffd", "escape as text": `\ufffd \\ufffd`, "controls": "\x00\x1f\n",
	} {
		b := Body{Source: "Manual", Type: "Manual", Text: text}
		enc, err := b.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := DecodeBody(enc)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); again.Text != want {
			t.Errorf("%s: %q comes back as %q", name, text, again.Text)
		}
	}
}

func TestOnlyCanonical(t *testing.T) {
	good := `{"source":"AWS Config","type":"Compliance check","verdict":"COMPLIANT"}`
	if _, err := DecodeBody([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"order": `{"type":"Compliance check","source":"AWS Config","verdict":"COMPLIANT"}`,
		"blank": `{"source": "AWS Config","type":"Compliance check","verdict":"COMPLIANT"}`,
		"twice": `{"source":"AWS Config","source":"AWS Config","type":"Compliance check","verdict":"COMPLIANT"}`,
		"case":  `{"Source":"AWS Config","type":"Compliance check","verdict":"COMPLIANT"}`,
		"empty": `{"reason":"","source":"AWS Config","type":"Compliance check","verdict":"COMPLIANT"}`,
		"extra": `{"source":"AWS Config","type":"Compliance check","verdict":"COMPLIANT","x":1}`,
		"tail":  good + `{}`,
		"null":  `null`,
	} {
		if _, err := DecodeBody([]byte(bad)); err == nil {
			t.Errorf("%s: accepted %s", name, bad)
		}
	}
}

func TestOccurrenceID(t *testing.T) {
	base := full[Occurrence](t)
	base.Original = ""
	id := func(o Occurrence) string {
		s, err := o.ID()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	// Every field counts but the time of collection and the number given by the ledger.
	v := reflect.TypeFor[Occurrence]()
	for i := range v.NumField() {
		o := base
		f := reflect.ValueOf(&o).Elem().Field(i)
		f.SetZero()
		name := v.Field(i).Name
		free := name == "CollectedAt" || name == "Sequence" || name == "Original" // which is empty already
		if same := id(o) == id(base); same != free {
			t.Errorf("without %s: same id %v, want %v", name, same, free)
		}
	}
	copied := base
	copied.Original = "0195f0c2-0000-7000-8000-00000000c001"
	if id(copied) != copied.Original {
		t.Errorf("what was copied has the id %s", id(copied))
	}
	local := base
	local.ObservedAt = base.ObservedAt.In(time.FixedZone("x", 3600)).Add(300) // nanoseconds are not kept
	if id(local) != id(base) {
		t.Error("the id depends on the zone or on nanoseconds")
	}
}

func TestValidation(t *testing.T) {
	good := Occurrence{Owner: "1", Source: "Manual", Collector: "x", Body: Hash{1}, Day: "2023-07-10", ObservedAt: at, CollectedAt: at}
	if _, err := good.Encode(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Occurrence){
		"owner": func(o *Occurrence) { o.Owner = "" }, "source": func(o *Occurrence) { o.Source = "" },
		"collector": func(o *Occurrence) { o.Collector = "" }, "body": func(o *Occurrence) { o.Body = Hash{} },
		"day": func(o *Occurrence) { o.Day = "2023-02-30" }, "time": func(o *Occurrence) { o.ObservedAt = time.Time{} },
		"verdict": func(o *Occurrence) { o.Verdict = "OK" }, "members": func(o *Occurrence) { o.Members = &Members{} },
	} {
		o := good
		spoil(&o)
		if _, err := o.Encode(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzDecodeOccurrence(f *testing.F) {
	o := Occurrence{Owner: "1", Source: "Manual", Collector: "x", Body: Hash{1}, Day: "2023-07-10", ObservedAt: at, CollectedAt: at}
	enc, err := o.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(enc)
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := DecodeOccurrence(data)
		if err != nil {
			return
		}
		again, err := o.Encode()
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%q is accepted, but encodes as %q, %v", data, again, err)
		}
	})
}
