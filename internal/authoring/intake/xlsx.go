package intake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/xlsx"
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
	f, err := xlsx.Open(in.Body)
	if err != nil {
		return fault(in.Name, "", "it cannot be read as a workbook in XLSX: %v", err)
	}
	sheets := f.Sheets
	if b.Sheet != "" {
		if !slices.Contains(sheets, b.Sheet) {
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
func headed(f *xlsx.Reader, file, sheet string) (bool, error) {
	found := false
	err := eachRow(f, file, sheet, func(n int, row []string) (bool, error) {
		_, found = headerRow(row)
		return !found && n < headerDepth, nil
	})
	return found, err
}

func sheet(b *builder, f *xlsx.Reader, file, name string) error {
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
func eachRow(f *xlsx.Reader, file, sheet string, yield func(n int, row []string) (bool, error)) error {
	at := 1
	wrong := error(nil) // a mistake that yield has found, and that has its place already
	err := f.Rows(sheet, func(n int, row []string) (more bool, err error) {
		at = n + 1
		more, wrong = yield(n, row)
		return more, wrong
	})
	if err != nil && wrong == nil {
		return fault(file, fmt.Sprintf("%s row %d", sheet, at), "%v", err)
	}
	return err
}
