package report

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

func opened(t *testing.T, w *world) *Bundle {
	t.Helper()
	r, n := bytesAt(w.write(w.input()))
	b, err := ReadBundle(context.Background(), r, n, Options{Key: w.publisher.Signer().Verifier()})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBundleItems: a bundle tells all its evidence again, selected and left out.
func TestBundleItems(t *testing.T) {
	b := opened(t, attacked(t))
	selected, left := 0, 0
	for it, err := range b.Items(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case it.Selected:
			selected++
			if it.Path == "" || it.Body.Source == "" {
				t.Errorf("selected: %+v", it)
			}
		default:
			left++
		}
		if id, err := it.Occurrence.ID(); err != nil || id != it.ID || it.Control == nil || it.Set == nil {
			t.Errorf("%s is not %s, %v", id, it.ID, err)
		}
	}
	if int64(selected) != b.Evidence || int64(left) != b.LeftOut || left != 1 {
		t.Errorf("%d selected, %d left out", selected, left)
	}
	var csv bytes.Buffer
	if err := b.Copy(&csv, CSVName); err != nil || !strings.HasPrefix(csv.String(), `"time"`) {
		t.Errorf("csv %.50s, %v", csv.String(), err)
	}
	if err := b.Copy(io.Discard, "none"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such file: %v", err)
	}
	_, err := ReadBundle(context.Background(), strings.NewReader("x"), 1, Options{})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("no bundle: %v", err)
	}
}

// TestWorkbook: the spreadsheet's parts are well-formed, and nothing in it is a formula.
func TestWorkbook(t *testing.T) {
	w := newWorld(t)
	evil := w.rule(1, day0, ledger.NonCompliant)
	evil.Body.Event, evil.Body.Reason = "=HYPERLINK(\"x\")", "<f>1+1</f> \x01 & ]]>"
	w.record(evil, w.rule(2, day0, ledger.Compliant))
	b := opened(t, w)
	var one, two bytes.Buffer
	if err := Workbook(context.Background(), &one, b); err != nil {
		t.Fatal(err)
	}
	if err := Workbook(context.Background(), &two, b); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("a second time gives other bytes, %v", err)
	}
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	var text strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(r); ; {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			switch x := tok.(type) {
			case xml.StartElement:
				if x.Name.Local == "row" {
					rows[f.Name]++
				}
				if x.Name.Local == "f" {
					t.Errorf("%s has a formula", f.Name)
				}
			case xml.CharData:
				text.Write(x)
			}
		}
	}
	if rows["xl/worksheets/sheet4.xml"] != 3 || !strings.Contains(text.String(), `=HYPERLINK("x")`) {
		t.Errorf("rows %v", rows)
	}
}
