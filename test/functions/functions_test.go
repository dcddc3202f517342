//go:build linux

// Package functions runs examples/functions through the real runtimes; see its run.
package functions

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/function/local"
)

const (
	account = "111122223333"
	region  = "eu-west-1"
)

// world is what the functions see: AWS, by service, and AWS Config as Tickmark gives it.
type world struct {
	t      *testing.T
	runner *local.Runner
	// aws answers the services other than AWS Config.
	aws http.HandlerFunc

	mu          sync.Mutex
	evaluations []map[string]any
	calls       []string // operations of AWS Config that were called
	history     string   // what GetResourceConfigHistory answers
}

// open gives the examples what run has installed, and leads all their calls here.
func open(t *testing.T) *world {
	modules, venv := os.Getenv("TICKMARK_NODE_MODULES"), os.Getenv("TICKMARK_VENV")
	if modules == "" || venv == "" {
		t.Skip("run by test/functions/run, which installs the SDKs that the examples need")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/functions")); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"node_modules": modules, ".venv": venv} {
		_ = os.RemoveAll(filepath.Join(dir, name))
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	w := &world{t: t}
	aws := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) { w.aws(rw, req) }))
	t.Cleanup(aws.Close)
	ours := map[string]string{"PATH": os.Getenv("PATH"), "HOME": dir}
	for _, service := range []string{"IAM", "EC2", "S3"} {
		ours["AWS_ENDPOINT_URL_"+service] = aws.URL
	}
	var err error
	w.runner, err = local.Open(local.Options{
		Dir: dir, Config: w.config, Ours: func(name string) (string, bool) { v, ok := ours[name]; return v, ok },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.runner.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) config(rw http.ResponseWriter, req *http.Request, p local.Principal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, operation, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	w.calls = append(w.calls, operation)
	if p.Account != account || p.Region != region {
		w.t.Errorf("%s as %+v", operation, p)
	}
	rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if operation == "GetResourceConfigHistory" {
		_, _ = io.WriteString(rw, w.history)
		return
	}
	var in struct {
		Evaluations []map[string]any
		ResultToken string
		TestMode    bool
	}
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil || operation != "PutEvaluations" || in.ResultToken != "TESTMODE" || !in.TestMode {
		w.t.Errorf("%s %+v, %v", operation, in, err)
	}
	w.evaluations = append(w.evaluations, in.Evaluations...)
	_, _ = io.WriteString(rw, `{"FailedEvaluations":[]}`)
}

// judge invokes a function and gives its one evaluation as "type id verdict annotation".
func (w *world) judge(name, invokingEvent string, more map[string]any) string {
	w.t.Helper()
	event := map[string]any{
		"version": "1.0", "invokingEvent": invokingEvent, "resultToken": "TESTMODE", "eventLeftScope": false, "accountId": account,
		"configRuleName": name, "configRuleId": "config-rule-abcdef", "configRuleArn": "arn:aws:config:" + region + ":" + account + ":config-rule/config-rule-abcdef",
	}
	for k, v := range more {
		event[k] = v
	}
	raw, err := json.Marshal(event)
	if err != nil {
		w.t.Fatal(err)
	}
	w.evaluations, w.calls = nil, nil
	arn := "arn:aws:lambda:" + region + ":" + account + ":function:" + name
	a, err := w.runner.Invoke(w.t.Context(), function.Invocation{Account: account, Region: region, FunctionARN: arn, Event: raw})
	if err != nil {
		w.t.Fatal(err)
	}
	if a.Failure != nil {
		return "failed: " + a.Failure.Error()
	}
	if len(w.evaluations) != 1 || w.evaluations[0]["OrderingTimestamp"] == nil {
		w.t.Fatalf("%s handed in %v; log %s", name, w.evaluations, a.Log)
	}
	e := w.evaluations[0]
	verdict := fmt.Sprint(e["ComplianceResourceType"], " ", e["ComplianceResourceId"], " ", e["ComplianceType"])
	if e["Annotation"] != nil {
		verdict += fmt.Sprint(" ", e["Annotation"])
	}
	return verdict
}

func change(typ, id, status, configuration string) string {
	return fmt.Sprintf(`{"messageType":"ConfigurationItemChangeNotification","recordVersion":"1.3","notificationCreationTime":"2026-05-01T10:00:01.000Z","configurationItem":{"resourceType":%q,"resourceId":%q,"resourceName":%q,"configurationItemStatus":%q,"configurationItemCaptureTime":"2026-05-01T10:00:00.000Z","configuration":%s}}`, typ, id, id, status, configuration)
}

func (w *world) expect(want, got string) {
	w.t.Helper()
	if got != want {
		w.t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestUserMFA(t *testing.T) {
	w := open(t)
	w.aws = func(rw http.ResponseWriter, req *http.Request) {
		_ = req.ParseForm()
		device := ""
		switch req.Form.Get("UserName") {
		case "alice":
			device = "<member><UserName>alice</UserName><SerialNumber>arn:aws:iam::111122223333:mfa/alice</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>"
		case "bob":
		default:
			rw.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(rw, `<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no such user</Message></Error><RequestId>r</RequestId></ErrorResponse>`)
			return
		}
		if req.Form.Get("Action") != "ListMFADevices" {
			t.Errorf("asked for %v", req.Form)
		}
		fmt.Fprintf(rw, `<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListMFADevicesResult><MFADevices>%s</MFADevices><IsTruncated>false</IsTruncated></ListMFADevicesResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListMFADevicesResponse>`, device)
	}
	user := func(name, status string) string { return change("AWS::IAM::User", name, status, "{}") }
	w.expect("AWS::IAM::User alice COMPLIANT", w.judge("iam-user-mfa", user("alice", "OK"), nil))
	w.expect("AWS::IAM::User bob NON_COMPLIANT The user has no MFA device.", w.judge("iam-user-mfa", user("bob", "ResourceDiscovered"), nil))
	w.expect("AWS::IAM::User alice NOT_APPLICABLE", w.judge("iam-user-mfa", user("alice", "ResourceDeleted"), nil))
	w.expect("AWS::IAM::User bob NOT_APPLICABLE", w.judge("iam-user-mfa", user("bob", "OK"), map[string]any{"eventLeftScope": true}))
	if got := w.judge("iam-user-mfa", user("carol", "OK"), nil); !strings.HasPrefix(got, "failed: NoSuchEntity") {
		t.Errorf("an unknown user: %s", got)
	}
}

func TestVPCFlowLogs(t *testing.T) {
	w := open(t)
	logs := map[string]string{"vpc-1": "ACTIVE ALL", "vpc-2": "INACTIVE ALL", "vpc-3": "ACTIVE REJECT", "vpc-4": ""}
	w.aws = func(rw http.ResponseWriter, req *http.Request) {
		_ = req.ParseForm()
		if req.Form.Get("Action") != "DescribeFlowLogs" || req.Form.Get("Filter.1.Name") != "resource-id" {
			t.Errorf("asked for %v", req.Form)
		}
		item := ""
		if status, traffic, ok := strings.Cut(logs[req.Form.Get("Filter.1.Value.1")], " "); ok {
			item = "<item><flowLogId>fl-1</flowLogId><flowLogStatus>" + status + "</flowLogStatus><trafficType>" + traffic + "</trafficType></item>"
		}
		fmt.Fprintf(rw, `<DescribeFlowLogsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><flowLogSet>%s</flowLogSet></DescribeFlowLogsResponse>`, item)
	}
	vpc := func(id string) string { return change("AWS::EC2::VPC", id, "OK", "{}") }
	w.expect("AWS::EC2::VPC vpc-1 COMPLIANT", w.judge("vpc-flow-logs", vpc("vpc-1"), nil))
	const inactive = "No flow log of the VPC is active for the traffic that is asked for."
	w.expect("AWS::EC2::VPC vpc-2 NON_COMPLIANT "+inactive, w.judge("vpc-flow-logs", vpc("vpc-2"), nil))
	w.expect("AWS::EC2::VPC vpc-3 COMPLIANT", w.judge("vpc-flow-logs", vpc("vpc-3"), nil))
	w.expect("AWS::EC2::VPC vpc-4 NON_COMPLIANT The VPC has no flow log.", w.judge("vpc-flow-logs", vpc("vpc-4"), nil))
	accept := map[string]any{"ruleParameters": `{"trafficType":"ACCEPT"}`}
	w.expect("AWS::EC2::VPC vpc-3 NON_COMPLIANT "+inactive, w.judge("vpc-flow-logs", vpc("vpc-3"), accept))
	w.expect("AWS::EC2::VPC vpc-1 COMPLIANT", w.judge("vpc-flow-logs", vpc("vpc-1"), accept))
}

func TestMultiRegionTrail(t *testing.T) {
	w := open(t)
	snapshots := map[string]string{
		"/bucket/none.json.gz": `{"configurationItems":[{"resourceType":"AWS::EC2::VPC","configuration":{}}]}`,
		"/bucket/one.json.gz":  `{"configurationItems":[{"resourceType":"AWS::CloudTrail::Trail","configuration":{"isMultiRegionTrail":false}}]}`,
		"/bucket/all.json.gz":  `{"configurationItems":[{"resourceType":"AWS::CloudTrail::Trail","configuration":null},{"resourceType":"AWS::CloudTrail::Trail","configuration":{"isMultiRegionTrail":true}}]}`,
	}
	w.aws = func(rw http.ResponseWriter, req *http.Request) {
		text, ok := snapshots[req.URL.Path]
		if !ok {
			rw.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(rw, `<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>`)
			return
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		_, _ = rw.Write(b.Bytes())
	}
	delivered := func(key string) string {
		return `{"messageType":"ConfigurationSnapshotDeliveryCompleted","configSnapshotId":"s","s3Bucket":"bucket","s3ObjectKey":"` + key + `","notificationCreationTime":"2026-05-01T10:00:01.000Z","recordVersion":"1.1"}`
	}
	const rule = "multi-region-trail"
	w.expect("AWS::::Account "+account+" COMPLIANT", w.judge(rule, delivered("all.json.gz"), nil))
	w.expect("AWS::::Account "+account+" NON_COMPLIANT None of 1 trails in the snapshot records all regions.", w.judge(rule, delivered("one.json.gz"), nil))
	w.expect("AWS::::Account "+account+" NON_COMPLIANT None of 0 trails in the snapshot records all regions.", w.judge(rule, delivered("none.json.gz"), nil))
	if got := w.judge(rule, delivered("lost.json.gz"), nil); !strings.HasPrefix(got, "failed: NoSuchKey") {
		t.Errorf("a lost snapshot: %s", got)
	}
	if got := w.judge(rule, change("AWS::EC2::VPC", "vpc-1", "OK", "{}"), nil); !strings.Contains(got, "not for ConfigurationItemChangeNotification") {
		t.Errorf("another event: %s", got)
	}
}

func TestVolumeEncrypted(t *testing.T) {
	w := open(t)
	const rule, typ = "ebs-volume-encrypted", "AWS::EC2::Volume"
	volume := func(configuration string) string { return change(typ, "vol-1", "OK", configuration) }
	w.expect(typ+" vol-1 COMPLIANT", w.judge(rule, volume(`{"encrypted":true}`), nil))
	w.expect(typ+" vol-1 NON_COMPLIANT The volume is not encrypted.", w.judge(rule, volume(`{"encrypted":false}`), nil))
	key := map[string]any{"ruleParameters": `{"kmsId":"arn:k"}`}
	w.expect(typ+" vol-1 NON_COMPLIANT The volume is encrypted with another key.", w.judge(rule, volume(`{"encrypted":true,"kmsKeyId":"arn:o"}`), key))
	w.expect(typ+" vol-1 COMPLIANT", w.judge(rule, volume(`{"encrypted":true,"kmsKeyId":"arn:k"}`), key))
	w.expect(typ+" vol-1 NOT_APPLICABLE", w.judge(rule, change(typ, "vol-1", "ResourceDeleted", "null"), nil))
	w.history = `{"configurationItems":[{"resourceType":"AWS::EC2::Volume","resourceId":"vol-2","configurationItemStatus":"OK","configurationItemCaptureTime":1777629600,"configuration":"{\"encrypted\":true}"}]}`
	large := `{"messageType":"OversizedConfigurationItemChangeNotification","configurationItemSummary":{"resourceType":"AWS::EC2::Volume","resourceId":"vol-2","configurationItemStatus":"OK","configurationItemCaptureTime":"2026-05-01T10:00:00.000Z"}}`
	w.expect(typ+" vol-2 COMPLIANT", w.judge(rule, large, nil))
	if got := strings.Join(w.calls, " "); got != "GetResourceConfigHistory PutEvaluations" {
		t.Errorf("calls %s", got)
	}
}
