package assess

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/rule/custom"
)

// verdictBody is what was found, and where the items it rests on are kept.
func verdictBody(e *compliance.Evaluation) (ledger.Body, []raw, error) {
	verdict := ledger.Verdict(e.Verdict)
	params, err := parameters(e.Parameters)
	if err != nil { // a rule's parameters were checked when it was made; what cannot be read is shown as it is
		params = map[string]string{"inputParameters": e.Parameters}
	}
	name := e.Identifier
	if name == "" {
		name = e.RuleName
	}
	b := ledger.Body{
		Source: SourceConfig, Type: ComplianceCheck, Service: configService, Event: name, Account: e.Subject.Account, Region: e.Subject.Region,
		Verdict: verdict, Reason: e.Annotation, Rule: &ledger.Rule{ID: name, Parameters: params, Version: e.Logic},
		Attributes: map[string]string{"ruleName": e.RuleName},
		Subjects:   []ledger.Subject{{ARN: e.SubjectARN, ID: e.Subject.ID, Type: e.Subject.Type, Verdict: verdict}},
	}
	var raws []raw
	if e.Hash != "" {
		if b.Raw, err = ledger.ParseHash(e.Hash); err != nil {
			return b, nil, err
		}
		raws = append(raws, raw{b.Raw, place("item", itemPlace{e.Subject, e.Captured, e.StateID})})
	}
	for _, r := range e.Reads {
		if r.Item == (inventory.Key{}) || r.State == "" {
			continue
		}
		h, err := ledger.ParseHash(r.State)
		if err != nil {
			return b, nil, err
		}
		if h != b.Raw && !slices.Contains(b.Inputs, h) {
			b.Inputs = append(b.Inputs, h)
			raws = append(raws, raw{h, place("item", itemPlace{Key: r.Item, StateID: r.StateID})})
		}
	}
	if _, hash, ok := custom.TextOf(e.Logic); ok { // the text of a policy is what the verdict rests on too
		h, err := ledger.ParseHash(hash)
		if err != nil {
			return b, nil, err
		}
		b.Inputs = append(b.Inputs, h)
		raws = append(raws, raw{h, place("policy", policyPlace{e.Account, e.Region})})
	}
	return b, raws, nil
}

func parameters(text string) (map[string]string, error) {
	if text == "" || text == "{}" {
		return nil, nil
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return nil, err
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		if s, ok := v.(string); ok {
			out[k] = s
			continue
		}
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		out[k] = string(b)
	}
	return out, nil
}

func (c *Collector) producedVerdict(e *compliance.Evaluation) ledger.Produced {
	p := c.produced(e.Account, e.Region, "evaluate "+e.RuleName)
	p.Parameters = map[string]string{"rule": e.RuleName, "ruleId": e.RuleID, "parametersHash": e.ParametersHash}
	if e.Clock {
		p.Parameters["dependsOnTime"] = e.Recorded.UTC().Format(time.RFC3339Nano)
	}
	if c.Service.o.RuleSource != nil && e.Identifier != "" {
		p.RuleSource = c.Service.o.RuleSource(e.Identifier)
	}
	return p
}
