package xlsx

import (
	"archive/zip"
	"bufio"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxRows is how many rows a sheet can have; maxCell how many characters a cell.
const (
	MaxRows = 1 << 20
	maxCell = 32_767
)

// Writer writes a workbook sheet by sheet, row by row: nothing is held in memory. Every cell is text or a number, never a
// formula, whatever it begins with, and the same rows give the same bytes.
type Writer struct {
	zip    *zip.Writer
	out    *bufio.Writer // of the sheet being written
	sheets []string
	rows   int
}

// NewWriter begins a workbook.
func NewWriter(w io.Writer) *Writer { return &Writer{zip: zip.NewWriter(w)} }

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// Sheet begins a sheet; its first row is its head, which stays in view. No widths leave columns as wide as they come.
func (x *Writer) Sheet(name string, widths []int, head ...string) error {
	if err := x.endSheet(); err != nil {
		return err
	}
	x.sheets, x.rows = append(x.sheets, name), 0
	w, err := x.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(x.sheets)))
	if err != nil {
		return err
	}
	x.out = bufio.NewWriterSize(w, 1<<15)
	x.write(xmlHead, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	if len(widths) > 0 {
		x.write(`<cols>`)
		for i, n := range widths {
			x.write(fmt.Sprintf(`<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, n))
		}
		x.write(`</cols>`)
	}
	x.write(`<sheetData>`)
	cells := make([]any, len(head))
	for i, h := range head {
		cells[i] = h
	}
	x.line(1, cells)
	return nil
}

func (x *Writer) write(parts ...string) {
	for _, p := range parts {
		_, _ = x.out.WriteString(p) // Flush tells
	}
}

// Row writes strings and int64s.
func (x *Writer) Row(cells ...any) { x.line(0, cells) }

func (x *Writer) line(style int, cells []any) {
	x.rows++
	x.write("<row>")
	for _, c := range cells {
		switch v := c.(type) {
		case int64:
			x.write(`<c><v>`, strconv.FormatInt(v, 10), `</v></c>`)
		case string:
			if v == "" && style == 0 {
				x.write(`<c/>`)
				continue
			}
			x.write(fmt.Sprintf(`<c t="inlineStr" s="%d"><is><t xml:space="preserve">`, style), xmlText(v), `</t></is></c>`)
		}
	}
	x.write("</row>\n")
}

func (x *Writer) endSheet() error {
	if x.out == nil {
		return nil
	}
	x.write(`</sheetData></worksheet>`)
	return x.out.Flush()
}

// xmlText makes any text a harmless and allowed one.
func xmlText(s string) string {
	n := 0
	s = strings.Map(func(r rune) rune {
		if n++; n > maxCell || r == utf8.RuneError || r < 0x20 && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff || unicode.Is(unicode.Cs, r) {
			return -1
		}
		return r
	}, s)
	return html.EscapeString(s)
}

// Rows is how many rows the sheet has so far, its head among them.
func (x *Writer) Rows() int { return x.rows }

// Close ends the workbook.
func (x *Writer) Close() error {
	if err := x.endSheet(); err != nil {
		return err
	}
	var types, sheets, rels strings.Builder
	for i, name := range x.sheets {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, xmlText(name), i+1, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
	}
	for _, f := range [][2]string{
		{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="10"/><name val="Calibri"/></font><font><b/><sz val="10"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels.String() + fmt.Sprintf(`<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`, len(x.sheets)+1)},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
	} {
		w, err := x.zip.Create(f[0])
		if err == nil {
			_, err = io.WriteString(w, xmlHead+f[1])
		}
		if err != nil {
			return err
		}
	}
	return x.zip.Close()
}
