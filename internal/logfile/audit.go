package logfile

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"
	"time"
)

// MaxLog is the longest text of a log file whose hash is taken. AWS's files have 50 MB packed.
const MaxLog = 4 << 30

// Problem is one thing that a check found.
type Problem struct {
	// Kind is digest, log or gap; of a log, unlisted when no digest names it.
	Kind string `json:"kind"`
	// File is its location, or the chain's for a gap.
	File string `json:"file"`
	// State is invalid, missing, unproven, unlisted, gap, or notice for what is odd but no damage.
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// Damage reports whether the problem is one of the files, and not of what is known about them.
func (p Problem) Damage() bool { return p.State != "notice" && p.State != Unproven.String() }

// Counts are files by what was found out about them.
type Counts struct {
	Valid    int `json:"valid"`
	Unproven int `json:"unproven"`
	Invalid  int `json:"invalid"`
	Missing  int `json:"missing"`
}

// Add counts one.
func (c *Counts) Add(s State) {
	switch s {
	case Valid:
		c.Valid++
	case Unproven:
		c.Unproven++
	case Invalid:
		c.Invalid++
	case Missing:
		c.Missing++
	}
}

// All is how many files there are.
func (c Counts) All() int { return c.Valid + c.Unproven + c.Invalid + c.Missing }

// Report is the outcome of an audit.
type Report struct {
	Digests Counts `json:"digests"`
	Logs    Counts `json:"logs"`
	// Unlisted log files are named by no digest although they were delivered in the time of some.
	Unlisted int `json:"unlisted"`
	// Pending log files were delivered outside the time of all digests: after the last, before the first, or while
	// nothing was validated.
	Pending int `json:"pending"`
	// Gaps are breaks in the chains that stopping a trail does not leave.
	Gaps     int       `json:"gaps"`
	Problems []Problem `json:"problems"`
	// Left is how many problems are not listed.
	Left int `json:"left"`
	// From and To are the times that the digests found cover; empty when there are none.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Intact reports whether nothing is damaged.
func (r *Report) Intact() bool {
	return r.Digests.Invalid+r.Digests.Missing+r.Logs.Invalid+r.Logs.Missing+r.Unlisted+r.Gaps == 0
}

// Authenticated reports whether everything is proven, which needs at least one digest.
func (r *Report) Authenticated() bool {
	return r.Intact() && r.Digests.All() > 0 && r.Digests.Unproven+r.Logs.Unproven == 0
}

// maxProblems bounds the list in a report; the rest is counted.
const maxProblems = 10_000

func (r *Report) tell(p Problem) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, p)
	} else {
		r.Left++
	}
}

// audit is one under way.
type audit struct {
	c *Checker
	r *Report
	// named are log files in digests, by a hash of where they lie.
	named map[[16]byte]bool
	// spans are the times of digests that can be read, by account and Region.
	spans map[[2]string][]span
}

type span struct{ from, to time.Time }

// Audit checks digests, the log files that they name, the chains, and the log files that no digest names. keys are all
// keys there are, log files and others among them.
func (c *Checker) Audit(ctx context.Context, keys []string) (*Report, error) {
	a := &audit{c, &Report{Problems: []Problem{}}, map[[16]byte]bool{}, map[[2]string][]span{}}
	if err := c.Digests(ctx, keys, func(d *Checked) error { return a.digest(ctx, d) }); err != nil {
		return nil, err
	}
	a.order()
	for _, key := range keys {
		a.unnamed(key)
	}
	return a.r, nil
}

func (a *audit) digest(ctx context.Context, d *Checked) error {
	a.r.Digests.Add(d.State)
	if d.State != Valid {
		a.r.tell(Problem{"digest", a.where(d.Bucket, d.Key), d.State.String(), d.Reason})
	}
	switch {
	case d.Broken:
		a.r.Gaps++
		a.r.tell(Problem{"gap", d.Name.Place.Folder(FolderDigest), "gap", d.Gap})
	case d.Gap != "":
		a.r.tell(Problem{"gap", d.Name.Place.Folder(FolderDigest), "notice", d.Gap})
	}
	if d.Digest == nil {
		return nil
	}
	start, end, err := d.Digest.Window()
	if err != nil {
		return err // ParseDigest has read it
	}
	if s := Wire(start); a.r.From == "" || s < a.r.From {
		a.r.From = s
	}
	a.r.To = max(a.r.To, Wire(end))
	if d.State != Invalid {
		at := [2]string{d.Name.Account, d.Name.Region}
		a.spans[at] = append(a.spans[at], span{start, end})
	}
	for i := range d.Digest.LogFiles {
		if err := a.log(ctx, d, &d.Digest.LogFiles[i]); err != nil {
			return err
		}
	}
	return nil
}

// log checks a file that a digest names.
func (a *audit) log(ctx context.Context, d *Checked, f *LogFile) error {
	if d.State == Invalid { // what it says is worth nothing, but it was said: the file is not told to be unlisted as well
		a.named[a.id(f.Bucket, f.Key)] = true
		return nil
	}
	a.named[a.id(f.Bucket, f.Key)] = true
	state, reason, err := a.c.CheckLog(ctx, f, MaxLog)
	if err != nil {
		return fmt.Errorf("%s: %w", a.where(f.Bucket, f.Key), err)
	}
	if state == Valid && d.State == Unproven {
		state = Unproven // told by the digest's own line
		a.r.Logs.Add(state)
		return nil
	}
	a.r.Logs.Add(state)
	if state != Valid {
		a.r.tell(Problem{"log", a.where(f.Bucket, f.Key), state.String(), reason})
	}
	return nil
}

// order sorts the spans and joins those that touch.
func (a *audit) order() {
	for at, list := range a.spans {
		slices.SortFunc(list, func(x, y span) int { return x.from.Compare(y.from) })
		joined := list[:1]
		for _, s := range list[1:] {
			if last := &joined[len(joined)-1]; !s.from.After(last.to) {
				if s.to.After(last.to) {
					last.to = s.to
				}
				continue
			}
			joined = append(joined, s)
		}
		a.spans[at] = joined
	}
}

// unnamed tells of a log file that no digest names.
func (a *audit) unnamed(key string) {
	n, ok := ParseKey(key)
	if !ok || n.Folder == FolderDigest || n.Folder == FolderAggregated || a.named[a.id(a.c.Bucket, key)] {
		return
	}
	if !a.c.From.IsZero() && n.At.Before(a.c.From) || !a.c.To.IsZero() && n.At.After(a.c.To) {
		return
	}
	list := a.spans[[2]string{n.Account, n.Region}]
	// The stamp is cut to the minute: a file may be younger by as much.
	i := sort.Search(len(list), func(i int) bool { return list[i].to.After(n.At.Add(time.Minute)) })
	if i == len(list) || n.At.Before(list[i].from) {
		a.r.Pending++
		return
	}
	a.r.Unlisted++
	a.r.tell(Problem{"log", a.where(a.c.Bucket, key), "unlisted", "no digest names it, although there are digests of the time of its delivery"})
}

// id is a short name of a file's location; keys of whole buckets stay in memory.
func (a *audit) id(bucket, key string) [16]byte {
	if a.c.Bucket == "" {
		bucket, key = "", BelowPrefix(key)
	}
	sum := sha256.Sum256([]byte(bucket + "\x00" + key))
	return [16]byte(sum[:16])
}

func (a *audit) where(bucket, key string) string {
	if a.c.Bucket == "" {
		return key
	}
	return "s3://" + bucket + "/" + key
}
