package server

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

// GraphQuery asks what lies around a resource, now or as of a moment.
type GraphQuery struct {
	Resource ResourceRef `json:"resource"`
	Depth    int         `json:"depth"`
	Out      bool        `json:"out"`
	In       bool        `json:"in"`
	Limit    int         `json:"limit"`
	AsOf     time.Time   `json:"asOf,omitzero"`
	KnownAt  time.Time   `json:"knownAt,omitzero"`
}

// Graph is what was found: the start first, nearer resources before farther ones. Edges name their ends by their
// places among the nodes.
type Graph struct {
	Nodes []GraphNode `json:"nodes"`
	Edges []GraphEdge `json:"edges"`
	// Truncated: there are more resources than were asked for.
	Truncated bool `json:"truncated"`
}

// GraphNode is a resource; its status is empty when no item tells of it.
type GraphNode struct {
	Place
	Depth  int    `json:"depth"`
	Status string `json:"configurationItemStatus,omitempty"`
	Gone   bool   `json:"gone,omitempty"`
}

// GraphEdge leads from one node to another.
type GraphEdge struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Label string `json:"relationshipName"`
}

// Graph walks the relationships around a resource.
func (s *Server) Graph(ctx context.Context, q GraphQuery) (out Graph, err error) {
	err = s.items.Read(ctx, func(tx inventory.Tx) error {
		k, err := q.Resource.resolve(tx)
		if err != nil {
			return err
		}
		g, err := inventory.Around(tx, inventory.Walk{
			Start: k, Depth: q.Depth, Out: q.Out, In: q.In, Nodes: q.Limit, At: inventory.AsOf{At: q.AsOf, KnownAt: q.KnownAt},
		})
		if err != nil {
			return err
		}
		out = Graph{Nodes: []GraphNode{}, Edges: []GraphEdge{}, Truncated: g.Cut}
		for _, n := range g.Nodes {
			node := GraphNode{Place: placeOf(n.Key, n.Item), Depth: n.Depth}
			if n.Item != nil {
				node.Status, node.Gone = string(n.Item.Status), !n.Item.Present()
			}
			out.Nodes = append(out.Nodes, node)
		}
		for _, e := range g.Edges {
			out.Edges = append(out.Edges, GraphEdge(e))
		}
		return nil
	})
	return out, err
}
