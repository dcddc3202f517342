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
	faint  = color{163, 176, 187}
	line   = color{223, 229, 234}
	navy   = color{22, 50, 79}
	white  = color{255, 255, 255}
	stripe = color{240, 244, 247}
	amber  = color{255, 247, 230}
	// classColors stand in the order of classNames.
	classColors = []color{{26, 127, 75}, {179, 38, 30}, {176, 125, 12}, {91, 75, 154}}
)

// summary draws the summary.
type summary struct {
	*fpdf.Fpdf
	m     Manifest
	links map[string]int // by what they lead to
	// pages are the page numbers of what links lead to, from the pass before; at first there are none.
	pages, found map[string]int
}

// summaryPDF is the report as a paper. Page 1 says what was left out. It repeats the manifest and no more, so its size
// grows with the controls, not with the evidence. It is drawn twice: the contents need the page numbers.
func summaryPDF(m Manifest) ([]byte, error) {
	first := newSummary(m, nil)
	first.draw()
	if err := first.Error(); err != nil {
		return nil, err
	}
	p := newSummary(m, first.found)
	p.draw()
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

func newSummary(m Manifest, pages map[string]int) *summary {
	p := &summary{Fpdf: fpdf.New("P", "mm", "A4", ""), m: m, links: map[string]int{}, pages: pages, found: map[string]int{}}
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
	p.SetFooterFunc(p.footer)
	return p
}

func (p *summary) footer() {
	p.SetY(-14)
	p.font("", 8, soft)
	p.CellFormat(pdfWidth-40, 5, p.fit(p.m.Report.Name+"  ·  "+p.m.Assessment.Name, pdfWidth-44), "", 0, "L", false, 0, "")
	p.CellFormat(40, 5, fmt.Sprintf("Page %d of {pages}", p.PageNo()), "", 0, "R", false, 0, "")
}

func (p *summary) draw() {
	p.cover()
	p.contents()
	p.scope()
	p.method()
	p.population()
	p.overTime()
	p.exceptions()
	p.requests()
	p.integrity()
	for i, set := range p.m.ControlSets {
		p.set(i, set)
		for _, c := range set.Controls {
			p.control(set, c)
		}
	}
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

func (p *summary) draws(c color) { p.SetDrawColor(c[0], c[1], c[2]) }

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

// lines breaks a text to a width, into at most n lines.
func (p *summary) lines(s string, w float64, n int) []string {
	var out []string
	for _, part := range strings.Split(strings.TrimSpace(pdfText(s)), "\n") {
		out = append(out, p.breaks(part, w)...)
		if len(out) > n {
			out = out[:n]
			out[n-1] = p.fit(out[n-1]+" ……", w-1)
			return out
		}
	}
	return out
}

// breaks breaks one line at spaces, and words that are wider than the line anywhere.
func (p *summary) breaks(s string, w float64) []string {
	var out []string
	cur := ""
	for _, word := range strings.Fields(s) {
		next := strings.TrimSpace(cur + " " + word)
		if p.GetStringWidth(next) <= w {
			cur = next
			continue
		}
		if cur != "" {
			out = append(out, cur)
		}
		r := []rune(word)
		for p.GetStringWidth(string(r)) > w && len(r) > 1 {
			n := p.fits(r, w)
			out = append(out, string(r[:n]))
			r = r[n:]
		}
		cur = string(r)
	}
	return append(out, cur)
}

// fits is how many characters of a long word go on a line: up to a sign that words are put together with, if there is
// one in the second half of the line.
func (p *summary) fits(r []rune, w float64) int {
	n := 1
	for n < len(r) && p.GetStringWidth(string(r[:n+1])) <= w {
		n++
	}
	for i := n; i > n/2; i-- {
		if strings.ContainsRune("-/:._@,", r[i-1]) {
			return i
		}
	}
	return n
}

// room begins a new page when less than h is left on this one, and tells whether it did.
func (p *summary) room(h float64) bool {
	if p.GetY()+h <= pdfBottom {
		return false
	}
	p.AddPage()
	return true
}

// link is the link that leads to a place of this name.
func (p *summary) link(name string) int {
	if p.links[name] == 0 {
		p.links[name] = p.AddLink()
	}
	return p.links[name]
}

// place is where the links of a name lead.
func (p *summary) place(name, title string, level int) {
	p.SetLink(p.link(name), p.GetY(), -1)
	p.found[name] = p.PageNo()
	p.Bookmark(pdfText(title), level, -1)
}

// part begins a part of the report, on a new page when little is left of this one.
func (p *summary) part(title string) {
	p.room(60)
	p.Ln(2)
	p.place(title, title, 0)
	p.heading(title)
}

// controlName leaves out the framework's name, with which the names of standard controls begin: the cover tells it.
func (p *summary) controlName(c ManifestControl) string {
	if short, ok := strings.CutPrefix(c.Name, p.m.Assessment.Framework.Name+" "); ok && short != "" {
		return short
	}
	return c.Name
}

func (p *summary) heading(s string) {
	p.room(24)
	p.Ln(3)
	p.font("B", 13, navy)
	for _, l := range p.lines(s, pdfWidth, 4) {
		p.CellFormat(0, 6.5, l, "", 1, "L", false, 0, "")
	}
	p.Ln(1.5)
}

func (p *summary) subheading(s string) {
	p.room(16)
	p.Ln(2)
	p.font("B", 10, ink)
	p.CellFormat(0, 6, p.fit(s, pdfWidth), "", 1, "L", false, 0, "")
}

// longText is how many lines of one text are shown; the whole stands in manifest.json.
const longText = 40

func (p *summary) text(s string) { p.paragraph(s, ink, longText) }

func (p *summary) note(s string) { p.paragraph(s, soft, longText) }

func (p *summary) paragraph(s string, c color, n int) {
	p.font("", 9.5, c)
	for _, l := range p.lines(s, pdfWidth, n) {
		if p.room(5) {
			p.font("", 9.5, c)
		}
		p.CellFormat(0, 5, l, "", 1, "L", false, 0, "")
	}
	p.Ln(1.5)
}

// fact is a name with its value, which may need several lines.
func (p *summary) fact(name, value string) {
	p.font("", 9, ink)
	lines := p.lines(dash(value), pdfWidth-48, longText)
	p.room(5 * float64(min(3, len(lines))))
	p.font("", 9, soft)
	p.CellFormat(48, 5, name, "", 0, "L", false, 0, "")
	p.font("", 9, ink)
	for i, l := range lines {
		if i > 0 && p.room(5) {
			p.font("", 9, ink)
		}
		p.SetX(pdfMargin + 48)
		p.CellFormat(pdfWidth-48, 5, l, "", 1, "L", false, 0, "")
	}
}

func (p *summary) remark(r remark) {
	p.font("", 9.5, ink)
	lines := p.lines(r.text, pdfWidth-6, 12)
	h := 5.2*float64(len(lines)) + 2
	p.room(h + 2)
	p.fill(stripe)
	bar := soft
	if r.css == "warn" {
		p.fill(amber)
		bar = classColors[2]
	}
	y := p.GetY()
	p.Rect(pdfMargin, y, pdfWidth, h, "F")
	p.fill(bar)
	p.Rect(pdfMargin, y, 1.2, h, "F")
	p.font("", 9.5, ink)
	for i, l := range lines {
		p.SetXY(pdfMargin+4, y+1+5.2*float64(i))
		p.CellFormat(pdfWidth-6, 5.2, l, "", 0, "L", false, 0, "")
	}
	p.SetXY(pdfMargin, y+h+1.8)
}
