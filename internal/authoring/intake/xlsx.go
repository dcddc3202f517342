package intake

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of what a workbook may unpack to.
const (
	maxUnpacked = 128 << 20
	maxPart     = 16 << 20
)

// readXLSX reads tables of workbooks, row by row. Formulas are not computed: the value that the workbook keeps of them
// is taken.
func readXLSX(b *builder, inputs []Input) error {
	for _, in := range inputs {
		if err := workbook(b, in); err != nil {
			return err
		}
	}
	return nil
}

func workbook(b *builder, in Input) error {
	f, err := excelize.OpenReader(bytes.NewReader(in.Body), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		return fault(in.Name, "", "it cannot be read as a workbook in XLSX: %v", err)
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if b.Sheet != "" {
		if i, _ := f.GetSheetIndex(b.Sheet); i < 0 {
			return fault(in.Name, "", "there is no sheet %q; there are %s", b.Sheet, strings.Join(sheets, ", "))
		}
		sheets = []string{b.Sheet}
	}
	var first error
	for _, s := range sheets {
		known, err := headed(f, in.Name, s)
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		if known {
			b.framework(in.Name, stem(in.Name), "", "")
			return sheet(b, f, in.Name, s)
		}
	}
	if first != nil {
		return first
	}
	return (&tableReader{b: b, file: in.Name}).none()
}

// headed tells whether a sheet has a header that is known.
func headed(f *excelize.File, file, sheet string) (bool, error) {
	found := false
	err := eachRow(f, file, sheet, func(n int, row []string) (bool, error) {
		_, found = headerRow(row)
		return !found && n < headerDepth, nil
	})
	return found, err
}

func sheet(b *builder, f *excelize.File, file, name string) error {
	t := tableReader{b: b, file: file}
	err := eachRow(f, file, name, func(n int, row []string) (bool, error) {
		return true, t.row(fmt.Sprintf("%s row %d", name, n), row)
	})
	if err != nil {
		return err
	}
	return t.finish()
}

// eachRow calls yield for the rows of a sheet until it says no.
func eachRow(f *excelize.File, file, sheet string, yield func(n int, row []string) (bool, error)) error {
	rows, err := f.Rows(sheet)
	if err != nil {
		return fault(file, "sheet "+sheet, "%v", err)
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		row, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return fault(file, fmt.Sprintf("%s row %d", sheet, n), "%v", err)
		}
		more, err := yield(n, row)
		if err != nil || !more {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return fault(file, "sheet "+sheet, "%v", err)
	}
	return nil
}
