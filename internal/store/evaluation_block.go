package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// evaluationBlock is how a run of evaluations is kept: what they have in common once, rules and judged items beside
// each other. It is written as JSON and packed. Earlier blocks are a plain array of evaluations.
type evaluationBlock struct {
	Account, Region string
	First           int64
	Rules           []blockRule
	Items           []blockItem
	Rows            []blockRow
}

type blockRule struct {
	Name, ID, Identifier, Logic string
	Parameters                  string `json:",omitempty"`
	Hash                        string
}

type blockItem struct {
	Account, Region, Type, ID string
	ARN                       string `json:",omitempty"`
	Name                      string `json:",omitempty"`
	StateID                   int64  `json:",omitempty"`
	Captured                  int64  `json:",omitempty"`
	Hash                      string `json:",omitempty"`
}

// blockRow is one evaluation; R and I are places in Rules and Items, times are nanoseconds.
type blockRow struct {
	R, I  int
	V     string                      `json:",omitempty"`
	P     string                      `json:",omitempty"`
	A     string                      `json:",omitempty"`
	O, T  int64                       `json:",omitempty"`
	Reads []compliance.EvaluationRead `json:",omitempty"`
	Clock bool                        `json:",omitempty"`
}

// packEvaluations makes a block of evaluations, which are numbered from first.
func packEvaluations(account, region string, first int64, evaluations []compliance.Evaluation) ([]byte, error) {
	b := evaluationBlock{Account: account, Region: region, First: first, Rows: make([]blockRow, len(evaluations))}
	rules, items := map[blockRule]int{}, map[blockItem]int{}
	for i := range evaluations {
		e := &evaluations[i]
		k := e.Subject
		b.Rows[i] = blockRow{
			R: placeOf(blockRule{e.RuleName, e.RuleID, e.Identifier, e.Logic, e.Parameters, e.ParametersHash}, rules, &b.Rules),
			I: placeOf(blockItem{k.Account, k.Region, k.Type, k.ID, e.SubjectARN, e.SubjectName, e.StateID, nanos(e.Captured), e.Hash}, items, &b.Items),
			V: e.Verdict, P: e.Previous, A: e.Annotation, O: nanos(e.Ordering), T: nanos(e.Recorded), Reads: e.Reads, Clock: e.Clock,
		}
	}
	text, err := json.Marshal(&b)
	if err != nil {
		return nil, fmt.Errorf("encode evaluations: %w", err)
	}
	return text, nil
}

// placeOf is where a value stands in a list, to which it is added when it is new.
func placeOf[T comparable](v T, known map[T]int, list *[]T) int {
	i, ok := known[v]
	if !ok {
		i = len(*list)
		known[v] = i
		*list = append(*list, v)
	}
	return i
}

// unpackEvaluations reads a block of either form.
func unpackEvaluations(text []byte) ([]compliance.Evaluation, error) {
	var out []compliance.Evaluation
	if len(text) > 0 && text[0] == '[' {
		err := json.Unmarshal(text, &out)
		return out, err
	}
	var b evaluationBlock
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, err
	}
	out = make([]compliance.Evaluation, len(b.Rows))
	for i, r := range b.Rows {
		if r.R < 0 || r.R >= len(b.Rules) || r.I < 0 || r.I >= len(b.Items) {
			return nil, fmt.Errorf("evaluation %d names a rule or item that is not in its block", b.First+int64(i))
		}
		rule, it := &b.Rules[r.R], &b.Items[r.I]
		out[i] = compliance.Evaluation{
			Account: b.Account, Region: b.Region, Seq: b.First + int64(i),
			RuleName: rule.Name, RuleID: rule.ID, Identifier: rule.Identifier, Logic: rule.Logic, Parameters: rule.Parameters, ParametersHash: rule.Hash,
			Subject:    inventory.Key{Account: it.Account, Region: it.Region, Type: it.Type, ID: it.ID},
			SubjectARN: it.ARN, SubjectName: it.Name, StateID: it.StateID, Captured: fromNanos(it.Captured), Hash: it.Hash,
			Verdict: r.V, Previous: r.P, Annotation: r.A, Ordering: fromNanos(r.O), Recorded: fromNanos(r.T), Reads: r.Reads, Clock: r.Clock,
		}
	}
	return out, nil
}

// nanos keeps a time to the nanosecond; the zero time is 0.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanos(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
