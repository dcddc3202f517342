package catalog

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/rule/managed"
)

//go:embed data/titles
var titleFiles embed.FS

// titles are names of the requirements and control sets of one framework, by requirement id and by set key.
type titles struct{ requirements, sets map[string]string }

// titleBlock is a part of a title file: the frameworks it is for, and what it names.
type titleBlock struct {
	frameworks []pattern
	titles
}

// pattern selects frameworks by standard and versions; "-" stands for a framework without a version.
type pattern struct{ standard, versions string }

func (p pattern) matches(f *Framework) bool {
	if ok, _ := path.Match(strings.ReplaceAll(p.standard, "/", "|"), strings.ReplaceAll(f.Standard, "/", "|")); !ok {
		return false
	}
	for v := range strings.FieldsSeq(p.versions) {
		if v == "-" && f.Version == "" {
			return true
		}
		if ok, _ := path.Match(v, f.Version); ok {
			return true
		}
	}
	return false
}

// titleBlocks reads the title files. A block begins with lines "= standard<TAB>versions"; then each line names a
// requirement ("id<TAB>title") or a control set ("@key<TAB>name").
var titleBlocks = sync.OnceValue(func() []titleBlock {
	var out []titleBlock
	names, _ := fs.Glob(titleFiles, "data/titles/*.tsv")
	for _, name := range names {
		text, err := titleFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		out = append(out, parseTitles(string(text))...)
	}
	return out
})

func parseTitles(text string) []titleBlock {
	var out []titleBlock
	heads := false // whether the line before was a heading too
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(line, "\t")
		if standard, ok := strings.CutPrefix(key, "= "); ok {
			if !heads {
				out = append(out, titleBlock{titles: titles{map[string]string{}, map[string]string{}}})
			}
			b := &out[len(out)-1]
			b.frameworks = append(b.frameworks, pattern{standard, value})
			heads = true
			continue
		}
		heads = false
		b := &out[len(out)-1]
		if set, ok := strings.CutPrefix(key, "@"); ok {
			b.sets[set] = value
		} else {
			b.requirements[key] = value
		}
	}
	return out
}

// titlesOf joins the blocks for a framework; what an earlier block names stands.
func titlesOf(f *Framework) titles {
	t := titles{map[string]string{}, map[string]string{}}
	for _, b := range titleBlocks() {
		for _, p := range b.frameworks {
			if p.matches(f) {
				t.merge(b.titles)
				break
			}
		}
	}
	return t
}

// merge adds what is not named yet.
func (t titles) merge(more titles) {
	add := func(to, from map[string]string) {
		for k, v := range from {
			if _, named := to[k]; !named {
				to[k] = v
			}
		}
	}
	add(t.requirements, more.requirements)
	add(t.sets, more.sets)
}

// of is the title of a requirement, or of the nearest one above it: of 8.2.1 for 8.2.1.a.
func (t titles) of(id string) string {
	for {
		if title, ok := t.requirements[id]; ok {
			return title
		}
		i := strings.LastIndexAny(id, ".-( ")
		if i <= 0 {
			return ""
		}
		id = id[:i]
	}
}

// entitle gives every control of the framework its title: its own, the one of the requirement above it, what its only
// rule is about, or the topic of its control set with what most of its rules are about.
func entitle(f *Framework, t titles) {
	for _, set := range f.Sets {
		_, topic, ok := strings.Cut(set.Name, ": ")
		if !ok {
			topic = set.Name
		}
		for _, c := range set.Controls {
			rules := c.rules()
			switch title := t.of(c.Requirement); {
			case title != "":
				c.title = title
			case len(rules) == 1:
				c.title = RuleTitle(rules[0])
			case len(rules) > 1 && subject(rules) != "":
				c.title = topic + ": " + subject(rules)
			default:
				c.title = topic
			}
		}
	}
}

// rules are the managed rules that the control maps, or that answer the findings it maps.
func (c *Control) rules() []string {
	if len(c.config) > 0 {
		return c.config
	}
	var out []string
	for _, id := range c.hub {
		if h, ok := managed.FindControl(id); ok {
			out = append(out, h.Rules...)
		}
	}
	return out
}
