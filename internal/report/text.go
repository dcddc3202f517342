package report

import (
	"fmt"
	"strings"
)

// shownUnjudged is how many of the items that could not be judged again are told in text.
const shownUnjudged = 10

// Text says in a few lines what was checked and found.
func (r *Result) Text() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s %s\n", name, oneLine(fmt.Sprintf(format, args...)))
	}
	if r.Status == NotIntact {
		line("NOT INTACT", "%s", r.Entry)
		line("", "%s", r.Problem)
		line("", "Do not rely on anything in this file.")
		return b.String()
	}
	m := r.Manifest
	if r.Status == Intact {
		line("INTACT", "signed by %s, checked with the %s given", r.Digest.KeyID, map[string]string{"key": "key", "checkpoint": "kept checkpoint"}[r.AuthenticatedBy])
		if r.Rotated {
			line("", "the key was changed since; the key given vouches for the one that signed")
		}
	} else {
		line("INTACT", "but who signed is NOT known: give --key FILE with a key from elsewhere, or compare this fingerprint")
	}
	line("report", "%s of %s, made %s", m.Report.Name, m.Assessment.Name, stampText(m.Created))
	line("checked", "%d files, %d bytes; %d records proven in the log, %d of them left out", r.Files, r.Bytes, r.Evidence+r.LeftOut, r.LeftOut)
	t := m.Totals
	line("evidence", "%d collected, %d selected, %d left out (%d compliant, %d non-compliant, %d inconclusive, %d excepted)", t.Population.Total, t.Selected.Total,
		t.LeftOut.Total, t.LeftOut.Compliant, t.LeftOut.NonCompliant, t.LeftOut.Inconclusive, t.LeftOut.Excepted)
	line("selected", "%d compliant, %d non-compliant, %d inconclusive, %d excepted", t.Selected.Compliant, t.Selected.NonCompliant, t.Selected.Inconclusive, t.Selected.Excepted)
	for _, s := range r.Stamps {
		trust := "by roots that were not given"
		if s.Trusted {
			trust = "by the roots given"
		}
		line("time stamp", "%s by %s, to be trusted %s", stampText(s.At), s.Authority, trust)
	}
	for _, s := range remarks(m) {
		mark := ""
		if s.css == "warn" {
			mark = "note"
		}
		line(mark, "%s", s.text)
	}
	line("log", "%s, %d records, root %s", m.Log.Origin, m.Log.Size, m.Log.Root)
	if r.Continued {
		line("", "continues the kept checkpoint over %d records", r.ConsistentWith)
	}
	if p := r.Reperformed; p.Same+p.Skipped > 0 {
		line("reperformed", "%d verdicts of rules were found again; %d could not be judged here%s", p.Same, p.Skipped, because(p.WhySkipped))
		for _, u := range p.Unjudged[:min(shownUnjudged, len(p.Unjudged))] {
			line("", "not judged: %s: %s", u.File, u.Reason)
		}
		if n := p.Skipped - shownUnjudged; n > 0 {
			line("", "and %d more; --output json lists the first %d", n, maxUnjudged)
		}
	}
	line("fingerprint", "%s (SHA-256 of the key's line in ledger.pub)", r.Fingerprint)
	return b.String()
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ", the first because: " + why
}

// oneLine keeps text from a bundle from writing on the terminal otherwise than as text.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s)
}
