package rule

import (
	"errors"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

// Context is all a check may use: the subject, whose fields it reads like any Place's, the parameters, other items
// of the account, and the time. It is valid during the check only.
type Context struct {
	Place  // the subject
	Params Params

	rule  *Rule
	view  View
	now   time.Time
	reads ReadSet

	seen    uint64 // fields of the rule that were read, by their place in it
	missing string // why there is no verdict; "" when there is one
	trouble error  // what went wrong in the check, beside its verdict
	err     error
}

// Pass is COMPLIANT, with the reason.
func (c *Context) Pass(reason string) Result { return Result{Verdict: Compliant, Reason: reason} }

// Fail is NON_COMPLIANT, with the reason.
func (c *Context) Fail(reason string) Result { return Result{Verdict: NonCompliant, Reason: reason} }

// Skip is NOT_APPLICABLE, with the reason.
func (c *Context) Skip(reason string) Result { return Result{Verdict: NotApplicable, Reason: reason} }

// Unknown is INSUFFICIENT_DATA, with the reason.
func (c *Context) Unknown(reason string) Result {
	return Result{Verdict: InsufficientData, Reason: reason}
}

// Trouble is INSUFFICIENT_DATA because the check itself went wrong, as a policy may; the rule's status shows it.
func (c *Context) Trouble(reason string) Result {
	c.trouble = errors.New(reason)
	return c.Unknown(reason)
}

// Given is the verdict that a person or a tool outside gave; ok is false when nobody has.
func (c *Context) Given() (r Result, ok bool) {
	if c.Params.given == nil {
		return Result{}, false
	}
	return *c.Params.given, true
}

// Subject is the item that is judged, for checks that read it as a whole, as a policy does.
func (c *Context) Subject() *inventory.Item { return c.item }

// Now is the time of the evaluation.
func (c *Context) Now() time.Time {
	c.reads.Clock = true
	return c.now
}

// OlderThan reports whether a moment is more than a number of days before now.
func (c *Context) OlderThan(t time.Time, days int64) bool {
	return c.Now().Sub(t) > time.Duration(days)*24*time.Hour
}

// All gives the items of a type in the subject's region. When the type is not recorded there, nothing can be
// concluded from what is not found: the verdict becomes INSUFFICIENT_DATA.
func (c *Context) All(typ string) []Place { return c.list(typ, Region) }

// AllRegions is All over every region of the account.
func (c *Context) AllRegions(typ string) []Place { return c.list(typ, Everywhere) }

func (c *Context) list(typ string, reach Reach) []Place {
	l := c.listing(typ, reach)
	if l == nil {
		return nil
	}
	c.reads.Reads = append(c.reads.Reads, Read{Kind: ReadListing, Type: typ, Reach: reach, State: l.Digest()})
	return c.places(l.Items)
}

// listing fetches a type and makes sure that it is recorded.
func (c *Context) listing(typ string, reach Reach) *Listing {
	c.uses(typ)
	l, err := c.view.List(typ, reach)
	if err != nil {
		c.fail(err)
		return nil
	}
	if l.Lacks != "" {
		c.unknown(l.Lacks)
	}
	return l
}

// recorded makes sure that a type is recorded; it is false when that cannot be told.
func (c *Context) recorded(typ string, reach Reach) bool {
	c.uses(typ)
	lacks, err := c.view.Lacks(typ, reach)
	if err != nil {
		c.fail(err)
		return false
	}
	if lacks != "" {
		c.unknown(lacks)
	}
	return true
}

func (c *Context) places(items []*inventory.Item) []Place {
	all := make([]Place, len(items))
	for i, it := range items {
		all[i] = Place{c: c, item: it}
	}
	return all
}

// Matching gives the items of a type in the subject's region that hold a value in a field, or in a field of one of the
// elements of a list. The type must be recorded, as for All.
func (c *Context) Matching(f *Field, value string) []Place {
	c.declared(f, f.Type)
	if !c.recorded(f.Type, Region) {
		return nil
	}
	items, unclear, err := c.view.Matching(f.Type, f, value, Region)
	if err != nil {
		c.fail(err)
		return nil
	}
	r := Read{Kind: ReadMatches, Type: f.Type, Ref: f.Path + "=" + value, State: digest(items), Awaited: []string{matchRef(f.Path, value), unclearRef(f.Path)}}
	for _, it := range items {
		r.Matched = append(r.Matched, it.Key)
	}
	if unclear != nil {
		r.State += ":" + digest([]*inventory.Item{unclear})
		r.Matched = append(r.Matched, unclear.Key)
		c.miss(Place{c: c, item: unclear}, f, unreadableBecause(unclear, f))
	}
	c.reads.Reads = append(c.reads.Reads, r)
	return c.places(items)
}

// Find follows a reference, an ARN, id or name, to an item of a type in the subject's region. When it leads
// nowhere and the type is not recorded, the verdict becomes INSUFFICIENT_DATA.
func (c *Context) Find(typ, ref string) (Place, bool) { return c.lookup(typ, ref, Region) }

// FindAnywhere is Find over every region of the account.
func (c *Context) FindAnywhere(typ, ref string) (Place, bool) {
	return c.lookup(typ, ref, Everywhere)
}

func (c *Context) lookup(typ, ref string, reach Reach) (Place, bool) {
	c.uses(typ)
	it, err := c.view.Lookup(typ, ref, reach)
	if err != nil {
		c.fail(err)
		return Place{}, false
	}
	if it == nil {
		c.recorded(typ, reach)
		c.reads.Reads = append(c.reads.Reads, Read{Kind: ReadAbsent, Type: typ, Reach: reach, Ref: ref})
		return Place{}, false
	}
	c.reads.Reads = append(c.reads.Reads, Read{Kind: ReadItem, Type: typ, Reach: reach, Ref: ref, Key: it.Key, State: state(it)})
	return Place{c: c, item: it}, true
}

// Related gives the items of a type that the subject names in its relationships. A related item that is not
// recorded makes the verdict INSUFFICIENT_DATA.
func (c *Context) Related(typ string) []Place {
	var all []Place
	for edge := range c.item.Relationships() {
		if edge.Type != typ {
			continue
		}
		ref := edge.ID
		if ref == "" {
			ref = edge.Name
		}
		if p, ok := c.Find(typ, ref); ok {
			all = append(all, p)
		} else {
			c.unknown("The related " + typ + " " + ref + " is not recorded.")
		}
	}
	return all
}

// Fact gives the account fact of a reserved type. Without it the verdict becomes INSUFFICIENT_DATA, and fields read
// from it are empty.
func (c *Context) Fact(typ string) Place {
	if all := c.Facts(typ); len(all) > 0 {
		return all[0]
	}
	return Place{c: c, item: &inventory.Item{Key: inventory.Key{Account: c.item.Account, Region: c.item.Region, Type: typ}}}
}

// Service gives the fact about one AWS service in the subject's region: the one that holds the service's name in a
// field. Without it the verdict becomes INSUFFICIENT_DATA.
func (c *Context) Service(name *Field, service string) Place {
	if found := c.Matching(name, service); len(found) > 0 {
		return found[0]
	}
	c.unknown("The state of the service " + service + " is not recorded.")
	return Place{c: c, item: &inventory.Item{Key: inventory.Key{Account: c.item.Account, Region: c.item.Region, Type: name.Type}}}
}

// Facts gives all account facts of a reserved type, which are several for services. Without any the verdict becomes
// INSUFFICIENT_DATA.
func (c *Context) Facts(typ string) []Place {
	c.uses(typ)
	l, err := c.view.List(typ, Region)
	if err != nil {
		c.fail(err)
		return nil
	}
	c.reads.Reads = append(c.reads.Reads, Read{Kind: ReadListing, Type: typ, State: l.Digest()})
	switch {
	case len(l.Items) > 0:
	case l.Lacks == "" || l.Lacks == Unrecorded(typ):
		c.unknown("The account fact " + typ + " is not recorded.")
	default:
		c.unknown(l.Lacks)
	}
	return c.places(l.Items)
}

// FactIfKnown gives the account fact of a reserved type when it is recorded.
func (c *Context) FactIfKnown(typ string) (Place, bool) {
	c.uses(typ)
	l, err := c.view.List(typ, Region)
	if err != nil {
		c.fail(err)
		return Place{}, false
	}
	c.reads.Reads = append(c.reads.Reads, Read{Kind: ReadListing, Type: typ, State: l.Digest()})
	if len(l.Items) == 0 {
		return Place{}, false
	}
	return Place{c: c, item: l.Items[0]}, true
}

// declared makes sure that a check reads only what its rule declares.
func (c *Context) declared(f *Field, typ string) {
	i := slices.Index(c.rule.Fields, f)
	if i < 0 {
		panic("rule: " + c.rule.Identifier + " reads " + f.Name() + ", which it does not declare")
	}
	c.seen |= 1 << i
	if f.Type != "" && f.Type != typ {
		panic("rule: " + c.rule.Identifier + " reads " + f.Name() + " of an item of type " + typ)
	}
}

func (c *Context) uses(typ string) {
	if !slices.Contains(c.rule.Uses, typ) {
		panic("rule: " + c.rule.Identifier + " uses " + typ + ", which it does not declare")
	}
}

func (c *Context) miss(p Place, f *Field, why string) {
	if c.missing != "" {
		return
	}
	at := ""
	if p.item != c.item {
		at = " of " + p.item.Type + " " + p.Name()
	}
	c.missing = "Field " + f.Path + at + " " + why + "."
}

func (c *Context) unknown(why string) {
	if c.missing == "" {
		c.missing = why
	}
}

func (c *Context) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// unseen makes sure that the subject has the required fields the check did not come to read: what passes has them
// all.
func (c *Context) unseen() {
	for i, f := range c.rule.Fields {
		if f.Required && f.base != inElement && c.seen&(1<<i) == 0 && (f.Type == "" || f.Type == c.item.Type) {
			c.read(f)
		}
	}
}
