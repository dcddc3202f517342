package catalog

import (
	_ "embed"
	"path"
	"strings"
	"sync"
)

//go:embed data/sections.tsv
var sectionsData string

// filing is one line of sections.tsv.
type filing struct {
	frameworks, beginnings, common []string
}

var filings = sync.OnceValue(func() []filing {
	var out []filing
	for line := range strings.Lines(sectionsData) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		cell := strings.Split(line, "\t")
		out = append(out, filing{strings.Split(cell[0], "|"), list(cell[1]), list(cell[2])})
	}
	return out
})

// filingsOf are the lines for a framework.
func filingsOf(f *Framework) []filing {
	var out []filing
	for _, x := range filings() {
		if x.applies(f) {
			out = append(out, x)
		}
	}
	return out
}

// bySection files a requirement by the beginning of its id, the longest that fits.
func bySection(of []filing, requirement string) []*Common {
	var keys []string
	longest := 0
	for _, x := range of {
		for _, b := range x.beginnings {
			if len(b) > longest && begins(requirement, b) {
				keys, longest = x.common, len(b)
			}
		}
	}
	var out []*Common
	for _, k := range keys {
		if c, ok := Catalog().commonByKey[k]; ok {
			out = append(out, c)
		}
	}
	return out
}

func (x filing) applies(f *Framework) bool {
	for _, p := range x.frameworks {
		for _, name := range []string{f.Standard, f.Name()} {
			if ok, _ := path.Match(strings.ReplaceAll(p, "/", "|"), strings.ReplaceAll(name, "/", "|")); ok {
				return true
			}
		}
	}
	return false
}

// begins reports whether an id begins with a section's, and does not go on as another word or number.
func begins(id, section string) bool {
	id, section = strings.ReplaceAll(id, " ", ""), strings.ReplaceAll(section, " ", "")
	if !strings.HasPrefix(id, section) {
		return false
	}
	if len(id) == len(section) {
		return true
	}
	last, next := section[len(section)-1], id[len(section)]
	return !(digit(last) && digit(next) || letter(last) && letter(next))
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
