package report

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// tally is what is counted of a control: by the writer, and from the bundle again by the verifier.
type tally struct {
	totals  Totals
	days    dayCounts
	sources map[string]*SourceTotals
	made    map[Production]*making
	manual  []ManualItem
	manuals int64
}

func newTally() tally {
	return tally{days: dayCounts{}, sources: map[string]*SourceTotals{}, made: map[Production]*making{}}
}

// record counts a record of the log.
func (t *tally) record(o ledger.Occurrence, selected bool) {
	t.totals.add(o, selected)
	t.days.add(o, selected)
	s := t.sources[o.Source]
	if s == nil {
		s = &SourceTotals{Source: o.Source, From: o.Day, To: o.Day}
		t.sources[o.Source] = s
	}
	s.From, s.To = min(s.From, o.Day), max(s.To, o.Day)
	s.Records++
	s.Population.add(o.Class(), o.Weight())
	if selected {
		s.Selected.add(o.Class(), o.Weight())
	}
}

// item counts what only a selected item tells; path is its file, below the report's folder.
func (t *tally) item(f *evidenceFile, path string) {
	t.production(f)
	if f.Occurrence.Source != "Manual" {
		return
	}
	t.manuals++
	if len(t.manual) < shownManual {
		t.manual = append(t.manual, ManualItem{
			At: f.Occurrence.ObservedAt, Effective: f.Body.Attributes["effectiveDate"], By: f.Body.Actor, File: f.Body.FileName,
			Text: cut(firstOf(f.Body.Text, f.Body.Reason), shownText), Path: path,
		})
	}
}

// finish puts the numbers into the manifest.
func (t *tally) finish(c *ManifestControl, from, to string) {
	if c.Automated {
		t.totals.DaysWithoutCollection = t.days.missing(from, to)
	}
	c.Totals, c.Days, c.Sources, c.Production, c.Manual, c.ManualItems = t.totals, t.days.ranges(), t.bySource(), t.productions(), t.manual, t.manuals
}

func (t *tally) bySource() []SourceTotals {
	var out []SourceTotals
	for _, name := range slices.Sorted(maps.Keys(t.sources)) {
		out = append(out, *t.sources[name])
	}
	return out
}

// SourceTotals are a control's numbers of one data source.
type SourceTotals struct {
	Source string `json:"source"`
	// From and To are the first and last day with evidence of it.
	From       string `json:"from"`
	To         string `json:"to"`
	Records    int64  `json:"records"`
	Population Counts `json:"population"`
	Selected   Counts `json:"selected"`
}

// Limits of what the manifest repeats of the items.
const (
	shownManual     = 50
	shownText       = 300
	shownProduction = 200
)

// ManualItem is evidence that somebody has provided. The first of a control are listed with it.
type ManualItem struct {
	At        time.Time `json:"at"`
	Effective string    `json:"effective,omitempty"`
	By        string    `json:"by,omitempty"`
	File      string    `json:"file,omitempty"`
	Text      string    `json:"text,omitempty"`
	Path      string    `json:"path"`
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, "\ufffd"))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}
