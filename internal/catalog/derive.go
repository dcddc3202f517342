package catalog

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed data/derived.tsv
var derivedData string

// derive adds the frameworks that are a selection from another one, with that one's mappings, and completes those of
// which only a part is mapped. What a framework has itself stands.
func derive(drafts []*draft) []*draft {
	find := func(standard, version string) *draft {
		i := slices.IndexFunc(drafts, func(d *draft) bool { return d.Standard == standard && d.Version == version })
		if i < 0 {
			return nil
		}
		return drafts[i]
	}
	for line := range strings.Lines(derivedData) {
		if line[0] == '#' {
			continue
		}
		cell := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		d, from := find(cell[0], cell[1]), find(cell[2], cell[3])
		if d == nil {
			d = newDraft(cell[0], cell[1])
			drafts = append(drafts, d)
		}
		d.take(from, cell[4])
	}
	return drafts
}

// take copies controls: those listed, or after a minus all but those. The order is that of the other framework, its
// sets are left behind.
func (d *draft) take(from *draft, ids string) {
	ids, but := strings.CutPrefix(ids, "-")
	listed := list(ids)
	d.from = from
	own := map[string]row{}
	for _, r := range d.rows {
		own[r.control.Requirement] = r
	}
	d.rows = nil
	for _, r := range from.rows {
		id := r.control.Requirement
		if slices.Contains(listed, id) == but {
			continue
		}
		if mine, ok := own[id]; ok {
			d.rows = append(d.rows, mine)
			continue
		}
		c := *r.control
		c.ID, c.Framework = stableID("control", d.Standard, d.Version, id), d.Framework
		d.rows = append(d.rows, row{control: &c})
	}
	addActivity(d.Framework, d.rows)
	addAssertions(d.Framework, d.rows)
}
