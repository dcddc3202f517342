//go:build linux

package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/stamp"
)

// verdicts is the function of a custom rule, with nothing but Python's own library. What it does is written on the
// volume that it is asked about: give a verdict, fail, or wait until somebody ends its process.
const verdicts = `
import json, os, time, urllib.request
def put(event, typ, id, verdict, when, note=None):
    e = {"ComplianceResourceType": typ, "ComplianceResourceId": id, "ComplianceType": verdict, "OrderingTimestamp": when}
    if note:
        e["Annotation"] = note
    body = json.dumps({"Evaluations": [e], "ResultToken": event["resultToken"]}).encode()
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL_CONFIG_SERVICE"], body, {
        "X-Amz-Target": "StarlingDoveService.PutEvaluations", "Content-Type": "application/x-amz-json-1.1",
        "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAELSE/20260101/us-east-1/config/aws4_request, SignedHeaders=host, Signature=00",
    })
    with urllib.request.urlopen(request) as answer:
        failed = json.load(answer)["FailedEvaluations"]
        assert not failed, failed
def seconds(text):
    import datetime
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
def handler(event, context):
    asked = json.loads(event["invokingEvent"])
    if asked["messageType"] == "ScheduledNotification":
        return put(event, "AWS::::Account", event["accountId"], "COMPLIANT", seconds(asked["notificationCreationTime"]), "asked by schedule")
    item = asked["configurationItem"]
    does = item["configuration"].get("does")
    if does == "fail":
        raise RuntimeError("it was told to fail")
    if does == "wait" and not os.path.exists(os.environ["DESK"] + "/go"):
        with open(os.environ["DESK"] + "/pid", "w") as f:
            f.write(str(os.getpid()))
        time.sleep(600)
    encrypted = item["configuration"].get("encrypted", False)
    put(event, item["resourceType"], item["resourceId"], "COMPLIANT" if encrypted else "NON_COMPLIANT",
        seconds(item["configurationItemCaptureTime"]), None if encrypted else "not encrypted")
`

// ahead is the system's clock, moved on.
type ahead struct {
	stamp.Source
	by *atomic.Int64
}

func (a ahead) Now() time.Time { return a.Source.Now().Add(time.Duration(a.by.Load())) }

// site is an installation with a folder of functions, whose server comes and goes.
type site struct {
	t                     *testing.T
	data, functions, desk string
	clock                 ahead
	url                   string
	stop                  func()
}

const (
	siteAccount = "111122223333"
	volumeARN   = "arn:aws:lambda:us-east-1:111122223333:function:verdicts"
)

func newSite(t *testing.T) *site {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
	s := &site{t: t, data: t.TempDir(), functions: t.TempDir(), desk: t.TempDir(), clock: ahead{stamp.System, new(atomic.Int64)}}
	dir := filepath.Join(s.functions, "verdicts")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	manifest := "runtime: python\nhandler: verdicts.handler\ntimeout: 300\nenvironment: {DESK: \"" + s.desk + "\"}\n"
	for name, text := range map[string]string{"function.yaml": manifest, "verdicts.py": verdicts} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *site) start() {
	s.t.Helper()
	inst, err := server.Open(s.t.Context(), server.Config{
		Data: s.data, Account: siteAccount, Listen: "127.0.0.1:0", Auth: server.AuthNone, Functions: s.functions, Clock: s.clock,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	l, err := inst.Listen()
	if err != nil {
		s.t.Fatal(err)
	}
	s.url = "http://" + l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- inst.Serve(ctx, l) }()
	s.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
		if err := inst.Close(); err != nil {
			s.t.Error(err)
		}
	}
}

func (s *site) restart() {
	s.t.Helper()
	s.stop()
	s.start()
}

// call calls AWS Config as an account; access keys name it when nobody verifies them.
func (s *site) call(account, operation string, in, out any) error {
	s.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.raw(account, "config", "StarlingDoveService."+operation, body, out)
}

func (s *site) raw(account, service, target string, body []byte, out any) error {
	header := http.Header{"X-Amz-Target": {target}, "Content-Type": {"application/x-amz-json-1.1"}}
	return s.send(account, service, http.MethodPost, "", header, body, out)
}

func (s *site) send(account, service, method, path string, header http.Header, body []byte, out any) error {
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header = header
	header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+account+"/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=00")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%v answers %d %s", header["X-Amz-Target"], resp.StatusCode, answer)
	case out == nil:
		return nil
	}
	return json.Unmarshal(answer, out)
}

// does calls AWS Config as the site's account.
func (s *site) does(operation string, in any) {
	s.t.Helper()
	if err := s.call(siteAccount, operation, in, nil); err != nil {
		s.t.Fatal(err)
	}
}

type object = map[string]any

// records lets an account record what it is given.
func (s *site) records(account string) {
	s.t.Helper()
	bucket := "deliveries-" + account
	if err := s.send(account, "s3", http.MethodPut, "/"+bucket, http.Header{}, nil, nil); err != nil {
		s.t.Fatal(err)
	}
	for _, step := range []struct {
		operation string
		in        object
	}{
		{"PutConfigurationRecorder", object{"ConfigurationRecorder": object{"name": "default", "roleARN": "arn:aws:iam::" + account + ":role/config", "recordingGroup": object{"allSupported": true}}}},
		{"PutDeliveryChannel", object{"DeliveryChannel": object{"name": "default", "s3BucketName": bucket}}},
		{"StartConfigurationRecorder", object{"ConfigurationRecorderName": "default"}},
	} {
		if err := s.call(account, step.operation, step.in, nil); err != nil {
			s.t.Fatal(err)
		}
	}
}

// volume records a volume, whose configuration tells the function what to do.
func (s *site) volume(account, id, configuration string) {
	s.t.Helper()
	if err := s.call(account, "PutResourceConfig", object{
		"ResourceType": "AWS::EC2::Volume", "SchemaVersionId": "00000001", "ResourceId": id, "ResourceName": id, "Configuration": configuration,
	}, nil); err != nil {
		s.t.Fatal(err)
	}
}

// rule puts a rule that the function judges, triggered by the messages.
func (s *site) rule(name string, messages ...string) {
	s.t.Helper()
	details := []object{}
	for _, m := range messages {
		details = append(details, object{"EventSource": "aws.config", "MessageType": m})
	}
	s.does("PutConfigRule", object{"ConfigRule": object{
		"ConfigRuleName": name, "Scope": object{"ComplianceResourceTypes": []string{"AWS::EC2::Volume"}},
		"Source": object{"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": volumeARN, "SourceDetails": details},
	}})
}

// found is what GetComplianceDetailsByConfigRule shows of a rule, as "id verdict annotation", one a line.
func (s *site) found(account, rule string) string {
	var out struct {
		EvaluationResults []struct {
			EvaluationResultIdentifier struct {
				EvaluationResultQualifier struct{ ResourceId string }
			}
			ComplianceType, Annotation string
		}
	}
	if err := s.call(account, "GetComplianceDetailsByConfigRule", object{"ConfigRuleName": rule}, &out); err != nil {
		return err.Error()
	}
	lines := []string{}
	for _, r := range out.EvaluationResults {
		lines = append(lines, strings.TrimSpace(r.EvaluationResultIdentifier.EvaluationResultQualifier.ResourceId+" "+r.ComplianceType+" "+r.Annotation))
	}
	return strings.Join(lines, "\n")
}

// becomes waits until something is what it should be.
func (s *site) becomes(what func() string, want string) {
	s.t.Helper()
	got := ""
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if got = what(); got == want {
			return
		}
	}
	s.t.Fatalf("got  %s\nwant %s", got, want)
}

func (s *site) shows(rule, want string) {
	s.t.Helper()
	s.becomes(func() string { return s.found(siteAccount, rule) }, want)
}

// failure is the rule's last error, as "code: message".
func (s *site) failure(rule string) string {
	var out struct {
		ConfigRulesEvaluationStatus []struct{ LastErrorCode, LastErrorMessage string }
	}
	if err := s.call(siteAccount, "DescribeConfigRuleEvaluationStatus", object{"ConfigRuleNames": []string{rule}}, &out); err != nil {
		return err.Error()
	}
	st := out.ConfigRulesEvaluationStatus[0]
	return st.LastErrorCode + ": " + st.LastErrorMessage
}

const onChange = "ConfigurationItemChangeNotification"

// TestCustomRule: what is recorded is judged by the function, a change anew, the schedule too.
func TestCustomRule(t *testing.T) {
	s := newSite(t)
	s.records(siteAccount)
	s.volume(siteAccount, "vol-1", `{"encrypted": false}`)
	s.rule("encrypted", onChange)
	s.shows("encrypted", "vol-1 NON_COMPLIANT not encrypted")
	s.volume(siteAccount, "vol-1", `{"encrypted": true}`)
	s.shows("encrypted", "vol-1 COMPLIANT")
	s.volume(siteAccount, "vol-2", `{}`)
	s.shows("encrypted", "vol-1 COMPLIANT\nvol-2 NON_COMPLIANT not encrypted")
	s.does("DeleteResourceConfig", object{"ResourceType": "AWS::EC2::Volume", "ResourceId": "vol-2"})
	s.shows("encrypted", "vol-1 COMPLIANT")
	s.rule("daily", "ScheduledNotification")
	s.shows("daily", siteAccount+" COMPLIANT asked by schedule")
}

// TestCustomRuleInterrupted: neither the end of the function's process nor that of the server loses a question.
func TestCustomRuleInterrupted(t *testing.T) {
	s := newSite(t)
	s.records(siteAccount)
	s.rule("encrypted", onChange)
	s.volume(siteAccount, "vol-1", `{"does": "wait", "encrypted": true}`)
	pid := s.waiting()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.becomes(func() string { failed, _, _ := strings.Cut(s.failure("encrypted"), ":"); return failed }, "Runtime.ExitError")
	s.clock.by.Add(int64(2 * time.Minute)) // when it is asked again
	s.waiting()
	s.restart() // while the function works: that attempt does not count
	s.waiting()
	s.stop()
	if err := os.WriteFile(filepath.Join(s.desk, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.shows("encrypted", "vol-1 COMPLIANT")
}

// waiting is the process of the function that waits, once.
func (s *site) waiting() int {
	s.t.Helper()
	path := filepath.Join(s.desk, "pid")
	pid := 0
	s.becomes(func() string {
		text, err := os.ReadFile(path)
		if pid, _ = strconv.Atoi(string(text)); err != nil || pid == 0 {
			return "not yet"
		}
		return "waits"
	}, "waits")
	if err := os.Remove(path); err != nil {
		s.t.Fatal(err)
	}
	return pid
}

// TestCustomRuleFails: what the function cannot judge three times is INSUFFICIENT_DATA, and its rule tells why.
func TestCustomRuleFails(t *testing.T) {
	s := newSite(t)
	s.records(siteAccount)
	s.rule("encrypted", onChange)
	s.volume(siteAccount, "vol-1", `{"encrypted": true}`)
	s.shows("encrypted", "vol-1 COMPLIANT")
	s.volume(siteAccount, "vol-1", `{"does": "fail"}`)
	s.becomes(func() string { return s.failure("encrypted") }, "RuntimeError: it was told to fail")
	for range 2 { // the former verdict stands until the function is given up
		if got := s.found(siteAccount, "encrypted"); got != "vol-1 COMPLIANT" {
			t.Errorf("before the last attempt: %s", got)
		}
		s.clock.by.Add(int64(3 * time.Minute))
		s.settles()
	}
	s.shows("encrypted", "")
	s.becomes(func() string { return s.compliance("vol-1") }, "INSUFFICIENT_DATA")
}

// settles waits until the time of the last failure has moved on.
func (s *site) settles() {
	s.t.Helper()
	from := s.clock.Now().Add(-time.Minute)
	s.becomes(func() string {
		var out struct {
			ConfigRulesEvaluationStatus []struct{ LastFailedInvocationTime float64 }
		}
		if err := s.call(siteAccount, "DescribeConfigRuleEvaluationStatus", object{}, &out); err != nil {
			return err.Error()
		}
		return fmt.Sprint(out.ConfigRulesEvaluationStatus[0].LastFailedInvocationTime > float64(from.Unix()))
	}, "true")
}

// compliance is the compliance of a volume.
func (s *site) compliance(id string) string {
	var out struct {
		ComplianceByResources []struct {
			Compliance struct{ ComplianceType string }
		}
	}
	err := s.call(siteAccount, "DescribeComplianceByResource", object{"ResourceType": "AWS::EC2::Volume", "ResourceId": id}, &out)
	if err != nil || len(out.ComplianceByResources) != 1 {
		return fmt.Sprint(out, err)
	}
	return out.ComplianceByResources[0].Compliance.ComplianceType
}

// TestCustomRuleOfPack: a published pack with the rule of a function.
func TestCustomRuleOfPack(t *testing.T) {
	s := newSite(t)
	s.records(siteAccount)
	text, err := pack.Published("custom-conformance-pack")
	if err != nil {
		t.Fatal(err)
	}
	s.does("PutConformancePack", object{
		"ConformancePackName": "custom", "TemplateBody": string(text),
		"ConformancePackInputParameters": []object{{"ParameterName": "CustomConfigRuleLambdaArn", "ParameterValue": volumeARN}},
	})
	s.volume(siteAccount, "vol-1", `{}`)
	s.becomes(func() string {
		var out struct {
			ConformancePackRuleEvaluationResults []struct {
				ComplianceType, Annotation string
			}
		}
		in := object{"ConformancePackName": "custom", "Filters": object{"ConfigRuleNames": []string{s.packRule("custom", "CustomRuleForEC2")}}}
		if err := s.call(siteAccount, "GetConformancePackComplianceDetails", in, &out); err != nil {
			return err.Error()
		}
		return fmt.Sprint(out.ConformancePackRuleEvaluationResults)
	}, "[{NON_COMPLIANT not encrypted}]")
}

// packRule is the whole name of a rule of a pack; "none" before it is there.
func (s *site) packRule(pack, name string) string {
	var out struct {
		ConformancePackRuleComplianceList []struct{ ConfigRuleName string }
	}
	if err := s.call(siteAccount, "DescribeConformancePackCompliance", object{"ConformancePackName": pack}, &out); err != nil {
		return "none"
	}
	for _, r := range out.ConformancePackRuleComplianceList {
		if strings.HasPrefix(r.ConfigRuleName, name) {
			return r.ConfigRuleName
		}
	}
	return "none"
}

// TestCustomRuleOfOrganization: every account gets the rule; the one function speaks for the account that it is asked in.
func TestCustomRuleOfOrganization(t *testing.T) {
	s := newSite(t)
	var created struct{ CreateAccountStatus struct{ AccountId string } }
	for _, step := range []struct{ operation, in string }{
		{"CreateOrganization", `{"FeatureSet": "ALL"}`}, {"CreateAccount", `{"AccountName": "m", "Email": "m@example.com"}`},
	} {
		if err := s.raw(siteAccount, "organizations", "AWSOrganizationsV20161128."+step.operation, []byte(step.in), &created); err != nil {
			t.Fatal(err)
		}
	}
	member := created.CreateAccountStatus.AccountId
	s.records(siteAccount)
	s.records(member)
	s.does("PutOrganizationConfigRule", object{"OrganizationConfigRuleName": "encrypted", "OrganizationCustomRuleMetadata": object{
		"LambdaFunctionArn": volumeARN, "ResourceTypesScope": []string{"AWS::EC2::Volume"}, "OrganizationConfigRuleTriggerTypes": []string{onChange},
	}})
	s.volume(member, "vol-m", `{"encrypted": true}`)
	s.volume(siteAccount, "vol-s", `{"encrypted": false}`)
	for account, want := range map[string]string{member: "vol-m COMPLIANT", siteAccount: "vol-s NON_COMPLIANT not encrypted"} {
		s.becomes(func() string {
			var out struct {
				ConfigRules []struct{ ConfigRuleName string }
			}
			if err := s.call(account, "DescribeConfigRules", object{}, &out); err != nil || len(out.ConfigRules) != 1 {
				return fmt.Sprint(out, err)
			}
			return s.found(account, out.ConfigRules[0].ConfigRuleName)
		}, want)
	}
}
