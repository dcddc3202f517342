package authoring

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/markup"
)

// TextsFormat is what the first member of a file of official texts says.
const TextsFormat = "tickmark-texts/1"

// maxTextRows is how many texts a file may have: more than all standard controls.
const maxTextRows = 20_000

// ReadTexts reads official texts of standard frameworks: a table with a heading in CSV when the name ends in .csv, else
// YAML or JSON. Which frameworks and requirements there are is for assess to say.
func ReadTexts(name string, body []byte) ([]assess.TextRow, Problems) {
	if len(body) > MaxBytes {
		return nil, unreadable(name, 0, fmt.Sprintf("the file has %d bytes; a file has at most %d", len(body), MaxBytes))
	}
	if strings.HasSuffix(strings.ToLower(name), ".csv") {
		return readTextTable(name, body)
	}
	root, err := markup.Parse(body, "file", limits)
	if err != nil {
		var at *markup.Error
		if errors.As(err, &at) {
			return nil, unreadable(name, at.Line, at.Message)
		}
		return nil, unreadable(name, 0, err.Error())
	}
	r := &reader{file: name}
	var out []assess.TextRow
	r.mapping(root, "the file", members{
		"format": func(v *markup.Node) {
			if v.Text != TextsFormat {
				r.wrong(v, "the format is %q; this program reads %s", v.Text, TextsFormat)
			}
		},
		"texts": r.list("texts", func(v *markup.Node) { out = append(out, r.textRow(v)) }),
	}, "format", "texts")
	if len(out) > maxTextRows {
		return nil, unreadable(name, 0, tooManyTexts(len(out)))
	}
	return out, r.problems
}

func tooManyTexts(n int) string {
	return fmt.Sprintf("the file has %d texts; a file has at most %d", n, maxTextRows)
}

func unreadable(name string, line int, message string) Problems {
	return Problems{{Position: Position{File: name, Line: line}, Code: Unreadable, Fatal: true, Message: message}}
}

func (r *reader) textRow(n *markup.Node) assess.TextRow {
	row := assess.TextRow{Line: n.Line}
	r.mapping(n, "a text", members{
		"framework": r.text("framework", &row.Framework), "requirement": r.text("requirement", &row.Requirement),
		"name": r.text("name", &row.Name), "description": r.text("description", &row.Description),
		"testingInformation": r.text("testingInformation", &row.TestingInformation),
	}, "framework", "requirement")
	return row
}

// readTextTable reads the columns framework, requirement, name, description and testing information, in any order and
// writing; the first two must be there.
func readTextTable(name string, body []byte) ([]assess.TextRow, Problems) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	head, err := in.Read()
	if err != nil {
		return nil, unreadable(name, 1, "the table has no heading: "+err.Error())
	}
	columns := make([]string, len(head))
	for i, h := range head {
		columns[i] = strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(h))
	}
	if err := checkColumns(columns); err != nil {
		return nil, unreadable(name, 1, err.Error())
	}
	var out []assess.TextRow
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, unreadable(name, 0, err.Error()) // it tells the line
		}
		if len(out) == maxTextRows {
			return nil, unreadable(name, 0, tooManyTexts(len(out)+1))
		}
		line, _ := in.FieldPos(0)
		row := assess.TextRow{Line: line}
		for i, into := range columns {
			if to := field(&row, into); to != nil {
				*to = strings.TrimSpace(cells[i])
			}
		}
		out = append(out, row)
	}
}

func field(row *assess.TextRow, column string) *string {
	switch column {
	case "framework":
		return &row.Framework
	case "requirement":
		return &row.Requirement
	case "name":
		return &row.Name
	case "description":
		return &row.Description
	case "testinginformation":
		return &row.TestingInformation
	}
	return nil
}

func checkColumns(columns []string) error {
	seen := map[string]bool{}
	for _, c := range columns {
		switch {
		case field(&assess.TextRow{}, c) == nil:
			return fmt.Errorf("there is a column %q; columns are framework, requirement, name, description and testing information", c)
		case seen[c]:
			return fmt.Errorf("the column %q is there twice", c)
		}
		seen[c] = true
	}
	if !seen["framework"] || !seen["requirement"] {
		return errors.New("the table needs the columns framework and requirement")
	}
	return nil
}
