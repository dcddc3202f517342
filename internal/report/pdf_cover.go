package report

import (
	"fmt"
	"strings"
)

func (p *summary) cover() {
	p.AddPage()
	p.found["cover"] = 1
	p.fill(navy)
	p.font("B", 20, white)
	title := p.lines(p.m.Report.Name, pdfWidth, 2)
	p.Rect(0, 0, 210, 51+10*float64(len(title)), "F")
	p.SetY(16)
	p.font("", 10, color{188, 217, 245})
	p.CellFormat(0, 6, "Assessment report", "", 1, "L", false, 0, "")
	p.font("B", 20, white)
	for _, l := range title {
		p.CellFormat(0, 10, l, "", 1, "L", false, 0, "")
	}
	p.font("", 10, white)
	for _, s := range []string{
		p.m.Assessment.Name,
		dash(p.m.Assessment.Framework.Name),
		fmt.Sprintf("Made %s  ·  Account %s  ·  Period %s to %s", stampText(p.m.Created), p.m.Account, dash(p.m.From), dash(p.m.To)),
	} {
		p.CellFormat(0, 5.6, p.fit(s, pdfWidth), "", 1, "L", false, 0, "")
	}
	p.SetY(58 + 10*float64(len(title)))
	if p.m.Report.Description != "" {
		p.paragraph(p.m.Report.Description, ink, 5)
	}
	p.heading("What this report holds")
	p.totals(p.m.Totals)
	p.Ln(2)
	p.bar(p.m.Totals.Population)
	for _, r := range remarks(p.m) {
		p.remark(r)
	}
	p.heading("How to verify it")
	p.text("tickmark verify REPORT.zip --key ledger.pub checks, offline, every byte of the report, that each piece of evidence is in the signed log, that these numbers are the ones the log gives, and who signed. Get the public key directly from those who made the report. Nothing on this page has to be believed without it.")
	p.fact("Log", fmt.Sprintf("%s, %d records", p.m.Log.Origin, p.m.Log.Size))
	p.fact("Root", p.m.Log.Root.String())
	p.fact("Signed by", p.m.Log.KeyID)
}

// The parts of the report, as the contents name them.
const (
	partScope      = "Scope"
	partMethod     = "Method"
	partPopulation = "Population and sample"
	partOverTime   = "Compliance over time"
	partExceptions = "Exceptions"
	partRequests   = "Evidence requests"
	partIntegrity  = "Integrity"
)

func (p *summary) contents() {
	p.AddPage()
	p.place("Contents", "Contents", 0)
	p.heading("Contents")
	for _, part := range []string{partScope, partMethod, partPopulation, partOverTime, partExceptions, partRequests, partIntegrity} {
		p.entry("", 9.5, part, "", part)
	}
	if len(p.m.ControlSets) == 0 {
		p.text("The assessment has no controls.")
	}
	for i, set := range p.m.ControlSets {
		p.room(14)
		p.Ln(1.5)
		p.entry("B", 9.5, set.Name, "", setPlace(i))
		for _, c := range set.Controls {
			text := fmt.Sprintf("%d of %d selected", c.Totals.Selected.Total, c.Totals.Population.Total)
			p.entry("", 9, "   "+p.controlName(c), text, c.Folder)
		}
	}
}

// entry is a line of the contents: a title, a remark, and the page it leads to.
func (p *summary) entry(style string, size float64, title, remark, to string) {
	p.room(5.4)
	const number, remarks = 12, 62
	link := p.link(to)
	w := pdfWidth - number - float64(remarks)
	if remark == "" {
		w = pdfWidth - number
	}
	p.font(style, size, ink)
	indent := float64(len(title)-len(strings.TrimLeft(title, " "))) * 1.5
	p.SetX(pdfMargin + indent)
	p.CellFormat(w-indent, 5.4, p.fit(title, w-indent-2), "", 0, "L", false, link, "")
	if remark != "" {
		p.font("", 8.5, soft)
		p.CellFormat(remarks, 5.4, p.fit(remark, remarks-2), "", 0, "R", false, link, "")
	}
	p.font("", 9, soft)
	page := ""
	if n := p.pages[to]; n > 0 {
		page = decimal(int64(n))
	}
	p.CellFormat(number, 5.4, page, "", 1, "R", false, link, "")
}

func setPlace(i int) string { return fmt.Sprintf("control set %d", i) }
