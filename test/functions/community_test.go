//go:build linux

package functions

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/tickmark/tickmark/internal/server"
)

// house is a whole server that offers the rules of testdata/rules, with a client of AWS Config.
type house struct {
	*configservice.Client
	t      *testing.T
	server *server.Server
	age    int // of the last item
}

func openHouse(t *testing.T) *house {
	venv := os.Getenv("TICKMARK_VENV")
	if venv == "" {
		t.Skip("run by test/functions/run, which installs rdklib")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/rules")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(venv, filepath.Join(dir, ".venv")); err != nil {
		t.Fatal(err)
	}
	s, err := server.Open(t.Context(), server.Config{Data: t.TempDir(), Account: account, Listen: "127.0.0.1:0", Functions: dir})
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, server: s, Client: configservice.New(configservice.Options{
		Region: region, BaseEndpoint: aws.String("http://" + l.Addr().String()),
		Credentials: credentials.NewStaticCredentialsProvider(s.Credentials.AccessKeyID, s.Credentials.Secret, ""),
	})}
	_, err = h.PutConfigurationRecorder(t.Context(), &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &types.ConfigurationRecorder{
		Name: aws.String("default"), RoleARN: aws.String("arn:aws:iam::" + account + ":role/config"), RecordingGroup: &types.RecordingGroup{AllSupported: true},
	}})
	h.ok(err)
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// item imports the next state of a volume.
func (h *house) item(id, status, configuration string) {
	h.t.Helper()
	h.age++
	text := fmt.Sprintf(`{"fileVersion":"1.0","configurationItems":[{"configurationItemVersion":"1.3","configurationItemCaptureTime":%q,"configurationItemStatus":%q,"configurationStateId":"%d","awsAccountId":%q,"awsRegion":%q,"resourceType":"AWS::EC2::Volume","resourceId":%q,"configuration":%s}]}`,
		time.Now().UTC().Add(time.Duration(h.age-60)*time.Minute).Format("2006-01-02T15:04:05.000Z"), status, h.age, account, region, id, configuration)
	path := filepath.Join(h.t.TempDir(), "items.json")
	h.ok(os.WriteFile(path, []byte(text), 0o600))
	_, err := h.server.Import(h.t.Context(), server.ImportRequest{Kind: "config", Paths: []string{path}}, nil)
	h.ok(err)
}

// rule puts a rule of a function, and waits for what it finds.
func (h *house) rule(name, function, parameters string, triggers ...types.MessageType) {
	h.t.Helper()
	source := &types.Source{Owner: types.OwnerCustomLambda, SourceIdentifier: aws.String("arn:aws:lambda:" + region + ":" + account + ":function:" + function)}
	for _, m := range triggers {
		source.SourceDetails = append(source.SourceDetails, types.SourceDetail{EventSource: types.EventSourceAwsConfig, MessageType: m})
	}
	_, err := h.PutConfigRule(h.t.Context(), &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{
		ConfigRuleName: &name, Source: source, InputParameters: &parameters, Scope: &types.Scope{ComplianceResourceTypes: []string{"AWS::EC2::Volume"}},
	}})
	h.ok(err)
}

func (h *house) again(rule string) {
	h.t.Helper()
	_, err := h.StartConfigRulesEvaluation(h.t.Context(), &configservice.StartConfigRulesEvaluationInput{ConfigRuleNames: []string{rule}})
	h.ok(err)
}

// shows waits until a rule's results are these, each as "id verdict annotation".
func (h *house) shows(rule string, want ...string) {
	h.t.Helper()
	h.becomes(strings.Join(want, "\n"), func() string {
		out, err := h.GetComplianceDetailsByConfigRule(h.t.Context(), &configservice.GetComplianceDetailsByConfigRuleInput{ConfigRuleName: &rule})
		if err != nil {
			return err.Error()
		}
		lines := []string{}
		for _, r := range out.EvaluationResults {
			line := fmt.Sprint(*r.EvaluationResultIdentifier.EvaluationResultQualifier.ResourceId, " ", r.ComplianceType, " ", aws.ToString(r.Annotation))
			lines = append(lines, strings.TrimSpace(line))
		}
		return strings.Join(lines, "\n")
	})
}

// fails waits until the last error of a rule is this one.
func (h *house) fails(rule, want string) {
	h.t.Helper()
	h.becomes(want, func() string {
		out, err := h.DescribeConfigRuleEvaluationStatus(h.t.Context(), &configservice.DescribeConfigRuleEvaluationStatusInput{ConfigRuleNames: []string{rule}})
		if err != nil {
			return err.Error()
		}
		st := out.ConfigRulesEvaluationStatus[0]
		return aws.ToString(st.LastErrorCode) + ": " + aws.ToString(st.LastErrorMessage)
	})
}

func (h *house) becomes(want string, what func() string) {
	h.t.Helper()
	got := ""
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if got = what(); got == want {
			return
		}
	}
	h.t.Fatalf("got  %s\nwant %s", got, want)
}

const (
	changes  = types.MessageTypeConfigurationItemChangeNotification
	schedule = types.MessageTypeScheduledNotification
)

// TestClassForm: a rule written with rdklib runs as it is, but for the parameter that rdklib has to keep it from
// assuming a role.
func TestClassForm(t *testing.T) {
	h := openHouse(t)
	const parameters, wrong = `{"allowedTypes": "gp3,io2", "AssumeRoleMode": "false"}`, "The type of the volume is not allowed."
	h.item("vol-1", "OK", `{"volumeType": "gp3"}`)
	h.item("vol-2", "OK", `{"volumeType": "gp2"}`)
	h.rule("types", "volume-type", parameters, changes)
	h.shows("types", "vol-1 COMPLIANT", "vol-2 NON_COMPLIANT "+wrong)
	h.item("vol-1", "OK", `{"volumeType": "standard"}`)
	h.item("vol-2", "ResourceDeleted", `null`)
	h.shows("types", "vol-1 NON_COMPLIANT "+wrong)

	h.rule("periodic", "volume-type", parameters, schedule)
	h.shows("periodic", "vol-1 NON_COMPLIANT "+wrong)
	h.item("vol-3", "OK", `{"volumeType": "io2"}`)
	h.item("vol-1", "ResourceDeleted", `null`)
	h.again("periodic")
	h.shows("periodic", "vol-3 COMPLIANT")

	h.rule("wrong", "volume-type", `{"AssumeRoleMode": "false"}`, schedule)
	h.fails("wrong", "InvalidParameterValueException: allowedTypes names no type.")
}

// TestOneFileForm: a rule with all helpers of the Rule Development Kit in its own file.
func TestOneFileForm(t *testing.T) {
	h := openHouse(t)
	const alone = "The volume is attached to no instance."
	attached := func(n int) string {
		b, _ := json.Marshal(map[string]any{"attachments": make([]struct{}, n)}) // of plain values: cannot fail
		return string(b)
	}
	h.item("vol-1", "OK", attached(1))
	h.item("vol-2", "OK", attached(0))
	h.rule("attached", "volume-attached", "{}", changes)
	h.shows("attached", "vol-1 COMPLIANT", "vol-2 NON_COMPLIANT "+alone)
	h.item("vol-1", "OK", attached(0))
	h.shows("attached", "vol-1 NON_COMPLIANT "+alone, "vol-2 NON_COMPLIANT "+alone)

	h.rule("periodic", "volume-attached", "{}", schedule)
	h.shows("periodic", "vol-1 NON_COMPLIANT "+alone, "vol-2 NON_COMPLIANT "+alone)
	h.item("vol-1", "ResourceDeleted", `null`)
	h.again("periodic")
	h.shows("periodic", "vol-2 NON_COMPLIANT "+alone)

	h.rule("wrong", "volume-attached", `{"a": "b"}`, schedule)
	h.fails("wrong", "InvalidParameterValueException: The rule has no parameters.")
}
