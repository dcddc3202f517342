package eventbus

import (
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// step is one step of a path: a member, an element, or all of them.
type step struct {
	name  string
	index int // of an element; -1 for a member
	all   bool
}

// path is a JSON path as EventBridge reads them: $.detail.list[0].name, with [*] and .* for all.
type path []step

// parsePath reads a path; why tells what is wrong with it.
func parsePath(text string) (p path, why string) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, "a path begins with $"
	}
	for rest != "" {
		var s step
		switch {
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			s = step{name: rest[1 : end+1], index: -1}
			rest = rest[end+1:]
			if s.name == "" {
				return nil, "a name is missing behind a dot"
			}
			s.all = s.name == "*"
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, "a ] is missing"
			}
			if s, ok = bracket(rest[1:end]); !ok {
				return nil, "[" + rest[1:end] + "] is no number, no name in quotes and not *"
			}
			rest = rest[end+1:]
		default:
			return nil, "behind $ and ] comes a dot or a ["
		}
		p = append(p, s)
	}
	return p, ""
}

func bracket(inner string) (step, bool) {
	if inner == "*" {
		return step{index: -1, all: true}, true
	}
	if n := len(inner); n > 2 && (inner[0] == '\'' || inner[0] == '"') && inner[n-1] == inner[0] {
		return step{name: inner[1 : n-1], index: -1}, true
	}
	i, err := strconv.Atoi(inner)
	return step{index: i}, err == nil && i >= 0
}

// find gives the JSON text of what the path leads to; of several values, a list. False: it leads nowhere.
func (p path) find(n tree.Node) (string, bool) {
	for i, s := range p {
		switch {
		case s.all:
			return p[i+1:].each(n), n.Kind() == tree.Array || n.Kind() == tree.Object
		case s.index >= 0:
			n = n.Elem(s.index)
		default:
			n = n.Get(s.name)
		}
	}
	return n.Raw(), n.Kind() != tree.Absent
}

// each is the list of what the path leads to from each member or element.
func (p path) each(n tree.Node) string {
	var found []string
	add := func(v tree.Node) {
		if s, ok := p.find(v); ok {
			found = append(found, s)
		}
	}
	if n.Kind() == tree.Array {
		n.Elements(func(v tree.Node) bool { add(v); return true })
	}
	n.Members(func(_ string, v tree.Node) bool { add(v); return true })
	return "[" + strings.Join(found, ",") + "]"
}
