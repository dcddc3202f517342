package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/casefile"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// page is what is told of one rule. Rule is nil when its logic is not in the library.
type page struct {
	managed.Entry
	*rule.Rule
	Name, Service string
	Cases         []casefile.Case
	Packs         []string
	// Controls are the framework controls that name the rule: framework, then requirement ids.
	Controls []group
	// Hub are the Security Hub controls that the rule answers.
	Hub []managed.Control
}

// hubControl is what is told of one Security Hub control.
type hubControl struct {
	managed.Control
	Pages []*page
}

// Missing is the fact without which the rule cannot be decided.
func (p *page) Missing() string { return managed.Missing(p.Entry.Identifier) }

// group is a list of rules or requirements under a heading.
type group struct {
	Name  string
	Items []string
	Rules []*page
}

// Have is how many rules of the group are in the library.
func (g group) Have() int {
	n := 0
	for _, r := range g.Rules {
		if r.Rule != nil {
			n++
		}
	}
	return n
}

// Anchor is the address of the group's heading in its page.
func (g group) Anchor() string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, g.Name)
}

// library is everything the pages are made of.
type library struct {
	Rules                       []*page
	Services, Packs, Frameworks []group
	Hub                         []hubControl
	byID                        map[string]*page
}

// Have is how many rules are in the library.
func (l *library) Have() int { return group{Rules: l.Rules}.Have() }

func load() (*library, error) {
	l := &library{byID: map[string]*page{}}
	for _, e := range managed.Known() {
		p := &page{Entry: e, Name: e.Name, Service: service(e.Types), Rule: managed.Lookup(e.Identifier)}
		if p.Rule != nil && p.Rule.Identifier != e.Identifier {
			p.Rule = nil // the identifier is an alias of another rule
		}
		var err error
		if p.Cases, err = cases(p.Rule); err != nil {
			return nil, err
		}
		l.Rules = append(l.Rules, p)
		l.byID[e.Identifier] = p
		for _, alias := range e.Aliases {
			if l.byID[alias] == nil {
				l.byID[alias] = p
			}
		}
	}
	l.services()
	if err := l.packs(); err != nil {
		return nil, err
	}
	l.frameworks()
	l.controls()
	return l, nil
}

// service is the service of a rule's first type.
func service(types []string) string {
	if len(types) == 0 || types[0] == rule.AccountType {
		return "Account"
	}
	if part := strings.Split(types[0], "::"); len(part) == 3 {
		return part[1]
	}
	return "Account"
}

func cases(r *rule.Rule) ([]casefile.Case, error) {
	if r == nil {
		return nil, nil
	}
	text, name, err := managed.Cases(r)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := casefile.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

func (l *library) services() {
	by := map[string]*group{}
	for _, p := range l.Rules {
		if by[p.Service] == nil {
			by[p.Service] = &group{Name: p.Service}
		}
		by[p.Service].Rules = append(by[p.Service].Rules, p)
	}
	for _, g := range by {
		l.Services = append(l.Services, *g)
	}
	slices.SortFunc(l.Services, func(a, b group) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
}

func (l *library) packs() error {
	for _, name := range slices.Compact(pack.Names()) { // two are published as .yaml and as .yml
		body, err := pack.Published(name)
		if err != nil {
			return err
		}
		template, err := pack.Parse(body)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		g := group{Name: name}
		for _, id := range template.Managed() {
			if p := l.byID[id]; p != nil && !slices.Contains(g.Rules, p) {
				g.Rules = append(g.Rules, p)
				p.Packs = append(p.Packs, name)
			}
		}
		byName(g.Rules)
		l.Packs = append(l.Packs, g)
	}
	return nil
}

func (l *library) frameworks() {
	for _, f := range catalog.Standard().Frameworks() {
		g := group{Name: f.Name()}
		for _, set := range f.Sets {
			for _, c := range set.Controls {
				for _, s := range c.Sources() {
					p := l.byID[s.Keyword]
					if s.Type != catalog.Config || p == nil {
						continue
					}
					if !slices.Contains(g.Rules, p) {
						g.Rules = append(g.Rules, p)
						p.Controls = append(p.Controls, group{Name: g.Name})
					}
					last := &p.Controls[len(p.Controls)-1]
					last.Items = append(last.Items, c.Requirement)
				}
			}
		}
		byName(g.Rules)
		l.Frameworks = append(l.Frameworks, g)
	}
}

func (l *library) controls() {
	for _, c := range managed.Controls() {
		h := hubControl{Control: c}
		for _, id := range c.Rules {
			p := l.byID[id]
			p.Hub = append(p.Hub, c)
			h.Pages = append(h.Pages, p)
		}
		l.Hub = append(l.Hub, h)
	}
}

func byName(list []*page) {
	slices.SortFunc(list, func(a, b *page) int { return cmp.Compare(a.Name, b.Name) })
}
