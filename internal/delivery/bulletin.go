package delivery

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// changeMessage tells of one change of one resource.
type changeMessage struct {
	Diff    inventory.Difference `json:"configurationItemDiff"`
	Item    json.RawMessage      `json:"configurationItem"`
	Created string               `json:"notificationCreationTime"`
	Type    string               `json:"messageType"`
	Version string               `json:"recordVersion"`
}

// oversizeMessage stands for a change whose item is too long for a message.
type oversizeMessage struct {
	Summary itemSummary `json:"configurationItemSummary"`
	File    fileSummary `json:"s3DeliverySummary"`
	Created string      `json:"notificationCreationTime"`
	Type    string      `json:"messageType"`
	Version string      `json:"recordVersion"`
}

type itemSummary struct {
	Kind     inventory.ChangeKind `json:"changeType"`
	Version  string               `json:"configurationItemVersion"`
	Captured string               `json:"configurationItemCaptureTime"`
	StateID  int64                `json:"configurationStateId"`
	Account  string               `json:"awsAccountId"`
	Status   inventory.Status     `json:"configurationItemStatus"`
	Type     string               `json:"resourceType"`
	ID       string               `json:"resourceId"`
	Name     *string              `json:"resourceName"`
	ARN      *string              `json:"ARN"`
	Region   string               `json:"awsRegion"`
	Zone     *string              `json:"availabilityZone"`
	Hash     string               `json:"configurationStateMd5Hash"`
}

type fileSummary struct {
	Location *string `json:"s3BucketLocation"`
	Code     *string `json:"errorCode"`
	Reason   *string `json:"errorMessage"`
}

var verbs = map[inventory.ChangeKind]string{inventory.Create: "Created", inventory.Update: "Updated", inventory.Delete: "Deleted"}

// changeBulletin is the message about a change. An item that is too long goes into a file of its own.
func (c *Courier) changeBulletin(ctx context.Context, p compliance.Post, ch inventory.Change, it, old *inventory.Item) (bulletin, error) {
	b := bulletin{subject: ch.Type + " " + ch.ID + " " + verbs[ch.Kind] + " in Account " + ch.Account}
	text, err := inventory.FileForm(it)
	if err != nil {
		return b, err
	}
	shown, err := inventory.Decode(text)
	if err != nil {
		return b, err
	}
	if old != nil {
		before, err := inventory.FileForm(old)
		if err != nil {
			return b, err
		}
		if old, err = inventory.Decode(before); err != nil {
			return b, err
		}
	}
	diff := inventory.Diff(old, shown)
	diff.Kind = ch.Kind // the state before may be past its retention
	m := changeMessage{diff, text, c.ids.Now().Format(wireTime), "ConfigurationItemChangeNotification", "1.3"}
	if b.body, err = json.Marshal(m); err == nil && len(b.body) > maxMessage {
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
	m := oversizeMessage{
		Summary: itemSummary{
			ch.Kind, it.Version, it.Captured.Format(wireTime), it.StateID, it.Account, it.Status, it.Type, it.ID,
			text(it.Name), text(it.ARN), it.Region, text(it.Zone), "",
		},
		File: fileSummary{Location: text(p.Channel.Bucket + "/" + key)}, Created: c.ids.Now().Format(wireTime),
		Type: "OversizedConfigurationItemChangeNotification", Version: "1.0",
	}
	if failure != nil {
		m.Type, m.File.Code, m.File.Reason = "OversizedConfigurationItemChangeDeliveryFailed", text(failure.Code), text(failure.Message)
	}
	return json.Marshal(m)
}

func only(it *inventory.Item) iter.Seq2[*inventory.Item, error] {
	return func(yield func(*inventory.Item, error) bool) { yield(it, nil) }
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
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
