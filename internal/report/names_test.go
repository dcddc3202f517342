package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/ledger"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"SC-7: Boundary": "SC-7-Boundary", "../../etc/passwd": "etc-passwd", `..\..\x`: "x", "": "x", "...": "x", "a\x00b\nc": "a-b-c",
		"CON": "xCON", "nul.txt": "xnul.txt", "Prüfung Größe": "Prüfung_Größe", "日本語": "日本語", "trailing. ": "trailing", "a/b:c*d?e": "a-b-c-d-e",
		"bad\xffutf8": "bad-utf8", "<script>": "script", "\u202egnp.exe": "gnp.exe", "abcdefghijklmnopqrstuvwxyz": "abcdefghijklmnopqr",
	} {
		if got := clean(in, nameLength); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("x/../y", 10)
	f.Add("com1.x", 3)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 1 + (limit&0x7fffffff)%40
		got := clean(s, limit)
		if got == "" || !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit+1 || strings.ContainsAny(got, `/\:*?"<>|`+"\x00\n") || strings.HasSuffix(got, ".") || strings.HasPrefix(got, ".") {
			t.Fatalf("clean(%q, %d) = %q", s, limit, got)
		}
	})
}

// hostile is text that would do harm where it is not escaped.
const hostile = `"><script>alert(1)</script>&<img src=x onerror=alert(1)>` + "\r\n=cmd|' /C calc'!A0"

// TestHostileNames: names of every kind reach file names, pages, the table and the PDF without doing harm, and
// the longest of them keep paths short.
func TestHostileNames(t *testing.T) {
	w := newWorld(t)
	it := w.rule(1, day0, ledger.NonCompliant)
	it.Body.Event, it.Body.Service, it.Body.Reason = "=1+1", "../../x", hostile
	it.Body.Subjects[0].ID = "@SUM(A1)\u202e"
	it.Occurrence.Region = hostile
	up := item(3, day0, ledger.Body{Source: "Manual", Type: "Manual", FileName: `..\..\CON<>.pd/f`, Raw: w.object("x"), Text: hostile})
	long := item(2, day0, ledger.Body{Source: "AWS API calls", Type: "Configuration data", Service: strings.Repeat("s", 80), Event: strings.Repeat("e", 80)})
	w.record(it, up, long)
	in := w.input()
	in.Assessment.Name, in.Report.Name, in.Report.Description = strings.Repeat("../", 90), strings.Repeat("名", 300), hostile
	in.ControlSets[0].Name, in.ControlSets[0].Controls[0].Name, in.ControlSets[0].Controls[1].Name = hostile, hostile, "aux"
	in.ControlSets[0].Controls[0].Description = strings.Repeat("long text ", 100) + "\U0001F600 العربية"
	bundle := w.write(in)
	want(t, "hostile", bundle, Options{Key: w.publisher.Signer().Verifier()}, Intact, "")
	pages := 0
	for name, content := range unpack(t, bundle) {
		if n := utf8.RuneCountInString(name); n > 259-59 {
			t.Errorf("path of %d characters: %s", n, name)
		}
		for part := range strings.SplitSeq(name, "/") {
			if strings.ContainsAny(part, `<>:"|?*\`) || part == ".." || windowsDevices[strings.ToLower(strings.SplitN(part, ".", 2)[0])] {
				t.Errorf("part %q of a path", part)
			}
		}
		if strings.HasSuffix(name, ".html") {
			pages++
			if bytes.Contains(content, []byte("<script")) || bytes.Contains(content, []byte("<img")) || !bytes.Contains(content, []byte(`default-src 'none'`)) {
				t.Errorf("%s holds text that was not escaped, or lacks the policy", name)
			}
		}
	}
	if pages != 4 {
		t.Errorf("%d pages, want 4", pages)
	}
	rows, err := csv.NewReader(bytes.NewReader(entry(t, bundle, csvName))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("cell %q begins a formula", cell)
			}
		}
	}
	if text := verify(t, bundle, Options{}).Text(); strings.ContainsAny(text, "\r\x1b\u202e") {
		t.Errorf("the output of verify holds control characters: %q", text)
	}
}
