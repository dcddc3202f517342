package report

import (
	"fmt"
	"slices"
	"strings"
)

// Limits of what a control's pages show; the index pages and manifest.json have all.
const (
	pdfDays     = 14
	pdfComments = 20
	pdfManual   = 20
	pdfMade     = 20
	pdfMappings = 30
)

// set opens a control set with the numbers of its controls.
func (p *summary) set(i int, set ManifestSet) {
	p.AddPage()
	p.place(setPlace(i), set.Name, 0)
	p.font("", 8.5, soft)
	p.CellFormat(0, 5, "Control set", "", 1, "L", false, 0, "")
	p.heading(set.Name)
	p.fact("Status", set.Status)
	var sum Totals
	var with int64
	for _, c := range set.Controls {
		sum.plus(c.Totals)
		if c.Totals.Selected.Total > 0 {
			with++
		}
	}
	p.fact("Controls", fmt.Sprintf("%d, %d of them with evidence in this report", len(set.Controls), with))
	p.Ln(2)
	p.totals(sum)
	p.Ln(3)
	t := p.byClass("Control, selected evidence", "Left out")
	for _, c := range set.Controls {
		t.row(append(append([]string{p.controlName(c)}, countCellsPDF(c.Totals.Selected)...), decimal(c.Totals.LeftOut.Total))...)
	}
}

func (p *summary) control(set ManifestSet, c ManifestControl) {
	if !p.room(70) {
		p.Ln(6)
	}
	p.place(c.Folder, p.controlName(c), 1)
	p.font("", 8.5, soft)
	p.CellFormat(0, 5, p.fit(set.Name, pdfWidth), "", 1, "L", false, 0, "")
	p.heading(p.controlName(c))
	if c.Description != "" {
		p.text(c.Description)
	}
	p.fact("Status", c.Status)
	p.fact("Testing information", c.TestingInformation)
	p.fact("Action plan", strings.TrimSpace(c.ActionPlanTitle+" "+c.ActionPlanInstructions))
	days := "-"
	if c.Automated {
		days = decimal(c.Totals.DaysWithoutCollection)
	}
	p.fact("Days without collection", days)
	if c.Totals.Backfilled > 0 {
		p.fact("Made from history", decimal(c.Totals.Backfilled))
	}
	p.mappings(c.Mappings)
	p.Ln(1)
	p.totals(c.Totals)
	p.daily(c)
	p.production(c.Production)
	p.provided(c)
	p.comments(c.Comments)
	p.asked(c.Requests)
}

func (p *summary) mappings(all []Mapping) {
	var text []string
	for i, m := range all {
		if i == pdfMappings {
			text = append(text, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		s := m.Source
		if m.Keyword != "" {
			s += " " + m.Keyword
		}
		text = append(text, strings.TrimSpace(s+" "+paren(strings.ToLower(m.Frequency))))
	}
	p.fact("Data sources", strings.Join(text, ", "))
}

// daily is the calendar of collected days, and the newest days in numbers.
func (p *summary) daily(c ManifestControl) {
	cal := calendarOf(p.m, c)
	if c.Automated || len(c.Days) > 0 {
		p.room(45)
		p.subheading("Days (UTC)")
		p.calendar(cal)
	}
	if len(c.Days) == 0 {
		return
	}
	t := p.byClass("Selected, by day", "Left out")
	shown := c.Days[max(0, len(c.Days)-pdfDays):]
	for _, d := range slices.Backward(shown) {
		name := d.From
		if d.Days > 1 {
			name = fmt.Sprintf("%s to %s, each", d.From, d.To)
		}
		t.row(append(append([]string{name}, countCellsPDF(d.Selected)...), decimal(d.LeftOut.Total))...)
	}
	if n := len(c.Days) - len(shown); n > 0 {
		p.note(fmt.Sprintf("%d earlier lines are in the control's index.html.", n))
	}
}

// production is how the control's lists were produced.
func (p *summary) production(made []Made) {
	if len(made) == 0 {
		return
	}
	p.subheading("How the selected evidence was produced")
	t := p.table([]column{{"Source", 27, "L"}, {"By", 58, "L"}, {"Items", 18, "R"}, {"Accounts, regions", 23, "R"}, {"Collected", 26, "L"}, {"Incomplete", 22, "R"}})
	for i, m := range made {
		if i == pdfMade {
			p.note(fmt.Sprintf("%d more are in manifest.json.", len(made)-i))
			break
		}
		by := strings.Join(nonEmpty(m.Call, paren(m.Caller), prefixed("logic ", m.Logic), m.Tool), ", ")
		day := m.First.UTC().Format("2006-01-02")
		if last := m.Last.UTC().Format("2006-01-02"); last != day {
			day += " to " + last
		}
		t.row(m.Source, dash(by), decimal(m.Items), fmt.Sprintf("%d, %d", m.Accounts, m.Regions), day, decimal(m.Incomplete))
		if m.Gap != "" {
			p.note("Left out: " + m.Gap)
		}
	}
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func nonEmpty(ss ...string) []string {
	return slices.DeleteFunc(ss, func(s string) bool { return s == "" })
}

// provided is the manual evidence.
func (p *summary) provided(c ManifestControl) {
	if c.ManualItems == 0 {
		return
	}
	p.subheading("Manual evidence")
	t := p.table([]column{{"Time (UTC)", 34, "L"}, {"What", 96, "L"}, {"By", 44, "L"}})
	for _, m := range c.Manual[:min(len(c.Manual), pdfManual)] {
		what := firstOf(m.File, m.Text, "-")
		if m.File != "" && m.Text != "" {
			what += ": " + m.Text
		}
		if m.Effective != "" {
			what += " (effective " + m.Effective + ")"
		}
		t.row(m.At.UTC().Format("2006-01-02 15:04:05"), what, dash(m.By))
	}
	if n := c.ManualItems - pdfManual; n > 0 {
		p.note(fmt.Sprintf("%d more are in the control's index.html.", n))
	}
}

func (p *summary) comments(all []Comment) {
	if len(all) == 0 {
		return
	}
	p.subheading("Comments")
	for _, c := range all[:min(len(all), pdfComments)] {
		p.room(12)
		p.font("", 8, soft)
		p.CellFormat(0, 4.6, p.fit(stampText(c.At)+"  "+c.Author, pdfWidth), "", 1, "L", false, 0, "")
		p.text(c.Text)
	}
	if n := len(all) - pdfComments; n > 0 {
		p.note(fmt.Sprintf("%d more are in manifest.json.", n))
	}
}

func (p *summary) asked(all []Request) {
	if len(all) == 0 {
		return
	}
	p.subheading("Evidence requests")
	t := p.table([]column{{"Request", 70, "L"}, {"To", 36, "L"}, {"Due", 22, "L"}, {"Status, answer", 46, "L"}})
	for _, r := range all {
		t.row(strings.TrimSpace(r.Title+" "+r.Text), dash(r.To), dash(r.Due), strings.TrimSpace(r.Status+" "+r.Answer))
	}
}
