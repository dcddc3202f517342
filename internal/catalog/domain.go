package catalog

import (
	_ "embed"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
)

//go:embed data/common.tsv
var commonData string

// Grouping is what Control Catalog shows of a domain, an objective or a common control.
type Grouping struct {
	// ID is what the ARN ends with. It depends on the kind and the key alone, and is AWS's own where its documentation
	// gives one.
	ID string
	// Key is the name in our tables.
	Key               string
	Name, Description string
}

// Domain is a field of control, such as identity and access management.
type Domain struct {
	Grouping
	Objectives []*Objective
}

// Objective is an aim within a domain.
type Objective struct {
	Grouping
	Domain *Domain
	Common []*Common
}

// Common is a common control: one thing that several standards ask for. It is proved by its core controls.
type Common struct {
	Grouping
	Objective *Objective
	Core      []*Core
}

// Manual reports whether nothing automated is grouped under the common control: evidence is brought by hand.
func (c *Common) Manual() bool { return len(c.Core) == 0 }

// The kinds of groupings, as they stand in their ARNs.
const (
	KindDomain    = "domain"
	KindObjective = "objective"
	KindCommon    = "common-control"
	KindControl   = "control"
)

// ARN is the ARN of a thing in Control Catalog, in a partition; "" means aws.
func ARN(partition, kind, id string) string {
	if partition == "" {
		partition = "aws"
	}
	return "arn:" + partition + ":controlcatalog:::" + kind + "/" + id
}

// ParseARN takes an ARN of Control Catalog apart, of any partition.
func ParseARN(s string) (kind, id string, ok bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "controlcatalog" {
		return "", "", false
	}
	kind, id, ok = strings.Cut(parts[5], "/")
	return kind, id, ok && id != ""
}

// ControlID is the id in Control Catalog of a control of ours, by its kind and name there.
func ControlID(kind, name string) string { return catalogID(stableID("control catalog", kind, name)) }

// catalogID writes a UUID as Control Catalog does its ids: 25 digits of the base 36.
func catalogID(id string) string {
	u := uuid.MustParse(id)
	s := new(big.Int).SetBytes(u[:]).Text(36)
	return strings.Repeat("0", 25-len(s)) + s
}

// Groupings are the domains with all that is below them, and the indexes.
type Groupings struct {
	domains    []*Domain
	objectives []*Objective
	commons    []*Common
	cores      []*Core

	domain    map[string]*Domain    // by id
	objective map[string]*Objective // by id
	common    map[string]*Common    // by id
	core      map[string]*Core      // by UUID and by id of the catalog
	holders   map[sourceKey][]*Core // core controls by what they hold

	commonByKey map[string]*Common
}

// sourceKey is a keyword with its type.
type sourceKey struct {
	typ     SourceType
	keyword string
}

// Catalog is the groupings that ship with the program, parsed at the first call.
var Catalog = sync.OnceValue(func() *Groupings {
	g := &Groupings{
		domain: map[string]*Domain{}, objective: map[string]*Objective{}, common: map[string]*Common{}, core: map[string]*Core{},
		holders: map[sourceKey][]*Core{},
	}
	g.loadCommon(g.loadCore())
	return g
})

// Domains are all domains, Objectives all objectives, Commons all common controls and Cores all core controls, in the
// order of their tables.
func (g *Groupings) Domains() []*Domain { return g.domains }

// Objectives are all objectives.
func (g *Groupings) Objectives() []*Objective { return g.objectives }

// Commons are all common controls.
func (g *Groupings) Commons() []*Common { return g.commons }

// Cores are all core controls.
func (g *Groupings) Cores() []*Core { return g.cores }

// Domain finds a domain by its id, ARN, or the plain UUID that older references have.
func (g *Groupings) Domain(ref string) (*Domain, bool) { return find(g.domain, KindDomain, ref) }

// Objective finds an objective by its id or ARN.
func (g *Groupings) Objective(ref string) (*Objective, bool) {
	return find(g.objective, KindObjective, ref)
}

// Common finds a common control by its id or ARN.
func (g *Groupings) Common(ref string) (*Common, bool) { return find(g.common, KindCommon, ref) }

func find[T any](in map[string]*T, kind, ref string) (*T, bool) {
	if strings.HasPrefix(ref, "arn:") {
		k, id, ok := ParseARN(ref)
		if !ok || k != kind {
			return nil, false
		}
		ref = id
	}
	if uuid.Validate(ref) == nil {
		ref = catalogID(ref)
	}
	v, ok := in[ref]
	return v, ok
}

// loadCommon parses domains, objectives and common controls; a line's first sign tells which.
func (g *Groupings) loadCommon(cores map[string][]*Core) {
	for line := range strings.Lines(commonData) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cell := append(strings.Split(line, "\t"), "")
		group := func(kind string) Grouping {
			key := strings.TrimLeft(cell[0], "=-")
			x := Grouping{catalogID(stableID(kind, key)), key, cell[1], cell[2]}
			if cell[3] != "" {
				x.ID = cell[3]
			}
			return x
		}
		switch line[0] {
		case '=':
			d := &Domain{Grouping: group(KindDomain)}
			g.domains, g.domain[d.ID] = append(g.domains, d), d
		case '-':
			d := g.domains[len(g.domains)-1]
			o := &Objective{Grouping: group(KindObjective), Domain: d}
			d.Objectives = append(d.Objectives, o)
			g.objectives, g.objective[o.ID] = append(g.objectives, o), o
		default:
			o := g.objectives[len(g.objectives)-1]
			c := &Common{Grouping: group(KindCommon), Objective: o, Core: cores[cell[0]]}
			o.Common = append(o.Common, c)
			g.commons, g.common[c.ID] = append(g.commons, c), c
		}
	}
	g.file()
}

// file tells every core control its common controls, the chief one first.
func (g *Groupings) file() {
	g.commonByKey = map[string]*Common{}
	for _, c := range g.commons {
		g.commonByKey[c.Key] = c
	}
	for _, k := range g.cores {
		for _, key := range k.common {
			k.Common = append(k.Common, g.commonByKey[key])
		}
		k.Common = slices.Clip(k.Common)
	}
}
