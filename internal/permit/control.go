package permit

import (
	_ "embed" // handlers.tsv
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/fault"
)

// handlers.tsv: a resource type, and what the handlers that Cloud Control runs to list and read it may call. See SOURCES.md.
//
//go:embed handlers.tsv
var handlersTable string

var handlers = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(handlersTable) {
		typ, actions, _ := strings.Cut(strings.TrimSpace(line), "\t")
		m[typ] = strings.Fields(actions)
	}
	return m
})

// controlGrants are the permissions behind an operation of the Cloud Control API: its own, and those of the handlers
// that it runs as the caller.
func controlGrants(operation, typ string) ([]Grant, error) {
	out := []Grant{{Action: "cloudformation:" + operation}}
	if operation != "ListResources" && operation != "GetResource" {
		return out, nil
	}
	if typ == "" {
		return nil, fault.Invalidf("TypeName", "cloudcontrol:%s needs the permissions of a resource type, and none is named.", operation)
	}
	actions, ok := handlers()[typ]
	if !ok {
		return nil, fault.Invalidf("TypeName", "The permissions behind Cloud Control's handlers of %s are not known.", typ)
	}
	for _, a := range actions {
		out = append(out, Grant{Action: a})
	}
	return out, nil
}

// Controlled are the resource types whose handlers are known, sorted.
func Controlled() []string {
	var out []string
	for t := range handlers() {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}
