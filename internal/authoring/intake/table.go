package intake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
)

// column is what a column of a table holds.
type column int

const (
	unknown column = iota
	idColumn
	titleColumn
	setColumn
	descriptionColumn
	testingColumn
	planTitleColumn
	planColumn
	configColumn
	hubColumn
	callColumn
	eventColumn
	manualColumn
	frequencyColumn
)

// headers are the names that a column may have, in lower case without blanks, dashes and underscores.
var headers = map[string]column{
	"id": idColumn, "controlid": idColumn, "controlnumber": idColumn, "number": idColumn, "no": idColumn, "ref": idColumn, "reference": idColumn,
	"requirement": idColumn, "requirementid": idColumn, "requirementno": idColumn,
	"name": titleColumn, "title": titleColumn, "control": titleColumn, "controlname": titleColumn, "controltitle": titleColumn,
	"set": setColumn, "controlset": setColumn, "controlsetname": setColumn, "domain": setColumn, "family": setColumn, "category": setColumn,
	"section": setColumn, "group": setColumn,
	"description": descriptionColumn, "controldescription": descriptionColumn, "text": descriptionColumn, "statement": descriptionColumn,
	"specification": descriptionColumn, "controlspecification": descriptionColumn,
	"testing": testingColumn, "testinginformation": testingColumn, "test": testingColumn, "testprocedure": testingColumn, "guidance": testingColumn,
	"actionplantitle": planTitleColumn, "actionplan": planColumn, "actionplaninstructions": planColumn, "remediation": planColumn,
	"awsconfig": configColumn, "config": configColumn, "configrule": configColumn, "configrules": configColumn, "awsconfigrule": configColumn,
	"awsconfigrules": configColumn, "rule": configColumn, "rules": configColumn,
	"awssecurityhub": hubColumn, "securityhub": hubColumn, "securityhubcontrol": hubColumn, "securityhubcontrols": hubColumn,
	"awsapicall": callColumn, "apicall": callColumn, "apicalls": callColumn,
	"awscloudtrail": eventColumn, "cloudtrail": eventColumn, "cloudtrailevent": eventColumn, "cloudtrailevents": eventColumn, "event": eventColumn, "events": eventColumn,
	"manual": manualColumn, "manualevidence": manualColumn, "evidence": manualColumn, "frequency": frequencyColumn,
}

func headerOf(cell string) column {
	key := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n-_./\u00a0", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimPrefix(strings.TrimSpace(cell), "\ufeff")))
	return headers[key]
}

// headerRow is the columns of a row, when it is a header: it names controls by an id or a title, and two columns at
// least are known. A second column of a kind that holds one value is not.
func headerRow(row []string) ([]column, bool) {
	cols := make([]column, len(row))
	known := 0
	for i, cell := range row {
		c := headerOf(cell)
		if c < configColumn && slices.Contains(cols[:i], c) {
			c = unknown
		}
		cols[i] = c
		if c != unknown {
			known++
		}
	}
	return cols, known > 1 && (slices.Contains(cols, idColumn) || slices.Contains(cols, titleColumn))
}

// headerDepth is how many rows may stand above the header.
const headerDepth = 20

// limits of tables.
const (
	maxRows    = 100_000
	maxColumns = 1_000
)

// tableReader takes the rows of a table one after the other.
type tableReader struct {
	b      *builder
	file   string
	cols   []column
	header []string
	rows   int
	set    string
}

// row takes one row; place is its place in the file.
func (t *tableReader) row(place string, row []string) error {
	if t.rows++; t.rows > maxRows {
		return fault(t.file, place, "the table has more than %d rows", maxRows)
	}
	if len(row) > maxColumns {
		return fault(t.file, place, "the row has %d columns; a table has at most %d", len(row), maxColumns)
	}
	if t.cols == nil {
		if cols, ok := headerRow(row); ok {
			t.cols, t.header = cols, row
			for i, c := range cols {
				if c == unknown && strings.TrimSpace(row[i]) != "" {
					t.b.note(t.file+": "+place, fmt.Sprintf("column %q", strings.TrimSpace(row[i])), "it is not read")
				}
			}
		} else if t.rows >= headerDepth {
			return t.none()
		}
		return nil
	}
	return t.control(place, row)
}

// none is the fault of a table without a header.
func (t *tableReader) none() error {
	return fault(t.file, "", "there is no header in the first %d rows: a row with id or name, and at least one more of set, description, testing, action plan, config, security hub, api call, cloudtrail, manual, frequency", headerDepth)
}

func (t *tableReader) control(place string, row []string) error {
	one := map[column]string{}
	var k authoring.Control
	frequency := catalog.Daily
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); i < len(t.cols) && cell != "" {
			if c := t.cols[i]; c < configColumn || c == manualColumn || c == frequencyColumn {
				one[c] = cell
			}
		}
	}
	if f := strings.ToUpper(one[frequencyColumn]); slices.Contains([]string{catalog.Daily, catalog.Weekly, catalog.Monthly}, f) {
		frequency = f
	} else if f != "" {
		t.b.note(t.file+": "+place, "frequency "+one[frequencyColumn], "it is none of DAILY, WEEKLY and MONTHLY; DAILY is taken")
	}
	if s := one[setColumn]; s != "" {
		t.set = s // the cells of a merged or empty set belong to the set above
	}
	for i, cell := range row {
		if i < len(t.cols) {
			k.Sources = append(k.Sources, t.sources(place, t.cols[i], cell, frequency)...)
		}
	}
	if m := one[manualColumn]; m != "" && !no(m) {
		s := authoring.Source{Type: string(catalog.Manual)}
		if !yes(m) {
			s.Description = t.b.text(t.file+": "+place, "manual", m, 1000)
		}
		k.Sources = append(k.Sources, s)
	}
	id, title := one[idColumn], one[titleColumn]
	if id == "" && title == "" {
		if len(one) > 0 || len(k.Sources) > 0 {
			t.b.leave(t.file+": "+place, "row", "it has neither an id nor a name")
		}
		return nil
	}
	k.Name = strings.TrimSpace(id + " " + title)
	if strings.HasPrefix(title, id) && id != "" {
		k.Name = title
	}
	k.Description, k.TestingInformation = one[descriptionColumn], one[testingColumn]
	k.ActionPlanTitle, k.ActionPlanInstructions = one[planTitleColumn], one[planColumn]
	set := t.set
	if set == "" {
		set = "Controls"
	}
	_, err := t.b.control(entry{where: t.file + ": " + place, set: set, id: id, Control: k})
	return err
}

func yes(s string) bool {
	return slices.Contains([]string{"yes", "y", "x", "true", "1", "manual"}, strings.ToLower(s))
}

func no(s string) bool {
	return slices.Contains([]string{"no", "n", "false", "0", "-", "none"}, strings.ToLower(s))
}

// sources are the keywords of a cell, apart by commas, semicolons, blanks and lines.
func (t *tableReader) sources(place string, c column, cell, frequency string) []authoring.Source {
	typ, ok := map[column]catalog.SourceType{
		configColumn: catalog.Config, hubColumn: catalog.SecurityHub, callColumn: catalog.APICall, eventColumn: catalog.CloudTrail,
	}[c]
	if !ok {
		return nil
	}
	var out []authoring.Source
	for _, k := range strings.FieldsFunc(clean(cell), func(r rune) bool { return strings.ContainsRune(",;| \n\t\u00a0", r) }) {
		if len(k) > 100 {
			t.b.note(t.file+": "+place, string(typ)+" "+cut(k, 40)+"…", "a keyword has at most 100 characters; it is left out")
			continue
		}
		s := authoring.Source{Type: string(typ), Keyword: k}
		if typ == catalog.APICall {
			s.Frequency = frequency
		}
		out = append(out, s)
	}
	return out
}

// finish is called after the last row.
func (t *tableReader) finish() error {
	if t.cols == nil {
		return t.none()
	}
	return nil
}
