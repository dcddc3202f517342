package main

import "github.com/tickmark/tickmark/internal/catalog"

// covered is how much of a framework collects by itself.
type covered struct {
	Name     string
	Controls int
	catalog.Coverage
	// Demo counts the controls with evidence in the demonstration as it is run, Estate with every mapped rule deployed.
	Demo, Estate int
	// Silent are the automated controls without evidence even then; ByHand those without any source that collects.
	Silent, ByHand []string
}

// beside is a framework as AWS has it, and ours.
type beside struct {
	catalog.Original
	Ours covered
	// Short is how many controls fewer bring evidence in the demonstration than AWS counts as automated.
	Short int
}

// coverage is what the page of coverage is made of.
type coverage struct {
	Frameworks []covered
	Beside     []beside
}

func coverageOf() coverage {
	var page coverage
	by := map[*catalog.Framework]covered{}
	for _, f := range catalog.Standard().Frameworks() {
		c := cover(f)
		by[f] = c
		page.Frameworks = append(page.Frameworks, c)
	}
	for _, o := range catalog.Originals() {
		ours := by[o.Framework]
		page.Beside = append(page.Beside, beside{o, ours, max(0, o.Automated-ours.Estate)})
	}
	return page
}

func cover(f *catalog.Framework) covered {
	v := covered{Name: f.Name(), Controls: f.Len(), Coverage: f.Coverage()}
	for _, set := range f.Sets {
		for _, c := range set.Controls {
			if c.YieldsInDemo(false) {
				v.Demo++
			}
			switch {
			case c.YieldsInDemo(true):
				v.Estate++
			case c.State() == catalog.StateAutomated:
				v.Silent = append(v.Silent, c.Requirement)
			default:
				v.ByHand = append(v.ByHand, c.Requirement)
			}
		}
	}
	return v
}
