package report

import (
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// dayState is how a day of a control is shown in its calendar.
type dayState int

const (
	dayOutside dayState = iota // not of the period, and without evidence
	dayNone                    // of the period, without evidence, none was to be expected
	dayMissed                  // without collection although the control is automated
	dayInconclusive
	dayCompliant
	dayExcepted
	dayNonCompliant
)

var dayNames = []string{"outside the period", "no evidence", "no collection", "inconclusive", "compliant", "excepted", "non-compliant"}

// stateOf is the worst of a day's evidence, selected or not.
func stateOf(c Counts) dayState {
	switch {
	case c.NonCompliant > 0:
		return dayNonCompliant
	case c.Excepted > 0:
		return dayExcepted
	case c.Compliant > 0:
		return dayCompliant
	}
	return dayInconclusive
}

// population is all evidence of each of the range's days.
func (r DayRange) population() Counts {
	c := r.Selected
	c.plus(r.LeftOut)
	return c
}

// maxDays bounds the days that are shown one by one: three strips of 53 weeks, wherever in its week the first day is.
const maxDays = 3*371 - 6

// eachDay yields the days of a range, at most maxDays.
func (r DayRange) eachDay(yield func(day string) bool) {
	day := r.From
	for range min(r.Days, maxDays) {
		if !yield(day) {
			return
		}
		day = nextDay(day)
	}
}

// calendar is a control's state of each day.
type calendar struct {
	from, to string
	days     map[string]dayState
	// cut tells that the period is longer than what is shown.
	cut bool
}

// calendarOf shows the period and the days of evidence before and after it, the last maxDays of them.
func calendarOf(m Manifest, c ManifestControl) calendar {
	cal := calendar{from: m.From, to: m.To, days: map[string]dayState{}}
	for _, r := range c.Days {
		if cal.from == "" || r.From < cal.from {
			cal.from = r.From
		}
		cal.to = max(cal.to, r.To)
	}
	if first := addDays(cal.to, 1-maxDays); cal.from < first {
		cal.from, cal.cut = first, true
	}
	for day := cal.from; day <= cal.to && day != ""; day = nextDay(day) {
		if m.From != "" && day >= m.From && day <= m.To {
			cal.days[day] = dayNone
			if c.Automated {
				cal.days[day] = dayMissed
			}
		}
	}
	for _, r := range c.Days {
		state := stateOf(r.population())
		for day := range r.eachDay {
			if day >= cal.from {
				cal.days[day] = state
			}
		}
	}
	return cal
}

func addDays(day string, n int) string {
	t, err := time.Parse(ledger.DayFormat, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, n).Format(ledger.DayFormat)
}

// bucket is the evidence of some days.
type bucket struct {
	from, to string
	counts   Counts
}

// maxBuckets is how many columns a chart has.
const maxBuckets = 60

// history sums the evidence of controls by day, and puts neighbouring days together until they fit a chart: the
// sum of a day's evidence over all controls, then the mean is not needed, because shares are shown.
func history(m Manifest, controls ...ManifestControl) (out []bucket, step int) {
	byDay := map[string]*Counts{}
	from, to := m.From, m.To
	for _, c := range controls {
		for _, r := range c.Days {
			if from == "" || r.From < from {
				from = r.From
			}
			to = max(to, r.To)
			pop := r.population()
			for day := range r.eachDay {
				if byDay[day] == nil {
					byDay[day] = &Counts{}
				}
				byDay[day].plus(pop)
			}
		}
	}
	if first := addDays(to, 1-maxDays); from < first {
		from = first
	}
	n := 0
	for day := from; day <= to && day != ""; day = nextDay(day) {
		n++
	}
	step = max(1, (n+maxBuckets-1)/maxBuckets)
	i := 0
	for day := from; day <= to && day != ""; day = nextDay(day) {
		if i%step == 0 {
			out = append(out, bucket{from: day})
		}
		b := &out[len(out)-1]
		b.to = day
		if c := byDay[day]; c != nil {
			b.counts.plus(*c)
		}
		i++
	}
	return out, step
}
