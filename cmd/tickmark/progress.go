package main

import (
	"fmt"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long step is: a bar on a terminal, a line at the end elsewhere.
type progress struct {
	p    *program
	name string
	unit string
	bar  *progressbar.ProgressBar
	n    int64
}

// start begins a step; total 0 means that its length is not known.
func (p *program) start(name, unit string, total int64) *progress {
	g := &progress{p: p, name: name, unit: unit}
	if p.terminal {
		if total == 0 {
			total = -1
		}
		g.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.err), progressbar.OptionSetDescription(fmt.Sprintf("%-34s", name)),
			progressbar.OptionShowCount(), progressbar.OptionSetWidth(24), progressbar.OptionThrottle(100_000_000), progressbar.OptionClearOnFinish())
	}
	return g
}

// set tells how many are done.
func (g *progress) set(n int64) {
	g.n = n
	if g.bar != nil {
		_ = g.bar.Set64(n)
	}
}

// done ends the step with its result.
func (g *progress) done(result string) {
	if g.bar != nil {
		_ = g.bar.Finish()
	}
	if result == "" {
		result = fmt.Sprintf("%d %s", g.n, g.unit)
	}
	fmt.Fprintf(g.p.err, "%-34s %s\n", g.name, result)
}
