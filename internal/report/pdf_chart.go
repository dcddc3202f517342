package report

import (
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// overTime charts the verdicts of all controls.
func (p *summary) overTime() {
	p.room(110) // the first chart stands under its heading
	p.part(partOverTime)
	var all []ManifestControl
	for _, set := range p.m.ControlSets {
		all = append(all, set.Controls...)
	}
	buckets, step := history(p.m, all...)
	if len(buckets) == 0 || p.m.Totals.Population.Total == 0 {
		p.text("There is no evidence.")
		return
	}
	p.note("All evidence collected, selected or left out, over all controls. " + stepText(step))
	p.subheading("Share of verdicts")
	p.chart(buckets, 38, true)
	p.subheading("Pieces of evidence")
	p.chart(buckets, 38, false)
	p.classLegend()
}

func stepText(step int) string {
	if step == 1 {
		return "A column is a day."
	}
	return fmt.Sprintf("A column is %d days.", step)
}

// chart draws stacked columns: shares of each column, or numbers.
func (p *summary) chart(buckets []bucket, h float64, share bool) {
	p.room(h + 12)
	const left = 14
	x0, y0, w := pdfMargin+float64(left), p.GetY()+2, pdfWidth-float64(left)
	var top int64
	for _, b := range buckets {
		top = max(top, b.counts.Total)
	}
	p.font("", 7, soft)
	p.draws(line)
	for _, f := range []float64{0, 0.5, 1} {
		y := y0 + h*(1-f)
		p.Line(x0, y, x0+w, y)
		label := fmt.Sprintf("%.0f %%", 100*f)
		if !share {
			if f == 0.5 && top < 2 {
				continue
			}
			label = decimal(int64(f * float64(top)))
		}
		p.SetXY(pdfMargin, y-2)
		p.CellFormat(left-2, 4, label, "", 0, "R", false, 0, "")
	}
	column := min(w/float64(len(buckets)), 12)
	for i, b := range buckets {
		whole := float64(top)
		if share {
			whole = float64(b.counts.Total)
		}
		y := y0 + h
		for k, class := range classNames {
			if n := class.of(b.counts); n > 0 && whole > 0 {
				part := h * float64(n) / whole
				y -= part
				p.fill(classColors[k])
				p.Rect(x0+column*float64(i)+column*0.1, y, column*0.8, part, "F")
			}
		}
	}
	p.SetXY(x0, y0+h+1)
	p.CellFormat(w/2, 4, buckets[0].from, "", 0, "L", false, 0, "")
	end := column * float64(len(buckets))
	if last := buckets[len(buckets)-1].to; last != buckets[0].from && end > 40 {
		p.SetXY(x0+end-30, y0+h+1)
		p.CellFormat(30, 4, last, "", 0, "R", false, 0, "")
	}
	p.SetXY(pdfMargin, y0+h+6)
}

// bar shows the shares of one set of numbers.
func (p *summary) bar(c Counts) {
	if c.Total == 0 {
		return
	}
	x, y := float64(pdfMargin), p.GetY()
	for i, k := range classNames {
		w := pdfWidth * float64(k.of(c)) / float64(c.Total)
		p.fill(classColors[i])
		p.Rect(x, y, w, 3, "F")
		x += w
	}
	p.SetXY(pdfMargin, y+4)
	p.classLegend()
}

func (p *summary) classLegend() {
	var entries []legend
	for i, k := range classNames {
		entries = append(entries, legend{k.title, func(x, y float64) { p.fill(classColors[i]); p.Rect(x, y, 2.8, 2.8, "F") }})
	}
	p.legend(entries)
}

type legend struct {
	title string
	draw  func(x, y float64)
}

func (p *summary) legend(entries []legend) {
	p.room(6)
	p.font("", 7.5, soft)
	x, y := float64(pdfMargin), p.GetY()+0.6
	for _, e := range entries {
		w := p.GetStringWidth(e.title) + 9
		if x+w > pdfMargin+pdfWidth {
			x, y = pdfMargin, y+4.6
		}
		e.draw(x, y+0.6)
		p.SetXY(x+3.6, y)
		p.CellFormat(w, 4, e.title, "", 0, "L", false, 0, "")
		x += w
	}
	p.SetXY(pdfMargin, y+6)
}

// dayColors stand in the order of the states of days.
var dayColors = []color{white, {232, 237, 241}, white, {226, 196, 120}, {104, 178, 138}, {158, 146, 204}, {196, 52, 43}}

const (
	dayCell   = 2.6
	dayPitch  = 3.05
	dayIndent = 9
	weeks     = 53
)

// calendar draws the days as squares, a column for each week; a strip has about a year.
func (p *summary) calendar(cal calendar) {
	first, err := time.Parse(ledger.DayFormat, cal.from)
	if err != nil {
		return
	}
	last, err := time.Parse(ledger.DayFormat, cal.to)
	if err != nil {
		return
	}
	monday := first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
	for start := monday; !start.After(last); start = start.AddDate(0, 0, 7*weeks) {
		p.strip(cal, start, last)
	}
	var entries []legend
	used := map[dayState]bool{}
	for _, s := range cal.days {
		used[s] = true
	}
	for s := dayNone; s <= dayNonCompliant; s++ {
		if used[s] {
			entries = append(entries, legend{dayNames[s], func(x, y float64) { p.day(s, x, y) }})
		}
	}
	p.legend(entries)
	if cal.cut {
		p.note(fmt.Sprintf("Earlier days than %s are in manifest.json.", cal.from))
	}
}

func (p *summary) strip(cal calendar, start, last time.Time) {
	p.room(7*dayPitch + 7)
	y0 := p.GetY() + 4
	p.font("", 6.5, soft)
	for i, name := range []string{"Mon", "", "Wed", "", "Fri", "", "Sun"} {
		p.SetXY(pdfMargin, y0+dayPitch*float64(i)-0.4)
		p.CellFormat(dayIndent, 3, name, "", 0, "L", false, 0, "")
	}
	month, labelled := "", -10.0
	for i := range 7 * weeks {
		d := start.AddDate(0, 0, i)
		if d.After(last) {
			break
		}
		x, y := pdfMargin+dayIndent+dayPitch*float64(i/7), y0+dayPitch*float64(i%7)
		day := d.Format(ledger.DayFormat)
		state := cal.days[day]
		if m := d.Format("2006-01"); m != month && day >= cal.from {
			if month = m; x-labelled > 13 {
				labelled = x
				p.SetXY(x-1, y0-3.6)
				p.CellFormat(14, 3, m, "", 0, "L", false, 0, "")
			}
		}
		if day >= cal.from {
			p.day(state, x, y)
		}
	}
	p.SetXY(pdfMargin, y0+7*dayPitch+1)
}

// day draws one square. What was missed and what does not comply can be told without their colour.
func (p *summary) day(s dayState, x, y float64) {
	if s == dayOutside {
		return
	}
	p.fill(dayColors[s])
	switch s {
	case dayMissed:
		p.draws(classColors[1])
		p.SetLineWidth(0.2)
		p.Rect(x, y, dayCell, dayCell, "D")
		p.Line(x, y, x+dayCell, y+dayCell)
	case dayNonCompliant:
		p.Rect(x, y, dayCell, dayCell, "F")
		p.fill(white)
		p.Rect(x+0.9, y+0.9, dayCell-1.8, dayCell-1.8, "F")
	default:
		p.Rect(x, y, dayCell, dayCell, "F")
	}
}
