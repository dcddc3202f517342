package inventory

import (
	"cmp"
	"slices"
)

// Walk asks for what lies around a resource. Edges name no account, so a walk stays in one.
type Walk struct {
	Start Key
	// Depth is how many edges away from the start is looked, at most MaxWalkDepth.
	Depth int
	// Out follows the edges that a resource names, In those that name it.
	Out, In bool
	// At is a moment of the past; zero for now.
	At AsOf
	// Nodes is how many resources are gathered, at most MaxWalkNodes.
	Nodes int
}

// The limits of a walk.
const (
	MaxWalkDepth = 20
	MaxWalkNodes = 10_000
)

// Graph is what a walk found. The start is the first node, nearer ones come before farther ones.
type Graph struct {
	Nodes []Node
	Edges []Edge
	// Cut: there were more resources than were asked for.
	Cut bool
}

// Node is a resource at its distance from the start. Item is nil when no item tells of it: an edge may lead to what is
// not recorded.
type Node struct {
	Key
	Depth int
	Item  *Item
}

// Edge leads from one node to another, both by their places among the nodes.
type Edge struct {
	From, To int
	Label    string
}

// Around walks level by level, so every node is at its least distance and no cycle is walked twice. The edges of the
// outermost nodes are not asked for.
func Around(tx Tx, w Walk) (Graph, error) {
	s := &stroll{places: places{tx: tx, at: w.At}, limit: max(1, min(w.Nodes, MaxWalkNodes)), index: map[Key]int{}, seen: map[Edge]bool{}}
	start, err := s.item(w.Start)
	if err != nil {
		return Graph{}, err
	}
	s.node(w.Start, start, 0)
	for depth, first := 0, 0; depth < min(w.Depth, MaxWalkDepth) && first < len(s.Nodes); depth++ {
		level := len(s.Nodes)
		if w.Out {
			for i := first; i < level; i++ {
				if err := s.out(i); err != nil {
					return Graph{}, err
				}
			}
		}
		if w.In {
			if err := s.in(first, level); err != nil {
				return Graph{}, err
			}
		}
		first = level
	}
	slices.SortStableFunc(s.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Label, b.Label))
	})
	return s.Graph, nil
}

// stroll is a walk on its way.
type stroll struct {
	Graph
	places
	limit int
	index map[Key]int
	seen  map[Edge]bool
}

// node is the place of a resource among the nodes; false when there is no room for it.
func (s *stroll) node(k Key, it *Item, depth int) (int, bool) {
	if i, ok := s.index[k]; ok {
		return i, true
	}
	if len(s.Nodes) == s.limit {
		s.Cut = true
		return 0, false
	}
	s.index[k] = len(s.Nodes)
	s.Nodes = append(s.Nodes, Node{k, depth, it})
	return len(s.Nodes) - 1, true
}

func (s *stroll) edge(e Edge) {
	if !s.seen[e] {
		s.seen[e] = true
		s.Edges = append(s.Edges, e)
	}
}

// out follows the edges that a node names.
func (s *stroll) out(i int) error {
	n := s.Nodes[i]
	if n.Item == nil || !n.Item.Present() {
		return nil
	}
	for r := range n.Item.Relationships() {
		k, it, err := s.target(n.Key, r)
		if err != nil {
			return err
		}
		if to, ok := s.node(k, it, n.Depth+1); ok {
			s.edge(Edge{i, to, r.Label})
		}
	}
	return nil
}

// in follows the edges that name the nodes of a level.
func (s *stroll) in(first, end int) error {
	return s.leading(s.Nodes[first:end:end], func(to int, from Key, label string) error {
		it, err := s.item(from)
		if err != nil {
			return err
		}
		if i, ok := s.node(from, it, s.Nodes[first+to].Depth+1); ok {
			s.edge(Edge{i, first + to, label})
		}
		return nil
	})
}
