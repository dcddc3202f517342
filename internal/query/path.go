package query

import (
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/inventory/schema"
)

// roots are the properties that hold others.
var roots = []string{"configuration", "supplementaryConfiguration", "tags", "relationships"}

// members are what the elements of two of them hold.
var members = map[string][]string{
	"tags":          {"key", "value", "tag"},
	"relationships": {"relationshipName", "name", "resourceId", "resourceName", "resourceType"},
}

func newPath(name string, at Position) *Path {
	return &Path{Name: name, Segments: strings.Split(name, "."), At: at, kinds: map[string]string{}}
}

// checkPath refuses names that no resource can have.
func checkPath(p *Path) (*Path, error) {
	if slices.Contains(p.Segments, "") {
		return nil, invalid(p.At, "the property %s has an empty part.", p.Name)
	}
	first := p.Segments[0]
	switch {
	case first == "configuration" || first == "supplementaryConfiguration":
		return p, nil
	case members[first] != nil:
		if len(p.Segments) > 2 || len(p.Segments) == 2 && !slices.Contains(members[first], p.Segments[1]) {
			return nil, invalid(p.At, "there is no property %s: %s has %s.", p.Name, first, strings.Join(members[first], ", "))
		}
		if p.Name == "relationships.name" { // as the file form of an item calls it
			p.Segments[1] = "relationshipName"
		}
		return p, nil
	case schema.Common()[p.Name] != "":
		return p, nil
	}
	for _, known := range append(slices.Sorted(maps.Keys(schema.Common())), roots...) {
		head, _, _ := strings.Cut(known, ".")
		if strings.EqualFold(head, first) {
			return nil, invalid(p.At, "there is no property %s: names are case-sensitive, so write %s.", first, head)
		}
	}
	return nil, invalid(p.At, "there is no property %s: it must begin with configuration, supplementaryConfiguration, tags or relationships, or be a common property such as resourceId, resourceType, accountId or awsRegion.", p.Name)
}

// subtree reports whether the path names a whole object, which can be selected and not compared.
func (p *Path) subtree() bool { return len(p.Segments) == 1 && slices.Contains(roots, p.Segments[0]) }

// kind is the kind of the property in resources of a type; empty when the schema does not know it.
func (p *Path) kind(typ string) string {
	if k, ok := p.kinds[typ]; ok {
		return k
	}
	k := kindOf(p.Name, typ)
	p.kinds[typ] = k
	return k
}

func kindOf(name, typ string) string {
	if k := schema.Common()[name]; k != "" {
		return k
	}
	of := schema.Of(typ)
	for _, n := range []string{name, name + ".value", strings.TrimSuffix(name, ".value")} {
		if k := of[n]; k != "" {
			return k
		}
	}
	return ""
}

// numeric reports whether a kind can be added up; an unknown kind may be.
func numeric(kind string) bool { return kind == "integer" || kind == "float" || kind == "" }
