package insight

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
)

// A day of a metric is kept as bytes: the step in minutes, then for each step with a count the number of steps since the
// one before, and the count, all as varints.

// dayOf is the counts of one day, in steps of some minutes.
type dayOf struct {
	step   Minute
	counts []Count // by minute, each the first of its step
}

var errPacked = errors.New("insight counts: not what was stored")

func unpack(b []byte, day Minute) (d dayOf, err error) {
	step, n := binary.Uvarint(b)
	if n <= 0 || step == 0 || step > 1440 {
		return d, errPacked
	}
	d.step = Minute(step)
	at := day - d.step
	for b = b[n:]; len(b) > 0; {
		gap, n := binary.Uvarint(b)
		if n <= 0 || gap == 0 || gap > 1440 {
			return d, errPacked
		}
		v, k := binary.Uvarint(b[n:])
		if k <= 0 || v > 1<<40 {
			return d, errPacked
		}
		at += Minute(gap) * d.step
		if at >= day+24*hour {
			return d, errPacked
		}
		d.counts, b = append(d.counts, Count{at, int(v)}), b[n+k:]
	}
	return d, nil
}

func (d dayOf) pack(day Minute) []byte {
	b := binary.AppendUvarint(make([]byte, 0, 1+3*len(d.counts)), uint64(d.step))
	at := day - d.step
	for _, c := range d.counts {
		b = binary.AppendUvarint(b, uint64((c.Minute-at)/d.step))
		b = binary.AppendUvarint(b, uint64(c.N))
		at = c.Minute
	}
	return b
}

// add joins counts to the day's and orders them.
func (d *dayOf) add(counts []Count) {
	for _, c := range counts {
		c.Minute -= (c.Minute%d.step + d.step) % d.step
		d.counts = append(d.counts, c)
	}
	d.counts = tidy(d.counts)
}

// tidy orders counts by minute, one each.
func tidy(counts []Count) []Count {
	slices.SortFunc(counts, func(a, b Count) int { return cmp.Compare(a.Minute, b.Minute) })
	out := counts[:0]
	for _, c := range counts {
		if n := len(out); n > 0 && out[n-1].Minute == c.Minute {
			out[n-1].N += c.N
		} else {
			out = append(out, c)
		}
	}
	return out
}

// Merge adds counts of a day to its packed form; nil is a day without any.
func Merge(packed []byte, day Minute, add []Count) ([]byte, error) {
	d := dayOf{step: 1}
	if packed != nil {
		var err error
		if d, err = unpack(packed, day); err != nil {
			return nil, err
		}
	}
	d.add(add)
	return d.pack(day), nil
}

// Unpack is the counts of a packed day; of longer steps, each stands at its first minute.
func Unpack(packed []byte, day Minute) ([]Count, error) {
	d, err := unpack(packed, day)
	return d.counts, err
}

// Coarsen packs a day again in longer steps.
func Coarsen(packed []byte, day, step Minute) ([]byte, error) {
	d, err := unpack(packed, day)
	if err != nil || d.step >= step {
		return packed, err
	}
	out := dayOf{step: step}
	out.add(d.counts)
	return out.pack(day), nil
}
