package managed

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/rule"
)

// Entry is what is known of a managed rule whether or not it is implemented here.
type Entry struct {
	Identifier    string
	Name          string // the dashed name
	Trigger       rule.Trigger
	Types         []string
	Params        []EntryParam
	PackUses      int // public conformance packs that use it
	FrameworkUses int // Audit Manager controls that use it
	Deprecated    bool
	Aliases       []string
}

// EntryParam is a parameter as AWS documents it.
type EntryParam struct {
	Name, Type, Default string
	Required            bool
}

// Catalog lists every managed rule by identifier, in the order of managed-rules.tsv.
var Catalog = sync.OnceValue(func() []Entry {
	text, err := sources.ReadFile("managed-rules.tsv")
	if err != nil {
		panic(err) // embedded
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	entries := make([]Entry, 0, len(lines))
	for _, line := range lines[1:] {
		e, err := entry(line)
		if err != nil {
			panic("managed-rules.tsv: " + err.Error())
		}
		entries = append(entries, e)
	}
	return entries
})

// entry reads one row: identifier, name, trigger, types, parameters, two counts, deprecated, aliases, source.
func entry(line string) (Entry, error) {
	f := strings.Split(line, "\t")
	if len(f) != 10 {
		return Entry{}, fmt.Errorf("%d columns in %q", len(f), line)
	}
	e := Entry{Identifier: f[0], Name: f[1], Types: rule.Split(f[3]), Deprecated: f[7] == "deprecated"}
	e.Trigger, _ = rule.ParseTrigger(f[2])
	var err error
	if e.PackUses, err = strconv.Atoi(f[5]); err != nil {
		return e, err
	}
	if e.FrameworkUses, err = strconv.Atoi(f[6]); err != nil {
		return e, err
	}
	for p := range strings.SplitSeq(f[4], ";") {
		if p == "" {
			continue
		}
		name, rest, _ := strings.Cut(p, ":")
		typ, rest, _ := strings.Cut(rest, ":")
		i := strings.LastIndexByte(rest, ':')
		if i < 0 {
			return e, fmt.Errorf("parameter %q of %s", p, e.Identifier)
		}
		e.Params = append(e.Params, EntryParam{name, typ, rest[:i], strings.HasPrefix(rest[i+1:], "required")})
	}
	for _, a := range rule.Split(f[8]) {
		if !strings.Contains(a, "(") { // with a note it is the name of another rule too
			e.Aliases = append(e.Aliases, a)
		}
	}
	return e, nil
}

// Known lists the entries of the catalog and, after them, those of the library's own rules.
func Known() []Entry {
	entries := append([]Entry{}, Catalog()...)
	for _, r := range Own() {
		entries = append(entries, EntryOf(r))
	}
	return entries
}

// EntryOf is what the catalog would say of a rule, from its declaration.
func EntryOf(r *rule.Rule) Entry {
	e := Entry{Identifier: r.Identifier, Name: r.Name, Trigger: r.Trigger, Types: r.Types, Aliases: r.Aliases}
	for _, p := range r.Params {
		e.Params = append(e.Params, EntryParam{p.Name, p.Type.String(), p.Default, p.Required})
	}
	return e
}

// Find gives the catalog's entry of an identifier or dashed name.
func Find(name string) (Entry, bool) {
	i, ok := catalogIndex()[strings.ToUpper(name)]
	if !ok {
		return Entry{}, false
	}
	return Catalog()[i], true
}

var catalogIndex = sync.OnceValue(func() map[string]int {
	index := map[string]int{}
	for i, e := range Catalog() {
		index[e.Identifier] = i
		index[strings.ToUpper(e.Name)] = i
	}
	return index
})
