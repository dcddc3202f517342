package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"slices"
	"testing"
)

// TestXLSX: a workbook is well-formed XML in a zip, has every row, and nothing in it is a formula.
func TestXLSX(t *testing.T) {
	var b bytes.Buffer
	x := &xlsxRows{w: &b}
	if err := x.begin([]string{"name", "text"}); err != nil {
		t.Fatal(err)
	}
	if err := x.row(x.columns, json.RawMessage(`{"name":"=1+1","text":"Zürich <&> \u0001 \"x\""}`)); err != nil {
		t.Fatal(err)
	}
	if err := x.end(1, false); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names, cells []string
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			switch v := token.(type) {
			case xml.StartElement:
				if v.Name.Local == "f" {
					t.Errorf("%s has a formula", f.Name)
				}
			case xml.CharData:
				if s := string(bytes.TrimSpace(v)); s != "" {
					cells = append(cells, s)
				}
			}
		}
	}
	if want := []string{"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "[Content_Types].xml"}; !slices.Equal(names, want) {
		t.Errorf("parts %q", names)
	}
	if want := []string{"name", "text", "=1+1", "Zürich <&> \uFFFD \"x\""}; !slices.Equal(cells, want) {
		t.Errorf("cells %q", cells)
	}
}
