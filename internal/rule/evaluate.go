package rule

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

// AccountSubject is the account as a subject, seen from a region.
func AccountSubject(account, region string) *inventory.Item {
	return &inventory.Item{Key: inventory.Key{Account: account, Region: region, Type: AccountType, ID: account}, Status: inventory.OK}
}

var contexts = sync.Pool{New: func() any { return new(Context) }}

// Evaluate judges one subject. It always gives a result; the error, when there is one, is for the log: the view
// failed, or the check did, and the result is then INSUFFICIENT_DATA. A subject that is gone, or not the rule's, is
// withdrawn.
func Evaluate(r *Rule, params Params, subject *inventory.Item, view View, now time.Time) (Result, ReadSet, error) {
	reads := ReadSet{Subject: subject.Key, item: subject}
	switch {
	case subject.Deleted():
		return Result{NotApplicable, "The resource was deleted.", true}, reads, nil
	case !subject.Present():
		return Result{NotApplicable, "The resource is no longer recorded.", true}, reads, nil
	case !r.Judges(subject.Type):
		return Result{NotApplicable, "The rule does not judge resources of this type.", true}, reads, nil
	case len(params.vals) != len(r.Params):
		return broken, reads, fmt.Errorf("rule %s: evaluated with the parameters of another rule", r.Identifier)
	}
	c := contexts.Get().(*Context)
	c.Place = Place{c: c, item: subject}
	c.Params, c.rule, c.view, c.now, c.reads = params, r, view, now, reads
	res, err := c.run()
	reads = c.reads
	*c = Context{}
	contexts.Put(c)
	return res, reads, err
}

var broken = Result{Verdict: InsufficientData, Reason: "The rule could not be evaluated because of an internal error."}

// run calls the check and corrects its verdict when something it needed was not there.
func (c *Context) run() (res Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			res, err = broken, fmt.Errorf("rule %s on %s: %v\n%s", c.rule.Identifier, c.item.Key, v, debug.Stack())
		}
	}()
	res = c.rule.Check(c)
	if res.Verdict == Compliant {
		c.unseen()
	}
	switch {
	case c.err != nil:
		return broken, fmt.Errorf("rule %s on %s: %w", c.rule.Identifier, c.item.Key, c.err)
	case c.missing != "":
		return Result{Verdict: InsufficientData, Reason: c.missing}, nil
	case res.Verdict.String() == "":
		return broken, fmt.Errorf("rule %s on %s: the check gave no verdict", c.rule.Identifier, c.item.Key)
	}
	return res, c.trouble
}
