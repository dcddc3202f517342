package config_test

import (
	"context"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/invocation"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// What a function gives with the token of its event is what GetComplianceDetailsByConfigRule shows, with its times.
func TestPutEvaluations(t *testing.T) {
	h := open(t)
	must := func(op string, in, out any) {
		t.Helper()
		if status, code := h.call(t, op, in, out); status != 200 {
			t.Fatalf("%s: %d %s", op, status, code)
		}
	}
	const function = "arn:aws:lambda:eu-west-1:111122223333:function:f"
	must("PutConfigRule", map[string]any{"ConfigRule": map[string]any{"ConfigRuleName": "mine", "Source": map[string]any{
		"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function, "SourceDetails": []any{map[string]any{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}},
	}}}, nil)
	must("DescribeConfigRules", map[string]any{}, nil) // the engine is idle afterwards
	due, _, err := h.program.Questions(context.Background(), docs.Key{}, 10)
	check(t, err)
	if len(due) != 1 || due[0].Rule.Identifier != function {
		t.Fatalf("questions %+v", due)
	}
	token, err := h.results.Make(invocation.Claim{Account: servicetest.Account, Region: servicetest.Region, Rule: due[0].Rule.ID, Revision: due[0].Revision}, h.env.Clock.Now())
	check(t, err)
	event := h.env.Clock.Now().Add(-time.Hour)
	one := map[string]any{"ComplianceResourceType": "AWS::EC2::Volume", "ComplianceResourceId": "vol-99", "ComplianceType": "NON_COMPLIANT", "Annotation": "Too old.", "OrderingTimestamp": event.Unix()}
	must("PutEvaluations", map[string]any{"ResultToken": token, "Evaluations": []any{one}}, nil)

	var details struct {
		EvaluationResults []struct {
			ComplianceType, Annotation string
			EvaluationResultIdentifier struct {
				OrderingTimestamp         float64
				EvaluationResultQualifier struct{ ConfigRuleName, ResourceType, ResourceId string }
			}
		}
	}
	must("GetComplianceDetailsByConfigRule", map[string]any{"ConfigRuleName": "mine"}, &details)
	if len(details.EvaluationResults) != 1 {
		t.Fatalf("details %+v", details)
	}
	r := details.EvaluationResults[0]
	if r.ComplianceType != "NON_COMPLIANT" || r.Annotation != "Too old." || int64(r.EvaluationResultIdentifier.OrderingTimestamp) != event.Unix() || r.EvaluationResultIdentifier.EvaluationResultQualifier.ResourceId != "vol-99" {
		t.Errorf("details %+v", r)
	}

	// A token of another account is refused, however well it is signed.
	foreign, err := h.results.Make(invocation.Claim{Account: "444455556666", Region: servicetest.Region, Rule: due[0].Rule.ID}, h.env.Clock.Now())
	check(t, err)
	if status, code := h.call(t, "PutEvaluations", map[string]any{"ResultToken": foreign, "Evaluations": []any{one}}, nil); status != 400 || code != "InvalidResultTokenException" {
		t.Errorf("a foreign token: %d %s", status, code)
	}
	one["ComplianceType"] = "INSUFFICIENT_DATA"
	if status, code := h.call(t, "PutEvaluations", map[string]any{"ResultToken": token, "Evaluations": []any{one}}, nil); status != 400 || code != "InvalidParameterValueException" {
		t.Errorf("no verdict to give: %d %s", status, code)
	}
	one["ComplianceType"] = "COMPLIANT"
	must("DeleteConfigRule", map[string]any{"ConfigRuleName": "mine"}, nil)
	if status, code := h.call(t, "PutEvaluations", map[string]any{"ResultToken": token, "Evaluations": []any{one}}, nil); status != 400 || code != "NoSuchConfigRuleException" {
		t.Errorf("the rule is gone: %d %s", status, code)
	}
}
