package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/xlsx"
)

// xlsxRows writes rows into a workbook as they come, on as many sheets as they need.
type xlsxRows struct {
	w       io.Writer
	book    *xlsx.Writer
	columns []string
	sheets  int
}

func (x *xlsxRows) begin(columns []string) error {
	x.book, x.columns = xlsx.NewWriter(x.w), columns
	return x.next()
}

// next begins a sheet.
func (x *xlsxRows) next() error {
	x.sheets++
	return x.book.Sheet(fmt.Sprintf("Sheet%d", x.sheets), nil, x.columns...)
}

func (x *xlsxRows) row(columns []string, row json.RawMessage) error {
	if x.book.Rows() >= xlsx.MaxRows {
		if err := x.next(); err != nil {
			return err
		}
	}
	texts := cells(columns, row)
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	x.book.Row(out...)
	return nil
}

func (x *xlsxRows) end(int, bool) error { return x.book.Close() }
