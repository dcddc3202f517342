package inventory

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// sampleItem is a published item of about 2.6 KB.
func sampleItem(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/rdk-example-items.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var l struct{ Item json.RawMessage }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if n := len(l.Item); n > 2500 && n < 2800 {
			return l.Item
		}
	}
	t.Fatal("no item of 2.6 KB in the samples")
	return nil
}

// BenchmarkDecode: the target is 12 us an item; encoding/json stands beside it.
func BenchmarkDecode(b *testing.B) {
	raw := sampleItem(b)
	b.Run("decoder=tickmark", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			it, err := Decode(raw)
			if err != nil || it.Configuration().Len() == 0 {
				b.Fatal(err)
			}
		}
	})
	b.Run("decoder=encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			var v map[string]any
			if err := json.Unmarshal(raw, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkField(b *testing.B) {
	it := mustDecode(b, apiForm)
	for b.Loop() {
		if it.Field("configuration", "owner", "id").Str() != "x" {
			b.Fatal("wrong value")
		}
	}
}
