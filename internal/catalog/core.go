package catalog

import (
	_ "embed"
	"strings"
)

//go:embed data/core.tsv
var coreData string

// Core is a core control: one practice on AWS, with the rules, findings, calls and events that show whether it is
// followed.
type Core struct {
	// ID is the UUID under which Audit Manager lists it; CatalogID is the same id as Control Catalog writes it.
	ID, CatalogID string
	Key           string
	Name          string
	Description   string
	// Common are the common controls it serves, the chief one first.
	Common []*Common

	common                  []string
	config, hub, api, trail []string
}

// Core finds a core control by its UUID, its id in Control Catalog, or an ARN with either.
func (g *Groupings) Core(ref string) (*Core, bool) {
	if kind, id, ok := ParseARN(ref); ok && kind == KindControl {
		ref = id
	} else if i := strings.LastIndex(ref, ":control/"); strings.HasPrefix(ref, "arn:") && i > 0 {
		ref = ref[i+len(":control/"):] // as Audit Manager writes it
	}
	c, ok := g.core[ref]
	return c, ok
}

// Sources are the mapping sources of the core control.
func (c *Core) Sources() []Source {
	var out []Source
	for _, l := range []struct {
		typ       SourceType
		keywords  []string
		frequency string
	}{{Config, c.config, ""}, {SecurityHub, c.hub, ""}, {APICall, c.api, Daily}, {CloudTrail, c.trail, ""}} {
		for _, k := range l.keywords {
			out = append(out, Source{
				ID: stableID(c.ID, string(l.typ), k), Name: string(l.typ) + " " + k, SetUpOption: SystemControls, Type: l.typ,
				KeywordInput: SelectFromList, Keyword: k, Frequency: l.frequency,
			})
		}
	}
	return out
}

// loadCore parses the core controls, and gives them by the keys of the common controls they serve.
func (g *Groupings) loadCore() map[string][]*Core {
	by := map[string][]*Core{}
	for line := range strings.Lines(coreData) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cell := strings.Split(line, "\t")
		id := stableID("core", cell[0])
		c := &Core{
			ID: id, CatalogID: catalogID(id), Key: cell[0], Name: cell[1], Description: cell[2],
			common: list(cell[3]), config: list(cell[4]), hub: list(cell[5]), api: list(cell[6]), trail: list(cell[7]),
		}
		g.cores = append(g.cores, c)
		g.core[c.ID], g.core[c.CatalogID] = c, c
		for _, key := range c.common {
			by[key] = append(by[key], c)
		}
		for _, s := range c.Sources() {
			k := sourceKey{s.Type, s.Keyword}
			g.holders[k] = append(g.holders[k], c)
		}
	}
	return by
}
