package report

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/xlsx"
)

// CSVName is the table of a bundle's evidence.
const CSVName = csvName

// Workbook writes a report as a spreadsheet: what it holds, its controls, their days, and the evidence, on further sheets when
// one is full.
func Workbook(ctx context.Context, w io.Writer, b *Bundle) error {
	x := xlsx.NewWriter(w)
	m := &b.Manifest
	if err := summarySheets(x, m); err != nil {
		return err
	}
	n := 1
	for t, err := range b.Items(ctx) {
		if err == nil && (n == 1 || x.Rows() >= xlsx.MaxRows) {
			name := "Evidence"
			if n > 1 {
				name = fmt.Sprintf("Evidence %d", n)
			}
			widths := []int{20, 24, 34, 18, 18, 22, 28, 16, 14, 44, 14, 14, 30, 8, 10, 20, 38, 10, 60}
			err = x.Sheet(name, widths, csvHeader...)
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
		x.Row(cells...)
	}
	return x.Close()
}

func summarySheets(x *xlsx.Writer, m *Manifest) error {
	if err := x.Sheet("Report", []int{28, 100}, "Report", m.Report.Name); err != nil {
		return err
	}
	for _, f := range facts(*m) {
		x.Row(f[0], dash(f[1]))
	}
	for _, r := range remarks(*m) {
		x.Row("Note", r.text)
	}
	x.Row("Log", m.Log.Origin)
	x.Row("Root", m.Log.Root.String())
	x.Row("Signed by", m.Log.KeyID)
	heads := []string{"control set", "control", "status", "records", "collected", "selected"}
	for _, k := range classNames {
		heads = append(heads, "selected "+strings.ToLower(k.title))
	}
	for _, k := range classNames {
		heads = append(heads, "left out "+strings.ToLower(k.title))
	}
	if err := x.Sheet("Controls", []int{30, 50, 16, 10, 10, 10}, append(heads, "days without collection", "from history")...); err != nil {
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
			x.Row(append(cells, t.DaysWithoutCollection, t.Backfilled)...)
		}
	}
	return daySheet(x, m)
}

func daySheet(x *xlsx.Writer, m *Manifest) error {
	heads := []string{"control set", "control", "from", "to", "days"}
	for _, k := range classNames {
		heads = append(heads, strings.ToLower(k.title)+" each day")
	}
	if err := x.Sheet("Days", []int{30, 50, 12, 12, 8}, append(heads, "of them left out")...); err != nil {
		return err
	}
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			for _, d := range c.Days {
				if x.Rows() >= xlsx.MaxRows {
					return nil // manifest.json has all
				}
				cells := []any{set.Name, c.Name, d.From, d.To, int64(d.Days)}
				all := d.population()
				for _, k := range classNames {
					cells = append(cells, k.of(all))
				}
				x.Row(append(cells, d.LeftOut.Total)...)
			}
		}
	}
	return nil
}
