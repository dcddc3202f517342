// Package cloud_test drives a whole server against a simulated AWS. test/cloud/run starts the simulator.
package cloud_test

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
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/server"
)

const (
	account = "123456789012" // the one that the simulator has
	region  = "eu-central-1"
	role    = "arn:aws:iam::" + account + ":role/remediation"
)

// TestRemediation: a change of an item leads to a rule, the rule to a remediation, that to a new evaluation.
func TestRemediation(t *testing.T) {
	endpoint := os.Getenv("TICKMARK_MOTO")
	if endpoint == "" {
		t.Skip("TICKMARK_MOTO names no simulator; test/cloud/run starts one")
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "simulated")
	h := start(t, endpoint)
	ctx := t.Context()
	bucket := fmt.Sprintf("open-%d", os.Getpid())
	h.call("s3", "CreateBucket", `{"Bucket":"`+bucket+`","CreateBucketConfiguration":{"LocationConstraint":"`+region+`"}}`)
	group := h.call("ec2", "CreateSecurityGroup", `{"GroupName":"`+bucket+`","Description":"d"}`)["GroupId"].(string)

	_, err := h.config.PutConfigurationRecorder(ctx, &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &types.ConfigurationRecorder{
		Name: aws.String("default"), RoleARN: aws.String("arn:aws:iam::" + account + ":role/config"),
	}})
	h.ok(err)
	_, err = h.ssm.CreateDocument(ctx, &ssm.CreateDocumentInput{Name: aws.String("CloseSSH"), DocumentType: ssmtypes.DocumentTypeAutomation, DocumentFormat: ssmtypes.DocumentFormatYaml, Content: aws.String(closeSSH)})
	h.ok(err)
	h.rule("block", "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock", "BucketName")
	h.rule("ssh", "INCOMING_SSH_DISABLED", "CloseSSH", "GroupId")

	// The bucket fails; a dry run tells what would be done and does nothing.
	h.item("AWS::S3::Bucket", bucket, fmt.Sprintf(`"configuration": {"name": %q}, "supplementaryConfiguration": {}`, bucket))
	h.item("AWS::EC2::SecurityGroup", group, fmt.Sprintf(`"configuration": {"groupId": %q, "groupName": "g", "ipPermissions": [], "ipPermissionsEgress": []}`, group))
	h.wait("block", bucket, "NON_COMPLIANT")
	h.wait("ssh", group, "COMPLIANT")
	h.remediate("enable", "dry-run")
	r := h.ended("block", bucket, "UNKNOWN")
	if len(r.WouldCall) == 0 || !strings.Contains(r.WouldCall[0], "s3:PutPublicAccessBlock") {
		t.Errorf("the dry run would call %q", r.WouldCall)
	}
	if _, err := h.try("s3", "GetPublicAccessBlock", `{"Bucket":"`+bucket+`"}`); err == nil {
		t.Error("the dry run has changed the bucket")
	}

	// Enabled, what failed already is put right, recorded anew and compliant.
	h.remediate("enable", "on")
	r = h.ended("block", bucket, "SUCCEEDED")
	h.wait("block", bucket, "COMPLIANT")
	block := h.call("s3", "GetPublicAccessBlock", `{"Bucket":"`+bucket+`"}`)["PublicAccessBlockConfiguration"].(map[string]any)
	if block["BlockPublicAcls"] != true || block["RestrictPublicBuckets"] != true {
		t.Errorf("block of the bucket %v", block)
	}
	h.inLedger(r, "s3:PutPublicAccessBlock")

	// Somebody opens the group: the change alone leads to everything else.
	h.call("ec2", "AuthorizeSecurityGroupIngress", `{"GroupId":"`+group+`","IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}`)
	h.item("AWS::EC2::SecurityGroup", group, fmt.Sprintf(`"configuration": {"groupId": %q, "groupName": "g", "ipPermissionsEgress": [], "ipPermissions": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22,
		"ipRanges": ["0.0.0.0/0"], "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}], "ipv6Ranges": [], "prefixListIds": [], "userIdGroupPairs": []}]}`, group))
	r = h.ended("ssh", group, "SUCCEEDED")
	h.wait("ssh", group, "COMPLIANT")
	left := h.call("ec2", "DescribeSecurityGroups", `{"GroupIds":["`+group+`"]}`)["SecurityGroups"].([]any)[0].(map[string]any)["IpPermissions"].([]any)
	if len(left) != 0 {
		t.Errorf("the group still lets in %v", left)
	}
	h.inLedger(r, "ec2:RevokeSecurityGroupIngress")
}

const closeSSH = `schemaVersion: "0.3"
assumeRole: "{{ AutomationAssumeRole }}"
parameters: {AutomationAssumeRole: {type: String}, GroupId: {type: String}}
mainSteps:
- name: close
  action: aws:executeAwsApi
  inputs: {Service: ec2, Api: RevokeSecurityGroupIngress, GroupId: "{{ GroupId }}", IpPermissions: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
`

// house is a server that calls the simulator, with clients of its own APIs.
type house struct {
	*testing.T
	server *server.Server
	cloud  *cloud.Cloud
	config *configservice.Client
	ssm    *ssm.Client
}

func start(t *testing.T, endpoint string) *house {
	t.Helper()
	h := &house{T: t}
	var err error
	h.cloud, err = cloud.New(cloud.Config{EndpointURL: endpoint})
	h.ok(err)
	h.server, err = server.Open(t.Context(), server.Config{Data: t.TempDir(), Account: account, Listen: "127.0.0.1:0", Cloud: cloud.Config{EndpointURL: endpoint}})
	h.ok(err)
	l, err := h.server.Listen()
	h.ok(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
		if err := h.server.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	url := "http://" + l.Addr().String()
	keys := h.server.Credentials
	own := aws.Config{Region: region, BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.Secret, "")}
	h.config, h.ssm = configservice.NewFromConfig(own), ssm.NewFromConfig(own)
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// try makes a call to the simulator as whoever works there.
func (h *house) try(service, api, inputs string) (out map[string]any, err error) {
	b, err := h.cloud.Call(h.Context(), automation.Call{Account: account, Region: region, Role: "arn:aws:iam::" + account + ":role/admin", Service: service, API: api, Inputs: json.RawMessage(inputs)})
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(b, &out)
}

func (h *house) call(service, api, inputs string) map[string]any {
	h.Helper()
	out, err := h.try(service, api, inputs)
	h.ok(err)
	return out
}

func (h *house) rule(name, identifier, document, parameter string) {
	h.Helper()
	_, err := h.config.PutConfigRule(h.Context(), &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{
		ConfigRuleName: &name, Source: &types.Source{Owner: types.OwnerAws, SourceIdentifier: &identifier},
	}})
	h.ok(err)
	_, err = h.config.PutRemediationConfigurations(h.Context(), &configservice.PutRemediationConfigurationsInput{RemediationConfigurations: []types.RemediationConfiguration{{
		ConfigRuleName: &name, TargetType: types.RemediationTargetTypeSsmDocument, TargetId: &document, Automatic: true,
		Parameters: map[string]types.RemediationParameterValue{
			"AutomationAssumeRole": {StaticValue: &types.StaticValue{Values: []string{role}}},
			parameter:              {ResourceValue: &types.ResourceValue{Value: types.ResourceValueTypeResourceId}},
		},
	}}})
	h.ok(err)
}

// item imports the state of a resource, as AWS Config would deliver it.
func (h *house) item(typ, id, members string) {
	h.Helper()
	now := time.Now().UTC()
	text := fmt.Sprintf(`{"fileVersion": "1.0", "configurationItems": [{"configurationItemVersion": "1.3", "awsAccountId": %q, "awsRegion": %q, "resourceType": %q, "resourceId": %q,
		"configurationItemCaptureTime": %q, "configurationItemStatus": "OK", "configurationStateId": %d, %s}]}`,
		account, region, typ, id, now.Format("2006-01-02T15:04:05.000Z"), now.UnixMilli(), members)
	file := filepath.Join(h.TempDir(), "items.json")
	h.ok(os.WriteFile(file, []byte(text), 0o600))
	_, err := h.server.Import(h.Context(), server.ImportRequest{Kind: "config", Paths: []string{file}}, nil)
	h.ok(err)
}

// patience is how long everything together may take.
const patience = 20 * time.Second

func (h *house) until(what string, ok func() (bool, string)) {
	h.Helper()
	last := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var done bool
		if done, last = ok(); done {
			return
		}
	}
	h.Fatalf("%s: %s", what, last)
}

// wait waits for a verdict.
func (h *house) wait(rule, id, verdict string) {
	h.Helper()
	h.until(rule+" on "+id+" is not "+verdict, func() (bool, string) {
		out, err := h.config.GetComplianceDetailsByConfigRule(h.Context(), &configservice.GetComplianceDetailsByConfigRuleInput{ConfigRuleName: &rule})
		h.ok(err)
		for _, r := range out.EvaluationResults {
			if aws.ToString(r.EvaluationResultIdentifier.EvaluationResultQualifier.ResourceId) == id {
				return string(r.ComplianceType) == verdict, string(r.ComplianceType)
			}
		}
		return false, "nothing"
	})
}

func (h *house) remediate(action, mode string) {
	h.Helper()
	_, err := h.server.Remediate(h.Context(), server.RemediationCommand{Action: action, Account: account, Mode: mode})
	h.ok(err)
}

// ended waits for the end of a remediation.
func (h *house) ended(rule, id, state string) (run server.RemediationRun) {
	h.Helper()
	h.until("remediation of "+id+" is not "+state, func() (bool, string) {
		a, err := h.server.Remediate(h.Context(), server.RemediationCommand{Action: "show", Rule: rule, Account: account, Region: region})
		h.ok(err)
		for _, run = range a.Runs {
			if run.ID == id {
				return run.State == state, fmt.Sprintf("%+v", run)
			}
		}
		return false, "nothing"
	})
	return run
}

// inLedger wants the call among those of a run, with a leaf before and one after it.
func (h *house) inLedger(r server.RemediationRun, name string) {
	h.Helper()
	for _, c := range r.Calls {
		if c.Call == name && c.Before != nil && c.After != nil && *c.After > *c.Before && c.Outcome == "answered" {
			return
		}
	}
	h.Errorf("%s is not in the ledger: %+v", name, r.Calls)
}
