package managed

import "strings"

// caseTemplate is a file of cases in which the members of a family fill in what is their own.
type caseTemplate struct {
	file string
	fill []string // pairs of a name, which stands as $NAME in the file, and its text
}

// expand gives the cases of one member.
func (t caseTemplate) expand() ([]byte, error) {
	text, err := sources.ReadFile("testdata/family/" + t.file + ".yaml")
	if err != nil {
		return nil, err
	}
	pairs := make([]string, len(t.fill))
	for i, s := range t.fill {
		pairs[i] = s
		if i%2 == 0 {
			pairs[i] = "$" + s
		}
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(text))), nil
}

// caseTemplates are the templates of the family a rule belongs to; none for a rule by itself.
func caseTemplates(identifier string) []caseTemplate {
	e, _ := Find(identifier)
	if typ := taggedControls()[identifier]; typ != "" {
		return taggedCases(Entry{Identifier: identifier, Types: []string{typ}})
	}
	switch {
	case identifier == computeResourcesTagged:
		return nil
	case strings.HasSuffix(identifier, "_TAGGED"):
		return taggedCases(e)
	case strings.HasSuffix(identifier, "_DESCRIPTION"):
		return []caseTemplate{{"DESCRIPTION", []string{"TYPE", e.Types[0], "KEY", descriptionKey(e.Types[0])}}}
	}
	return nil
}

func taggedCases(e Entry) []caseTemplate {
	list, k := "Tags", taggedKinds[e.Identifier]
	if name := tagLists[e.Types[0]]; name != "" {
		list = name
	}
	own := tagSpecifications[e.Types[0]]
	fill := []string{"TYPE", e.Types[0], "LIST", list, "RESOURCE", own, "JUDGED", "Name: example"}
	names := []string{"TAGGED", "TAGGED_LIST"}
	if own != "" {
		names[1] = "TAGGED_SPECIFICATIONS"
	}
	if k.path != "" {
		untold := "INSUFFICIENT_DATA"
		if k.absent != "" {
			untold = "COMPLIANT"
		}
		fill = append(fill[:len(fill)-1], k.judged, "SPARED", k.spared, "UNTOLD", untold)
		names = append(names, "TAGGED_KIND")
	}
	var files []caseTemplate
	for _, name := range names {
		files = append(files, caseTemplate{name, fill})
	}
	return files
}
