package delivery

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

var verbs = map[inventory.ChangeKind]string{inventory.Create: "Created", inventory.Update: "Updated", inventory.Delete: "Deleted"}

// changeBulletin is the message about a change. An item that is too long goes into a file of its own.
func (c *Courier) changeBulletin(ctx context.Context, p compliance.Post, ch inventory.Change, it, old *inventory.Item) (bulletin, error) {
	b := bulletin{subject: ch.Type + " " + ch.ID + " " + verbs[ch.Kind] + " in Account " + ch.Account}
	m, err := Changed(it, old, ch.Kind, c.ids.Now())
	if err != nil {
		return b, err
	}
	if b.body, err = json.Marshal(m); err == nil && len(b.body) > MaxMessage {
		b.body, err = c.oversize(ctx, p, ch, it)
	}
	return b, err
}

func (c *Courier) oversize(ctx context.Context, p compliance.Post, ch inventory.Change, it *inventory.Item) ([]byte, error) {
	key := oversizeKey(p.Place, p.Channel, it)
	failure, err := ended(c.put(ctx, p, key, `{"fileVersion":"1.0",`, it.Captured, only(it)))
	if err != nil {
		return nil, err
	}
	if failure != nil && passing(failure) && c.again(p.Place) {
		return nil, failure
	}
	m := Oversized(it, ch.Kind, c.ids.Now())
	m.File.Location = text(p.Channel.Bucket + "/" + key)
	if failure != nil {
		m.Type, m.File.Code, m.File.Reason = "OversizedConfigurationItemChangeDeliveryFailed", text(failure.Code), text(failure.Message)
	}
	return json.Marshal(m)
}

func only(it *inventory.Item) iter.Seq2[*inventory.Item, error] {
	return func(yield func(*inventory.Item, error) bool) { yield(it, nil) }
}

// complianceMessage tells of a change of a resource's compliance with a rule.
type complianceMessage struct {
	Account string            `json:"awsAccountId"`
	Rule    string            `json:"configRuleName"`
	RuleARN string            `json:"configRuleARN"`
	Kind    string            `json:"resourceType"`
	ID      string            `json:"resourceId"`
	Region  string            `json:"awsRegion"`
	New     *evaluationResult `json:"newEvaluationResult"`
	Old     *evaluationResult `json:"oldEvaluationResult"`
	Created string            `json:"notificationCreationTime"`
	Type    string            `json:"messageType"`
	Version string            `json:"recordVersion"`
}

type evaluationResult struct {
	Identifier struct {
		Qualifier struct {
			Rule string `json:"configRuleName"`
			Type string `json:"resourceType"`
			ID   string `json:"resourceId"`
		} `json:"evaluationResultQualifier"`
		Ordering *string `json:"orderingTimestamp,omitempty"`
	} `json:"evaluationResultIdentifier"`
	Compliance string  `json:"complianceType"`
	Recorded   *string `json:"resultRecordedTime,omitempty"`
	Annotation *string `json:"annotation,omitempty"`
}

func resultOf(e compliance.Evaluation, verdict string) *evaluationResult {
	r := &evaluationResult{Compliance: verdict}
	q := &r.Identifier.Qualifier
	q.Rule, q.Type, q.ID = e.RuleName, e.Subject.Type, e.Subject.ID
	return r
}

// complianceBulletin is the message about a change of compliance. A subject that has left counts as not applicable;
// of a subject that never had a verdict AWS would tell nothing, nor do we.
func complianceBulletin(at compliance.Place, e compliance.Evaluation) (b bulletin, ok bool, err error) {
	const unknown = "INSUFFICIENT_DATA"
	if e.Previous == "" && (e.Verdict == "" || e.Verdict == unknown) {
		return b, false, nil
	}
	verdict := e.Verdict
	if verdict == "" {
		verdict = "NOT_APPLICABLE"
	}
	m := complianceMessage{
		Account: at.Account, Rule: e.RuleName, RuleARN: arn.New("config", at.Region, at.Account, "config-rule/"+e.RuleID),
		Kind: e.Subject.Type, ID: e.Subject.ID, Region: at.Region, New: resultOf(e, verdict),
		Created: e.Recorded.UTC().Format(wireTime), Type: "ComplianceChangeNotification", Version: "1.0",
	}
	m.New.Identifier.Ordering, m.New.Recorded, m.New.Annotation = text(e.Ordering.UTC().Format(wireTime)), text(e.Recorded.UTC().Format(wireTime)), text(e.Annotation)
	if e.Previous != "" {
		m.Old = resultOf(e, e.Previous)
	}
	b = bulletin{subject: e.Subject.Type + " " + e.Subject.ID + " is " + verdict + " with " + e.RuleName + " in Account " + at.Account}
	b.body, err = json.Marshal(m)
	return b, true, err
}

// evaluationMessage tells that rules begin to be evaluated.
type evaluationMessage struct {
	Account string   `json:"awsAccountId"`
	Region  string   `json:"awsRegion"`
	Rules   []string `json:"configRuleNames"`
	Created string   `json:"notificationCreationTime"`
	Type    string   `json:"messageType"`
	Version string   `json:"recordVersion"`
}

func evaluationBulletin(at compliance.Place, n compliance.Notice) (b bulletin, err error) {
	b.subject = "Config Rules Evaluation Started for Account " + at.Account
	b.body, err = json.Marshal(evaluationMessage{at.Account, at.Region, n.Rules, n.At.UTC().Format(wireTime), "ConfigRulesEvaluationStarted", "1.0"})
	return b, err
}

// ComplianceChange is AWS Config's message about a change of compliance; false when it tells of none.
func ComplianceChange(at compliance.Place, e compliance.Evaluation) (body []byte, ok bool, err error) {
	b, ok, err := complianceBulletin(at, e)
	return b.body, ok, err
}
