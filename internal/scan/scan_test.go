package scan_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/scan"
	"github.com/tickmark/tickmark/internal/scan/tell"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const account = "111122223333"

// group is a security group that opens a port to the world, or does not.
func group(region, id string, open bool) inventory.Spec {
	cidr := "10.0.0.0/8"
	if open {
		cidr = "0.0.0.0/0"
	}
	return inventory.Spec{
		Key: inventory.Key{Account: account, Region: region, Type: "AWS::EC2::SecurityGroup", ID: id}, Captured: storetest.Start,
		Configuration: map[string]any{"groupId": id, "groupName": id, "ipPermissions": []any{map[string]any{
			"fromPort": 22, "toPort": 22, "ipProtocol": "tcp", "ipv4Ranges": []any{map[string]any{"cidrIp": cidr}}, "ipv6Ranges": []any{}, "ipRanges": []any{cidr},
			"userIdGroupPairs": []any{}, "prefixListIds": []any{},
		}}},
	}
}

// judge stores items and judges them by one rule in two regions.
func judge(t *testing.T, change func(*scan.Judge), specs ...inventory.Spec) *scan.Report {
	t.Helper()
	env := storetest.Open(t)
	if err := env.Write(context.Background(), func(tx *store.Tx) error {
		for _, s := range specs {
			it, err := inventory.Build(s)
			if err != nil {
				return err
			}
			if _, err := tx.PutItem(it); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	choice, err := scan.Choose(scan.Selection{Rules: []string{"restricted-ssh"}})
	if err != nil {
		t.Fatal(err)
	}
	j := scan.Judge{Store: store.For(env.DB, func(tx *store.Tx) compliance.Tx { return tx }), Choice: choice, Dir: t.TempDir(), Now: env.Clock.Now()}
	if change != nil {
		change(&j)
	}
	r, err := j.Run(context.Background(), []scan.Place{{Account: account, Region: "us-east-1"}, {Account: account, Region: "eu-west-1"}, {Account: account, Region: "us-east-1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func evaluations(t *testing.T, r *scan.Report) (all []scan.Evaluation) {
	t.Helper()
	for e, err := range r.Evaluations() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func exceptions(t *testing.T, text string) func(*scan.Judge) {
	return func(j *scan.Judge) {
		var err error
		if j.Exceptions, err = scan.ReadExceptions([]byte(text), j.Now); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOrder: evaluations come by account, region, type and id, whoever was faster; places asked for twice are judged once.
func TestOrder(t *testing.T) {
	var specs []inventory.Spec
	for i := range 40 {
		specs = append(specs, group([]string{"us-east-1", "eu-west-1"}[i%2], fmt.Sprintf("sg-%02d", 39-i), i%3 == 0))
	}
	r := judge(t, nil, specs...)
	all := evaluations(t, r)
	if !slices.IsSortedFunc(all, func(a, b scan.Evaluation) int { return strings.Compare(a.Region+a.ID, b.Region+b.ID) }) || len(all) != 40 {
		t.Errorf("%d evaluations, or in disorder: %v", len(all), all)
	}
	if r.Counts.NonCompliant != 14 || r.Counts.Compliant != 26 || r.Failing != 14 || r.ByService["EC2"] != r.Counts || r.BySeverity["HIGH"] != r.Counts {
		t.Errorf("counts %+v %+v %+v, failing %d", r.Counts, r.ByService, r.BySeverity, r.Failing)
	}
}

// TestExit: each outcome has its code.
func TestExit(t *testing.T) {
	for _, c := range []struct {
		name          string
		r             scan.Report
		strict, loose int
	}{
		{"clean", scan.Report{Counts: scan.Counts{Compliant: 1}}, 0, 0},
		{"not applicable", scan.Report{Counts: scan.Counts{NotApplicable: 1}}, 0, 0},
		{"failing", scan.Report{Counts: scan.Counts{NonCompliant: 1}, Failing: 1, Gaps: []scan.Gap{{}}}, 3, 3},
		{"failing, not asked for", scan.Report{Counts: scan.Counts{NonCompliant: 1}}, 0, 0},
		{"a gap", scan.Report{Counts: scan.Counts{Compliant: 1}, Gaps: []scan.Gap{{}}}, 4, 0},
		{"missing data", scan.Report{Counts: scan.Counts{Compliant: 1, Insufficient: 1}}, 4, 0},
		{"nothing judged", scan.Report{}, 4, 0},
		{"broken off", scan.Report{Counts: scan.Counts{Compliant: 1}, Incomplete: "stopped"}, 4, 4},
		{"excepted alone", scan.Report{Counts: scan.Counts{Excepted: 1}}, 0, 0},
	} {
		if got := c.r.Exit(false); got != c.strict {
			t.Errorf("%s: %d, want %d", c.name, got, c.strict)
		}
		if got := c.r.Exit(true); got != c.loose {
			t.Errorf("%s, gaps allowed: %d, want %d", c.name, got, c.loose)
		}
	}
}

const until = "owner: me\n  reason: a lab\n  expires: 2099-01-01\n"

// TestExceptions: what is covered is counted apart and does not fail; what has expired, or is no exception, is refused.
func TestExceptions(t *testing.T) {
	open := []inventory.Spec{group("us-east-1", "sg-lab1", true), group("us-east-1", "sg-web", true), group("eu-west-1", "sg-lab1", true)}
	for _, c := range []struct {
		text     string
		excepted int64
	}{
		{"- rule: restricted-ssh\n  resource: sg-lab*\n  " + until, 2},
		{"- rule: EC2.13\n  resource: sg-lab*\n  region: eu-west-1\n  " + until, 1},
		{"exceptions:\n- rule: INCOMING_SSH_DISABLED\n  resource: '*'\n  account: '111122223333'\n  type: AWS::EC2::SecurityGroup\n  " + until, 3},
		{"- rule: INCOMING_SSH_DISABLED\n  resource: '*'\n  account: '444455556666'\n  " + until, 0},
		{"- rule: INCOMING_SSH_DISABLED\n  resource: '*'\n  type: AWS::EC2::Volume\n  " + until, 0},
		{"- rule: ENCRYPTED_VOLUMES\n  resource: '*'\n  " + until, 0},
		{`[{"rule": "restricted-ssh", "resource": "sg-web", "owner": "me", "reason": "x", "expires": "2099-01-01T12:00:00Z"}]`, 1},
	} {
		r := judge(t, exceptions(t, c.text), open...)
		if r.Counts.Excepted != c.excepted || r.Failing != 3-c.excepted || r.Counts.NonCompliant != 3-c.excepted {
			t.Errorf("%s: %+v", c.text, r.Counts)
		}
	}
	for text, want := range map[string]string{
		"- rule: restricted-ssh\n  resource: x\n  owner: me\n  reason: y\n  expires: 2020-01-01": "1 exception expired",
		"- rule: restricted-ssh\n  resource: x\n  owner: me\n  expires: 2099-01-01":              "no reason",
		"- rule: restricted-ssh\n  resource: x\n  owner: me\n  reason: y":                        "no expires",
		"- rule: a\n  resource: x\n  owner: me\n  reason: y\n  expires: soon":                    "no date",
		"- rule: a\n  ressource: x":   "not known",
		"- rule: [a]\n  resource: x":  "a list",
		"rules: []":                   "not known",
		"- rule: a\n  account: 12\n ": "no resource",
		"text":                        "must be a list",
		"":                            "empty",
	} {
		_, err := scan.ReadExceptions([]byte(text), storetest.Start)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestBaseline: what a former scan had is not new, and --fail-on asks for what it says.
func TestBaseline(t *testing.T) {
	old := judge(t, nil, group("us-east-1", "sg-old", true), group("us-east-1", "sg-closed", false))
	var former bytes.Buffer
	if err := tell.Write(&former, "json", old); err != nil {
		t.Fatal(err)
	}
	for conditions, failing := range map[string]int64{"": 3, "new": 2, "severity>=high": 3, "severity >= critical": 0, "new,severity>=high": 2, "new,severity>=critical": 0} {
		r := judge(t, func(j *scan.Judge) {
			var err error
			if j.Baseline, err = scan.ReadBaseline(bytes.NewReader(former.Bytes())); err != nil {
				t.Fatal(err)
			}
			if conditions != "" {
				if j.FailOn, err = scan.ParseFailOn(strings.Split(conditions, ",")); err != nil {
					t.Fatal(err)
				}
			}
		}, group("us-east-1", "sg-old", true), group("us-east-1", "sg-closed", true), group("eu-west-1", "sg-old", true))
		if r.Failing != failing || r.Counts.New != 2 || r.Counts.NonCompliant != 3 {
			t.Errorf("%q: failing %d, %+v", conditions, r.Failing, r.Counts)
		}
	}
	for _, text := range []string{"", "[]", "{}", `{"evaluations": {}}`, `{"evaluations": [1]}`, `{"evaluations": [`, `{"evaluations": []`} {
		if _, err := scan.ReadBaseline(strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken for a baseline", text)
		}
	}
	for _, c := range []string{"old", "severity>high", "severity>=", "severity>=urgent"} {
		if _, err := scan.ParseFailOn([]string{c}); err == nil {
			t.Errorf("--fail-on %q is taken", c)
		}
	}
}

// TestChoose: what is chosen, and what is said about names nobody knows.
func TestChoose(t *testing.T) {
	all, err := scan.Choose(scan.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	left := func(c *scan.Choice, id string) bool {
		return slices.ContainsFunc(c.LeftOut, func(l scan.LeftOut) bool { return l.Rule == id && l.Why != "" })
	}
	if len(all.Types) < 250 || !left(all, "AWS_CONFIG_PROCESS_CHECK") || !left(all, "APPROVED_AMIS_BY_ID") {
		t.Errorf("%d types, left out %v", len(all.Types), all.LeftOut)
	}
	given, err := scan.Choose(scan.Selection{Rules: []string{"all"}, Parameters: map[string]string{"APPROVED_AMIS_BY_ID.amiIds": "ami-1"}})
	if err != nil || left(given, "APPROVED_AMIS_BY_ID") || len(given.LeftOut) != len(all.LeftOut)-1 {
		t.Errorf("with its parameter: %v", err)
	}
	framework, err := scan.Choose(scan.Selection{Framework: "NIST SP 800-53 r5"})
	if err != nil || len(framework.Types) < 40 {
		t.Errorf("framework: %v, %v", framework, err)
	}
	control, err := scan.Choose(scan.Selection{Rules: []string{"S3.8"}})
	if err != nil || !slices.Contains(control.Types, "AWS::S3::Bucket") {
		t.Errorf("control: %v, %v", control, err)
	}
	for _, c := range []struct {
		s    scan.Selection
		want string
	}{
		{scan.Selection{Pack: "cis"}, "Did you mean Operational-Best-Practices-for-CIS?"},
		{scan.Selection{Pack: "mine", Template: []byte("Resources: {}")}, "no Resources"},
		{scan.Selection{Pack: "Operational-Best-Practices-for-Amazon-S3-with-Remediation"}, "--parameter"},
		{scan.Selection{Framework: "NIST"}, "frameworks list"},
		{scan.Selection{Rules: []string{"restricted-shh-ports"}}, "not the identifier"},
		{scan.Selection{Rules: []string{"APPROVED_AMIS_BY_ID"}}, "amiIds"},
		{scan.Selection{Rules: []string{"restricted-ssh"}, Parameters: map[string]string{"EC2.x": "1"}}, "no chosen rule"},
		{scan.Selection{Rules: []string{"restricted-ssh"}, Pack: "x"}, "one of"},
	} {
		if _, err := scan.Choose(c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.s, err, c.want)
		}
	}
}

// TestGaps: what collectors noted is told where it bears on the rules, and no other account's.
func TestGaps(t *testing.T) {
	env := storetest.Open(t)
	note := func(account, region, what string) inventory.Spec {
		return inventory.Spec{
			Key:      inventory.Key{Account: account, Region: region, Type: inventory.GapType, ID: inventory.GapID(account, what)},
			Captured: time.Now(), Configuration: map[string]any{"what": what, "why": "denied"},
		}
	}
	if err := env.Write(context.Background(), func(tx *store.Tx) error {
		for _, s := range []inventory.Spec{note(account, "eu-west-1", "AWS::S3::Bucket"), note(account, "global", "iam:GetCredentialReport"), note(account, "eu-west-1", "AWS::EC2::Volume"), note("444455556666", "eu-west-1", "x")} {
			it, err := inventory.Build(s)
			if err != nil {
				return err
			}
			if _, err := tx.PutItem(it); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	choice, err := scan.Choose(scan.Selection{Rules: []string{"S3.8"}})
	if err != nil {
		t.Fatal(err)
	}
	var gaps []scan.Gap
	if err := env.Read(context.Background(), func(tx *store.Tx) (err error) {
		gaps, err = choice.ReadGaps(tx, []string{account})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	want := []scan.Gap{{Account: account, Region: "eu-west-1", What: "AWS::S3::Bucket", Why: "denied"}, {Account: account, Region: "global", What: "iam:GetCredentialReport", Why: "denied"}}
	if !slices.Equal(gaps, want) {
		t.Errorf("%v", gaps)
	}
}
