package store

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// TestEvaluationBlock: what goes into a block comes out of it to the last field, and blocks of the earlier form are read.
func TestEvaluationBlock(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.UTC)
	full := compliance.Evaluation{
		RuleName: "r", RuleID: "config-rule-1", Identifier: "X", Logic: "X/2", Parameters: `{"a":"b"}`, ParametersHash: "h",
		Subject: inventory.Key{Account: "1", Region: "global", Type: "T", ID: "i"}, SubjectARN: "arn", SubjectName: "n", StateID: 7, Captured: at, Hash: "ff",
		Verdict: "COMPLIANT", Previous: "NON_COMPLIANT", Annotation: "a", Ordering: at.Add(1), Recorded: at.Add(2), Clock: true,
		Reads: []compliance.EvaluationRead{{Kind: "item", Type: "U", Reach: "region", Ref: "x", Item: inventory.Key{Account: "1", ID: "u"}, StateID: 9, State: "s"}},
	}
	other := full
	other.RuleName, other.Subject.ID, other.Reads, other.Clock, other.Captured = "s", "j", nil, false, time.Time{}
	in := []compliance.Evaluation{full, other, full, {}}
	text, err := packEvaluations("1", "r", 41, in)
	if err != nil {
		t.Fatal(err)
	}
	want := append([]compliance.Evaluation{}, in...)
	for i := range want {
		want[i].Account, want[i].Region, want[i].Seq = "1", "r", 41+int64(i)
	}
	got, err := unpackEvaluations(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("block %+v, want %+v", got, want)
	}
	earlier, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err = unpackEvaluations(earlier); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("an earlier block: %+v, %v; want %+v", got, err, want)
	}
	for _, bad := range []string{"", "{", `{"Rows":[{"R":1}]}`, `{"Rules":[{}],"Rows":[{"I":-1}]}`} {
		if _, err := unpackEvaluations([]byte(bad)); err == nil {
			t.Errorf("block %q was read", bad)
		}
	}
}
