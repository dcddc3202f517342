// Package sigma reads Sigma rules for AWS CloudTrail and matches them against recorded events. The rules are the user's;
// none come with the house.
//
// Understood: the Sigma specification 2.0 for single rules of the log source aws/cloudtrail: search identifiers of maps,
// lists of maps and keywords; wildcards * and ? with their escapes; the modifiers contains, startswith, endswith, all,
// cased, re (with i, m, s), cidr, exists, lt, lte, gt, gte, neq and fieldref; conditions with and, or, not, parentheses,
// "1 of", "all of" and patterns of names. Texts are compared without regard to case. A field is a path into the record
// (userIdentity.type); of an array any element counts.
//
// Refused by name: correlation rules, aggregations in conditions, and modifiers that rewrite values (base64, utf16,
// windash, expand and their kin). Regular expressions are RE2: look-around and back-references are refused.
package sigma

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/markup"
)

// Rule is one rule, ready to be matched. It may be used by many at once.
type Rule struct {
	ID, Title, Description string
	// Level is informational, low, medium, high or critical.
	Level  string
	Status string
	Author string
	// Tags such as attack.persistence, References such as URLs, FalsePositives in words.
	Tags, References, FalsePositives []string
	// Fields are those that the rule looks at, each once.
	Fields []string

	condition node
}

// MaxRule is the size of the largest text of a rule.
const MaxRule = 256 << 10

var limits = markup.Limits{Nodes: 20_000, Depth: 32}

// levels are the words a rule may use.
var levels = map[string]bool{"informational": true, "low": true, "medium": true, "high": true, "critical": true}

// Parse reads one rule. Faults are *markup.Error with the line.
func Parse(text []byte) (*Rule, error) {
	if len(text) > MaxRule {
		return nil, &markup.Error{Message: fmt.Sprintf("the rule is larger than %d bytes", MaxRule)}
	}
	doc, err := markup.Parse(text, "rule", limits)
	if err != nil {
		return nil, err
	}
	if doc.Kind != markup.Map {
		return nil, wrong(doc, "a rule is a mapping, not %v", doc.Kind)
	}
	r := &Rule{Level: "medium"}
	p := &parser{rule: r, doc: doc, seen: map[string]bool{}}
	if err := p.header(); err != nil {
		return nil, err
	}
	if err := p.logsource(); err != nil {
		return nil, err
	}
	return r, p.detection()
}

func wrong(n *markup.Node, format string, args ...any) error {
	line := 0
	if n != nil {
		line = n.Line
	}
	return &markup.Error{Line: line, Message: fmt.Sprintf(format, args...)}
}

type parser struct {
	rule *Rule
	doc  *markup.Node
	seen map[string]bool // fields
	// searches are the search identifiers in their order.
	searches []search
}

type search struct {
	name string
	node node
}

func member(n *markup.Node, name string) *markup.Node {
	for i, k := range n.Keys {
		if k.Text == name {
			return n.Values[i]
		}
	}
	return nil
}

func (p *parser) text(name string, into *string) error {
	n := member(p.doc, name)
	if n == nil || n.Kind == markup.Null {
		return nil
	}
	if n.Kind == markup.Map || n.Kind == markup.List {
		return wrong(n, "%s is a text, not %v", name, n.Kind)
	}
	*into = strings.TrimSpace(n.Text)
	return nil
}

func (p *parser) texts(name string, into *[]string) error {
	n := member(p.doc, name)
	if n == nil || n.Kind == markup.Null {
		return nil
	}
	list := []*markup.Node{n}
	if n.Kind == markup.List {
		list = n.Values
	}
	for _, v := range list {
		if v.Kind == markup.Map || v.Kind == markup.List {
			return wrong(v, "%s holds texts, not %v", name, v.Kind)
		}
		*into = append(*into, strings.TrimSpace(v.Text))
	}
	return nil
}

func (p *parser) header() error {
	r := p.rule
	if c := member(p.doc, "correlation"); c != nil {
		return wrong(c, "correlation rules are not offered: only single rules are matched")
	}
	var level string
	err := errors.Join(p.text("id", &r.ID), p.text("title", &r.Title), p.text("description", &r.Description), p.text("level", &level), p.text("status", &r.Status),
		p.text("author", &r.Author), p.texts("tags", &r.Tags), p.texts("references", &r.References), p.texts("falsepositives", &r.FalsePositives))
	switch {
	case err != nil:
		return err
	case r.Title == "":
		return wrong(p.doc, "the rule has no title")
	case level != "" && !levels[level]:
		return wrong(member(p.doc, "level"), "level %q is not one of informational, low, medium, high, critical", level)
	case level != "":
		r.Level = level
	}
	if r.ID == "" {
		r.ID = strings.ToLower(strings.Join(strings.Fields(r.Title), "-"))
	}
	if len(r.ID) > 200 || len(r.Title) > 1000 || strings.ContainsFunc(r.ID, func(c rune) bool { return c < ' ' }) {
		return wrong(p.doc, "the id has at most 200 characters and the title 1,000")
	}
	return nil
}

func (p *parser) logsource() error {
	n := member(p.doc, "logsource")
	if n == nil || n.Kind != markup.Map {
		return wrong(p.doc, "the rule has no logsource; rules for CloudTrail have product: aws, service: cloudtrail")
	}
	for name, want := range map[string]string{"product": "aws", "service": "cloudtrail"} {
		if v := member(n, name); v == nil || v.Text != want {
			return wrong(n, "the rule is not for CloudTrail: logsource must have product: aws and service: cloudtrail")
		}
	}
	return nil
}
