package catalog

import "slices"

// Expand replaces the sources that name a common or core control by what these group, transitively; a keyword that
// stands there already, or comes from an earlier grouping, is not repeated. What came from a grouping names it in Via.
// A grouping that is not known, or groups nothing, stays as it is: it collects nothing, and Lint tells why.
func Expand(sources []Source) []Source {
	if !slices.ContainsFunc(sources, func(s Source) bool { return s.Type == CommonControl || s.Type == CoreControl }) {
		return sources
	}
	have := map[sourceKey]bool{}
	for _, s := range sources {
		have[sourceKey{s.Type, s.Keyword}] = true
	}
	var out []Source
	for _, s := range sources {
		cores, via := grouped(s)
		if len(cores) == 0 {
			out = append(out, s)
			continue
		}
		for _, c := range cores {
			for _, under := range c.Sources() {
				k := sourceKey{under.Type, under.Keyword}
				if have[k] {
					continue
				}
				have[k] = true
				under.ID = stableID(s.ID, string(under.Type), under.Keyword)
				under.Via = via
				out = append(out, under)
			}
		}
	}
	return out
}

// grouped are the core controls that a source means, and how what comes from it is named.
func grouped(s Source) ([]*Core, string) {
	switch s.Type {
	case CoreControl:
		if c, ok := Catalog().Core(s.Keyword); ok {
			return []*Core{c}, ARN("", KindControl, c.CatalogID)
		}
	case CommonControl:
		if c, ok := Catalog().Common(s.Keyword); ok {
			return c.Core, ARN("", KindCommon, c.ID)
		}
	}
	return nil, ""
}

// GroupingName is the name of the grouping that an ARN in Via means.
func GroupingName(arn string) string {
	if c, ok := Catalog().Core(arn); ok {
		return c.Name
	}
	if c, ok := Catalog().Common(arn); ok {
		return c.Name
	}
	return ""
}
