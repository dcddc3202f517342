package insight

// Parameters say when a rate is unusual. The zero value of none makes sense; use Standard.
type Parameters struct {
	// Window is how many minutes are judged together.
	Window Minute
	// Floor is the least number of calls in a window that can be unusual.
	Floor int64
	// Ratio is how many times what is expected a window must have.
	Ratio float64
	// Chance is how unlikely a window must be to start an anomaly.
	Chance float64
	// Beyond is how many times the largest window at the same time on the days before a window must have.
	Beyond float64
	// Seldom is how unlikely a window must be where that largest one is expected.
	Seldom float64
	// Quiet is how likely a window must be to end an anomaly.
	Quiet float64
}

// Standard are the parameters that docs/insights.md gives figures for.
var Standard = Parameters{Window: 5, Floor: 5, Ratio: 2.5, Chance: 1e-8, Beyond: 1.5, Seldom: 1e-3, Quiet: 0.01}

// Anomaly is a time of unusual rates.
type Anomaly struct {
	// Start is its first minute and End the minute behind its last; zero while it lasts.
	Start, End Minute
	// Seen is the minute behind the window in which it was found: Start tells of the minutes up to it.
	Seen Minute
}

// Detector finds anomalies in histories. Its buffers serve one history after another.
type Detector struct {
	Parameters

	history *History
	spread  float64
	hour    Minute // the hour that spread was measured for
	buf     []int64
}

// Find judges the minutes [from, to) of a history that begins eight days before. An anomaly that lasted when from
// began is given as open, and answered with its end when it has ended.
func (d *Detector) Find(h *History, from, to Minute, open *Anomaly) []Anomaly {
	d.history, d.hour = h, -1
	var found []Anomaly
	if open != nil {
		found = append(found, *open)
	}
	lasts := open != nil
	var free Minute // where another may start
	for m := from; m < to; m++ {
		switch {
		case !lasts && m >= free && d.unusual(m):
			found = append(found, Anomaly{Start: d.start(m, free), Seen: m + 1})
			lasts = true
		case lasts && d.quiet(m):
			a := &found[len(found)-1]
			a.End = d.finish(a.Start, m)
			lasts, free = false, m
		}
	}
	return found
}

// window is the total of the window that ends with a minute.
func (d *Detector) window(m Minute) int64 { return d.history.sum(m-d.Window+1, m+1) }

// unusual reports whether the window that ends with the minute starts an anomaly.
func (d *Detector) unusual(m Minute) bool {
	x := d.window(m)
	if x < d.Floor || d.history.at(m) == 0 {
		return false
	}
	mean := d.history.rate(m) * float64(d.Window)
	if float64(x) < d.Ratio*mean || tail(x, mean, leastSpread) > d.Chance {
		return false
	}
	if usual := float64(d.history.usual(m, d.Window)); float64(x) < d.Beyond*usual || tail(x, usual, 1) > d.Seldom {
		return false
	}
	return tail(x, mean, d.spreadAt(m)) <= d.Chance
}

// spreadAt is the spread of the week before the minute's hour.
func (d *Detector) spreadAt(m Minute) float64 {
	if at := m - m%hour; at != d.hour {
		d.hour = at
		d.spread, d.buf = d.history.spread(at, d.Window, d.buf)
	}
	return d.spread
}

// quiet reports whether the window that ends with the minute is as usual again.
func (d *Detector) quiet(m Minute) bool {
	x := d.window(m)
	mean := d.history.rate(m) * float64(d.Window)
	return float64(x) < 2*mean || tail(x, mean, leastSpread) >= d.Quiet ||
		float64(x) < d.Beyond*float64(d.history.usual(m, d.Window))
}

// start is the first minute of the window that is above what is expected.
func (d *Detector) start(m, free Minute) Minute {
	first := max(free, m-d.Window+1)
	for first < m && !d.high(first) {
		first++
	}
	return first
}

// finish is the minute behind the last that is above what is expected.
func (d *Detector) finish(start, m Minute) Minute {
	for m > start && !d.high(m) {
		m--
	}
	return m + 1
}

func (d *Detector) high(m Minute) bool { return float64(d.history.at(m)) > 2*d.history.rate(m) }

// Baseline is the mean per minute before an anomaly: from the beginning of the day seven days before its first minute.
func (h *History) Baseline(start Minute) (average float64, minutes Minute) {
	from := start.day() - week
	minutes = start - from
	return float64(h.sum(from, start)) / float64(minutes), minutes
}

// Average is the mean per minute of the minutes [from, to).
func (h *History) Average(from, to Minute) float64 {
	if to <= from {
		return 0
	}
	return float64(h.sum(from, to)) / float64(to-from)
}
