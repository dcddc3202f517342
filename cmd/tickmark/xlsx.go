package main

import (
	"archive/zip"
	"bufio"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// sheetRows is how many rows a sheet of a workbook holds, its header among them; maxCell how many characters a cell does.
const (
	sheetRows = 1 << 20
	maxCell   = 32_767
)

// xlsxRows writes rows into a workbook, on as many sheets as they need, as they come. Cells are texts whatever they look
// like, so that a spreadsheet computes nothing of them; one that is too long for a cell is cut. It is written here because
// the library for it looks methods up by their names, which makes the linker keep every method of every AWS client and
// doubles the binary.
type xlsxRows struct {
	w       io.Writer
	book    *zip.Writer
	sheet   *bufio.Writer
	columns []string
	sheets  int
	at      int
}

func (x *xlsxRows) begin(columns []string) error {
	x.book, x.columns = zip.NewWriter(x.w), columns
	return x.next()
}

// next begins a sheet.
func (x *xlsxRows) next() error {
	if err := x.close(); err != nil {
		return err
	}
	x.sheets++
	f, err := x.book.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", x.sheets))
	if err != nil {
		return err
	}
	x.sheet, x.at = bufio.NewWriter(f), 0
	_, _ = x.sheet.WriteString(xml.Header + `<worksheet xmlns="` + sheetSpace + `"><sheetData>`) // a failure stays until Flush
	return x.write(x.columns)
}

// close ends the sheet under way.
func (x *xlsxRows) close() error {
	if x.sheet == nil {
		return nil
	}
	_, _ = x.sheet.WriteString(`</sheetData></worksheet>`)
	return x.sheet.Flush()
}

func (x *xlsxRows) write(texts []string) error {
	if x.at == sheetRows {
		if err := x.next(); err != nil {
			return err
		}
	}
	x.at++
	fmt.Fprintf(x.sheet, `<row r="%d">`, x.at)
	for _, s := range texts {
		if len(s) > maxCell {
			if r := []rune(s); len(r) > maxCell {
				s = string(r[:maxCell])
			}
		}
		_, _ = x.sheet.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`)
		_ = xml.EscapeText(x.sheet, []byte(s)) // what XML cannot hold becomes U+FFFD
		_, _ = x.sheet.WriteString(`</t></is></c>`)
	}
	_, err := x.sheet.WriteString(`</row>`)
	return err
}

func (x *xlsxRows) row(columns []string, row json.RawMessage) error {
	return x.write(cells(columns, row))
}

const (
	sheetSpace    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageSpace  = "http://schemas.openxmlformats.org/package/2006"
	sheetType     = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// end writes what ties the sheets together.
func (x *xlsxRows) end(int, bool) error {
	if err := x.close(); err != nil {
		return err
	}
	var types, sheets, relations strings.Builder
	for n := 1; n <= x.sheets; n++ {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, sheetType)
		fmt.Fprintf(&sheets, `<sheet name="Sheet%d" sheetId="%d" r:id="rId%d"/>`, n, n, n)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, relationSpace, n)
	}
	for _, part := range [][2]string{
		{"xl/workbook.xml", `<workbook xmlns="` + sheetSpace + `" xmlns:r="` + relationSpace + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageSpace + `/relationships">` + relations.String() + `</Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + packageSpace + `/relationships"><Relationship Id="rId1" Type="` + relationSpace + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + packageSpace + `/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/>` + types.String() + `</Types>`},
	} {
		f, err := x.book.Create(part[0])
		if err == nil {
			_, err = io.WriteString(f, xml.Header+part[1])
		}
		if err != nil {
			return err
		}
	}
	return x.book.Close()
}
