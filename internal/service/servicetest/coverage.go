package servicetest

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tickmark/tickmark/internal/awswire"
)

// common are the errors that every operation may answer with, whatever the model lists.
var common = []string{"AccessDeniedException", "ThrottlingException", "ValidationException"}

// Cover fails when a served operation of a service has no story in which it succeeds, or none in which it refuses, and
// when one answers with an error that its model does not list: clients have no class for that. It gives the number of
// operations served.
func Cover(t *testing.T, dir string, svc *awswire.Service, r *awswire.Registry, also ...string) int {
	t.Helper()
	done, refused := answers(t, dir, svc.SigningName)
	served := r.Served()[svc.SigningName]
	for _, op := range served {
		known := modelled(svc, op)
		if !done[op] {
			t.Errorf("no story has %s succeed", op)
		}
		if len(known) > 0 && len(refused[op]) == 0 {
			t.Errorf("no story has %s refuse with one of %v", op, known)
		}
		for _, code := range refused[op] {
			if !slices.Contains(known, code) && !slices.Contains(common, code) && !slices.Contains(also, code) {
				t.Errorf("%s answers %s, which is none of %v", op, code, known)
			}
		}
	}
	return len(served)
}

// modelled are the errors that the model lists for an operation.
func modelled(svc *awswire.Service, op string) (codes []string) {
	at := slices.IndexFunc(svc.Operations, func(o awswire.Operation) bool { return o.Name == op })
	for _, i := range svc.Operations[at].Errors {
		codes = append(codes, svc.Errors[i].Name)
	}
	return codes
}

// answers reads from the stories which operations of a service succeed and with which codes they refuse.
func answers(t *testing.T, dir, service string) (done map[string]bool, refused map[string][]string) {
	t.Helper()
	done, refused = map[string]bool{}, map[string][]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", dir, err)
	}
	apart, err := filepath.Glob(filepath.Join(dir, "*", "*.txtar")) // stories that need more than the others
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, apart...)
	for _, file := range files {
		story, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		op := ""
		for _, section := range story.Files {
			switch section.Name {
			case "let":
			case "answer":
				status, body, _ := strings.Cut(string(section.Data), "\n")
				var e struct {
					Type string `json:"__type"`
				}
				if op == "" || status == "501" {
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
				op = asked(service, string(section.Data))
			}
		}
	}
	return done, refused
}

// asked is the operation of the service that a request calls; "" for one of another service.
func asked(service, request string) string {
	for line := range strings.Lines(request) {
		if op, ok := strings.CutPrefix(strings.TrimSpace(line), service+" "); ok {
			return op
		}
	}
	return ""
}
