package tell

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/scan"
)

//go:embed report.css
var css string

//go:embed report.js
var script string

// writeHTML writes one file that needs nothing else: no other file, no network. It shows what fails, is excepted or could
// not be judged; what passed is counted.
func writeHTML(w io.Writer, r *scan.Report) error {
	p := &page{w: w}
	p.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	p.raw(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-` + digest(css) + `'; script-src 'sha256-` + digest(script) + `'">` + "\n")
	p.f("<title>Tickmark scan: %v</title>\n", r.Choice)
	p.raw("<style>" + css + "</style>\n</head>\n<body>\n<main>\n")
	p.head(r)
	p.counts(r)
	p.tables(r)
	if err := p.evaluations(r); err != nil {
		return err
	}
	p.gaps(r)
	p.rules(r)
	p.f("<footer>tickmark %v &middot; %v</footer>\n", r.Tool, r.Finished.UTC().Format(time.RFC3339))
	p.raw("</main>\n<script>" + script + "</script>\n</body>\n</html>\n")
	return p.err
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// page writes HTML; every value that f is given is escaped.
type page struct {
	w   io.Writer
	err error
}

func (p *page) raw(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s)
	}
}

func (p *page) f(format string, args ...any) {
	for i, a := range args {
		args[i] = html.EscapeString(visible(fmt.Sprint(a)))
	}
	p.raw(fmt.Sprintf(format, args...))
}

// visible takes out what steers: control characters, and those that turn the direction of text.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\ufffd'
		}
		return r
	}, s)
}

func (p *page) head(r *scan.Report) {
	accounts := map[string]bool{}
	regions := map[string]bool{}
	for _, at := range r.Places {
		accounts[at.Account], regions[at.Region] = true, true
	}
	p.f("<header>\n<h1>%v</h1>\n", strings.ToUpper(r.Choice[:1])+r.Choice[1:])
	p.f("<p class=\"sub\">%v &middot; %v &middot; %v &middot; %v &middot; %v</p>\n", number(len(accounts), "account"), number(len(regions), "region"), number(int(r.Items), "resource"),
		number(int(r.Counts.Total()), "evaluation"), r.Finished.UTC().Format("2 January 2006, 15:04 UTC"))
	if r.Incomplete != "" {
		p.f("<p class=\"warn\" role=\"alert\">Incomplete: %v</p>\n", r.Incomplete)
	}
	p.raw("</header>\n")
}

func number(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func (p *page) counts(r *scan.Report) {
	c := r.Counts
	p.raw("<section class=\"cards\" aria-label=\"Summary\">\n")
	card := func(class, label string, n int64) {
		p.f("<div class=\"card %v\"><b>%v</b><span>%v</span></div>\n", class, n, label)
	}
	card("bad", "failed", c.NonCompliant)
	if r.Baseline {
		card("bad", "of them new", c.New)
	}
	card("missing", "without data", c.Insufficient)
	card("missing", "gaps", int64(len(r.Gaps)))
	card("excepted", "excepted", c.Excepted)
	card("good", "compliant", c.Compliant)
	card("none", "not applicable", c.NotApplicable)
	p.raw("</section>\n")
}

func (p *page) tables(r *scan.Report) {
	p.raw("<div class=\"pair\">\n")
	p.table("By severity", "Severity", scan.Severities(), r.BySeverity)
	names := slices.Sorted(maps.Keys(r.ByService))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(r.ByService[b].NonCompliant, r.ByService[a].NonCompliant) })
	p.table("By service", "Service", names, r.ByService)
	p.raw("</div>\n")
}

func (p *page) table(title, what string, names []string, by map[string]scan.Counts) {
	p.f("<section>\n<h2>%v</h2>\n<table class=\"sort\"><thead><tr><th>%v</th><th class=\"n\">Failed</th><th class=\"n\">Excepted</th><th class=\"n\">No data</th><th class=\"n\">Compliant</th></tr></thead>\n<tbody>\n", title, what)
	for _, name := range names {
		c, ok := by[name]
		if !ok {
			continue
		}
		p.f("<tr><td data-k=\"%v\">%v</td><td class=\"n\">%v</td><td class=\"n\">%v</td><td class=\"n\">%v</td><td class=\"n\">%v</td></tr>\n",
			rank(name), cmp.Or(spelled(name), "None"), c.NonCompliant, c.Excepted, c.Insufficient, c.Compliant)
	}
	p.raw("</tbody></table>\n</section>\n")
}

// rank orders severities; other names order themselves.
func rank(s string) string {
	if i := slices.Index(scan.Severities(), s); i >= 0 {
		return strconv.Itoa(i)
	}
	return s
}

// spelled is a severity as words are written; other names stay.
func spelled(s string) string {
	if s != "" && slices.Contains(scan.Severities(), s) {
		return s[:1] + strings.ToLower(s[1:])
	}
	return s
}

func (p *page) evaluations(r *scan.Report) error {
	p.raw("<section>\n<h2>Findings</h2>\n<div class=\"filter\"><input id=\"q\" type=\"search\" placeholder=\"Filter by rule, resource, account, reason\" aria-label=\"Filter\"> ")
	p.raw("<select id=\"v\" aria-label=\"Verdict\"><option value=\"\">All verdicts</option><option>Failed</option><option>Excepted</option><option>No data</option></select> <span id=\"n\" aria-live=\"polite\"></span></div>\n")
	p.raw("<table class=\"sort\" id=\"f\"><thead><tr><th>Severity</th><th>Verdict</th><th>Service</th><th>Rule</th><th>Resource</th><th>Account</th><th>Region</th><th>Reason</th></tr></thead>\n<tbody>\n")
	n := 0
	for e, err := range r.Evaluations() {
		if err != nil {
			return err
		}
		verdict, class := verdictOf(&e)
		if verdict == "" {
			continue
		}
		n++
		p.f("<tr class=\"%v\"><td data-k=\"%v\"><span class=\"sev s%v\">%v</span></td><td data-k=\"%v\">%v</td><td>%v</td>", class, rank(e.Severity), rank(e.Severity), cmp.Or(spelled(e.Severity), "None"), order[verdict], verdict, scan.ServiceOf(&e))
		p.f("<td><a href=\"#%v\">%v</a></td><td title=\"%v\">%v<small>%v</small></td><td>%v</td><td>%v</td><td>%v", anchor(e.Rule), e.Rule, cmp.Or(e.ARN, e.ID), cmp.Or(e.Resource, e.ID), e.Type, e.Account, e.Region, e.Annotation)
		if e.New {
			p.raw(" <span class=\"new\">new</span>")
		}
		if e.Exception != nil {
			p.f("<small>Excepted: %v</small>", exceptionText(e.Exception))
		}
		p.raw("</td></tr>\n")
	}
	p.raw("</tbody></table>\n")
	if n == 0 {
		p.raw("<p class=\"empty\">Nothing fails, and nothing lacks data.</p>\n")
	}
	p.raw("</section>\n")
	return nil
}

// order is that of the verdicts in words.
var order = map[string]int{"Failed": 0, "No data": 1, "Excepted": 2}

// verdictOf is the verdict in words, "" for what is only counted.
func verdictOf(e *scan.Evaluation) (words, class string) {
	switch {
	case e.Exception != nil:
		return "Excepted", "excepted"
	case e.Compliance == rule.NonCompliant.String():
		return "Failed", "bad"
	case e.Compliance == rule.InsufficientData.String():
		return "No data", "missing"
	}
	return "", ""
}

func anchor(id string) string {
	return "rule-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, id)
}

func (p *page) gaps(r *scan.Report) {
	if len(r.Gaps) == 0 {
		return
	}
	p.raw("<section>\n<h2>Not collected</h2>\n<table class=\"sort\"><thead><tr><th>What</th><th>Account</th><th>Region</th><th>Why</th></tr></thead>\n<tbody>\n")
	for _, g := range r.Gaps {
		p.f("<tr class=\"missing\"><td>%v</td><td>%v</td><td>%v</td><td>%v</td></tr>\n", g.What, g.Account, g.Region, g.Why)
	}
	p.raw("</tbody></table>\n</section>\n")
}

func (p *page) rules(r *scan.Report) {
	p.raw("<section>\n<h2>Rules</h2>\n")
	for _, q := range rulesOf(r) {
		p.f("<details id=\"%v\"><summary><span class=\"sev s%v\">%v</span> <b>%v</b> %v</summary>\n<p>%v</p>\n", anchor(q.Identifier), rank(q.Severity), cmp.Or(spelled(q.Severity), "None"), q.Identifier, q.Title, q.Rationale)
		if q.Remediation != "" {
			p.f("<p><b>Remedy:</b> %v</p>\n", q.Remediation)
		}
		if len(q.Controls) > 0 {
			p.f("<p class=\"sub\">Security Hub: %v</p>\n", strings.Join(q.Controls, ", "))
		}
		p.raw("</details>\n")
	}
	if len(r.LeftOut) > 0 {
		p.raw("<h2>Left out</h2>\n<ul>\n")
		for _, l := range r.LeftOut {
			p.f("<li><b>%v</b> %v</li>\n", l.Rule, l.Why)
		}
		p.raw("</ul>\n")
	}
	p.raw("</section>\n")
}
