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
	done, refused := answers(t, dir, svc)
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

// CoverErrors fails when no story has a served operation refuse with one of the errors that its model lists. Those
// that cannot be provoked stand in never with the reason, by the error's name, for all operations, or by operation and
// name with a space between; it fails when one of them is provoked after all.
func CoverErrors(t *testing.T, dir string, svc *awswire.Service, r *awswire.Registry, never map[string]string) {
	t.Helper()
	_, refused := answers(t, dir, svc)
	used := map[string]bool{}
	for _, op := range r.Served()[svc.SigningName] {
		for _, code := range modelled(svc, op) {
			key := op + " " + code
			if _, all := never[code]; all {
				key = code
			}
			reason, listed := never[key]
			used[key] = true
			switch provoked := slices.Contains(refused[op], code); {
			case !provoked && !listed:
				t.Errorf("no story has %s refuse with %s", op, code)
			case provoked && listed:
				t.Errorf("%s is said never to refuse with %s (%s), and does", op, code, reason)
			}
		}
	}
	for key := range never {
		if !used[key] {
			t.Errorf("%q is no error that a served operation lists", key)
		}
	}
}

// incomplete tells which member of an error's shape is missing of those that say what was wrong; "" when none is.
func incomplete(svc *awswire.Service, code, body string) string {
	at := slices.IndexFunc(svc.Errors, func(e awswire.ErrorShape) bool { return e.Name == code })
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil || at < 0 {
		return ""
	}
	for _, m := range svc.Errors[at].Members {
		switch m.Name {
		case "resourceId", "resourceType", "reason":
			if v, _ := got[m.Name].(string); v == "" {
				return "the member " + m.Name + " is missing"
			}
		}
	}
	return ""
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
func answers(t *testing.T, dir string, svc *awswire.Service) (done map[string]bool, refused map[string][]string) {
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
				} else if why := incomplete(svc, e.Type, body); why != "" {
					t.Errorf("%s: %s: %s: %s", file, op, why, section.Data)
				} else if !slices.Contains(refused[op], e.Type) {
					refused[op] = append(refused[op], e.Type)
				}
			default:
				op = asked(svc, string(section.Data))
			}
		}
	}
	return done, refused
}

// asked is the operation of the service that a request calls; "" for one of another service.
func asked(svc *awswire.Service, request string) string {
	for line := range strings.Lines(request) {
		line = strings.TrimSpace(line)
		if op, ok := strings.CutPrefix(line, svc.SigningName+" "); ok {
			return op
		}
		if words := strings.Fields(line); len(words) == 3 && words[1] == svc.SigningName {
			return routed(svc, words[0], words[2])
		}
	}
	return ""
}

// routed is the operation of a REST request: of those whose path fits the one with the most literal segments.
func routed(svc *awswire.Service, method, path string) (name string) {
	path, _, _ = strings.Cut(path, "?")
	parts, most := strings.Split(path, "/"), -1
	for _, op := range svc.Operations {
		if n := literal(strings.Split(op.URI, "/"), parts); op.Method == method && n > most {
			name, most = op.Name, n
		}
	}
	return name
}

// literal counts the segments of a route that stand in the path as they are; -1 when the path does not fit.
func literal(route, path []string) int {
	if len(route) != len(path) {
		return -1
	}
	n := 0
	for i, segment := range route {
		switch {
		case strings.HasPrefix(segment, "{"):
		case segment != path[i]:
			return -1
		default:
			n++
		}
	}
	return n
}
