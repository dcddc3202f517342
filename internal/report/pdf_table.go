package report

// column is a column of a table.
type column struct {
	title string
	w     float64
	align string
}

// Widths of columns of numbers.
const (
	countWidth = 28
	classWidth = 26.6
)

// table draws rows under a head that every page repeats. Cells break into a few lines.
type table struct {
	p       *summary
	columns []column
	colors  []color
	n       int
}

// cellLines is how many lines of a cell are shown.
const cellLines = 6

func (p *summary) table(columns []column) *table {
	t := &table{p: p, columns: columns}
	p.room(20)
	t.head()
	return t
}

// numbers is a table of a name and some numbers.
func (p *summary) numbers(name string, titles ...string) *table {
	columns := []column{{name, pdfWidth - countWidth*float64(len(titles)), "L"}}
	for _, s := range titles {
		columns = append(columns, column{s, countWidth, "R"})
	}
	return p.table(columns)
}

func (t *table) head() {
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		cells[i] = c.title
	}
	t.cells(cells, "B", soft, false)
}

func (t *table) row(cells ...string)  { t.next(cells, "") }
func (t *table) bold(cells ...string) { t.next(cells, "B") }

func (t *table) next(cells []string, style string) {
	t.p.font(style, 8.5, ink)
	if t.p.GetY()+t.height(cells) > pdfBottom {
		t.p.AddPage()
		t.head()
	}
	t.n++
	t.cells(cells, style, ink, t.n%2 == 0)
}

func (t *table) height(cells []string) float64 {
	n := 1
	for i, c := range t.columns {
		n = max(n, len(t.p.lines(cells[i], c.w-3.5, cellLines)))
	}
	return 4.4*float64(n) + 1.6
}

func (t *table) cells(cells []string, style string, paint color, shade bool) {
	p := t.p
	p.font(style, 8.5, paint)
	h, y := t.height(cells), p.GetY()
	if shade {
		p.fill(stripe)
		p.Rect(pdfMargin, y, pdfWidth, h, "F")
	}
	x := float64(pdfMargin)
	for i, c := range t.columns {
		ink := paint
		if i < len(t.colors) && style != "B" {
			ink = t.colors[i]
		}
		if cells[i] == "0" && c.align == "R" {
			ink = faint
		}
		p.font(style, 8.5, ink)
		for k, l := range p.lines(cells[i], c.w-3.5, cellLines) {
			p.SetXY(x, y+0.8+4.4*float64(k))
			p.CellFormat(c.w-1.5, 4.4, l, "", 0, c.align, false, 0, "")
		}
		x += c.w
	}
	p.draws(line)
	p.Line(pdfMargin, y+h, pdfMargin+pdfWidth, y+h)
	p.SetXY(pdfMargin, y+h)
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
	p.room(28)
	tab := p.byClass("", "Total")
	for _, r := range []struct {
		title string
		c     Counts
	}{{"All evidence collected", t.Population}, {"In this report", t.Selected}, {"Left out of this report", t.LeftOut}} {
		cells := append(append([]string{r.title}, countCellsPDF(r.c)...), decimal(r.c.Total))
		if r.title == "Left out of this report" && r.c.Total > 0 {
			tab.bold(cells...)
		} else {
			tab.row(cells...)
		}
	}
}

// byClass is a table of numbers by class.
func (p *summary) byClass(name, last string) *table {
	columns := []column{{name, pdfWidth - 5*classWidth, "L"}}
	for _, k := range classNames {
		columns = append(columns, column{k.title, classWidth, "R"})
	}
	columns = append(columns, column{last, classWidth, "R"})
	t := p.table(columns)
	t.colors = append([]color{ink}, classColors...)
	return t
}
