package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// switches is the part of the mutated library that negates: one condition at a time, and none for -1.
const switches = `package managed

var (
	mutantActive = -1
	mutantReached = map[int]bool{}
	mutantBudget int
)

func mutant(id int, v bool) bool {
	mutantReached[id] = true
	if mutantBudget--; mutantBudget == 0 {
		panic("runs for ever")
	}
	return v != (id == mutantActive)
}
`

// wrap is a condition to make switchable: where it begins and ends in the text.
type wrap struct {
	begin, end int
	id         int
}

// instrument makes the conditions of a file switchable. It gives the place of each, numbered from first.
func instrument(name string, text []byte, first int) (mutated []byte, places []string, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	var wraps []wrap
	for _, e := range conditions(file) {
		begin, end := set.Position(e.Pos()), set.Position(e.End())
		wraps = append(wraps, wrap{begin.Offset, end.Offset, first + len(places)})
		places = append(places, fmt.Sprintf("%s:%d:%d: %s", name, begin.Line, begin.Column, text[begin.Offset:end.Offset]))
	}
	return weave(text, wraps), places, nil
}

// conditions finds the conditions of a file by their syntax, each once.
func conditions(file *ast.File) []ast.Expr {
	var found []ast.Expr
	add := func(e ast.Expr) {
		if e = ast.Unparen(e); !slices.Contains(found, e) {
			found = append(found, e)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			add(n.Cond)
		case *ast.SwitchStmt:
			if n.Tag == nil {
				for _, c := range n.Body.List {
					for _, e := range c.(*ast.CaseClause).List {
						add(e)
					}
				}
			}
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				add(n.X)
				add(n.Y)
			}
		case *ast.ReturnStmt:
			for _, e := range n.Results {
				if isComparison(e) {
					add(e)
				}
			}
		}
		return true
	})
	return found
}

func isComparison(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return e.Op == token.NOT
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND, token.LOR, token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return true
		}
	}
	return false
}

// weave puts the switches into the text, from the outside in.
func weave(text []byte, wraps []wrap) []byte {
	type edit struct {
		at, order int
		text      string
	}
	var edits []edit
	for _, w := range wraps {
		size := w.end - w.begin
		edits = append(edits, edit{w.begin, -size, fmt.Sprintf("mutant(%d, ", w.id)}, edit{w.end, size, ")"})
	}
	slices.SortStableFunc(edits, func(a, b edit) int {
		if a.at != b.at {
			return a.at - b.at
		}
		closing := func(e edit) int { // what ends here comes before what begins here
			if e.order > 0 {
				return 0
			}
			return 1
		}
		if c := closing(a) - closing(b); c != 0 {
			return c
		}
		return a.order - b.order // begins: the larger first; ends: the smaller first
	})
	var b bytes.Buffer
	last := 0
	for _, e := range edits {
		b.Write(text[last:e.at])
		b.WriteString(e.text)
		last = e.at
	}
	b.Write(text[last:])
	return b.Bytes()
}
