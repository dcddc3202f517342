package authoring

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

func problem(at Position, code, format string, args ...any) Problem {
	return Problem{Position: at, Code: code, Fatal: true, Message: fmt.Sprintf(format, args...)}
}

// said is what a fault says to the user.
func said(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Message
	}
	return err.Error()
}

// check looks for what would keep a well-formed file from being applied: names, lengths, values, names that are there
// twice. Controls that the file only names may be in the installation.
func check(f *File) Problems {
	var out Problems
	seen := map[string]Position{}
	once := func(noun, owner, name string, at Position) {
		key := noun + "\x00" + owner + "\x00" + strings.ToLower(name)
		if first, ok := seen[key]; ok {
			out = append(out, problem(at, Duplicate, "the %s %q is defined a second time; the first is at %v", noun, name, first))
			return
		}
		seen[key] = at
	}
	f.definitions(func(owner string, c *Control) {
		once("control", owner, c.Name, c.at)
		in := c.input()
		if err := assess.CheckDefinition(&in); err != nil {
			p := problem(c.at, Invalid, "%s", said(err))
			p.Control = c.Name
			out = append(out, p)
		}
	})
	for i := range f.Frameworks {
		fw := &f.Frameworks[i]
		once("framework", fw.Owner, fw.Name, fw.at)
		out = append(out, checkFramework(fw)...)
	}
	return out
}

// definitions calls yield for each control that is defined, with its owner as far as the file tells it.
func (f *File) definitions(yield func(owner string, c *Control)) {
	framework := map[*Control]string{}
	for i := range f.Frameworks {
		for j := range f.Frameworks[i].ControlSets {
			set := &f.Frameworks[i].ControlSets[j]
			for k := range set.Controls {
				framework[&set.Controls[k].Control] = f.Frameworks[i].Owner
			}
		}
	}
	f.all(func(c *Control) {
		owner := c.Owner
		if owner == "" {
			owner = framework[c]
		}
		yield(owner, c)
	})
}

func checkFramework(fw *Framework) (out Problems) {
	in := assess.FrameworkInput{Name: fw.Name, Description: fw.Description, ComplianceType: fw.ComplianceType, Tags: fw.Tags}
	for i := range fw.ControlSets {
		s := &fw.ControlSets[i]
		set := assess.Set{Name: s.Name}
		for j := range s.Controls {
			e := &s.Controls[j]
			ref, err := e.ref(fw.Owner)
			if err != nil {
				out = append(out, problem(e.at, NoSuch, "%v", err))
			}
			name := ref.ID
			if name == "" {
				name = strings.ToLower(ref.Name)
			}
			set.Controls = append(set.Controls, ref.Owner+name)
		}
		in.Sets = append(in.Sets, set)
	}
	if len(out) > 0 {
		return out
	}
	if err := assess.CheckFramework(&in, func(string) error { return nil }); err != nil {
		p := problem(fw.at, Invalid, "%s", said(err))
		p.Framework = fw.Name
		out = append(out, p)
	}
	return out
}

// Lint tells which sources of the file's controls nothing can feed, and which controls it names that neither the file
// nor known has.
func Lint(f *File, known func(owner, name string) bool) (out Problems) {
	f.definitions(func(_ string, c *Control) {
		in := c.input()
		if assess.CheckDefinition(&in) != nil {
			return // told by Read
		}
		twice := map[[2]string]bool{}
		for i, s := range in.Sources {
			for _, p := range catalog.Lint([]catalog.Source{s}) {
				out = append(out, Problem{Position: c.Sources[i].at, Control: c.Name, Code: p.Code, Message: p.Message})
			}
			if k := [2]string{string(s.Type), s.Keyword}; s.Type != catalog.Manual && twice[k] {
				out = append(out, Problem{Position: c.Sources[i].at, Control: c.Name, Code: "duplicate-source", Message: fmt.Sprintf("the source %s %s is there twice; it collects once", s.Type, s.Keyword)})
			} else {
				twice[k] = true
			}
		}
	})
	return append(out, f.unknownNames(known)...)
}

func (f *File) unknownNames(known func(owner, name string) bool) (out Problems) {
	here := map[string]bool{}
	var names []string
	f.definitions(func(owner string, c *Control) {
		here[owner+"/"+strings.ToLower(c.Name)] = true
		names = append(names, c.Name)
	})
	for i := range f.Frameworks {
		fw := &f.Frameworks[i]
		for j := range fw.ControlSets {
			for k := range fw.ControlSets[j].Controls {
				e := &fw.ControlSets[j].Controls[k]
				owner := fw.Owner
				if e.Owner != "" {
					owner = e.Owner
				}
				if e.Use == "" || here[owner+"/"+strings.ToLower(e.Use)] || known != nil && known(owner, e.Use) {
					continue
				}
				out = append(out, Problem{
					Position: e.at, Framework: fw.Name, Code: NoSuch,
					Message: fmt.Sprintf("no control %q is defined here; it must be in the installation that takes the file%s", e.Use, catalog.DidYouMean(e.Use, names)),
				})
			}
		}
	}
	return out
}
