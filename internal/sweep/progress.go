package sweep

import (
	"sync/atomic"
	"time"
)

// Progress tells how far a run is. Its JSON form is a promise to scripts.
type Progress struct {
	// Units are readings of a type in a place; Failed of those Done are the ones that were not complete.
	Units  int64 `json:"units"`
	Done   int64 `json:"done"`
	Failed int64 `json:"failed"`
	// Accounts are those of the plan; Refused could not be read at all.
	Accounts int64 `json:"accounts"`
	Read     int64 `json:"accountsDone"`
	Refused  int64 `json:"accountsRefused"`
	// Items were read, Written have changed or are new, Deleted are no more.
	Items   int64 `json:"items"`
	Written int64 `json:"written"`
	Deleted int64 `json:"deleted"`
	// Calls were made; Throttled of them were refused as too many.
	Calls     int64 `json:"calls"`
	Throttled int64 `json:"throttled"`
	// Gaps are failures that the run has told of.
	Gaps    int64   `json:"gaps"`
	Seconds float64 `json:"seconds"`
	// Left is in how many seconds the rest will be read, judged by what it took before; 0 while it cannot be told.
	Left float64 `json:"secondsLeft"`
}

// counts are a run's figures while it goes on.
type counts struct {
	units, done, failed, refused, read, items, written, deleted, gaps atomic.Int64
	// weight is of the units done; known and entered tell the average of an account.
	weight, opened, lanes atomic.Int64
}

func (x *running) progress() Progress {
	c := &x.counts
	p := Progress{
		Units: c.units.Load(), Done: c.done.Load(), Failed: c.failed.Load(), Accounts: int64(len(x.plan.Accounts)), Read: c.read.Load(), Refused: c.refused.Load(),
		Items: c.items.Load(), Written: c.written.Load(), Deleted: c.deleted.Load(), Calls: x.gate.calls.Load(), Throttled: x.gate.throttled.Load(),
		Gaps: c.gaps.Load(), Seconds: x.before.Seconds + rounded(x.Clock.Now().Sub(x.began)),
	}
	p.Items, p.Written, p.Deleted = p.Items+x.before.Items, p.Written+x.before.Written, p.Deleted+x.before.Deleted
	p.Calls, p.Throttled = p.Calls+x.before.Calls, p.Throttled+x.before.Throttled
	p.Gaps += x.before.Gaps
	p.Left = rounded(x.left())
	return p
}

// left judges the time to go by the weights of units: the calls they took in the run before. Accounts that have not
// been begun are taken for the average of the others.
func (x *running) left() time.Duration {
	c := &x.counts
	done, opened, lanes := c.weight.Load(), c.opened.Load(), c.lanes.Load()
	if done == 0 || lanes == 0 {
		return 0
	}
	rest := opened - done + (int64(len(x.plan.Accounts))-lanes)*opened/lanes
	if rest <= 0 {
		return 0
	}
	return time.Duration(float64(x.Clock.Now().Sub(x.began)) * float64(rest) / float64(done))
}

func rounded(d time.Duration) float64 { return d.Round(100 * time.Millisecond).Seconds() }
