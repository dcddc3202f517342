package awswire

import (
	"maps"
	"strings"
	"testing"
)

func TestRouter(t *testing.T) {
	ops := []Operation{
		{Name: "List", Method: "GET", URI: "/things"},
		{Name: "Get", Method: "GET", URI: "/things/{id}"},
		{Name: "GetMeta", Method: "GET", URI: "/things/meta"},
		{Name: "Put", Method: "PUT", URI: "/things/{id}"},
		{Name: "Part", Method: "GET", URI: "/things/{id}/parts/{part}"},
		{Name: "MetaPart", Method: "GET", URI: "/things/meta/parts/{part}"},
		{Name: "Deep", Method: "GET", URI: "/deep/{arn+}"},
		{Name: "DeepResults", Method: "GET", URI: "/deep/results/{arn+}"},
		{Name: "Slash", Method: "GET", URI: "/slash/"},
		{Name: "Root", Method: "POST", URI: "/"},
	}
	r := newRouter(ops)
	tests := []struct {
		method, path, op string
		labels           map[string]string
	}{
		{"GET", "/things", "List", nil},
		{"GET", "/things/7", "Get", map[string]string{"id": "7"}},
		{"GET", "/things/meta", "GetMeta", nil},
		{"PUT", "/things/meta", "Put", map[string]string{"id": "meta"}},
		{"GET", "/things/meta/parts/1", "MetaPart", map[string]string{"part": "1"}},
		{"GET", "/things/a%2Fb%20%C3%A9/parts/..", "Part", map[string]string{"id": "a/b é", "part": ".."}},
		{"GET", "/things/a+b", "Get", map[string]string{"id": "a+b"}},
		{"GET", "/deep/arn:aws:x/y/z", "Deep", map[string]string{"arn": "arn:aws:x/y/z"}},
		{"GET", "/deep/arn:aws:x%2Fy//z", "Deep", map[string]string{"arn": "arn:aws:x/y//z"}},
		{"GET", "/deep/results/a", "DeepResults", map[string]string{"arn": "a"}},
		{"GET", "/slash/", "Slash", nil},
		{"POST", "/", "Root", nil},
		{"GET", "/slash", "", nil},
		{"GET", "/things/", "", nil},
		{"GET", "//things", "", nil},
		{"GET", "/things//parts/1", "", nil},
		{"GET", "/things/7/", "", nil},
		{"GET", "/Things", "", nil},
		{"GET", "/%74hings", "", nil},
		{"GET", "/things/%zz", "", nil},
		{"GET", "/deep/", "", nil},
		{"GET", "things", "", nil},
		{"GET", "", "", nil},
		{"DELETE", "/things", "", nil},
	}
	for _, tt := range tests {
		i, labels := r.match(tt.method, tt.path)
		op := ""
		if i >= 0 {
			op = ops[i].Name
		}
		if op != tt.op || !maps.Equal(labels, tt.labels) {
			t.Errorf("%s %s is %q %v, want %q %v", tt.method, tt.path, op, labels, tt.op, tt.labels)
		}
	}
}

func FuzzRoute(f *testing.F) {
	ops := []Operation{
		{Method: "GET", URI: "/things/{id}"},
		{Method: "GET", URI: "/things/{id}/parts/{part}"},
		{Method: "GET", URI: "/deep/{arn+}"},
		{Method: "GET", URI: "/deep/{arn+}/end"},
	}
	r := newRouter(ops)
	for _, seed := range []string{"/things/7", "/things/a%2Fb/parts/%C3%A9", "/deep/a//b/../end", "/deep/%", "//", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		i, labels := r.match("GET", path)
		if i < 0 {
			return
		}
		if n := strings.Count(ops[i].URI, "{"); len(labels) != n {
			t.Errorf("%q: %d labels of %s", path, len(labels), ops[i].URI)
		}
		for name, value := range labels {
			if value == "" {
				t.Errorf("%q: empty label %s", path, name)
			}
		}
	})
}
