package sweep

import (
	"encoding/json"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/trail"
)

// Change is something an event changed: a resource, or one of a type that the event does not tell.
type Change struct {
	Account, Region, Type string
	// Ref is the id, the name or the ARN of the resource, as the event has it; "" when it is not told.
	Ref string
}

// maxChanges bounds what one event is taken to change.
const maxChanges = 64

// Changes are what an event changed of the types that are collected, as far as can be told from it: nothing for events
// that only read or failed, for data events and for what comes all the time without changing a configuration. of gives
// the collector of a type, nil when it has none; named are all types, for calls that name no resource.
func Changes(e *trail.Event, of func(string) *collect.Type, named []string) []Change {
	if e.ReadOnly == "true" || e.ErrorCode != "" || chatter[e.Name] || e.Category != "" && e.Category != trail.Management {
		return nil
	}
	src, known := sources()[e.Source]
	c := changes{e: e, of: of, seen: map[Change]bool{}}
	for _, r := range e.Resources {
		c.add(r.Type, r.Name)
	}
	if len(src.params) > 0 {
		c.parameters(src.params)
	}
	if typ := src.calls[e.Name]; typ != "" {
		c.add(typ, "")
	}
	if len(c.all) == 0 && known {
		c.byName(src, named)
	}
	return c.all
}

type changes struct {
	e    *trail.Event
	of   func(string) *collect.Type
	all  []Change
	seen map[Change]bool
}

func (c *changes) add(typ, ref string) {
	t := c.of(typ)
	if t == nil || len(c.all) >= maxChanges {
		return
	}
	ch := Change{Account: c.e.Account, Region: c.e.Region, Type: typ, Ref: ref}
	if t.Once() && !templated(t.Region) {
		ch.Region = t.Region
	}
	if !c.seen[ch] {
		c.seen[ch] = true
		c.all = append(c.all, ch)
	}
}

// parameters looks for members that name a resource anywhere in the request and the answer.
func (c *changes) parameters(names map[string]string) {
	var raw struct {
		Request  any `json:"requestParameters"`
		Response any `json:"responseElements"`
	}
	if json.Unmarshal(c.e.Raw, &raw) != nil {
		return
	}
	c.walk(raw.Request, names, 0)
	c.walk(raw.Response, names, 0)
}

// maxDepth of parameters that are looked into.
const maxDepth = 12

func (c *changes) walk(v any, names map[string]string, depth int) {
	if depth > maxDepth {
		return
	}
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			if s, ok := e.(string); ok {
				if typ := names[k]; typ != "" && s != "" {
					c.add(typ, s)
				}
				continue
			}
			c.walk(e, names, depth+1)
		}
	case []any:
		for _, e := range t {
			c.walk(e, names, depth+1)
		}
	}
}

// byName takes the types of the source whose noun the call's name has: CreateFileSystem, AWS::EFS::FileSystem. The
// longest nouns win: DeleteDBClusterSnapshot is about no cluster.
func (c *changes) byName(src source, named []string) {
	longest := 0
	var found []string
	for _, typ := range named {
		noun := typ[strings.LastIndexByte(typ, ':')+1:]
		if !of(typ, src.prefixes) || !strings.Contains(strings.ToLower(c.e.Name), strings.ToLower(noun)) || len(noun) < longest {
			continue
		}
		if len(noun) > longest {
			longest, found = len(noun), nil
		}
		found = append(found, typ)
	}
	for _, typ := range found {
		c.add(typ, "")
	}
}

func of(typ string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(typ, p) {
			return true
		}
	}
	return false
}

// ends reports whether a call's name says that a resource is no more.
func ends(name string) bool {
	for _, verb := range []string{"Delete", "Terminate", "Deregister", "Remove", "Release"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

// unitRegion is the region of the unit that reads a type where a change was.
func unitRegion(t *collect.Type, region string) string {
	if t.Once() {
		return arn.Global
	}
	return region
}
