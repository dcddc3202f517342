package authoring_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
)

func TestReadTexts(t *testing.T) {
	row := func(line int, requirement, name, description, testing string) assess.TextRow {
		return assess.TextRow{
			Framework: "NIST CSF v1.1", Requirement: requirement, Line: line,
			Text: assess.Text{Name: name, Description: description, TestingInformation: testing},
		}
	}
	for _, c := range []struct {
		name, body string
		want       []assess.TextRow
	}{
		{"t.yaml", "format: tickmark-texts/1\ntexts:\n- framework: NIST CSF v1.1\n  requirement: PR.DS-1\n  name: A\n  description: |\n    two\n    lines\n  testingInformation: look", []assess.TextRow{row(3, "PR.DS-1", "A", "two\nlines\n", "look")}},
		{"t.yaml", "format: tickmark-texts/1\ntexts:\n- {framework: NIST CSF v1.1, requirement: 1.10, name: B}", []assess.TextRow{row(3, "1.10", "B", "", "")}},
		{"t.json", `{"format": "tickmark-texts/1", "texts": [{"framework": "NIST CSF v1.1", "requirement": "PR.DS-1", "name": "A"}]}`, []assess.TextRow{row(1, "PR.DS-1", "A", "", "")}},
		{"t.CSV", "\ufeffRequirement,Framework,Testing information,description\r\nPR.DS-1,NIST CSF v1.1,look,\"with, a comma\r\nand a line\"\r\nPR.DS-2,NIST CSF v1.1,,\r\n", []assess.TextRow{
			row(2, "PR.DS-1", "", "with, a comma\nand a line", "look"), row(4, "PR.DS-2", "", "", ""),
		}},
	} {
		got, problems := authoring.ReadTexts(c.name, []byte(c.body))
		if len(problems) > 0 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%+v\nwant\n%+v\n%v", c.body, got, c.want, problems)
		}
	}
}

func TestReadTextsFaults(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"t.yaml", "texts: []", "t.yaml:1:1: the file needs the member format"},
		{"t.yaml", "format: tickmark-frameworks/1\ntexts: []", `this program reads tickmark-texts/1`},
		{"t.yaml", "format: tickmark-texts/1\ntexts:\n- framework: x\n  titel: y", `a text has no member "titel"`},
		{"t.yaml", "format: tickmark-texts/1\ntexts:\n- framework: x\n  titel: y", `a text needs the member requirement`},
		{"t.yaml", "format: tickmark-texts/1\ntexts:\n- [x]", "t.yaml:3:3: a text is"},
		{"t.yaml", ": :\n\t-", "t.yaml:"},
		{"t.csv", "", "t.csv:1: the table has no heading"},
		{"t.csv", "framework,name", "needs the columns framework and requirement"},
		{"t.csv", "framework,requirement,requirement", `the column "requirement" is there twice`},
		{"t.csv", "framework,requirement,text", `there is a column "text"`},
		{"t.csv", "framework,requirement\na", "wrong number of fields"},
	} {
		_, problems := authoring.ReadTexts(c.name, []byte(c.body))
		if len(problems) == 0 || !strings.Contains(problems.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.body, problems, c.want)
		}
	}
}

func FuzzReadTexts(f *testing.F) {
	f.Add("t.csv", []byte("framework,requirement\na,\"b"))
	f.Add("t.yaml", []byte("format: tickmark-texts/1\ntexts: &a [*a]"))
	f.Fuzz(func(_ *testing.T, name string, body []byte) {
		if _, problems := authoring.ReadTexts(name, body); len(problems) > 0 {
			_ = problems.Error()
		}
	})
}
