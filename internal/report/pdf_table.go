package report

import "fmt"

// column is a column of a table.
type column struct {
	title string
	w     float64
	align string
}

// countWidth is the width of a column of numbers.
const countWidth = 28

// row draws one row; colors may be shorter than the cells.
func (p *summary) row(columns []column, cells []string, style string, colors []color, shade bool) {
	p.room(6)
	p.fill(stripe)
	for i, c := range columns {
		paint := ink
		if i < len(colors) && cells[i] != "0" {
			paint = colors[i]
		}
		if cells[i] == "0" {
			paint = color{163, 176, 187}
		}
		p.font(style, 9, paint)
		p.CellFormat(c.w, 6, p.fit(cells[i], c.w-2), "B", 0, c.align, shade, 0, "")
	}
	p.Ln(6)
}

func (p *summary) head(columns []column) {
	cells := make([]string, len(columns))
	colors := make([]color, len(columns))
	for i, c := range columns {
		cells[i], colors[i] = c.title, soft
	}
	p.SetDrawColor(223, 229, 234)
	p.row(columns, cells, "B", colors, false)
}

func countCellsPDF(c Counts) []string {
	var out []string
	for _, k := range classNames {
		out = append(out, decimal(k.of(c)))
	}
	return out
}

// totals is the table of population, selected and left out.
func (p *summary) totals(t Totals) {
	columns := []column{{"", pdfWidth - 5*countWidth, "L"}}
	for _, k := range classNames {
		columns = append(columns, column{k.title, countWidth, "R"})
	}
	columns = append(columns, column{"Total", countWidth, "R"})
	colors := append([]color{ink}, classColors...)
	p.room(26)
	p.head(columns)
	for _, r := range []struct {
		title string
		c     Counts
	}{{"All evidence collected", t.Population}, {"In this report", t.Selected}, {"Left out of this report", t.LeftOut}} {
		style := ""
		if r.title == "Left out of this report" && r.c.Total > 0 {
			style = "B"
		}
		p.row(columns, append(append([]string{r.title}, countCellsPDF(r.c)...), decimal(r.c.Total)), style, colors, false)
	}
}

// days is the evidence of a control by day.
func (p *summary) days(days []DayRange) {
	columns := []column{{"Day (UTC)", pdfWidth - 5*countWidth, "L"}}
	for _, k := range classNames {
		columns = append(columns, column{k.title, countWidth, "R"})
	}
	columns = append(columns, column{"Left out", countWidth, "R"})
	colors := append([]color{ink}, classColors...)
	p.room(14)
	p.head(columns)
	for i, d := range days {
		name := d.From
		if d.Days > 1 {
			name = fmt.Sprintf("%s – %s (%d, each)", d.From, d.To, d.Days)
		}
		if p.GetY()+6 > pdfBottom {
			p.AddPage()
			p.head(columns)
		}
		p.row(columns, append(append([]string{name}, countCellsPDF(d.Selected)...), decimal(d.LeftOut.Total)), "", colors, i%2 == 1)
	}
}
