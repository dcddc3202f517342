package xlsx

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// table is a sheet of everything a cell may be mistaken for.
var table = [][]any{
	{"name", "text", "number"},
	{"=1+1", "Zürich <&> \"x\" 漢字", int64(42)},
	{"", "@SUM(A1)\twith\nlines", int64(-7)},
	{"-2+3", strings.Repeat("x", maxCell+10), int64(1) << 53},
	{"\u0001bell\ufffe", " blanks ", int64(0)},
}

// shown is what is read of the table: what XML cannot hold is left out, long texts are cut.
var shown = [][]string{
	{"name", "text", "number"},
	{"=1+1", "Zürich <&> \"x\" 漢字", "42"},
	{"", "@SUM(A1)\twith\nlines", "-7"},
	{"-2+3", strings.Repeat("x", maxCell), "9007199254740992"},
	{"bell", " blanks ", "0"},
}

func written(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	x := NewWriter(&b)
	for _, sheet := range []string{"First <sheet>", "Second"} {
		head := []string{"name", "text", "number"}
		if err := x.Sheet(sheet, []int{10, 20}, head...); err != nil {
			t.Fatal(err)
		}
		for _, row := range table[1:] {
			x.Row(row...)
		}
		if x.Rows() != len(table) {
			t.Errorf("%d rows", x.Rows())
		}
	}
	if err := x.Sheet("No widths", nil, "alone"); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWriteAndRead: what is written is read back, by us and by the library that does all of XLSX, which finds no formulas.
func TestWriteAndRead(t *testing.T) {
	b := written(t)
	if !bytes.Equal(b, written(t)) {
		t.Error("the same rows give other bytes")
	}
	own, err := Open(b)
	if err != nil || !slices.Equal(own.Sheets, []string{"First <sheet>", "Second", "No widths"}) {
		t.Fatalf("sheets %v, %v", own.Sheets, err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range own.Sheets[:2] {
		var got [][]string
		if err := own.Rows(sheet, func(_ int, row []string) (bool, error) { got = append(got, row); return true, nil }); err != nil {
			t.Fatal(err)
		}
		theirs, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range shown {
			if !slices.Equal(got[i], want) || !slices.Equal(theirs[i], want) {
				t.Errorf("%s row %d: %.80q, the library %.80q", sheet, i+1, got[i], theirs[i])
			}
		}
		for _, cell := range []string{"A2", "B3", "A4"} {
			if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
				t.Errorf("%s is a formula %q, %v", cell, formula, err)
			}
		}
	}
}

// TestReadOthers: shared texts, gaps and numbers of another writer.
func TestReadOthers(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]any{"A1": "id", "C1": "title", "A3": 7, "C3": "id", "D3": true} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	own, err := Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got := map[int][]string{}
	if err := own.Rows("Sheet1", func(n int, row []string) (bool, error) { got[n] = row; return true, nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[1], []string{"id", "", "title"}) || !slices.Equal(got[3], []string{"7", "", "id", "1"}) {
		t.Errorf("rows %v", got)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(written(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Open(data)
		if err != nil {
			return
		}
		for _, s := range b.Sheets {
			_ = b.Rows(s, func(_ int, row []string) (bool, error) {
				if len(row) > maxColumns {
					t.Errorf("a row of %d cells", len(row))
				}
				return true, nil
			})
		}
	})
}
