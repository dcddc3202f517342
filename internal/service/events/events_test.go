package events_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	api "github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/service/events"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func open(t *testing.T) servicetest.Env {
	env := storetest.Open(t)
	p := eventbus.New(eventbus.Parts{
		Store: store.For(env.DB, func(tx *store.Tx) eventbus.Tx { return tx }), Clock: env.Clock,
		Mode: func(context.Context, string) (string, error) { return "off", nil },
	})
	r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service)
	events.New(p, awswire.NewTokens([]byte("test"))).Register(r)
	return servicetest.Env{Registry: r, Services: []*awswire.Service{api.Service}, Clock: env.Clock}
}

func TestStories(t *testing.T) { servicetest.Run(t, "testdata", open) }

// common are the errors that every operation may answer with: EventBridge's model lists no ValidationException.
var common = []string{"ValidationException", "AccessDeniedException"}

// Every served operation has a story in which it succeeds and one in which it refuses with a code that is known.
func TestEveryOperationHasStories(t *testing.T) {
	done, refused := map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		story, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, section := range story.Files {
			if section.Name != "answer" {
				continue
			}
			op := operation(string(story.Files[i-1].Data))
			status, body, _ := strings.Cut(string(section.Data), "\n")
			if status == "200" {
				done[op] = true
				continue
			}
			var e struct {
				Type string `json:"__type"`
			}
			if err := json.Unmarshal([]byte(body), &e); err != nil || !known(op, e.Type) {
				t.Errorf("%s: %s answers %s", file, op, section.Data)
			}
			refused[op] = true
		}
	}
	served := open(t).Registry.Served()["events"]
	if len(served) != 20 {
		t.Fatalf("%d operations are served", len(served))
	}
	for _, op := range served {
		if !done[op] || !refused[op] {
			t.Errorf("%s: succeeds in a story %v, refuses in one %v", op, done[op], refused[op])
		}
	}
}

func operation(request string) string {
	for line := range strings.Lines(request) {
		if op, ok := strings.CutPrefix(line, "events "); ok {
			return strings.TrimSpace(op)
		}
	}
	return ""
}

func known(op, code string) bool {
	at := slices.IndexFunc(api.Service.Operations, func(o awswire.Operation) bool { return o.Name == op })
	return at >= 0 && (slices.Contains(common, code) || slices.ContainsFunc(api.Service.Operations[at].Errors, func(i int32) bool {
		return api.Service.Errors[i].Name == code
	}))
}
