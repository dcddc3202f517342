package custom_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/custom"
)

// table is a configuration item in the file form; tableAPI is the same in the API form.
const (
	table = `{"configurationItemVersion":"1.3","configurationItemCaptureTime":"2026-03-04T05:06:07Z","configurationStateId":1,"awsAccountId":"111122223333",
"configurationItemStatus":"OK","resourceType":"AWS::DynamoDB::Table","resourceId":"orders","resourceName":"orders","ARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
"awsRegion":"eu-west-1","tags":{"env":"prod"},"relationships":[],"configuration":{"tableStatus":"ACTIVE","itemCount":5,"sizes":[1,2]},
"supplementaryConfiguration":{"ContinuousBackups":{"recovery":{"status":"DISABLED"}}}}`
	tableAPI = `{"version":"1.3","configurationItemCaptureTime":1772600767,"configurationStateId":"1","accountId":"111122223333",
"configurationItemStatus":"OK","resourceType":"AWS::DynamoDB::Table","resourceId":"orders","resourceName":"orders","arn":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
"awsRegion":"eu-west-1","tags":[{"key":"env","value":"prod"}],"relationships":[],"configuration":"{\"tableStatus\":\"ACTIVE\",\"itemCount\":5,\"sizes\":[1,2]}",
"supplementaryConfiguration":{"ContinuousBackups":"{\"recovery\":{\"status\":\"DISABLED\"}}"}}`
)

var now = time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)

func judge(t testing.TB, runtime, text, parameters, item string) (rule.Result, rule.ReadSet, error) {
	t.Helper()
	p, err := custom.Compile(runtime, text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	r, err := p.Rule(parameters)
	if err != nil {
		t.Fatal(err)
	}
	it, err := inventory.Decode([]byte(item))
	if err != nil {
		t.Fatal(err)
	}
	return rule.Evaluate(r, rule.Params{}, it, rule.NewIndex(&rule.Estate{Region: it.Region}), now)
}

const backups = `
let active = ['ACTIVE']
rule is_active when resourceType == "AWS::DynamoDB::Table" { configuration.tableStatus in %active }
rule backed_up when is_active {
  supplementaryConfiguration.ContinuousBackups.recovery.status == "ENABLED" <<Turn recovery on>>
}`

func TestVerdicts(t *testing.T) {
	for _, c := range []struct{ runtime, text, parameters, want, reason string }{
		{custom.Guard, backups, "", "NON_COMPLIANT", "Turn recovery on"},
		{custom.Guard, `configuration.itemCount == 5`, "", "COMPLIANT", "The policy holds."},
		{custom.Guard, `configuration.itemCount == 6`, "", "NON_COMPLIANT", "default: configuration.itemCount == 6 does not hold at /configuration/itemCount"},
		{custom.Guard, `supplementaryConfiguration.ContinuousBackups.recovery.status == 'ENABLED'`, "", "NON_COMPLIANT", "at /supplementaryConfiguration/ContinuousBackups/recovery/status"},
		{custom.Guard, `configuration.encryption == true`, "", "NON_COMPLIANT", "default: encryption is missing (configuration.encryption == true)"},
		{custom.Guard, `rule buckets when resourceType == "AWS::S3::Bucket" { configuration.name exists }`, "", "NOT_APPLICABLE", "No rule of the policy applies to the resource."},
		{custom.Guard, `accountId == '111122223333' awsRegion == 'eu-west-1' resourceId == 'orders' tags.env == 'prod' arn == /table/ version == '1.3'`, "", "COMPLIANT", ""},
		{custom.Guard, `configuration.tableStatus == CONFIG_RULE_PARAMETERS.wanted`, `{"wanted":"ACTIVE"}`, "COMPLIANT", ""},
		{custom.Guard, `configuration.tableStatus in InputParameters.wanted`, `{"wanted":"[\"ACTIVE\",\"UPDATING\"]"}`, "COMPLIANT", ""},
		{custom.Guard, `configuration.tableStatus == CONFIG_RULE_PARAMETERS.wanted`, ``, "NON_COMPLIANT", ""},
		{custom.Guard, "rule a { configuration.itemCount > 9 }\nrule b <<Two>> { configuration.itemCount > 8 }", "", "NON_COMPLIANT", "a: configuration.itemCount > 9 does not hold at /configuration/itemCount; Two"},
		{custom.Guard, `configuration.itemCount !empty`, "", "INSUFFICIENT_DATA", "The policy could not be evaluated: policy: line 1: "},
		{custom.CEL, `resourceType != "AWS::DynamoDB::Table" || configuration.tableStatus == parameters.wanted`, `{"wanted":"ACTIVE"}`, "COMPLIANT", ""},
		{custom.CEL, `supplementaryConfiguration.ContinuousBackups.recovery.status == "ENABLED"`, "", "NON_COMPLIANT", "The policy does not hold"},
		{custom.CEL, `configuration.encrypted != false`, "", "INSUFFICIENT_DATA", "reads encrypted at 1:14"},
		{custom.CEL, `resourceType == "X" ? "COMPLIANT" : "NOT_APPLICABLE: only X"`, "", "NOT_APPLICABLE", "only X"},
	} {
		for _, item := range []string{table, tableAPI} {
			got, _, err := judge(t, c.runtime, c.text, c.parameters, item)
			if got.Verdict.String() != c.want || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("%s: %v %s; want %s %s", c.text, got.Verdict, got.Reason, c.want, c.reason)
			}
			if broken := strings.Contains(got.Reason, "could not be evaluated"); broken != (err != nil) {
				t.Errorf("%s: the rule's status shows %v", c.text, err)
			}
		}
	}
}

// TestClock: only a policy that asks for the time depends on it.
func TestClock(t *testing.T) {
	for _, c := range []struct {
		runtime, text string
		clock         bool
	}{
		{custom.Guard, `configuration.itemCount == 5`, false},
		{custom.Guard, "let n = now()\n%n > 1772600000", true},
		{custom.CEL, `configuration.itemCount == 5`, false},
		{custom.CEL, `now > configurationItemCaptureTime`, true},
	} {
		got, reads, _ := judge(t, c.runtime, c.text, "", table)
		if got.Verdict != rule.Compliant || reads.Clock != c.clock {
			t.Errorf("%s: %v, clock %v", c.text, got, reads.Clock)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ runtime, text, want string }{
		{custom.Guard, "rule a {\n  x ~ 1\n}", "policy:2:5: expected an operator"},
		{custom.Guard, `a == /(?=x)/`, "policy:1:6: the regular expression uses look-ahead"},
		{custom.Guard, "# nothing", "the policy has no rule"},
		{custom.Guard, " \n", "the policy is empty"},
		{custom.Guard, strings.Repeat(" ", 10_000) + "a exists", "has 10008 characters; at most 10000 are taken"},
		{custom.CEL, `nope == 1`, "policy:1:1: undeclared reference to 'nope'"},
		{"guard-1.0.0", `a exists`, `"guard-1.0.0" is no runtime of policies`},
	} {
		if _, err := custom.Compile(c.runtime, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.30s: %v; want %s", c.text, err, c.want)
		}
	}
	p, err := custom.Compile(custom.Guard, "a exists")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Rule("[1]"); err == nil {
		t.Error("parameters that are no object are taken")
	}
}

// TestVersion: it names the text, so that another text is another rule.
func TestVersion(t *testing.T) {
	a, _ := custom.Compile(custom.Guard, "a exists")
	b, _ := custom.Compile(custom.Guard, "b exists")
	again, _ := custom.Compile(custom.Guard, "a exists")
	r, err := a.Rule("")
	if err != nil || a.Version == b.Version || a != again || r.Version() != a.Version || !strings.HasPrefix(a.Version, "guard-2.x.x/sha256-") {
		t.Error(a.Version, b.Version, r.Version(), err)
	}
}

func benchmark(b *testing.B, runtime, text string) {
	p, err := custom.Compile(runtime, text)
	if err != nil {
		b.Fatal(err)
	}
	r, err := p.Rule(`{"max":"5"}`)
	if err != nil {
		b.Fatal(err)
	}
	it, err := inventory.Decode([]byte(table))
	if err != nil {
		b.Fatal(err)
	}
	view := rule.NewIndex(&rule.Estate{Region: it.Region})
	b.ReportAllocs()
	for b.Loop() {
		if got, _, err := rule.Evaluate(r, rule.Params{}, it, view, now); err != nil || got.Verdict != rule.Compliant {
			b.Fatal(got, err)
		}
	}
}

// Benchmarks: one simple policy on one item.
func BenchmarkGuard(b *testing.B) {
	benchmark(b, custom.Guard, `rule active when resourceType == "AWS::DynamoDB::Table" { configuration.tableStatus == "ACTIVE" }`)
}

func BenchmarkCEL(b *testing.B) {
	benchmark(b, custom.CEL, `resourceType != "AWS::DynamoDB::Table" || configuration.tableStatus == "ACTIVE"`)
}
