package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// whys finds out why sources have collected nothing. What it reads it reads once for all of them, and only when one
// of them needs it.
type whys struct {
	tx         Tx
	assessment *Assessment

	deployed map[string]int  // keyword -> places in which the rule is
	recorded map[string]bool // keyword of a call -> something answers it
}

func (w *whys) scope() arn.Scope {
	var s arn.Scope
	for _, x := range w.assessment.Accounts {
		s.Accounts = append(s.Accounts, x.ID)
	}
	return s
}

// explain fills in why a source has never collected, or no longer does.
func (w *whys) explain(s *SourceState) error {
	if s.State != StateNever && s.State != StateStale {
		return nil
	}
	for _, p := range s.Problems {
		s.why(p.Code, p.Message)
	}
	if s.State == StateNever && len(s.Problems) > 0 && s.Problems[0].Silences() {
		return nil
	}
	if w.assessment.Pending || w.assessment.Collected == "" {
		s.why(WhyPending, "The assessment is collected for the first time now; look again in a minute.")
		return nil
	}
	switch s.Source.Type {
	case catalog.Config:
		return w.rule(s)
	case catalog.APICall:
		return w.call(s)
	case catalog.CloudTrail:
		s.why(WhyNoEvent, fmt.Sprintf("No event of this name is recorded in %s since %s.", accountsText(w.assessment), w.assessment.From))
	case catalog.SecurityHub:
		return w.finding(s)
	case catalog.Manual:
		s.why(WhyNoEvidence, "Nobody has added evidence by hand yet.")
	}
	return nil
}

func accountsText(a *Assessment) string {
	if n := len(a.Accounts); n != 1 {
		return fmt.Sprintf("the %d accounts in scope", n)
	}
	return "the account in scope"
}

// deploy reads once how often each rule is deployed in the scope.
func (w *whys) deploy() error {
	if w.deployed != nil {
		return nil
	}
	all, err := compliance.Deployed(w.tx, w.scope())
	w.deployed = map[string]int{}
	for _, r := range all {
		for _, k := range ruleKeywords(r.Identifier, r.Name) {
			w.deployed[k]++
		}
	}
	return err
}

// rule tells whether the rule of a source is missing, or has nothing to judge.
func (w *whys) rule(s *SourceState) error {
	if err := w.deploy(); err != nil {
		return err
	}
	n := w.deployed[compliance.Identifier(s.Source.Keyword)]
	switch {
	case n == 0:
		s.why(WhyNoRule, fmt.Sprintf("The rule %s is not deployed in %s. Deploy it, or a conformance pack that has it.", s.Source.Keyword, accountsText(w.assessment)))
	case s.State == StateStale:
		s.why(WhyNothingMore, fmt.Sprintf("The rule is deployed in %d places, and none of its verdicts stands any more: what it judged is gone.", n))
	default:
		s.why(WhyNoVerdict, fmt.Sprintf("The rule is deployed in %d places and has judged nothing there: no resource of its types is recorded, or it was not evaluated yet.", n))
	}
	return nil
}

// finding tells that there are no findings about a control, and what its rules could do.
func (w *whys) finding(s *SourceState) error {
	text := fmt.Sprintf("No finding about the control %s is recorded in %s", s.Source.Keyword, accountsText(w.assessment))
	hub, _ := managed.FindControl(s.Source.Keyword)
	if len(hub.Rules) == 0 {
		s.why(WhyNoFinding, text+", and no rule of the library answers it.")
		return nil
	}
	rules := strings.Join(hub.Rules, ", ")
	if err := w.deploy(); err != nil {
		return err
	}
	n := 0
	for _, id := range hub.Rules {
		n += w.deployed[id]
	}
	switch {
	case slices.ContainsFunc(hub.Rules, func(id string) bool { return mapsRule(s.siblings, id) }):
		s.why(WhyNoFinding, text+". The control is mapped to the rules that answer it too ("+rules+"); their verdicts are counted there.")
	case n == 0:
		s.why(WhyNoFinding, text+", and the rules that answer it are not deployed there: "+rules+".")
	default:
		s.why(WhyNoFinding, text+", and the rules that answer it have judged nothing with the control's parameters: "+rules+".")
	}
	return nil
}

// call tells whether anything is recorded that answers the call.
func (w *whys) call(s *SourceState) error {
	call, ok := catalog.FindCall(s.Source.Keyword)
	if !ok {
		return nil // the problem says so
	}
	found, known := w.recorded[call.Keyword]
	if !known {
		var err error
		if found, err = w.answers(call); err != nil {
			return err
		}
		if w.recorded == nil {
			w.recorded = map[string]bool{}
		}
		w.recorded[call.Keyword] = found
	}
	if found {
		s.why(WhyNothingMore, "Something is recorded that answers the call; it is collected when it is due.")
		return nil
	}
	s.why(WhyNoItem, fmt.Sprintf("There are no %s in %s.", answeredFrom(call), accountsText(w.assessment)))
	return nil
}

// answers looks for one item that answers a call, in a bounded number of them.
func (w *whys) answers(call catalog.Call) (bool, error) {
	limit := 1
	if call.Member != "" {
		limit = pageSize
	}
	items, err := w.tx.Items(w.scope(), inventory.Filter{Types: []string{call.Type}}, inventory.Key{}, limit)
	for _, it := range items {
		if answered(call, it) {
			return true, err
		}
	}
	return false, err
}
