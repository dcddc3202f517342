package bucket_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/fault"
)

// TestRead: listings go folder by folder over all pages, objects come whole, errors have S3's codes.
func TestRead(t *testing.T) {
	e := start(t)
	s := e.open(bucket.Options{})
	want := []string{"AWSLogs/b.json", "AWSLogs/z é.json"}
	for i := range 1100 {
		want = append(want, fmt.Sprintf("AWSLogs/k%04d.json", i))
	}
	for _, k := range append(want, "AWSLogs/1/CloudTrail/x.json", "other") {
		if err := s.Put(t.Context(), file(k), strings.NewReader("body of "+k)); err != nil {
			t.Fatal(err)
		}
	}
	r := s.Reader("central")
	var got, folders []string
	pages := 0
	for token := ""; ; {
		p, err := r.List(t.Context(), "AWSLogs/", token)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range p.Objects {
			got = append(got, o.Key)
			if o.ETag == "" || strings.Contains(o.ETag, `"`) || o.Size != int64(len("body of "+o.Key)) {
				t.Errorf("%+v", o)
			}
		}
		folders = append(folders, p.Folders...)
		pages++
		if token = p.Next; token == "" {
			break
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) || fmt.Sprint(slices.Compact(folders)) != "[AWSLogs/1/]" || pages < 2 {
		t.Errorf("%d objects in %d pages, folders %q", len(got), pages, folders)
	}
	body, err := r.Open(t.Context(), "AWSLogs/z é.json")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if text, err := io.ReadAll(body); err != nil || string(text) != "body of AWSLogs/z é.json" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := r.Open(t.Context(), "missing"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a missing object: %v", err)
	}
	if _, err := s.Reader("nowhere").List(t.Context(), "", ""); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a missing bucket: %v", err)
	}
}
