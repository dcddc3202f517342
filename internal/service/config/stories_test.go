package config_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
)

// common are the errors that every operation may answer with, whatever the model lists.
var common = []string{"AccessDeniedException", "ThrottlingException", "ValidationException"}

// Every served operation has a story in which it succeeds and one in which it refuses, and no operation answers with an
// error that its model does not know: clients have no class for that.
func TestEveryOperationHasStories(t *testing.T) {
	done, refused := answers(t)
	served := open(t).registry.Served()["config"]
	if len(served) < 90 {
		t.Fatalf("only %d operations are served", len(served))
	}
	for _, op := range served {
		known := modelled(op)
		if !done[op] {
			t.Errorf("no story has %s succeed", op)
		}
		if len(known) > 0 && len(refused[op]) == 0 {
			t.Errorf("no story has %s refuse with one of %v", op, known)
		}
		for _, code := range refused[op] {
			if !slices.Contains(known, code) && !slices.Contains(common, code) {
				t.Errorf("%s answers %s, which is none of %v", op, code, known)
			}
		}
	}
}

// modelled are the errors that the model lists for an operation.
func modelled(op string) (codes []string) {
	at := slices.IndexFunc(api.Service.Operations, func(o awswire.Operation) bool { return o.Name == op })
	for _, i := range api.Service.Operations[at].Errors {
		codes = append(codes, api.Service.Errors[i].Name)
	}
	return codes
}

// answers reads from the stories which operations succeed and with which codes they refuse.
func answers(t *testing.T) (done map[string]bool, refused map[string][]string) {
	t.Helper()
	done, refused = map[string]bool{}, map[string][]string{}
	files, err := filepath.Glob("testdata/*.txtar")
	check(t, err)
	for _, file := range files {
		story, err := txtar.ParseFile(file)
		check(t, err)
		op := ""
		for _, section := range story.Files {
			switch section.Name {
			case "let":
			case "answer":
				status, body, _ := strings.Cut(string(section.Data), "\n")
				var e struct {
					Type string `json:"__type"`
				}
				if op == "" {
					continue
				}
				if status == "200" {
					done[op] = true
				} else if err := json.Unmarshal([]byte(body), &e); err != nil || e.Type == "" {
					t.Errorf("%s: %s answers without a code: %s", file, op, section.Data)
				} else if !slices.Contains(refused[op], e.Type) {
					refused[op] = append(refused[op], e.Type)
				}
			default:
				op = asked(string(section.Data))
			}
		}
	}
	return done, refused
}

// asked is the operation of Config that a request calls; "" for one of another service.
func asked(request string) string {
	for line := range strings.Lines(request) {
		if op, ok := strings.CutPrefix(strings.TrimSpace(line), "config "); ok {
			return op
		}
	}
	return ""
}
