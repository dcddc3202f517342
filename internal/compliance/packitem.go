package compliance

import (
	"context"
	"errors"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// PackScore is how a pack stood from a moment on.
type PackScore struct {
	Account, Region string
	Pack            string // its id
	At              time.Time
	Rules           Summary
	Counts          Counts // rule-resource pairs by verdict
}

// Score is the share of compliant pairs, in percent, as PackCompliance has it.
func (s *PackScore) Score() (percent float64, ok bool) {
	c := PackCompliance{Counts: s.Counts}
	return c.Score()
}

// packOfItem is the configuration of a PackComplianceType item.
type packOfItem struct {
	Compliance   string       `json:"complianceType"`
	Compliant    int64        `json:"compliantRuleCount"`
	NonCompliant int64        `json:"nonCompliantRuleCount"`
	Total        int64        `json:"totalRuleCount"`
	Rules        []ruleOfPack `json:"configRuleList"`
}

type ruleOfPack struct {
	Name       string   `json:"configRuleName"`
	Compliance string   `json:"complianceType"`
	Controls   []string `json:"controls"`
}

// notePacks writes, once an account is at rest, how its packs stand: the item of a pack whose rules' compliance has
// changed, and its score when that has. Summaries of packs are few, and to make past ones again would take the whole
// sequence of verdicts; so these are stored.
func (e *Engine) notePacks(ctx context.Context, account string) error {
	var due []packNote
	err := e.p.store.Read(ctx, func(tx Tx) (err error) {
		due, err = packsToNote(tx, account)
		return err
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return e.p.store.Write(ctx, func(tx Tx) error {
		for i := range due {
			if err := due[i].write(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// packNote is what is to be written of a pack.
type packNote struct {
	score    PackScore
	changed  bool // the score is another one
	item     inventory.Spec
	recorded bool
}

func packsToNote(tx Tx, account string) ([]packNote, error) {
	all, err := listPacks(tx, arn.Scope{Accounts: []string{account}}, nil)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	s := arn.Scope{Accounts: []string{account}}
	states, err := tx.RuleStates(s) // the counts are all that is needed: coverage would count the account's items
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Counts, len(states))
	for _, st := range states {
		if !st.Deleted {
			byID[st.Region+st.RuleID] = st.Counts
		}
	}
	var out []packNote
	for _, v := range all {
		n, err := noteOf(tx, v, byID)
		if err != nil {
			return nil, err
		}
		if n.changed {
			out = append(out, n)
		}
	}
	return out, nil
}

func noteOf(tx Tx, v Pack, counts map[string]Counts) (packNote, error) {
	n := packNote{score: PackScore{Account: v.Account, Region: v.Region, Pack: v.ID, At: tx.Now()}}
	body := packOfItem{Total: int64(len(v.Rules)), Rules: []ruleOfPack{}}
	for _, r := range v.Rules {
		c := counts[v.Region+r.RuleID]
		n.score.Rules.add(c.Rollup())
		n.score.Counts = n.score.Counts.Plus(c)
		body.Rules = append(body.Rules, ruleOfPack{r.Name, c.Rollup().String(), append([]string{}, r.Controls...)})
	}
	body.Compliance, body.Compliant, body.NonCompliant = n.score.Counts.Rollup().String(), n.score.Rules.Compliant, n.score.Rules.NonCompliant
	past, err := tx.PackScores(v.Account, v.Region, v.ID, time.Time{}, 1)
	if err != nil {
		return n, err
	}
	n.changed = len(past) == 0 || past[0].Counts != n.score.Counts || past[0].Rules != n.score.Rules
	if n.recorded, err = records(tx, Place{Account: v.Account, Region: v.Region}, PackComplianceType); err != nil {
		return n, err
	}
	n.item = inventory.Spec{
		Key:  inventory.Key{Account: v.Account, Region: v.Region, Type: PackComplianceType, ID: v.ID},
		Name: v.Name, ARN: v.ARN, Created: v.Completed, Status: inventory.OK, Captured: tx.Now(), Configuration: body,
	}
	return n, nil
}

// write takes a note of a pack that is still there.
func (n *packNote) write(tx Tx) error {
	if _, err := packs.Get(tx, n.score.Account, n.score.Region, n.score.Pack); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	}
	if err := tx.AddPackScore(n.score); err != nil || !n.recorded {
		return err
	}
	_, err := inventory.Observe(tx, n.item)
	return err
}

// endPack says that a pack is gone, where it had an item, and forgets its scores.
func endPack(tx Tx, v Pack) error {
	k := inventory.Key{Account: v.Account, Region: v.Region, Type: PackComplianceType, ID: v.ID}
	_, err := tx.Item(k)
	if err == nil {
		_, err = inventory.Observe(tx, inventory.Spec{Key: k, Status: inventory.Deleted, Captured: tx.Now()})
	} else if fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	return errors.Join(err, tx.ForgetPackScores(v.Account, v.Region, v.ID))
}

// PackHistory is how a pack has stood, the newest first, before a moment (zero for now). Fault:
// NoSuchConformancePackException.
func (p *Program) PackHistory(ctx context.Context, at Place, name string, before time.Time, limit int) ([]PackScore, error) {
	return read(ctx, p, func(tx Tx) ([]PackScore, error) {
		d, err := onePack(tx, at, name)
		if err != nil {
			return nil, err
		}
		return tx.PackScores(at.Account, at.Region, d.ID, before, limit)
	})
}

// PackPlaces is where a scope has packs of a name.
func (p *Program) PackPlaces(ctx context.Context, s arn.Scope, name string) ([]Place, error) {
	return read(ctx, p, func(tx Tx) ([]Place, error) {
		all, err := listPacks(tx, s, nil)
		var out []Place
		for i := range all {
			if all[i].Name == name {
				out = append(out, Place{Account: all[i].Account, Region: all[i].Region})
			}
		}
		return out, err
	})
}
