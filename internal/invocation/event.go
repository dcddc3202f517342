package invocation

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/inventory"
)

// event is what a rule's function is sent.
type event struct {
	Version    string `json:"version"`
	Invoking   string `json:"invokingEvent"`
	Parameters string `json:"ruleParameters"`
	Token      string `json:"resultToken"`
	Left       bool   `json:"eventLeftScope"`
	Role       string `json:"executionRoleArn"`
	RuleARN    string `json:"configRuleArn"`
	Rule       string `json:"configRuleName"`
	RuleID     string `json:"configRuleId"`
	Account    string `json:"accountId"`
}

// schedule is the invoking event of a rule that runs on one.
type schedule struct {
	Account string `json:"awsAccountId"`
	Created string `json:"notificationCreationTime"`
	Type    string `json:"messageType"`
	Version string `json:"recordVersion"`
}

// wireTime is how messages write times.
const wireTime = "2006-01-02T15:04:05.000Z"

// eventOf makes the event of a question.
func eventOf(q *compliance.Question, token string, now time.Time) (json.RawMessage, error) {
	invoking, err := invokingEvent(q, now.UTC())
	if err != nil {
		return nil, err
	}
	e := event{
		Version: "1.0", Invoking: string(invoking), Parameters: q.Rule.Parameters, Token: token, Left: q.Left, Role: q.Role,
		RuleARN: q.Rule.ARN, Rule: q.Rule.Name, RuleID: q.Rule.ID, Account: q.Account,
	}
	if e.Parameters == "" { // functions read it without asking whether it is there
		e.Parameters = "{}"
	}
	return json.Marshal(e)
}

func invokingEvent(q *compliance.Question, now time.Time) (json.RawMessage, error) {
	switch {
	case q.Snapshot != nil:
		return json.Marshal(delivery.DeliveryMessage{
			Type: q.Message, Created: now.Format(wireTime), Version: "1.1", Snapshot: q.Snapshot.ID, Bucket: q.Snapshot.Bucket, Key: q.Snapshot.Key,
		})
	case q.Item == nil:
		return json.Marshal(schedule{q.Account, now.Format(wireTime), q.Message, "1.0"})
	}
	return changeEvent(q, now)
}

// changeEvent tells of the subject: with what changed when that is the reason, and only its name when it is too large.
func changeEvent(q *compliance.Question, now time.Time) (json.RawMessage, error) {
	kind := inventory.ChangeOf(q.Previous != nil && q.Previous.Present(), q.Item)
	m, err := delivery.Shown(q.Item, now)
	if q.Changed {
		m, err = delivery.Changed(q.Item, q.Previous, kind, now)
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(m)
	if err != nil || len(text) <= delivery.MaxMessage {
		return text, err
	}
	if !q.Rule.TriggeredBy(compliance.OversizedChanged) {
		return nil, fmt.Errorf("the item has %d bytes, more than an event may have: add the message type %s to the rule's SourceDetails, and let its function get the item", len(text), compliance.OversizedChanged)
	}
	return json.Marshal(delivery.Oversized(q.Item, kind, now))
}
