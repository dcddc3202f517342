package catalog

import (
	"fmt"
	"strings"
)

// Nearest is the word of a list that was probably meant: with at most a third of its characters other, case apart.
func Nearest(word string, among []string) (string, bool) {
	best, found := "", min(len(word)/3, 8)+1
	lower := strings.ToLower(word)
	for _, w := range among {
		if w == word || len(w)-len(word) >= found || len(word)-len(w) >= found {
			continue
		}
		if d := distance(lower, strings.ToLower(w), found); d < found {
			best, found = w, d
		}
	}
	return best, best != ""
}

// DidYouMean ends a sentence about a word that is not in a list: "; did you mean X?", or "" when nothing is near.
func DidYouMean(word string, among []string) string {
	if w, ok := Nearest(word, among); ok {
		return fmt.Sprintf("; did you mean %s?", w)
	}
	return ""
}

// distance is how many bytes must be put in, taken out or replaced to make b of a; limit when it is that or more.
func distance(a, b string, limit int) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, least := row[0], min(i, limit)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			d := before
			if a[i-1] != b[j-1] {
				d = 1 + min(before, row[j], row[j-1])
			}
			before, row[j] = row[j], d
			least = min(least, d)
		}
		if least >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}
