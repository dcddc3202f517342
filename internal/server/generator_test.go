package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/lake"
)

func TestGenerator(t *testing.T) {
	var got lake.Question
	answer, status := `{"statement":"SELECT 1"}`, http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(s.Close)
	g, err := Config{QueryGenerator: s.URL}.generator()
	if err != nil {
		t.Fatal(err)
	}
	statement, err := g(t.Context(), lake.Question{Prompt: "who", Stores: []string{"a"}, Dialect: "trino"})
	if err != nil || statement != "SELECT 1" || got.Prompt != "who" || len(got.Stores) != 1 {
		t.Errorf("%q, %v, asked %+v", statement, err, got)
	}
	for _, c := range []struct {
		status int
		answer string
	}{{500, "{}"}, {200, "{}"}, {200, "SELECT 1"}, {302, "{}"}, {200, `{"statement":"` + strings.Repeat("x", 100<<10) + `"}`}} {
		status, answer = c.status, c.answer
		if s, err := g(t.Context(), lake.Question{}); err == nil {
			t.Errorf("%d %.20s was taken: %.20s", c.status, c.answer, s)
		}
	}
	for _, bad := range []string{"here", "ftp://x", "http://"} {
		if _, err := (Config{QueryGenerator: bad}).generator(); err == nil || !strings.Contains(err.Error(), "--query-generator") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if g, err := (Config{}).generator(); g != nil || err != nil {
		t.Errorf("without an address there is one, or %v", err)
	}
}
