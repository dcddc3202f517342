package report

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

//go:embed style.css
var style string

//go:embed README.txt
var readmeText string

// esc makes any text harmless in an element or in a quoted attribute. Every value on a page goes through it.
func esc(s string) string { return html.EscapeString(strings.ToValidUTF8(s, "\ufffd")) }

// href is a relative link to a path of the bundle.
func href(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return esc("./" + strings.Join(parts, "/"))
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// dash is what stands for nothing.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func stampText(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// pageStart opens a page. The policy forbids scripts, frames and anything from elsewhere.
func pageStart(b *strings.Builder, title string) {
	fmt.Fprintf(b, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>%s</style>
</head>
<body>
`, esc(title), style)
}

// fact is a row of a list of facts.
func fact(b *strings.Builder, name, value string) {
	fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>\n", esc(name), esc(dash(value)))
}

// classNames are the classes in the order of every table, with what they are called.
var classNames = []struct {
	title, css string
	of         func(Counts) int64
}{
	{"Compliant", "ok", func(c Counts) int64 { return c.Compliant }},
	{"Non-compliant", "bad", func(c Counts) int64 { return c.NonCompliant }},
	{"Inconclusive", "open", func(c Counts) int64 { return c.Inconclusive }},
	{"Excepted", "exc", func(c Counts) int64 { return c.Excepted }},
}

func countCells(b *strings.Builder, c Counts) {
	for _, k := range classNames {
		css := k.css
		if k.of(c) == 0 {
			css = "zero"
		}
		fmt.Fprintf(b, `<td class="n %s">%d</td>`, css, k.of(c))
	}
}

func countHeads(b *strings.Builder, before ...string) {
	b.WriteString("<tr>")
	for _, h := range before {
		fmt.Fprintf(b, "<th>%s</th>", esc(h))
	}
	for _, k := range classNames {
		fmt.Fprintf(b, `<th class="n">%s</th>`, k.title)
	}
}

// totalsTable is population, selected and left out by class.
func totalsTable(b *strings.Builder, t Totals) {
	b.WriteString(`<table class="totals"><thead>`)
	countHeads(b, "")
	b.WriteString(`<th class="n">Total</th></tr></thead><tbody>`)
	for _, row := range []struct {
		title, css string
		c          Counts
	}{{"All evidence collected", "", t.Population}, {"In this report", "", t.Selected}, {"Left out of this report", "left", t.LeftOut}} {
		fmt.Fprintf(b, `<tr class="%s"><th scope="row">%s</th>`, row.css, row.title)
		countCells(b, row.c)
		fmt.Fprintf(b, `<td class="n">%d</td></tr>`, row.c.Total)
	}
	b.WriteString("</tbody></table>\n")
}

// indexPage is the page to begin with.
func indexPage(m Manifest) io.Reader {
	var b strings.Builder
	pageStart(&b, m.Report.Name+" - assessment report")
	fmt.Fprintf(&b, "<header><p class=\"kind\">Assessment report</p><h1>%s</h1><p>%s</p></header>\n<main>\n", esc(m.Report.Name), esc(m.Report.Description))
	b.WriteString("<section><h2>What this report holds</h2>\n")
	totalsTable(&b, m.Totals)
	for _, s := range remarks(m) {
		fmt.Fprintf(&b, "<p class=\"remark %s\">%s</p>\n", s.css, esc(s.text))
	}
	b.WriteString("</section>\n<section><h2>Assessment</h2><dl>\n")
	for _, f := range facts(m) {
		fact(&b, f[0], f[1])
	}
	b.WriteString("</dl></section>\n<section><h2>Controls</h2>\n")
	indexControls(&b, m)
	b.WriteString("</section>\n<section><h2>How to verify it</h2>\n")
	fmt.Fprintf(&b, `<p>Nothing on this page has to be believed. With the <code>tickmark</code> program and the public key of who made the report, which you should get from them directly and not with the report:</p>
<pre>tickmark verify REPORT.zip --key ledger.pub</pre>
<p>It works offline. It checks every byte of the file, that each piece of evidence is in the signed log, that the numbers above are the ones the log gives, and who signed.</p>
<dl>
<dt>Log</dt><dd><code>%s</code>, %d records</dd>
<dt>Root</dt><dd><code>%s</code></dd>
<dt>Signed by</dt><dd><code>%s</code></dd>
</dl>
<p>Other files: <a href="%s">summary as PDF</a>, <a href="%s">evidence as a table</a>, <a href="%s">all of this for programs</a>, <a href="%s">digest and signature</a>, <a href="%s">read me</a>.</p>
`, esc(m.Log.Origin), m.Log.Size, esc(m.Log.Root.String()), esc(m.Log.KeyID), href(pdfName), href(csvName), href(manifestName), href(digestName), href(readmeName))
	b.WriteString("</section>\n</main>\n</body>\n</html>\n")
	return strings.NewReader(b.String())
}

func indexControls(b *strings.Builder, m Manifest) {
	if len(m.ControlSets) == 0 {
		b.WriteString("<p>The assessment has no controls.</p>")
	}
	for _, set := range m.ControlSets {
		fmt.Fprintf(b, "<h3>%s</h3>\n<div class=\"wide\"><table><thead>", esc(set.Name))
		countHeads(b, "Control", "In this report")
		b.WriteString(`<th class="n">Left out</th><th class="n">Days without</th></tr></thead><tbody>` + "\n")
		for _, c := range set.Controls {
			css := ""
			if c.Totals.LeftOut.Total > 0 {
				css = "left"
			}
			fmt.Fprintf(b, `<tr><td class="name"><a href="%s">%s</a></td><td class="n">%d</td>`, href(c.Folder+"/"+indexName), esc(c.Name), c.Totals.Selected.Total)
			countCells(b, c.Totals.Selected)
			days := "-"
			if c.Automated {
				days = decimal(c.Totals.DaysWithoutCollection)
			}
			fmt.Fprintf(b, `<td class="n %s">%s</td><td class="n">%s</td></tr>`+"\n", css, leftOutText(c.Totals.LeftOut), days)
		}
		b.WriteString("</tbody></table></div>\n")
	}
}

// leftOutText is the number left out, with the non-compliant among them.
func leftOutText(c Counts) string {
	if c.NonCompliant > 0 {
		return fmt.Sprintf("%d (%d non-compliant)", c.Total, c.NonCompliant)
	}
	return decimal(c.Total)
}

// controlPage is the page of a control; rows are its evidence's table rows.
func controlPage(m Manifest, set ControlSet, c ManifestControl, pages []itemPage, rows io.Reader) io.Reader {
	var b strings.Builder
	pageStart(&b, c.Name)
	fmt.Fprintf(&b, "<header><p class=\"kind\"><a href=\"../%s\">%s</a> / %s</p><h1>%s</h1><p>%s</p></header>\n<main>\n",
		indexName, esc(m.Report.Name), esc(set.Name), esc(c.Name), esc(c.Description))
	b.WriteString("<section><h2>Evidence of this control</h2>\n")
	totalsTable(&b, c.Totals)
	if c.Totals.LeftOut.Total > 0 {
		fmt.Fprintf(&b, "<p class=\"remark warn\">%s was left out of this report. Each left-out record is listed, without its content, in <a href=\"%s\">%s</a>.</p>\n",
			esc(pieces(c.Totals.LeftOut.Total)), href(leftOutName), leftOutName)
	}
	if c.Automated && c.Totals.DaysWithoutCollection > 0 {
		fmt.Fprintf(&b, "<p class=\"remark warn\">On %d of the days from %s to %s nothing was collected.</p>\n", c.Totals.DaysWithoutCollection, esc(m.From), esc(m.To))
	}
	b.WriteString("<dl>\n")
	for _, f := range [][2]string{{"Status", c.Status}, {"Testing information", c.TestingInformation}, {"Action plan", strings.TrimSpace(c.ActionPlanTitle + " " + c.ActionPlanInstructions)}} {
		fact(&b, f[0], f[1])
	}
	b.WriteString("</dl>\n")
	if c.Automated || len(c.Days) > 0 {
		calendarHTML(&b, calendarOf(m, c))
	}
	madeTable(&b, c.Production)
	commentList(&b, c)
	b.WriteString("</section>\n<section><h2>Files</h2>\n")
	end := "</section>\n</main>\n</body>\n</html>\n"
	if c.Totals.Selected.Total == 0 {
		return strings.NewReader(b.String() + "<p>No evidence of this control was selected.</p>" + end)
	}
	pageLinks(&b, pages, 0)
	b.WriteString(itemsHead)
	return io.MultiReader(strings.NewReader(b.String()), rows, strings.NewReader("</tbody></table></div>"+end))
}

// furtherPage lists items that have no place on the control's first page.
func furtherPage(m Manifest, set ControlSet, c ManifestControl, n int, rows io.Reader) io.Reader {
	var b strings.Builder
	pageStart(&b, c.Name)
	fmt.Fprintf(&b, "<header><p class=\"kind\"><a href=\"../%s\">%s</a> / %s</p><h1>%s</h1><p><a href=\"./%s\">The control</a>, page %d</p></header>\n<main>\n<section>\n",
		indexName, esc(m.Report.Name), esc(set.Name), esc(c.Name), indexName, n+1)
	b.WriteString(itemsHead)
	return io.MultiReader(strings.NewReader(b.String()), rows, strings.NewReader("</tbody></table></div></section>\n</main>\n</body>\n</html>\n"))
}

// evidenceRow is a selected item on its control's page.
func evidenceRow(f evidenceFile, file string) string {
	o, body := f.Occurrence, f.Body
	i := slices.IndexFunc(classNames, func(k struct {
		title, css string
		of         func(Counts) int64
	},
	) bool {
		var c Counts
		c.add(o.Class(), 1)
		return k.of(c) == 1
	})
	verdict := classNames[i].title
	if o.Verdict == ledger.NotApplicable || o.Verdict == ledger.InsufficientData {
		verdict += " (" + strings.ToLower(strings.ReplaceAll(string(o.Verdict), "_", " ")) + ")"
	}
	if o.Exception != "" {
		verdict += " (" + o.Exception + ")"
	}
	what := dash(strings.TrimSpace(body.Event + " " + firstOf(body.Reason, body.Text)))
	if o.Backfilled {
		what += " [from history, logic " + dash(o.LogicVersion) + "]"
	}
	return fmt.Sprintf(`<tr><td class="t">%s</td><td>%s</td><td>%s</td><td>%s</td><td class="%s">%s</td><td>%s</td><td><a href="%s">open</a>%s</td></tr>`+"\n",
		o.ObservedAt.UTC().Format("2006-01-02 15:04:05"), esc(o.Source), esc(what), esc(resourceText(f)), classNames[i].css, esc(verdict),
		esc(strings.TrimSpace(dash(o.Account)+" "+o.Region)), href(file), rawLinks(f))
}

func resourceText(f evidenceFile) string {
	if m := f.Occurrence.Members; m != nil {
		return decimal(m.Count) + " unchanged resources"
	}
	var names []string
	for i, s := range f.Body.Subjects {
		if i == 3 {
			names = append(names, fmt.Sprintf("and %d more", len(f.Body.Subjects)-3))
			break
		}
		names = append(names, firstOf(s.ID, s.ARN))
	}
	return dash(strings.Join(names, ", "))
}

func rawLinks(f evidenceFile) string {
	var b strings.Builder
	for _, r := range f.Raw {
		if r.Path == "" {
			continue
		}
		label := "raw"
		if r.State == rawMasked {
			label = "raw, masked"
		}
		fmt.Fprintf(&b, ` <a href="%s">%s</a>`, href("../"+r.Path), label)
	}
	if f.Members != "" {
		fmt.Fprintf(&b, ` <a href="%s">resources</a>`, href("../"+f.Members))
	}
	return b.String()
}
