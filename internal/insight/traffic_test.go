package insight_test

import (
	"math"
	"math/rand/v2"

	"github.com/tickmark/tickmark/internal/insight"
)

// traffic is generated counts with the bursts planted in them.
type traffic struct {
	kind   string
	from   insight.Minute
	counts []insight.Count
	bursts []burst
}

// burst is a planted time of more calls than usual.
type burst struct {
	start, end insight.Minute
	rate       float64
}

const (
	minutesOfDay = insight.Minute(24 * 60)
	// monday is where generated traffic begins: 2026-01-05.
	monday = insight.Minute(1767571200 / 60)
	// days of traffic: the first eight are history alone.
	history, judged = 8 * minutesOfDay, 6 * minutesOfDay
)

// shape is the rate of a minute as a multiple of the series' own rate.
type shape func(m insight.Minute) float64

func flat(insight.Minute) float64 { return 1 }

// daily is a day's wave between a tenth and twice.
func daily(m insight.Minute) float64 {
	return 1.05 - 0.95*math.Cos(2*math.Pi*float64(m%minutesOfDay)/float64(minutesOfDay))
}

// office is busy on weekdays from eight to six and nearly still otherwise.
func office(m insight.Minute) float64 {
	d, h := (m-monday)/minutesOfDay%7, m%minutesOfDay/60
	if d < 5 && h >= 8 && h < 18 {
		return 2
	}
	return 0.1
}

// weekly is a job of 20 minutes on Tuesdays at three, a hundred times as busy as the rest of the week.
func weekly(m insight.Minute) float64 {
	if d, at := (m-monday)/minutesOfDay%7, m%minutesOfDay; d == 1 && at >= 180 && at < 200 {
		return 50
	}
	return 0.5
}

// hourly is a job of five minutes at every full hour.
func hourly(m insight.Minute) float64 {
	if m%60 < 5 {
		return 10
	}
	return 0.2
}

// nightly is a job of 20 minutes that begins within twelve minutes of three, every day at another.
func nightly(m insight.Minute) float64 {
	start := 180 + (m/minutesOfDay*7919)%25 - 12
	if at := m % minutesOfDay; at >= start && at < start+20 {
		return 30
	}
	return 0.6
}

// growth is a tenth more each day.
func growth(m insight.Minute) float64 {
	return math.Pow(1.1, float64(m-monday)/float64(minutesOfDay))
}

var shapes = map[string]shape{"flat": flat, "daily": daily, "office": office, "weekly": weekly, "hourly": hourly, "nightly": nightly, "growth": growth, "sessions": flat}

// busiest is the highest rate at this time of the day, 20 minutes to either side, on the day and the seven before.
func busiest(f shape, m insight.Minute) (most float64) {
	for d := range insight.Minute(8) {
		for at := m - d*minutesOfDay - 20; at <= m-d*minutesOfDay+20; at++ {
			most = max(most, f(at))
		}
	}
	return most
}

// generate draws a series. Where size is above 0 a burst of 5 to 30 minutes is planted every other day: that many
// times the busiest rate of its time of the day, and at least that many calls a minute.
func generate(kind string, rate, size float64, seed uint64) traffic {
	r := rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))
	t := traffic{kind: kind, from: monday}
	if size > 0 {
		for d := history; d < history+judged; d += 2 * minutesOfDay {
			start := monday + d + insight.Minute(60+r.IntN(22*60))
			t.bursts = append(t.bursts, burst{start, start + insight.Minute(5+r.IntN(26)), size * max(1, rate*busiest(shapes[kind], start))})
		}
	}
	for m := t.from; m < t.from+history+judged; m++ {
		mean := rate * shapes[kind](m)
		for _, b := range t.bursts {
			if m >= b.start && m < b.end {
				mean = b.rate
			}
		}
		n := poisson(r, mean)
		if kind == "sessions" { // people come and make half a dozen calls each
			n = 0
			for range poisson(r, mean/6) {
				n += 1 + int(r.ExpFloat64()*5.5)
			}
		}
		if n > 0 {
			t.counts = append(t.counts, insight.Count{Minute: m, N: n})
		}
	}
	return t
}

func poisson(r *rand.Rand, mean float64) int {
	if mean > 200 {
		return int(max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	n, p, stop := 0, r.Float64(), math.Exp(-mean)
	for p > stop {
		p *= r.Float64()
		n++
	}
	return n
}
