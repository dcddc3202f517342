package assess

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/ledger"
)

// excepted are exceptions by the place and id of their rule.
type excepted map[[3]string][]exception.Exception

// covering are the exceptions that cover one subject.
type covering []exception.Exception

// exceptions reads those of some accounts. There are few; a collection reads them once.
func (c *Collector) exceptions(ctx context.Context, s arn.Scope) (excepted, error) {
	all, err := read(ctx, c.Service, func(tx Tx) ([]exception.Exception, error) { return exception.In(tx, s) })
	out := excepted{}
	for _, e := range all {
		k := [3]string{e.Account, e.Region, e.RuleID}
		out[k] = append(out[k], e)
	}
	return out, err
}

// verdict are the exceptions for what a rule says about a subject: only what fails needs one.
func (x excepted) verdict(e *compliance.Evaluation) covering {
	if ledger.Verdict(e.Verdict) != ledger.NonCompliant || len(x) == 0 {
		return nil
	}
	var out covering
	for _, ex := range x[[3]string{e.Account, e.Region, e.RuleID}] {
		if ex.Covers(e.Subject.Type, e.Subject.ID) {
			out = append(out, ex)
		}
	}
	return out
}

// finding is the exception that covers a failing finding with all of its resources; empty when none does.
func (x excepted) finding(f *finding.Change, b *ledger.Body, day string, now time.Time) string {
	if b.Verdict != ledger.NonCompliant || len(b.Subjects) == 0 {
		return ""
	}
	for _, ex := range x[[3]string{f.Account, f.Region, exception.Control(f.ControlID)}] {
		all := true
		for _, s := range b.Subjects {
			all = all && ex.Covers(s.Type, s.ID)
		}
		if by := (covering{ex}).on(day, now); all && by != "" {
			return by
		}
	}
	return ""
}

// on is the key of the first exception that stood at the end of a day, or now on the present one; empty when none did.
// What was recorded before an exception was made stays as it was.
func (c covering) on(day string, now time.Time) string {
	if len(c) == 0 {
		return ""
	}
	at := startOf(day).AddDate(0, 0, 1).Add(-time.Microsecond)
	if at.After(now) {
		at = now
	}
	for i := range c {
		if c[i].Stood(at) {
			return c[i].Key()
		}
	}
	return ""
}
