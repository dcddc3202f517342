package insight

// Count is how often something happened in a minute.
type Count struct {
	Minute Minute
	N      int
}

// History is what is known of one series of counts: every minute from its first to its last, those without a count
// being zero. It is used for one series after another.
type History struct {
	first Minute
	sums  []int64 // sums[i] is the total of the first i minutes
}

// Reset makes h the history of the minutes [from, to). Counts are in the order of their minutes; those outside are
// left out.
func (h *History) Reset(from, to Minute, counts []Count) {
	n := int(max(0, to-from))
	h.first = from
	if cap(h.sums) <= n {
		h.sums = make([]int64, n+1)
	}
	h.sums = h.sums[:n+1]
	clear(h.sums)
	for _, c := range counts {
		if c.Minute >= from && c.Minute < to {
			h.sums[c.Minute-from+1] += int64(c.N)
		}
	}
	for i := range n {
		h.sums[i+1] += h.sums[i]
	}
}

// sum is the total of the minutes [from, to), as far as they are known.
func (h *History) sum(from, to Minute) int64 {
	at := func(m Minute) int64 { return h.sums[min(max(m-h.first, 0), Minute(len(h.sums)-1))] }
	return at(max(from, to)) - at(from)
}

// at is the count of one minute.
func (h *History) at(m Minute) int64 { return h.sum(m, m+1) }
