package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) historyGraph() *cobra.Command {
	var c server.Config
	var q server.GraphQuery
	var format, direction string
	cmd := &cobra.Command{
		Use:   "graph TYPE ID | ARN",
		Short: "The resources that a resource is tied to, now or at a past time",
		Long: `Graph walks along the relationships of a resource: out, to those that it names; in, to those that name it; or both.
Relationships name no account, so a walk stays in one. Every resource is told once, at its least distance. The tree shows
the way to each; --output json and --output dot have all relationships between those found.`,
		Example: `  tickmark history graph AWS::EC2::Instance i-0abc --depth 3
  tickmark history graph AWS::EC2::SecurityGroup sg-0abc --direction in --as-of 2026-01-31
  tickmark history graph AWS::EC2::VPC vpc-0abc --output dot | dot -Tsvg > vpc.svg`,
		Args: resourceArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			name(&q.Resource, args)
			q.Out, q.In = direction != "in", direction != "out"
			switch {
			case !slices.Contains([]string{"both", "out", "in"}, direction):
				return usage(cmd, fmt.Errorf("--direction %q is unknown: it must be both, out or in", direction))
			case q.Depth < 0 || q.Depth > inventory.MaxWalkDepth:
				return usage(cmd, fmt.Errorf("--depth %d: it must be 0 to %d", q.Depth, inventory.MaxWalkDepth))
			case q.Limit < 1 || q.Limit > inventory.MaxWalkNodes:
				return usage(cmd, fmt.Errorf("--limit %d: it must be 1 to %d", q.Limit, inventory.MaxWalkNodes))
			case q.AsOf.IsZero() && !q.KnownAt.IsZero():
				return usage(cmd, errors.New("--known-at goes with --as-of"))
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				g, err := in.Graph(cmd.Context(), q)
				if err != nil {
					return err
				}
				switch format {
				case "json":
					return printJSON(p.out, g)
				case "dot":
					return printDot(p.out, g)
				}
				return printTree(p.out, g)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "tree", "json", "dot")
	placeFlags(cmd, &q.Resource.Accounts, &q.Resource.Regions)
	cmd.Flags().IntVar(&q.Depth, "depth", 2, "how many relationships away to look")
	cmd.Flags().StringVar(&direction, "direction", "both", "which relationships to follow: both | out | in")
	cmd.Flags().IntVar(&q.Limit, "limit", 500, "at most so many resources")
	momentFlag(cmd, &q.AsOf, "as-of", "as it was then (2026-01-31, or 2026-01-31T12:00:00Z)")
	momentFlag(cmd, &q.KnownAt, "known-at", "by what was recorded until then")
	return cmd
}

// twig is a node below another in the printed tree.
type twig struct {
	node int
	way  string
}

// printTree shows the way to each resource: the first relationship that leads to it from a nearer one.
func printTree(w io.Writer, g server.Graph) error {
	below := make([][]twig, len(g.Nodes))
	ways := make([][]twig, len(g.Nodes))
	for _, e := range g.Edges {
		ways[e.From] = append(ways[e.From], twig{e.To, "-> " + strings.TrimSpace(e.Label)})
		ways[e.To] = append(ways[e.To], twig{e.From, "<- " + strings.TrimSpace(e.Label)})
	}
	placed := make([]bool, len(g.Nodes))
	for i := range g.Nodes { // nearer ones come first
		for _, t := range ways[i] {
			if !placed[t.node] && g.Nodes[t.node].Depth == g.Nodes[i].Depth+1 {
				placed[t.node] = true
				below[i] = append(below[i], t)
			}
		}
	}
	var b strings.Builder
	b.WriteString(plain(title(g.Nodes[0].Place)+note(g.Nodes[0])) + "\n")
	var grow func(i int, indent string)
	grow = func(i int, indent string) {
		for n, t := range below[i] {
			branch, next := "├─ ", "│  "
			if n == len(below[i])-1 {
				branch, next = "└─ ", "   "
			}
			b.WriteString(indent + branch + plain(t.way+": "+label(g.Nodes[t.node], g.Nodes[0])) + "\n")
			grow(t.node, indent+next)
		}
	}
	grow(0, "")
	fmt.Fprintf(&b, "%d resources, %d relationships", len(g.Nodes), len(g.Edges))
	if g.Truncated {
		b.WriteString("; there are more (--limit)")
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// label is a resource below the start, with its region where that is another one.
func label(n, start server.GraphNode) string {
	text := n.Type + " " + n.ID
	if n.Name != "" && n.Name != n.ID {
		text += " (" + n.Name + ")"
	}
	if n.Region != start.Region {
		text += " in " + n.Region
	}
	return text + note(n)
}

func note(n server.GraphNode) string {
	switch {
	case n.Status == "":
		return " [not recorded]"
	case n.Gone:
		return " [gone]"
	}
	return ""
}

// printDot writes the graph in the language of Graphviz.
func printDot(w io.Writer, g server.Graph) error {
	quote := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(plain(s)) + `"`
	}
	var b strings.Builder
	b.WriteString("digraph relationships {\n  node [shape=box];\n")
	for i, n := range g.Nodes {
		style := ""
		if n.Gone || n.Status == "" {
			style = ", style=dashed"
		}
		fmt.Fprintf(&b, "  n%d [label=%s%s];\n", i, quote(label(n, g.Nodes[0])), style)
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "  n%d -> n%d [label=%s];\n", e.From, e.To, quote(strings.TrimSpace(e.Label)))
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}
