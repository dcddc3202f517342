package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/custom"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// reperform judges an item of a managed rule or a policy again, as of the time it was judged, from nothing but the raw objects
// in the report. It refuses to say what it cannot know: another version of the logic, or a verdict that rests on
// which other items existed.
func reperform(_ context.Context, s report.Subject) (ledger.Verdict, string, bool) {
	verdict, reason, err := judgeAgain(s)
	if err != nil {
		return "", err.Error(), false
	}
	return verdict, reason, true
}

func judgeAgain(s report.Subject) (ledger.Verdict, string, error) {
	b := s.Body
	text, err := json.Marshal(b.Rule.Parameters)
	if err != nil || len(b.Rule.Parameters) == 0 {
		text = nil
	}
	r, policy, err := logicOf(s, string(text))
	if err != nil {
		return "", "", err
	}
	if v := b.Rule.Version; v != r.Version() && v != strconv.Itoa(r.Logic) {
		return "", "", fmt.Errorf("version %q of the rule %s judged; this program has version %d", v, r.Identifier, r.Logic)
	}
	given := string(text)
	if !policy.IsZero() {
		given = "" // a policy has its parameters in it
	}
	params, err := r.ParseParams(given)
	if err != nil {
		return "", "", fmt.Errorf("the parameters of the rule %s: %w", r.Identifier, err)
	}
	subject, others, err := rawItems(r, s, policy)
	if err != nil {
		return "", "", err
	}
	view := rule.NewIndex(&rule.Estate{Region: subject.Region, Items: append(others, subject)})
	res, reads, err := rule.Evaluate(r, params, subject, view, s.Occurrence.ObservedAt)
	if err != nil {
		return "", "", err
	}
	verdict := ledger.Verdict(res.Verdict.String())
	if verdict == b.Verdict {
		return verdict, res.Reason, nil
	}
	for _, read := range reads.Reads {
		if read.Kind != rule.ReadItem {
			return "", "", fmt.Errorf("the rule %s looks at which other items existed, which the report does not hold", r.Identifier)
		}
	}
	return verdict, res.Reason, nil
}

// logicOf is the rule that judged: of the library, or made of the policy's text, whose hash is then given too.
func logicOf(s report.Subject, parameters string) (r *rule.Rule, policy ledger.Hash, err error) {
	id := s.Body.Rule.ID
	if r = managed.Lookup(id); r != nil {
		return r, policy, nil
	}
	runtime, hash, ok := custom.TextOf(s.Body.Rule.Version)
	if !ok {
		if a, err := arn.Parse(id); err == nil && a.Service == "lambda" {
			return nil, policy, fmt.Errorf("the function %s gave the verdict, and only it could judge again", id)
		}
		return nil, policy, fmt.Errorf("the rule %s is not in this program's library", id)
	}
	if policy, err = ledger.ParseHash(hash); err != nil {
		return nil, policy, err
	}
	if !slices.Contains(s.Body.Inputs, policy) {
		return nil, policy, fmt.Errorf("the policy of the rule %s was not recorded with the verdict", id)
	}
	text, err := s.Raw(policy)
	if err != nil {
		return nil, policy, err
	}
	p, err := custom.Compile(runtime, string(text))
	if err != nil {
		return nil, policy, fmt.Errorf("the policy of the rule %s: %w", id, err)
	}
	if strings.HasPrefix(id, "assertion on ") && len(s.Body.Subjects) == 1 {
		r, err = p.Of(s.Body.Subjects[0].Type)
	} else {
		r, err = p.Rule(parameters)
	}
	return r, policy, err
}

// rawItems decodes the raw objects: the subject and the items read beside it. The policy's text is none of them.
func rawItems(r *rule.Rule, s report.Subject, policy ledger.Hash) (subject *inventory.Item, others []*inventory.Item, err error) {
	decode := func(h ledger.Hash) (*inventory.Item, error) {
		raw, err := s.Raw(h)
		if err != nil {
			return nil, err
		}
		it, err := inventory.Decode(raw)
		if err != nil {
			return nil, fmt.Errorf("the raw object %s is no configuration item: %w", h, err)
		}
		return it, nil
	}
	switch {
	case r.Subjects == rule.Account:
		subject = rule.AccountSubject(s.Body.Account, s.Body.Region)
	case s.Body.Raw.IsZero():
		return nil, nil, fmt.Errorf("no raw object was recorded with the verdict")
	default:
		if subject, err = decode(s.Body.Raw); err != nil {
			return nil, nil, err
		}
	}
	for _, h := range s.Body.Inputs {
		if h == policy {
			continue
		}
		it, err := decode(h)
		if err != nil {
			return nil, nil, err
		}
		others = append(others, it)
	}
	return subject, others, nil
}
