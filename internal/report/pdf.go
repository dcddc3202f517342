package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

//go:embed font/DejaVuSansCondensed.ttf
var fontRegular []byte

//go:embed font/DejaVuSansCondensed-Bold.ttf
var fontBold []byte

// Measures of the page, A4 in millimetres.
const (
	pdfMargin = 18
	pdfWidth  = 210 - 2*pdfMargin
	pdfBottom = 297 - 20
)

// color is red, green and blue.
type color [3]int

var (
	ink    = color{28, 39, 51}
	soft   = color{91, 107, 122}
	navy   = color{22, 50, 79}
	white  = color{255, 255, 255}
	stripe = color{240, 244, 247}
	amber  = color{255, 247, 230}
	// classColors stand in the order of classNames.
	classColors = []color{{26, 127, 75}, {179, 38, 30}, {138, 97, 0}, {91, 75, 154}}
)

// summary draws the summary.
type summary struct {
	*fpdf.Fpdf
	m     Manifest
	links map[string]int // by control folder
}

// summaryPDF is the report as a paper. Page 1 says what was left out.
func summaryPDF(m Manifest) ([]byte, error) {
	p := &summary{Fpdf: fpdf.New("P", "mm", "A4", ""), m: m, links: map[string]int{}}
	p.AddUTF8FontFromBytes("DejaVu", "", fontRegular)
	p.AddUTF8FontFromBytes("DejaVu", "B", fontBold)
	p.SetCatalogSort(true)
	p.SetCreationDate(m.Created)
	p.SetModificationDate(m.Created)
	p.SetProducer("Tickmark", true)
	p.SetTitle(pdfText(m.Report.Name), true)
	p.SetAuthor(pdfText(m.Report.Author), true)
	p.SetLang("en")
	p.SetMargins(pdfMargin, pdfMargin, pdfMargin)
	p.SetAutoPageBreak(true, 20)
	p.AliasNbPages("{pages}")
	p.SetFooterFunc(func() {
		p.SetY(-14)
		p.font("", 8, soft)
		p.CellFormat(pdfWidth/2, 5, p.fit(m.Report.Name, pdfWidth/2-4), "", 0, "L", false, 0, "")
		p.CellFormat(pdfWidth/2, 5, fmt.Sprintf("Page %d of {pages}", p.PageNo()), "", 0, "R", false, 0, "")
	})
	p.cover()
	p.assessment()
	p.contents()
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			p.control(set, c)
		}
	}
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

// pdfText keeps what the embedded font can show; the rest is U+FFFD.
func pdfText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r):
			return -1
		case r <= 0x24f, r >= 0x370 && r <= 0x52f, r >= 0x531 && r <= 0x58f, r >= 0x1e00 && r <= 0x206f, r >= 0x20a0 && r <= 0x20bf,
			r >= 0x2100 && r <= 0x22ff, r >= 0x2500 && r <= 0x25ff, r == 0x2713, r == 0x2717:
			return r
		}
		return '\ufffd'
	}, strings.ToValidUTF8(s, "\ufffd"))
}

func (p *summary) font(style string, size float64, c color) {
	p.SetFont("DejaVu", style, size)
	p.SetTextColor(c[0], c[1], c[2])
}

func (p *summary) fill(c color) { p.SetFillColor(c[0], c[1], c[2]) }

// fit shortens a text to a width.
func (p *summary) fit(s string, w float64) string {
	r := []rune(strings.Join(strings.Fields(pdfText(s)), " "))
	if p.GetStringWidth(string(r)) <= w {
		return string(r)
	}
	for len(r) > 0 && p.GetStringWidth(string(r)+"…") > w {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// room begins a new page when less than h is left on this one.
func (p *summary) room(h float64) {
	if p.GetY()+h > pdfBottom {
		p.AddPage()
	}
}

func (p *summary) cover() {
	p.AddPage()
	p.fill(navy)
	p.Rect(0, 0, 210, 62, "F")
	p.SetY(16)
	p.font("", 10, color{188, 217, 245})
	p.CellFormat(0, 6, "Assessment report", "", 1, "L", false, 0, "")
	p.font("B", 20, white)
	p.CellFormat(0, 11, p.fit(p.m.Report.Name, pdfWidth), "", 1, "L", false, 0, "")
	p.font("", 10, white)
	p.CellFormat(0, 6, p.fit(p.m.Assessment.Name+"  ·  "+dash(p.m.Assessment.Framework.Name), pdfWidth), "", 1, "L", false, 0, "")
	p.CellFormat(0, 6, fmt.Sprintf("Made %s  ·  Account %s", stampText(p.m.Created), pdfText(p.m.Account)), "", 1, "L", false, 0, "")
	p.SetY(70)
	if p.m.Report.Description != "" {
		p.text(p.m.Report.Description)
	}
	p.heading("What this report holds")
	p.totals(p.m.Totals)
	p.Ln(3)
	for _, r := range remarks(p.m) {
		p.remark(r)
	}
	p.heading("How to verify it")
	p.text("tickmark verify REPORT.zip --key ledger.pub checks, offline, every byte of the report, that each piece of evidence is in the signed log, that these numbers are the ones the log gives, and who signed. Get the public key directly from those who made the report. Nothing on this page has to be believed without it.")
	p.fact("Log", fmt.Sprintf("%s, %d records", p.m.Log.Origin, p.m.Log.Size))
	p.fact("Root", p.m.Log.Root.String())
	p.fact("Signed by", p.m.Log.KeyID)
}

func (p *summary) assessment() {
	p.AddPage()
	p.heading("Assessment")
	for _, f := range facts(p.m) {
		p.fact(f[0], f[1])
	}
}

func (p *summary) contents() {
	p.heading("Contents")
	if len(p.m.ControlSets) == 0 {
		p.text("The assessment has no controls.")
	}
	for _, set := range p.m.ControlSets {
		p.room(14)
		p.font("B", 9.5, ink)
		p.CellFormat(0, 7, p.fit(set.Name, pdfWidth), "", 1, "L", false, 0, "")
		for _, c := range set.Controls {
			link := p.AddLink()
			p.links[c.Folder] = link
			p.font("", 9, ink)
			p.CellFormat(pdfWidth-60, 5.4, "   "+p.fit(c.Name, pdfWidth-66), "", 0, "L", false, link, "")
			p.font("", 9, soft)
			text := fmt.Sprintf("%d selected", c.Totals.Selected.Total)
			if c.Totals.LeftOut.Total > 0 {
				text += ", " + leftOutText(c.Totals.LeftOut) + " left out"
			}
			p.CellFormat(60, 5.4, p.fit(text, 60), "", 1, "R", false, link, "")
		}
	}
}

func (p *summary) control(set ManifestSet, c ManifestControl) {
	p.room(60)
	p.Ln(5)
	p.SetLink(p.links[c.Folder], p.GetY(), -1)
	p.font("", 8.5, soft)
	p.CellFormat(0, 5, p.fit(set.Name, pdfWidth), "", 1, "L", false, 0, "")
	p.heading(c.Name)
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
	p.Ln(1)
	p.totals(c.Totals)
	if len(c.Days) > 0 {
		p.Ln(2)
		p.days(c.Days)
	}
}

func (p *summary) heading(s string) {
	p.room(24)
	p.Ln(3)
	p.font("B", 13, navy)
	p.MultiCell(0, 6.5, pdfText(s), "", "L", false)
	p.Ln(1.5)
}

func (p *summary) text(s string) {
	p.font("", 9.5, ink)
	p.MultiCell(0, 5, pdfText(s), "", "L", false)
	p.Ln(1.5)
}

// fact is a name with its value, which may need several lines.
func (p *summary) fact(name, value string) {
	p.room(6)
	p.font("", 9, soft)
	p.CellFormat(48, 5, name, "", 0, "L", false, 0, "")
	p.font("", 9, ink)
	p.SetLeftMargin(pdfMargin + 48)
	p.MultiCell(pdfWidth-48, 5, pdfText(dash(value)), "", "L", false)
	p.SetLeftMargin(pdfMargin)
	p.SetX(pdfMargin)
}

func (p *summary) remark(r remark) {
	p.room(14)
	p.fill(stripe)
	if r.css == "warn" {
		p.fill(amber)
	}
	p.font("", 9.5, ink)
	p.MultiCell(0, 5.6, pdfText(r.text), "", "L", true)
	p.Ln(1.5)
}
