package authz_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/fault"
)

var update = flag.Bool("update", false, "rewrite testdata/matrix.tsv")

func with(grants ...authz.Grant) authz.Caller {
	return authz.Caller{Account: management, Kind: authz.User, Name: "alice", ID: "AIDAALICE", Grants: grants}
}

func TestDecide(t *testing.T) {
	owner := authz.Grant{Policy: authz.ComplianceOwner, Account: management}
	limited := authz.Grant{Policy: authz.Delegate, Account: management, Assessments: []string{"a-1"}}
	for _, c := range []struct {
		name                    string
		caller                  authz.Caller
		action, account, assess string
		want                    bool
	}{
		{"nothing granted", with(), "config:DescribeConfigRules", management, "", false},
		{"own identity", with(), "sts:GetCallerIdentity", management, "", true},
		{"own identity elsewhere", with(), "sts:GetCallerIdentity", member, "", false},
		{"no caller at all", authz.Caller{}, "sts:GetCallerIdentity", "", "", false},
		{"granted", with(owner), "auditmanager:CreateAssessment", management, "", true},
		{"other account", with(owner), "auditmanager:CreateAssessment", member, "", false},
		{"exception", with(owner), "auditmanager:DeregisterAccount", management, "", false},
		{"every account", with(authz.Grant{Policy: authz.AuditorReadOnly, Account: "*"}), "config:GetComplianceDetailsByConfigRule", member, "", true},
		{"own assessment", with(limited), "auditmanager:UpdateAssessmentControl", management, "a-1", true},
		{"other assessment", with(limited), "auditmanager:UpdateAssessmentControl", management, "a-2", false},
		{"own assessment, operation outside the policy", with(limited), "auditmanager:DeleteAssessment", management, "a-1", false},
		{"no assessment named", with(limited), "auditmanager:ListAssessments", management, "", true},
		{"no assessment named, not around", with(limited), "auditmanager:GetChangeLogs", management, "", false},
		{"limited auditor", with(authz.Grant{Policy: authz.AuditorReadOnly, Account: management, Assessments: []string{"a-1"}}), "config:DescribeConfigRules", management, "", false},
		{"two grants", with(limited, authz.Grant{Policy: authz.ImportOnly, Account: member}), "config:PutResourceConfig", member, "", true},
		{"unknown policy", with(authz.Grant{Policy: "admin", Account: "*"}), "config:PutResourceConfig", member, "", false},
		{"case counts", with(limited), "auditmanager:updateassessmentcontrol", management, "a-1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			service, operation, _ := strings.Cut(c.action, ":")
			err := authz.Decide(c.caller, service, operation, c.account, c.assess)
			if (err == nil) != c.want {
				t.Fatalf("error %v, want allowed %v", err, c.want)
			}
			if err == nil {
				return
			}
			wantKind(t, err, fault.Denied)
			for _, part := range []string{c.caller.ARN(), c.action} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not name %s", err, part)
				}
			}
		})
	}
	for action, want := range map[string]bool{"UpdateAssessmentControl": true, "DeleteAssessment": false} {
		if err := authz.DecideEarly(with(limited), "auditmanager", action, management); (err == nil) != want {
			t.Errorf("early decision on %s: %v", action, err)
		}
	}
	must(t, authz.DecideEarly(with(), "sts", "GetCallerIdentity", management))
	if !authz.Sees(with(limited), management, "a-1") || authz.Sees(with(limited), management, "a-2") {
		t.Error("a delegate sees its own assessment and no other")
	}
}

// others are operations outside the AWS models: the S3 face and the administration's own.
var others = []string{"s3 GetObject", "s3 ListBucket", "s3 PutObject", "tickmark ImportConfig", "tickmark ImportFindings", "tickmark ImportTrail", "tickmark WriteUsers"}

// TestMatrix compares what every policy allows, of every operation there is a shape for, with the reviewed table. A
// column with "one assessment" is a grant limited to one, asked without naming any.
func TestMatrix(t *testing.T) {
	columns := []string{"service", "operation"}
	var callers []authz.Caller
	for _, p := range authz.PolicyNames() {
		columns = append(columns, p)
		callers = append(callers, with(authz.Grant{Policy: p, Account: management}))
	}
	for _, p := range []string{authz.ComplianceOwner, authz.Delegate, authz.AuditorReadOnly} {
		columns = append(columns, p+" of one assessment")
		callers = append(callers, with(authz.Grant{Policy: p, Account: management, Assessments: []string{"a-1"}}))
	}
	var b strings.Builder
	b.WriteString(strings.Join(columns, "\t") + "\n")
	for _, line := range append(servedOperations(t), others...) {
		service, operation, _ := strings.Cut(line, " ")
		row := []string{service, operation}
		for _, c := range callers {
			answer := "-"
			if authz.Decide(c, service, operation, management, "") == nil {
				answer = "yes"
			}
			if authz.Decide(c, service, operation, member, "") == nil {
				t.Errorf("%v allows %s in another account", c.Grants, line)
			}
			row = append(row, answer)
		}
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	const golden = "testdata/matrix.tsv"
	if *update {
		must(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if got := b.String(); got != string(want) {
		for _, line := range strings.Split(got, "\n") {
			if !strings.Contains(string(want), line+"\n") {
				t.Logf("not in the table: %s", line)
			}
		}
		t.Errorf("%s is not what the policies say: review, then run go test ./internal/authz -update", golden)
	}
}

// servedOperations reads the list of generated operations; "service *" means all of the model.
func servedOperations(t *testing.T) []string {
	text, err := os.ReadFile("../awsapi/served.txt")
	must(t, err)
	var out []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		service, operation, ok := strings.Cut(line, " ")
		switch {
		case !ok || strings.HasPrefix(line, "#") || strings.Contains(operation, " "): // a comment, or an option of the generator
		case operation == "*":
			out = append(out, modelOperations(t, service)...)
		default:
			out = append(out, line)
		}
	}
	slices.Sort(out)
	if len(out) < 100 {
		t.Fatalf("only %d operations found", len(out))
	}
	return slices.Compact(out)
}

func modelOperations(t *testing.T, service string) []string {
	data, err := os.ReadFile(filepath.Join("../../models", service+".json"))
	must(t, err)
	var model struct{ Operations map[string]json.RawMessage }
	must(t, json.Unmarshal(data, &model))
	var out []string
	for name := range model.Operations {
		out = append(out, service+" "+name)
	}
	return out
}
