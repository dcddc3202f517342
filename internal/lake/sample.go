package lake

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Sample is a query to begin with. $EDS_ID stands for the id of an event data store, other words with $ for what only
// the reader knows.
type Sample struct{ Name, Description, SQL string }

// Found is a sample that matches a phrase; the relevance lies between 0 and 1.
type Found struct {
	Sample
	Relevance float64
}

// SearchSamples finds the samples that have words of a phrase, the most fitting first. A word counts more in the name than
// in the description, and more there than in the statement; endings are forgiven.
func SearchSamples(phrase string) []Found {
	var found []Found
	words := wordsOf(phrase)
	for _, s := range samples {
		score, most := 0.0, 0.0
		name, description, sql := wordsOf(s.Name), wordsOf(s.Description), wordsOf(s.SQL)
		for _, w := range words {
			most += 1
			switch {
			case slices.ContainsFunc(name, w.like):
				score += 1
			case slices.ContainsFunc(description, w.like):
				score += 0.7
			case slices.ContainsFunc(sql, w.like):
				score += 0.4
			}
		}
		if score > 0 {
			found = append(found, Found{s, score / most})
		}
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(-cmp.Compare(a.Relevance, b.Relevance), cmp.Compare(a.Name, b.Name))
	})
	return found
}

type word string

// like reports whether two words have the same beginning, all but their endings.
func (w word) like(v word) bool {
	a, b := string(w), string(v)
	if len(a) > len(b) {
		a, b = b, a
	}
	return strings.HasPrefix(b, a) && len(a) >= 3 && len(b)-len(a) <= 3 || a == b
}

// fillers say nothing about what is looked for.
var fillers = map[word]bool{"the": true, "and": true, "for": true, "that": true, "all": true, "with": true, "which": true, "what": true, "how": true, "from": true, "was": true, "were": true, "select": true, "where": true, "query": true, "find": true, "show": true, "list": true, "get": true, "events": true, "event": true}

func wordsOf(s string) (out []word) {
	for _, f := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if w := word(f); len(w) > 1 && !fillers[w] {
			out = append(out, w)
		}
	}
	return out
}
