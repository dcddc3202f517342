package sigma

import (
	"fmt"
	"path"
	"strings"
)

// parseCondition reads a condition over the searches of a rule.
func parseCondition(text string, searches []search) (node, error) {
	if strings.Contains(text, "|") {
		return nil, fmt.Errorf("aggregations behind | are not offered")
	}
	c := &condition{words: words(text), searches: searches}
	if len(c.words) > maxWords {
		return nil, fmt.Errorf("it has more than %d words", maxWords)
	}
	n, err := c.or(0)
	if err == nil && len(c.words) > 0 {
		err = fmt.Errorf("%q is not expected there", c.words[0])
	}
	return n, err
}

const (
	maxWords = 1000
	maxDepth = 50
)

// words cuts a condition at spaces and parentheses.
func words(text string) []string {
	return strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))
}

type condition struct {
	words    []string
	searches []search
}

func (c *condition) take(word string) bool {
	if len(c.words) > 0 && strings.EqualFold(c.words[0], word) {
		c.words = c.words[1:]
		return true
	}
	return false
}

func (c *condition) or(depth int) (node, error) {
	var any anyOf
	for {
		n, err := c.and(depth)
		if err != nil {
			return nil, err
		}
		any = append(any, n)
		if !c.take("or") {
			break
		}
	}
	if len(any) == 1 {
		return any[0], nil
	}
	return any, nil
}

func (c *condition) and(depth int) (node, error) {
	var all allOf
	for {
		n, err := c.one(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if !c.take("and") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (c *condition) one(depth int) (node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("it is nested deeper than %d levels", maxDepth)
	}
	switch {
	case len(c.words) == 0:
		return nil, fmt.Errorf("it ends where a search is expected")
	case c.take("not"):
		n, err := c.one(depth + 1)
		return not{n}, err
	case c.take("("):
		n, err := c.or(depth + 1)
		if err == nil && !c.take(")") {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return n, err
	}
	word := c.words[0]
	c.words = c.words[1:]
	if len(c.words) > 0 && strings.EqualFold(c.words[0], "of") && (word == "1" || strings.EqualFold(word, "all") || strings.EqualFold(word, "any")) {
		c.words = c.words[1:]
		if len(c.words) == 0 {
			return nil, fmt.Errorf("%q of what", word)
		}
		of := c.words[0]
		c.words = c.words[1:]
		return c.several(!strings.EqualFold(word, "all"), of)
	}
	for _, s := range c.searches {
		if s.name == word {
			return s.node, nil
		}
	}
	return nil, fmt.Errorf("there is no search %q", word)
}

// several are the searches whose names are like a pattern: any of them, or all.
func (c *condition) several(any bool, of string) (node, error) {
	var found []node
	for _, s := range c.searches {
		like, err := path.Match(of, s.name)
		if err != nil {
			return nil, fmt.Errorf("%q is not a pattern of names", of)
		}
		if like || strings.EqualFold(of, "them") && !strings.HasPrefix(s.name, "_") {
			found = append(found, s.node)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no search is named like %q", of)
	}
	if any {
		return anyOf(found), nil
	}
	return allOf(found), nil
}
