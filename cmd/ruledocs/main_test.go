package main

import (
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/rule/managed"
)

var (
	link    = regexp.MustCompile(`\]\(([^)#]+\.md)\)`)
	anchor  = regexp.MustCompile(`\]\(#([^)]+)\)`)
	heading = regexp.MustCompile(`(?m)^## (.+)$`)
)

// TestPages: every rule has a page that says what its declaration says, and no link leads nowhere.
func TestPages(t *testing.T) {
	lib, err := load()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := render(lib)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages {
		if strings.Contains(string(text), "<no value>") || strings.Contains(string(text), "\n\n\n") {
			t.Errorf("%s: a hole in the page", name)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if to := path.Join(path.Dir(name), m[1]); pages[to] == nil {
				t.Errorf("%s links to %s, which is not there", name, to)
			}
		}
	}
	for _, r := range managed.All() {
		text := string(pages["managed/"+r.Name+".md"])
		for _, want := range []string{"`" + r.Identifier + "`", r.Rationale, r.Remediation.Hint} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: its page lacks %q", r.Identifier, want)
			}
		}
	}
	if text := string(pages["managed/alarm-root-user-usage.md"]); !strings.Contains(text, "| CloudWatch.1 | LOW | CIS-1.2, CIS-1.4,") {
		t.Error("the page of a control's own rule does not name the control")
	}
	if text := string(pages["controls.md"]); !strings.Contains(text, "| CloudWatch.1 | LOW |") || !strings.Contains(text, "](managed/encrypted-volumes.md)") {
		t.Error("controls.md lacks a control")
	}
	if len(lib.Rules) != 806+len(managed.Own()) || len(lib.Packs) != 120 || len(lib.Frameworks) < 50 {
		t.Errorf("%d rules, %d packs, %d frameworks", len(lib.Rules), len(lib.Packs), len(lib.Frameworks))
	}
}

// TestAnchors: the table at the top of an index leads to its headings.
func TestAnchors(t *testing.T) {
	lib, err := load()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := render(lib)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"packs.md", "frameworks.md"} {
		there := map[string]bool{}
		for _, m := range heading.FindAllStringSubmatch(string(pages[name]), -1) {
			there[group{Name: m[1]}.Anchor()] = true
		}
		for _, m := range anchor.FindAllStringSubmatch(string(pages[name]), -1) {
			if !there[m[1]] {
				t.Errorf("%s: no heading for #%s", name, m[1])
			}
		}
	}
}
