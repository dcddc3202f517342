package report

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CSVName is the table of a bundle's evidence.
const CSVName = csvName

// maxRows is how many rows a sheet can have; maxCell how many characters a cell.
const (
	maxRows = 1 << 20
	maxCell = 32_767
)

// workbook writes a spreadsheet sheet by sheet, row by row: nothing is held in memory. Every cell is text or a number, never
// a formula, whatever it begins with. It is written here, because the library that could
// writes its sheets in no certain order, and the same report must give the same bytes.
type workbook struct {
	zip    *zip.Writer
	out    *bufio.Writer // of the sheet being written
	sheets []string
	rows   int
}

func newWorkbook(w io.Writer) *workbook { return &workbook{zip: zip.NewWriter(w)} }

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// sheet begins a sheet; its first row is its head, which stays in view.
func (x *workbook) sheet(name string, widths []int, head ...string) error {
	if err := x.endSheet(); err != nil {
		return err
	}
	x.sheets, x.rows = append(x.sheets, name), 0
	w, err := x.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(x.sheets)))
	if err != nil {
		return err
	}
	x.out = bufio.NewWriterSize(w, 1<<15)
	x.write(xmlHead, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, n := range widths {
		x.write(fmt.Sprintf(`<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, n))
	}
	x.write(`</cols><sheetData>`)
	cells := make([]any, len(head))
	for i, h := range head {
		cells[i] = h
	}
	x.line(1, cells)
	return nil
}

func (x *workbook) write(parts ...string) {
	for _, p := range parts {
		_, _ = x.out.WriteString(p) // Flush tells
	}
}

func (x *workbook) row(cells ...any) { x.line(0, cells) }

func (x *workbook) line(style int, cells []any) {
	x.rows++
	x.write("<row>")
	for _, c := range cells {
		switch v := c.(type) {
		case int64:
			x.write(`<c><v>`, decimal(v), `</v></c>`)
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

func (x *workbook) endSheet() error {
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
	return esc(s)
}

func (x *workbook) close() error {
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

// Workbook writes a report as a spreadsheet: what it holds, its controls, their days, and the evidence, on further sheets when
// one is full.
func Workbook(ctx context.Context, w io.Writer, b *Bundle) error {
	x := newWorkbook(w)
	m := &b.Manifest
	if err := summarySheets(x, m); err != nil {
		return err
	}
	n := 1
	for t, err := range b.Items(ctx) {
		if err == nil && (n == 1 || x.rows >= maxRows) {
			name := "Evidence"
			if n > 1 {
				name = fmt.Sprintf("Evidence %d", n)
			}
			widths := []int{20, 24, 34, 18, 18, 22, 28, 16, 14, 44, 14, 14, 30, 8, 10, 20, 38, 10, 60}
			err = x.sheet(name, widths, csvHeader...)
			n++
		}
		if err != nil {
			return err
		}
		if !t.Selected {
			continue
		}
		f := evidenceFile{ID: t.ID, LeafIndex: t.LeafIndex, Occurrence: t.Occurrence, Body: t.Body, Produced: t.Produced}
		var cells []any
		for _, s := range csvRecord(ControlSet{Name: t.Set.Name}, t.Control.Control, f, t.Path) {
			cells = append(cells, s)
		}
		x.row(cells...)
	}
	return x.close()
}

func summarySheets(x *workbook, m *Manifest) error {
	if err := x.sheet("Report", []int{28, 100}, "Report", m.Report.Name); err != nil {
		return err
	}
	for _, f := range facts(*m) {
		x.row(f[0], dash(f[1]))
	}
	for _, r := range remarks(*m) {
		x.row("Note", r.text)
	}
	x.row("Log", m.Log.Origin)
	x.row("Root", m.Log.Root.String())
	x.row("Signed by", m.Log.KeyID)
	heads := []string{"control set", "control", "status", "records", "collected", "selected"}
	for _, k := range classNames {
		heads = append(heads, "selected "+strings.ToLower(k.title))
	}
	for _, k := range classNames {
		heads = append(heads, "left out "+strings.ToLower(k.title))
	}
	if err := x.sheet("Controls", []int{30, 50, 16, 10, 10, 10}, append(heads, "days without collection", "from history")...); err != nil {
		return err
	}
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			t := c.Totals
			cells := []any{set.Name, c.Name, c.Status, t.Records, t.Population.Total, t.Selected.Total}
			for _, counts := range []Counts{t.Selected, t.LeftOut} {
				for _, k := range classNames {
					cells = append(cells, k.of(counts))
				}
			}
			x.row(append(cells, t.DaysWithoutCollection, t.Backfilled)...)
		}
	}
	return daySheet(x, m)
}

func daySheet(x *workbook, m *Manifest) error {
	heads := []string{"control set", "control", "from", "to", "days"}
	for _, k := range classNames {
		heads = append(heads, strings.ToLower(k.title)+" each day")
	}
	if err := x.sheet("Days", []int{30, 50, 12, 12, 8}, append(heads, "of them left out")...); err != nil {
		return err
	}
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			for _, d := range c.Days {
				if x.rows >= maxRows {
					return nil // manifest.json has all
				}
				cells := []any{set.Name, c.Name, d.From, d.To, int64(d.Days)}
				all := d.population()
				for _, k := range classNames {
					cells = append(cells, k.of(all))
				}
				x.row(append(cells, d.LeftOut.Total)...)
			}
		}
	}
	return nil
}
