package compliance

import (
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// pass is a full evaluation of some rules of one place under way: every item that may be a subject is visited once,
// in order. It is kept so that it goes on after a restart.
type pass struct {
	Rules []int64
	// Scheduled are those of the rules that are in it for their schedule alone.
	Scheduled []int64 `json:",omitempty"`
	Started   time.Time
	// Accounts: the account as a subject was judged. After is the last item visited.
	Accounts bool
	After    inventory.Key
}

var passes = docs.Collection[pass]{Kind: "config-pass", Noun: "evaluation pass"}

const passID = "pass"

// wants reports whether the rule needs a full evaluation that has not begun.
func (in *instance) wants(now time.Time) bool {
	s := &in.state
	return !s.Requested.IsZero() || s.Revision != in.revision || !s.Due.IsZero() && !s.Due.After(now)
}

// begin asks for what is due and what the library judges differently now, and begins a full evaluation in each place
// that has none under way.
func begin(tx Tx, account string) error {
	l, err := loadRules(tx, account)
	if err != nil {
		return err
	}
	begun, named := map[string]*pass{}, map[string][]string{}
	for _, in := range l.live {
		if !in.wants(tx.Now()) {
			continue
		}
		p, ok := begun[in.Region]
		if !ok {
			_, err := passes.Get(tx, account, in.Region, passID)
			switch {
			case fault.KindOf(err) == fault.NotFound:
				p = &pass{Started: tx.Now()}
			case err != nil:
				return err
			}
			begun[in.Region] = p // nil: one is under way, and this rule waits for the next
		}
		if err := ask(tx, in, p); err != nil {
			return err
		}
		named[in.Region] = append(named[in.Region], in.Name)
	}
	for region, p := range begun {
		if p == nil {
			continue
		}
		if err := passes.Insert(tx, account, region, passID, "", *p); err != nil {
			return err
		}
		if err := announce(tx, Place{Account: account, Region: region}, named[region]); err != nil {
			return err
		}
	}
	return nil
}

// ask notes in a rule's state that it needs a full evaluation, and puts it into the pass that begins.
func ask(tx Tx, in *instance, p *pass) error {
	s := in.state
	if p == nil && !s.Requested.IsZero() && s.Revision == in.revision && (s.Due.IsZero() || s.Due.After(tx.Now())) {
		return nil // it waits already
	}
	scheduled := s.Requested.IsZero() && s.Revision == in.revision
	if s.Revision != in.revision { // the library's logic has changed
		s.Sweep, s.Types, s.Revision = true, union(s.Types, in.types()), in.revision
	}
	if s.Requested.IsZero() {
		s.Requested = tx.Now()
	}
	if !s.Due.IsZero() && !s.Due.After(tx.Now()) {
		s.Due = due(in, tx.Now())
	}
	if p != nil {
		s.Requested, s.Running, s.Begun = time.Time{}, true, true
		p.Rules = append(p.Rules, in.N)
		if scheduled {
			p.Scheduled = append(p.Scheduled, in.N)
		}
	}
	return tx.PutRuleState(s)
}
