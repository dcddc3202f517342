package report

import (
	"maps"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Counts are numbers of pieces of evidence by class. An occurrence that stands for many subjects counts for each
// of them.
type Counts struct {
	Compliant    int64 `json:"compliant"`
	NonCompliant int64 `json:"nonCompliant"`
	Inconclusive int64 `json:"inconclusive"`
	Excepted     int64 `json:"excepted"`
	Total        int64 `json:"total"`
}

func (c *Counts) add(class ledger.Class, n int64) {
	c.Total += n
	switch class {
	case ledger.ClassCompliant:
		c.Compliant += n
	case ledger.ClassNonCompliant:
		c.NonCompliant += n
	case ledger.ClassExcepted:
		c.Excepted += n
	default:
		c.Inconclusive += n
	}
}

func (c *Counts) plus(o Counts) {
	c.Compliant += o.Compliant
	c.NonCompliant += o.NonCompliant
	c.Inconclusive += o.Inconclusive
	c.Excepted += o.Excepted
	c.Total += o.Total
}

// Totals say what there is, what of it was selected and what was left out.
type Totals struct {
	Population Counts `json:"population"`
	Selected   Counts `json:"selected"`
	LeftOut    Counts `json:"leftOut"`
	// Records are the leaves of the log behind the population.
	Records int64 `json:"records"`
	// Backfilled is what of the population was made from history, by the version of the logic that judged.
	Backfilled     int64            `json:"backfilled"`
	BackfilledWith map[string]int64 `json:"backfilledWith,omitempty"`
	// DaysWithoutCollection counts the days of the period on which an automated control has no evidence; in the
	// sum over controls, the days of all controls.
	DaysWithoutCollection int64 `json:"daysWithoutCollection"`
}

func (t *Totals) add(o ledger.Occurrence, selected bool) {
	n, class := o.Weight(), o.Class()
	t.Population.add(class, n)
	if selected {
		t.Selected.add(class, n)
	} else {
		t.LeftOut.add(class, n)
	}
	t.Records++
	if o.Backfilled {
		t.Backfilled += n
		if t.BackfilledWith == nil {
			t.BackfilledWith = map[string]int64{}
		}
		v := o.LogicVersion
		if v == "" {
			v = "-"
		}
		t.BackfilledWith[v] += n
	}
}

func (t *Totals) plus(o Totals) {
	t.Population.plus(o.Population)
	t.Selected.plus(o.Selected)
	t.LeftOut.plus(o.LeftOut)
	t.Records += o.Records
	t.Backfilled += o.Backfilled
	for v, n := range o.BackfilledWith {
		if t.BackfilledWith == nil {
			t.BackfilledWith = map[string]int64{}
		}
		t.BackfilledWith[v] += n
	}
	t.DaysWithoutCollection += o.DaysWithoutCollection
}

// dayCounts are one control's numbers by day.
type dayCounts map[string]*Totals

func (d dayCounts) add(o ledger.Occurrence, selected bool) {
	if d[o.Day] == nil {
		d[o.Day] = &Totals{}
	}
	d[o.Day].add(o, selected)
}

// DayRange is a run of days that have the same numbers.
type DayRange struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Days     int    `json:"days"`
	Selected Counts `json:"selected"`
	LeftOut  Counts `json:"leftOut"`
}

// ranges shortens the days to runs of neighbours with the same numbers; 365 unchanged days are one line.
func (d dayCounts) ranges() []DayRange {
	var out []DayRange
	for _, day := range slices.Sorted(maps.Keys(d)) {
		t := d[day]
		if n := len(out); n > 0 && out[n-1].Selected == t.Selected && out[n-1].LeftOut == t.LeftOut && nextDay(out[n-1].To) == day {
			out[n-1].To, out[n-1].Days = day, out[n-1].Days+1
			continue
		}
		out = append(out, DayRange{From: day, To: day, Days: 1, Selected: t.Selected, LeftOut: t.LeftOut})
	}
	return out
}

// missing counts the days of the period without any evidence.
func (d dayCounts) missing(from, to string) int64 {
	if from == "" || to == "" {
		return 0
	}
	var n int64
	for day := from; day <= to && day != ""; day = nextDay(day) {
		if d[day] == nil {
			n++
		}
	}
	return n
}

// nextDay is the day after; empty when the day is none.
func nextDay(day string) string {
	t, err := time.Parse(ledger.DayFormat, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(ledger.DayFormat)
}
