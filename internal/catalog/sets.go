package catalog

import (
	"regexp"
	"strings"
)

// formSets groups a framework's controls: by the set number where the mapping tells one, otherwise by the section
// that the requirement's id begins with. A control without a number joins the set of its section.
func formSets(f *Framework, t titles, rows []row) []ControlSet {
	var sets []ControlSet
	var keys []string           // of the sets
	at := map[string]int{}      // set key -> index
	section := map[string]int{} // section -> index of the first set that holds one of it
	place := func(key string, r row) {
		i, ok := at[key]
		if !ok {
			i = len(sets)
			sets = append(sets, ControlSet{ID: stableID("set", f.ID, key)})
			keys = append(keys, key)
			at[key] = i
		}
		sets[i].Controls = append(sets[i].Controls, r.control)
		if s := sectionOf(f, r.control.Requirement); s != "" {
			if _, ok := section[s]; !ok {
				section[s] = i
			}
		}
	}
	for _, r := range rows {
		if r.set != "" {
			place("#"+r.set, r)
		}
	}
	for _, r := range rows {
		if r.set != "" {
			continue
		}
		s := sectionOf(f, r.control.Requirement)
		if i, ok := section[s]; ok {
			sets[i].Controls = append(sets[i].Controls, r.control)
			continue
		}
		place(s, r)
	}
	nameSets(f, t, keys, sets)
	return sets
}

// nameSets names each set: as the title files do, else after the section its controls share. Sets that would have the
// same name are told apart by the requirement they are about, or by their first and last one.
func nameSets(f *Framework, t titles, keys []string, sets []ControlSet) {
	names := make([]string, len(sets))
	again := func(rename func(ControlSet, string) string) {
		count := map[string]int{}
		for _, n := range names {
			count[n]++
		}
		for i, s := range sets {
			if count[names[i]] > 1 {
				names[i] = rename(s, names[i])
			}
		}
	}
	for i, s := range sets {
		names[i] = setName(f, t, keys[i], s.Controls)
	}
	again(func(s ControlSet, name string) string {
		id := stem(s.Controls)
		if title := t.of(id); id != "" && title != "" {
			return id + ": " + title
		}
		return name
	})
	again(func(s ControlSet, name string) string { return name + " (" + span(s.Controls) + ")" })
	for i := range sets {
		// Control set names may hold neither backslashes nor underscores.
		sets[i].Name = strings.NewReplacer("_", " ", `\`, " ").Replace(names[i])
	}
}

func setName(f *Framework, t titles, key string, cs []*Control) string {
	if name, ok := t.sets[key]; ok && strings.HasPrefix(key, "#") {
		return name
	}
	section := sectionOf(f, cs[0].Requirement)
	for _, c := range cs[1:] {
		section = shared(section, sectionOf(f, c.Requirement))
	}
	switch name, ok := t.sets[section]; {
	case section == "":
		return "Controls " + span(cs)
	case ok:
		return section + ": " + name
	}
	return "Section " + section
}

// stem is the requirement that all controls are, or are enhancements of; otherwise empty.
func stem(cs []*Control) string {
	id := cs[0].Requirement
	if len(cs) == 1 {
		return id
	}
	id, _, _ = strings.Cut(id, "(")
	for _, c := range cs[1:] {
		if other, _, _ := strings.Cut(c.Requirement, "("); other != id {
			return ""
		}
	}
	return id
}

// shared is the part that two sections have in common, cut back to whole words.
func shared(a, b string) string {
	if a == b {
		return a
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	a = a[:n]
	if n > 0 && digit(a[n-1]) { // 1 of 10 and 11 is no section
		a = strings.TrimRight(a, "0123456789")
	}
	return strings.TrimRight(a, ".-_ (")
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func span(cs []*Control) string {
	first, last := cs[0].Requirement, cs[len(cs)-1].Requirement
	if first == last {
		return first
	}
	return first + " to " + last
}

var (
	article = regexp.MustCompile(`^Article ?(\d+)`)
	plain   = regexp.MustCompile(`^(?:[A-Za-z]+\.?\d*|\d+)`)
	words   = regexp.MustCompile(`^[A-Za-z]+(?:_[A-Za-z]+)*`)
)

// sectionOf is the part of a requirement's id that names its section.
func sectionOf(f *Framework, id string) string {
	switch f.Standard {
	case "NIST SP 800-171", "NIST SP 800-172":
		return upTo(id, ".", 2)
	case "NIST CSF", "BSI C5", "CCCS Medium Cloud Control", "FedRAMP Moderate", "FedRAMP Low", "NIST SP 800-53", "CISA":
		return upTo(id, "-", 1)
	case "FedRAMP 20x KSI Low", "SWIFT CSP", "FFIEC", "ENS RD2022":
		return upTo(id, ".", 2)
	case "ISO/IEC 27001 Annex A":
		if f.Version == "2013" {
			return upTo(id, ".", 3)
		}
		return upTo(id, ".", 2)
	case "NZISM": // the numbers tell no section
		return f.Standard
	case "HIPAA Security Rule", "HIPAA Omnibus Final Rule", "NYDFS 23 NYCRR 500":
		return upTo(id, "(", 1)
	case "ACSC Essential Eight":
		return upTo(id, "-", 3)
	case "AWS Foundational Security Best Practices":
		if f.Version != "" {
			return upTo(id, ".", 1)
		}
	case "ACSC ISM":
		return ""
	case "GDPR":
		if m := article.FindStringSubmatch(id); m != nil {
			return m[1]
		}
	case "CISA Cyber Essentials", "RBI Cyber Security Framework":
		return strings.TrimRight(words.FindString(id), "_")
	}
	return plain.FindString(id)
}

// upTo is the id before the nth separator, or the whole id.
func upTo(id, sep string, n int) string {
	parts := strings.SplitN(id, sep, n+1)
	if len(parts) <= n {
		return id
	}
	return strings.Join(parts[:n], sep)
}
