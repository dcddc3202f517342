package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// pageRows is how many items a page of a control lists; what is more goes on further pages.
const pageRows = 2000

// itemPage is a page of a control's items.
type itemPage struct {
	first, last string // days
	rows        int
}

func pageName(n int) string {
	if n == 0 {
		return indexName
	}
	return fmt.Sprintf("page-%d.html", n+1)
}

// isPage tells the name of a further page.
func isPage(name string) bool {
	n, ok := strings.CutPrefix(name, "page-")
	n, html := strings.CutSuffix(n, ".html")
	return ok && html && n != "" && len(n) < 8 && strings.Trim(n, "0123456789") == ""
}

// pageLinks lead to the pages of a control, by the days they have.
func pageLinks(b *strings.Builder, pages []itemPage, at int) {
	if len(pages) < 2 {
		return
	}
	b.WriteString("<nav class=\"pages\">Pages:\n")
	for i, p := range pages {
		days := p.first
		if p.last != p.first {
			days += " to " + p.last
		}
		if i == at {
			fmt.Fprintf(b, "<b>%s</b>\n", esc(days))
		} else {
			fmt.Fprintf(b, "<a href=\"%s\">%s</a>\n", href(pageName(i)), esc(days))
		}
	}
	b.WriteString("</nav>\n")
}

const itemsHead = `<div class="wide"><table><thead><tr><th>Time (UTC)</th><th>Source</th><th>What</th><th>Resources</th><th>Verdict</th><th>Account</th><th>File</th></tr></thead><tbody>` + "\n"

// calendarHTML shows the days of a control: a square for each, in columns of weeks.
func calendarHTML(b *strings.Builder, cal calendar) {
	first, err := time.Parse(ledger.DayFormat, cal.from)
	if err != nil {
		return
	}
	b.WriteString("<h3>Days (UTC)</h3>\n<div class=\"wide\"><div class=\"days\">")
	for range (int(first.Weekday()) + 6) % 7 {
		b.WriteString("<i></i>")
	}
	used := map[dayState]bool{}
	for day := cal.from; day <= cal.to && day != ""; day = nextDay(day) {
		s := cal.days[day]
		used[s] = true
		fmt.Fprintf(b, `<i class="d%d" title="%s: %s"></i>`, s, day, dayNames[s])
	}
	b.WriteString("</div></div>\n<p class=\"legend\">")
	for s := dayNone; s <= dayNonCompliant; s++ {
		if used[s] {
			fmt.Fprintf(b, `<i class="d%d"></i> %s `, s, dayNames[s])
		}
	}
	fmt.Fprintf(b, "From %s to %s.", cal.from, cal.to)
	if cal.cut {
		b.WriteString(" Earlier days are in manifest.json.")
	}
	b.WriteString("</p>\n")
}

// madeTable tells how the selected evidence was produced.
func madeTable(b *strings.Builder, made []Made) {
	if len(made) == 0 {
		return
	}
	b.WriteString("<h3>How the selected evidence was produced</h3>\n<div class=\"wide\"><table><thead><tr><th>Source</th><th>By</th><th class=\"n\">Items</th><th class=\"n\">Accounts</th><th class=\"n\">Regions</th><th>Collected</th><th class=\"n\">Incomplete</th></tr></thead><tbody>\n")
	for _, m := range made {
		by := strings.Join(nonEmpty(m.Call, paren(m.Caller), prefixed("logic ", m.Logic), m.Tool), ", ")
		gap := decimal(m.Incomplete)
		if m.Gap != "" {
			gap += ": " + m.Gap
		}
		fmt.Fprintf(b, "<tr><td>%s</td><td>%s</td><td class=\"n\">%d</td><td class=\"n\">%d</td><td class=\"n\">%d</td><td>%s to %s</td><td>%s</td></tr>\n", esc(m.Source), esc(dash(by)), m.Items,
			m.Accounts, m.Regions, m.First.UTC().Format(ledger.DayFormat), m.Last.UTC().Format(ledger.DayFormat), esc(gap))
	}
	b.WriteString("</tbody></table></div>\n")
}

// commentList is what people said about the control.
func commentList(b *strings.Builder, c ManifestControl) {
	if len(c.Comments) > 0 {
		b.WriteString("<h3>Comments</h3>\n<dl>\n")
		for _, k := range c.Comments {
			fact(b, stampText(k.At)+" "+k.Author, k.Text)
		}
		b.WriteString("</dl>\n")
	}
	if len(c.Requests) > 0 {
		b.WriteString("<h3>Evidence requests</h3>\n<dl>\n")
		for _, r := range c.Requests {
			fact(b, strings.TrimSpace(r.Status+" "+r.Due), strings.TrimSpace(r.Title+" "+r.Text+" "+r.Answer))
		}
		b.WriteString("</dl>\n")
	}
}
