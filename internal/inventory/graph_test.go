package inventory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

func knot(typ, id string, to ...inventory.Relationship) inventory.Spec {
	return inventory.Spec{Key: inventory.Key{Type: typ, ID: id}, Name: "name-" + id, Relationships: to}
}

// drawn is a graph as text: nodes with their distance, then edges.
func drawn(g inventory.Graph) string {
	var out []string
	for _, n := range g.Nodes {
		mark := ""
		switch {
		case n.Item == nil:
			mark = "?"
		case !n.Item.Present():
			mark = "-"
		}
		out = append(out, fmt.Sprintf("%s%s@%d", n.ID, mark, n.Depth))
	}
	slices.Sort(out[1:])
	var edges []string
	for _, e := range g.Edges {
		edges = append(edges, fmt.Sprintf("%s-%s->%s", g.Nodes[e.From].ID, e.Label, g.Nodes[e.To].ID))
	}
	slices.Sort(edges)
	return strings.Join(append(out, edges...), " ")
}

// A walk takes both ways, comes to an end in a cycle, stops at its limits, and sees the past as it was.
func TestAround(t *testing.T) {
	p := newPast(t)
	const typ = "AWS::EC2::Instance"
	edge := func(id string) inventory.Relationship { return inventory.Relationship{Type: typ, ID: id, Label: "to"} }
	p.put(1, knot(typ, "a", edge("b")))
	p.put(1, knot(typ, "b", edge("c"), inventory.Relationship{Type: "AWS::IAM::Role", Name: "name-role", Label: "by name"}))
	p.put(1, knot(typ, "c", edge("a"), edge("c"), edge("lost")))
	role := knot("AWS::IAM::Role", "role")
	role.Region = "global"
	p.put(1, role)
	foreign := knot(typ, "b", edge("a"))
	foreign.Account = "444455556666"
	p.put(1, foreign)
	p.put(1, knot(typ, "x", edge("a")))
	// Later x leaves, a is moved to d, and the role gets another name.
	goneX := knot(typ, "x")
	goneX.Status = inventory.Deleted
	p.put(3, goneX)
	p.put(3, knot(typ, "d"))
	p.put(3, knot(typ, "a", edge("d"), edge("x")))
	role.Name = "renamed"
	p.put(3, role)

	at := inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: typ, ID: "a"}
	for _, c := range []struct {
		name string
		w    inventory.Walk
		want string
		cut  bool
	}{
		{"alone", inventory.Walk{Depth: 0, Out: true, In: true, Nodes: 9}, "a@0", false},
		{"out now", inventory.Walk{Depth: 1, Out: true, Nodes: 9}, "a@0 d@1 x-@1 a-to->d a-to->x", false},
		{"in now", inventory.Walk{Depth: 9, In: true, Nodes: 9}, "a@0 b@2 c@1 b-to->c c-to->a c-to->c", false},
		{"both now", inventory.Walk{Depth: 2, Out: true, In: true, Nodes: 9}, "a@0 b@2 c@1 d@1 lost?@2 x-@1 a-to->d a-to->x b-to->c c-to->a c-to->c c-to->lost", false},
		{"cut", inventory.Walk{Depth: 2, Out: true, In: true, Nodes: 2}, "a@0 d@1 a-to->d", true},
		{"out then", inventory.Walk{Depth: 9, Out: true, Nodes: 9, At: on(2)}, "a@0 b@1 c@2 lost?@3 role@2 a-to->b b-by name->role b-to->c c-to->a c-to->c c-to->lost", false},
		{"in then", inventory.Walk{Depth: 9, In: true, Nodes: 9, At: on(2)}, "a@0 b@2 c@1 x@1 a-to->b b-to->c c-to->a c-to->c x-to->a", false},
		{"both then", inventory.Walk{Depth: 1, Out: true, In: true, Nodes: 9, At: on(2)}, "a@0 b@1 c@1 x@1 a-to->b c-to->a x-to->a", false},
		{"in then of a name", inventory.Walk{Start: inventory.Key{Account: at.Account, Region: "global", Type: "AWS::IAM::Role", ID: "role"}, Depth: 1, In: true, Nodes: 9, At: on(2)}, "role@0 b@1 b-by name->role", false},
		{"of a new name", inventory.Walk{Start: inventory.Key{Account: at.Account, Region: "global", Type: "AWS::IAM::Role", ID: "role"}, Depth: 1, In: true, Nodes: 9}, "role@0", false},
	} {
		if c.w.Start.ID == "" {
			c.w.Start = at
		}
		p.read(func(tx inventory.Tx) error {
			g, err := inventory.Around(tx, c.w)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				return nil
			}
			if got := drawn(g); got != c.want || g.Cut != c.cut {
				t.Errorf("%s, cut %v\ngot  %s\nwant %s", c.name, g.Cut, got, c.want)
			}
			return nil
		})
	}
	p.read(func(tx inventory.Tx) error {
		at.ID = "nothing"
		var f *fault.Error
		if _, err := inventory.Around(tx, inventory.Walk{Start: at, Depth: 1, Out: true, Nodes: 9}); !errors.As(err, &f) || f.Kind != fault.NotFound {
			t.Errorf("of a resource that never was: %v", err)
		}
		return nil
	})
}
