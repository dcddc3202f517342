package insight

import "slices"

// near is how far, in minutes, the same time of another day reaches: jobs do not start to the minute.
const near = 15

// around is how far the mean of a time of the day reaches.
const around = 30

// rate is the mean per minute around this time on the seven days before, drawn towards the week's mean as if that had
// been seen for an hour.
func (h *History) rate(m Minute) float64 {
	sum, n := float64(hour)*float64(h.sum(m-week, m)+1)/float64(week), float64(hour)
	for d := range Minute(7) {
		at := m - (d+1)*day
		sum += float64(h.sum(at-around, at+around+1))
		n += 2*around + 1
	}
	return sum / n
}

// usual is the largest window of this length around this time a week ago, or on two of the days since: what was once
// is no habit, what comes each week is.
func (h *History) usual(m, window Minute) int64 {
	var most, second int64
	for d := range Minute(6) {
		x := h.largest(m-(d+1)*day, window)
		most, second = max(most, x), max(second, min(most, x))
	}
	return max(second, h.largest(m-week, window))
}

// largest is the largest window that ends near a minute.
func (h *History) largest(m, window Minute) (most int64) {
	for end := m - near; end <= m+near; end++ {
		most = max(most, h.sum(end-window+1, end+1))
	}
	return most
}

// forgiven says how many of a week's largest leaps the spread leaves out, so that two bursts do not hide the next: a
// burst leaps twice from window to window, over a window's border mostly, and with each of its windows from day to day.
const forgivenWindows, forgivenDays = 8, 28

// spread measures how much more than Poisson's the windows of the week before vary: from one to the next, and from
// one day to the next, whichever is steadier. Slow change and what comes each day at its time count in neither.
func (h *History) spread(m, window Minute, buf []int64) (float64, []int64) {
	a, buf := h.leaps(m, window, window, forgivenWindows, buf)
	b, buf := h.leaps(m, window, day, forgivenDays, buf)
	return max(leastSpread, min(a, b)), buf
}

// leastSpread keeps the bound above what an even Poisson process would have: nothing real is one.
const leastSpread = 1.1

// leaps is half the mean square of the differences between windows a lag apart, by their mean.
func (h *History) leaps(m, window, lag Minute, forgiven int, buf []int64) (float64, []int64) {
	buf = buf[:0]
	var total, squares int64
	for end := m; end-lag-window >= m-week; end -= window {
		a, b := h.sum(end-window, end), h.sum(end-lag-window, end-lag)
		total += a + b
		buf = append(buf, (a-b)*(a-b))
	}
	if total == 0 {
		return 1, buf
	}
	slices.Sort(buf)
	some, _ := slices.BinarySearch(buf, 1)
	forgiven = min(forgiven, (len(buf)-some)/10) // of few leaps few are exceptions
	for _, s := range buf[:len(buf)-forgiven] {
		squares += s
	}
	return float64(squares) / float64(total), buf
}
