package exec

import (
	"hash/fnv"
	"math"
	"math/bits"
	"slices"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// moments are the sums that variance, correlation and regression are made of, kept stable by Welford's method.
type moments struct {
	n, mx, my, xx, yy, xy float64
	logs                  float64
}

func (m *moments) add(x, y float64) {
	m.n++
	dx, dy := x-m.mx, y-m.my
	m.mx += dx / m.n
	m.my += dy / m.n
	m.xx += dx * (x - m.mx)
	m.yy += dy * (y - m.my)
	m.xy += dx * (y - m.my)
}

func (m *moments) combine(o *moments) {
	if o.n == 0 {
		return
	}
	n := m.n + o.n
	dx, dy := o.mx-m.mx, o.my-m.my
	k := m.n * o.n / n
	m.xx += o.xx + dx*dx*k
	m.yy += o.yy + dy*dy*k
	m.xy += o.xy + dx*dy*k
	m.mx += dx * o.n / n
	m.my += dy * o.n / n
	m.logs += o.logs
	m.n = n
}

// momentResults are the results by function, with the number of rows each needs.
var momentResults = map[string]struct {
	need float64
	of   func(m *moments) float64
}{
	"variance":       {2, func(m *moments) float64 { return m.xx / (m.n - 1) }},
	"var_samp":       {2, func(m *moments) float64 { return m.xx / (m.n - 1) }},
	"var_pop":        {1, func(m *moments) float64 { return m.xx / m.n }},
	"stddev":         {2, func(m *moments) float64 { return math.Sqrt(m.xx / (m.n - 1)) }},
	"stddev_samp":    {2, func(m *moments) float64 { return math.Sqrt(m.xx / (m.n - 1)) }},
	"stddev_pop":     {1, func(m *moments) float64 { return math.Sqrt(m.xx / m.n) }},
	"geometric_mean": {1, func(m *moments) float64 { return math.Exp(m.logs / m.n) }},
	// Of two arguments the first is y, as in SQL.
	"corr":           {2, func(m *moments) float64 { return m.xy / math.Sqrt(m.xx*m.yy) }},
	"covar_samp":     {2, func(m *moments) float64 { return m.xy / (m.n - 1) }},
	"covar_pop":      {1, func(m *moments) float64 { return m.xy / m.n }},
	"regr_slope":     {2, func(m *moments) float64 { return m.xy / m.yy }},
	"regr_intercept": {2, func(m *moments) float64 { return m.mx - m.xy/m.yy*m.my }},
}

func newMoments(name string, t *value.Type) aggregator {
	result, ok := momentResults[name]
	if !ok {
		return nil
	}
	return &fold[moments]{
		t: t, each: 56,
		update: func(_ *fold[moments], s *moments, a []*value.Vector, r int) error {
			if a[0].Null(r) || len(a) > 1 && a[1].Null(r) {
				return nil
			}
			x, y := a[0].Float(r), 0.0
			if len(a) > 1 {
				y = a[1].Float(r)
			}
			s.add(x, y)
			s.logs += math.Log(x)
			return nil
		},
		combine: func(_ *fold[moments], s, o *moments) error {
			s.combine(o)
			return nil
		},
		final: func(s *moments) (value.Value, error) {
			if s.n < result.need {
				return nil, nil
			}
			return result.of(s), nil
		},
	}
}

// hyperLogLog has 4096 registers: a standard error of 1.6 %. Few values are counted exactly.
type hyperLogLog struct {
	exact     map[uint64]bool
	registers []uint8
}

const (
	hllBits  = 12
	hllExact = 1024
)

func (h *hyperLogLog) add(hash uint64) {
	if h.registers == nil {
		if h.exact == nil {
			h.exact = map[uint64]bool{}
		}
		h.exact[hash] = true
		if len(h.exact) <= hllExact {
			return
		}
		h.registers = make([]uint8, 1<<hllBits)
		for k := range h.exact {
			h.register(k)
		}
		h.exact = nil
		return
	}
	h.register(hash)
}

func (h *hyperLogLog) register(hash uint64) {
	i := hash >> (64 - hllBits)
	rank := uint8(bits.LeadingZeros64(hash<<hllBits|1<<(hllBits-1)) + 1)
	h.registers[i] = max(h.registers[i], rank)
}

func (h *hyperLogLog) merge(o *hyperLogLog) {
	for k := range o.exact {
		h.add(k)
	}
	if o.registers == nil {
		return
	}
	if h.registers == nil {
		h.registers = make([]uint8, 1<<hllBits)
		for k := range h.exact {
			h.register(k)
		}
		h.exact = nil
	}
	for i, r := range o.registers {
		h.registers[i] = max(h.registers[i], r)
	}
}

func (h *hyperLogLog) count() int64 {
	if h.registers == nil {
		return int64(len(h.exact))
	}
	m := float64(len(h.registers))
	sum, zeros := 0.0, 0.0
	for _, r := range h.registers {
		sum += math.Ldexp(1, -int(r))
		if r == 0 {
			zeros++
		}
	}
	estimate := 0.7213 / (1 + 1.079/m) * m * m / sum
	if estimate <= 2.5*m && zeros > 0 {
		estimate = m * math.Log(m/zeros)
	}
	return int64(math.Round(estimate))
}

func newApproxDistinct(t, arg *value.Type) aggregator {
	f := &fold[hyperLogLog]{t: t, each: 48}
	var key []byte
	f.update = func(_ *fold[hyperLogLog], s *hyperLogLog, a []*value.Vector, r int) error {
		if v := a[0].Get(r); v != nil {
			before := s.bytes()
			key = value.AppendKey(key[:0], arg, v)
			s.add(hash(key))
			f.bytes += s.bytes() - before
		}
		return nil
	}
	f.combine = func(_ *fold[hyperLogLog], s, o *hyperLogLog) error {
		before := s.bytes()
		s.merge(o)
		f.bytes += s.bytes() - before
		return nil
	}
	f.final = func(s *hyperLogLog) (value.Value, error) { return s.count(), nil }
	return f
}

func (h *hyperLogLog) bytes() int64 { return int64(len(h.registers) + 16*len(h.exact)) }

// hash spreads bytes over 64 bits, the same in every process.
func hash(b []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(b)
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// centroid is some values near each other.
type centroid struct{ mean, weight float64 }

// digest keeps a distribution by centroids, fine at its ends (a merging t-digest). Up to bufferSize values are exact.
type digest struct {
	centroids []centroid
	buffer    []centroid
	total     float64
	quantiles []value.Value
}

const (
	digestSize = 200
	bufferSize = 2_000
)

func (d *digest) add(x, weight float64) {
	d.buffer = append(d.buffer, centroid{x, weight})
	d.total += weight
	if len(d.buffer) >= bufferSize {
		d.compress()
	}
}

func (d *digest) sorted() []centroid {
	all := append(slices.Clone(d.centroids), d.buffer...)
	slices.SortStableFunc(all, func(a, b centroid) int { return value.CompareFloats(a.mean, b.mean) })
	return all
}

func (d *digest) compress() {
	all := d.sorted()
	out := all[:0:0]
	seen := 0.0
	for _, c := range all {
		if n := len(out); n > 0 {
			last := &out[n-1]
			q := (seen + (last.weight+c.weight)/2) / d.total
			if last.weight+c.weight <= max(1, 4*d.total*q*(1-q)/digestSize) {
				last.mean += (c.mean - last.mean) * c.weight / (last.weight + c.weight)
				last.weight += c.weight
				continue
			}
			seen += last.weight
		}
		out = append(out, c)
	}
	d.centroids, d.buffer = out, d.buffer[:0]
}

// at is the value below which the share q of the weight lies.
func (d *digest) at(all []centroid, q float64) float64 {
	target, seen := q*d.total, 0.0
	for i, c := range all {
		if seen+c.weight >= target && c.weight > 0 || i == len(all)-1 {
			if c.weight <= 1 || i == 0 || i == len(all)-1 {
				return c.mean
			}
			into := (target - seen) / c.weight
			return all[i-1].mean + (all[i+1].mean-all[i-1].mean)*(into+1)/3
		}
		seen += c.weight
	}
	return math.NaN()
}

func newPercentile(t *value.Type, args []*value.Type) aggregator {
	weight := -1
	last := len(args) - 1
	if last == 2 {
		weight = 1
	}
	f := &fold[digest]{t: t, each: 96}
	whole := args[0].IsInteger()
	f.update = func(_ *fold[digest], s *digest, a []*value.Vector, r int) error {
		if a[0].Null(r) || a[last].Null(r) || weight > 0 && a[weight].Null(r) {
			return nil
		}
		x, w := 0.0, 1.0
		if whole {
			x = float64(a[0].Int(r))
		} else {
			x = a[0].Float(r)
		}
		if weight > 0 {
			w = a[weight].Float(r)
		}
		if s.quantiles == nil {
			list, isList := a[last].Get(r).([]value.Value)
			if !isList {
				list = []value.Value{a[last].Get(r)}
			}
			for _, q := range list {
				if p, ok := q.(float64); !ok || !(p >= 0 && p <= 1) {
					return value.Errorf("Percentile must be between 0 and 1")
				}
			}
			s.quantiles = list
		}
		before := cap(s.buffer)
		s.add(x, w)
		f.bytes += int64(cap(s.buffer)-before) * 16
		return nil
	}
	f.combine = func(_ *fold[digest], s, o *digest) error {
		for _, c := range append(slices.Clone(o.centroids), o.buffer...) {
			s.add(c.mean, c.weight)
		}
		if s.quantiles == nil {
			s.quantiles = o.quantiles
		}
		return nil
	}
	f.final = func(s *digest) (value.Value, error) {
		if s.quantiles == nil {
			return nil, nil
		}
		all := s.sorted()
		out := make([]value.Value, len(s.quantiles))
		for i, q := range s.quantiles {
			x := s.at(all, q.(float64))
			out[i] = x
			if whole {
				out[i] = int64(math.Round(x))
			}
		}
		if t.Kind == value.Array {
			return out, nil
		}
		return out[0], nil
	}
	return f
}
