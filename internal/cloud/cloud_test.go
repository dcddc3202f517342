package cloud

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/fault"
)

const (
	account = "111122223333"
	region  = "eu-central-1"
	role    = "arn:aws:iam::111122223333:role/Remediation"
)

// request is what a fake AWS received.
type request struct {
	method, path, target, auth, body string
}

// fake answers AssumeRole and GetCallerIdentity as STS does and everything else with one answer.
type fake struct {
	status  int
	kind    string
	answer  string
	expires time.Time
	got     []request // of other services
	assumed []string  // bodies
	where   []string  // Authorization of the same
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	body := string(b)
	switch {
	case strings.Contains(body, "Action=AssumeRole&"):
		f.assumed, f.where = append(f.assumed, body), append(f.where, r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>`+f.expires.UTC().Format(time.RFC3339)+`</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	case strings.Contains(body, "Action=GetCallerIdentity&"):
		_, _ = io.WriteString(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>`+account+`</Account><Arn>arn:aws:iam::111122223333:user/ops</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	default:
		f.got = append(f.got, request{r.Method, r.URL.RequestURI(), r.Header.Get("X-Amz-Target"), r.Header.Get("Authorization"), body})
		if f.kind != "" {
			w.Header().Set("Content-Type", f.kind)
		}
		if f.status != 0 {
			w.WriteHeader(f.status)
		}
		_, _ = io.WriteString(w, f.answer)
	}
}

// start is a Cloud whose calls all go to f, with static source credentials.
func start(t *testing.T, f *fake, c Config) *Cloud {
	t.Helper()
	if f.expires.IsZero() {
		f.expires = time.Now().Add(time.Hour)
	}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	c.EndpointURL = server.URL
	made, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	made.source = static("AKIASOURCE")
	return made
}

func static(id string) func(context.Context) (aws.CredentialsProvider, string, error) {
	return func(context.Context) (aws.CredentialsProvider, string, error) {
		return credentials.NewStaticCredentialsProvider(id, "secret", ""), "eu-west-1", nil
	}
}

func call(service, api, inputs string) automation.Call {
	return automation.Call{Account: account, Region: region, Role: role, Service: service, API: api, Inputs: json.RawMessage(inputs)}
}

// TestProtocols: each family of protocols carries the inputs to AWS's names and the output back to boto3's.
func TestProtocols(t *testing.T) {
	for _, c := range []struct {
		name, service, api, inputs string
		answer, kind               string
		path, target               string
		sent                       []string
		want                       string
	}{
		{
			name: "query", service: "iam", api: "UpdateAccessKey", inputs: `{"UserName":"ann","AccessKeyId":"AKIAEXAMPLE000000000","Status":"Inactive"}`,
			answer: `<UpdateAccessKeyResponse/>`, path: "/", sent: []string{"Action=UpdateAccessKey", "UserName=ann", "Status=Inactive"}, want: `{}`,
		},
		{
			name: "query output", service: "rds", api: "describe_db_instances", inputs: `{"DBInstanceIdentifier":"one"}`,
			answer: `<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance><DBInstanceIdentifier>one</DBInstanceIdentifier><MultiAZ>false</MultiAZ><InstanceCreateTime>2026-01-02T03:04:05Z</InstanceCreateTime><AllocatedStorage>20</AllocatedStorage></DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>`,
			path:   "/", sent: []string{"DBInstanceIdentifier=one"},
			want: `{"DBInstances":[{"AllocatedStorage":20,"DBInstanceIdentifier":"one","InstanceCreateTime":"2026-01-02T03:04:05Z","MultiAZ":false}]}`,
		},
		{
			name: "ec2", service: "ec2", api: "RevokeSecurityGroupIngress",
			inputs: `{"GroupId":"sg-1","IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":"22","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}`,
			answer: `<RevokeSecurityGroupIngressResponse><return>true</return></RevokeSecurityGroupIngressResponse>`,
			path:   "/", sent: []string{"GroupId=sg-1", "IpPermissions.1.FromPort=22", "IpPermissions.1.ToPort=22", "IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0%2F0"},
			want: `{"Return":true}`,
		},
		{
			name: "json", service: "kms", api: "GetKeyRotationStatus", inputs: `{"KeyId":"k"}`,
			answer: `{"KeyRotationEnabled":true}`, kind: "application/x-amz-json-1.1", target: "TrentService.GetKeyRotationStatus",
			path: "/", sent: []string{`{"KeyId":"k"}`}, want: `{"KeyRotationEnabled":true}`,
		},
		{
			name: "json, camel case in some", service: "config", api: "GetResourceConfigHistory", inputs: `{"resourceId":"i-1","resourceType":"AWS::EC2::Instance"}`,
			answer: `{"configurationItems":[{"resourceId":"i-1","configurationItemCaptureTime":1767323045,"tags":{"a":"b"}}]}`, kind: "application/x-amz-json-1.1",
			target: "StarlingDoveService.GetResourceConfigHistory", path: "/", sent: []string{`"resourceId":"i-1"`},
			want: `{"configurationItems":[{"configurationItemCaptureTime":"2026-01-02T03:04:05Z","resourceId":"i-1","tags":{"a":"b"}}]}`,
		},
		{
			name: "json, camel case in one", service: "cloudtrail", api: "DescribeTrails", inputs: ``,
			answer: `{"trailList":[{"Name":"t","IsMultiRegionTrail":false}]}`, kind: "application/x-amz-json-1.1",
			target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails", path: "/", want: `{"trailList":[{"IsMultiRegionTrail":false,"Name":"t"}]}`,
		},
		{
			name: "rest-json, camel case", service: "apigateway", api: "UpdateStage",
			inputs: `{"restApiId":"r","stageName":"s","patchOperations":[{"op":"replace","path":"/tracingEnabled","value":"true"}]}`,
			answer: `{"stageName":"s","tracingEnabled":true}`, kind: "application/json",
			path: "/restapis/r/stages/s", sent: []string{`"path":"/tracingEnabled"`}, want: `{"stageName":"s","tracingEnabled":true}`,
		},
		{
			name: "rest-json, capitals", service: "guardduty", api: "CreateDetector", inputs: `{"Enable":"true"}`,
			answer: `{"detectorId":"d"}`, kind: "application/json", path: "/detector", sent: []string{`"enable":true`}, want: `{"DetectorId":"d"}`,
		},
		{
			name: "rest-json, a union", service: "access-analyzer", api: "CreateAnalyzer", inputs: `{"analyzerName":"a","type":"ACCOUNT_UNUSED_ACCESS","configuration":{"unusedAccess":{"unusedAccessAge":90}}}`,
			answer: `{"arn":"arn:x"}`, kind: "application/json", path: "/analyzer", sent: []string{`"configuration":{"unusedAccess":{"unusedAccessAge":90}}`}, want: `{"arn":"arn:x"}`,
		},
		{
			name: "rest-json, bytes", service: "lambda", api: "InvokeFunction", inputs: `{"FunctionName":"f","Payload":"{\"a\":1}"}`,
			answer: `{"ok":true}`, kind: "application/json", path: "/2015-03-31/functions/f/invocations", sent: []string{`{"a":1}`}, want: `{"Payload":"{\"ok\":true}","StatusCode":200}`,
		},
		{
			name: "rest-xml", service: "s3", api: "GetBucketEncryption", inputs: `{"Bucket":"b"}`,
			answer: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
			path:   "/b?encryption=", want: `{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}}`,
		},
		{
			name: "rest-xml, a stream", service: "s3", api: "PutObject", inputs: `{"Bucket":"b","Key":"k","Body":"hello"}`,
			path: "/b/k", sent: []string{"hello"}, want: `{}`,
		},
		{
			name: "rest-xml, another service's", service: "s3", api: "PutBucketPublicAccessBlock", inputs: `{"Bucket":"b","PublicAccessBlockConfiguration":{"BlockPublicAcls":true}}`,
			path: "/b?publicAccessBlock=", sent: []string{"<BlockPublicAcls>true</BlockPublicAcls>"}, want: `{}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{answer: c.answer, kind: c.kind}
			out, err := start(t, f, Config{}).Call(t.Context(), call(c.service, c.api, c.inputs))
			if err != nil {
				t.Fatal(err)
			}
			if string(canonical(t, out)) != c.want {
				t.Errorf("output %s, want %s", canonical(t, out), c.want)
			}
			if len(f.got) != 1 {
				t.Fatalf("%d requests, want 1", len(f.got))
			}
			got := f.got[0]
			if got.path != c.path || got.target != c.target {
				t.Errorf("sent to %s %s, want %s %s", got.path, got.target, c.path, c.target)
			}
			for _, s := range c.sent {
				if !strings.Contains(got.body, s) {
					t.Errorf("sent %s, want %s in it", got.body, s)
				}
			}
			if !strings.Contains(got.auth, "Credential=ASIAROLE/") {
				t.Errorf("signed %s, want the role's key", got.auth)
			}
		})
	}
}

// canonical sorts members, so that the SDK's order of fields does not matter.
func canonical(t *testing.T, b json.RawMessage) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	out, _ := json.Marshal(v)
	return out
}

// TestErrors: what AWS says is an APIError; what is wrong here is a fault and sends nothing.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, service, api, inputs string
		status                     int
		answer                     string
		code                       string
		retryable                  bool
		field, message             string
	}{
		{name: "refused", service: "iam", api: "DeleteUser", inputs: `{"UserName":"x"}`, status: 404, answer: `<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no user x</Message></Error></ErrorResponse>`, code: "NoSuchEntity"},
		{name: "ec2", service: "ec2", api: "DeleteVolume", inputs: `{"VolumeId":"v"}`, status: 400, answer: `<Response><Errors><Error><Code>VolumeInUse</Code><Message>in use</Message></Error></Errors></Response>`, code: "VolumeInUse"},
		{name: "throttled", service: "kms", api: "DescribeKey", inputs: `{"KeyId":"k"}`, status: 400, answer: `{"__type":"ThrottlingException","message":"slow down"}`, code: "ThrottlingException", retryable: true},
		{name: "unknown operation", service: "ec2", api: "RevokeSecurityGroupIngres", field: "Api", message: "ec2:RevokeSecurityGroupIngress"},
		{name: "unknown member", service: "ec2", api: "DeleteVolume", inputs: `{"Volume":"v"}`, field: "Inputs.Volume", message: `has no member "Volume"; it has VolumeId, DryRun`},
		{name: "unknown nested member", service: "ec2", api: "RevokeSecurityGroupIngress", inputs: `{"IpPermissions":[{"Port":1}]}`, field: "Inputs.IpPermissions[0].Port", message: "FromPort"},
		{name: "camel case in messages", service: "apigateway", api: "GetStage", inputs: `{"id":"v"}`, field: "Inputs.id", message: "restApiId, stageName"},
		{name: "wrong kind", service: "ec2", api: "DeleteVolume", inputs: `{"VolumeId":["v"]}`, field: "Inputs.VolumeId", message: "must be a string, not a list"},
		{name: "not a number", service: "iam", api: "UpdateAccountPasswordPolicy", inputs: `{"MinimumPasswordLength":"many"}`, field: "Inputs.MinimumPasswordLength", message: "whole number of 32 bits"},
		{name: "too great", service: "iam", api: "UpdateAccountPasswordPolicy", inputs: `{"MinimumPasswordLength":4294967296}`, field: "Inputs.MinimumPasswordLength", message: "whole number of 32 bits"},
		{name: "a number for a boolean", service: "iam", api: "UpdateAccountPasswordPolicy", inputs: `{"RequireSymbols":1}`, field: "Inputs.RequireSymbols", message: "true or false"},
		{name: "twice", service: "ec2", api: "DeleteVolume", inputs: `{"VolumeId":"a","volumeId":"b"}`, field: "Inputs.volumeId", message: "twice"},
		{name: "null in a list", service: "ec2", api: "DescribeVolumes", inputs: `{"VolumeIds":[null]}`, field: "Inputs.VolumeIds[0]", message: "not null"},
		{name: "unknown member of a union", service: "accessanalyzer", api: "UpdateAnalyzer", inputs: `{"analyzerName":"a","configuration":{"x":{}}}`, field: "Inputs.configuration.x", message: "one of unusedAccess, internalAccess"},
		{name: "not JSON", service: "ec2", api: "DeleteVolume", inputs: `{`, field: "Inputs", message: "not JSON"},
		{name: "two values", service: "ec2", api: "DeleteVolume", inputs: `{} {}`, field: "Inputs", message: "nothing after it"},
		{name: "not an object", service: "ec2", api: "DeleteVolume", inputs: `[]`, field: "Inputs", message: "must be an object"},
		{name: "required member", service: "iam", api: "DeleteUser", inputs: `{}`, field: "Inputs", message: "UserName"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{answer: c.answer, status: c.status, kind: ""}
			_, err := start(t, f, Config{}).Call(t.Context(), call(c.service, c.api, c.inputs))
			if c.code != "" {
				api, ok := errors.AsType[*automation.APIError](err)
				if !ok || api.Code != c.code || api.Retryable != c.retryable || api.Message == "" {
					t.Fatalf("%#v, want code %s, retryable %t", err, c.code, c.retryable)
				}
				if want := 1; c.retryable {
					want = attempts
					if len(f.got) != want {
						t.Errorf("%d attempts, want %d", len(f.got), want)
					}
				}
				return
			}
			wrong, ok := errors.AsType[*fault.Error](err)
			if !ok || wrong.Kind != fault.Invalid || wrong.Field != c.field || !strings.Contains(wrong.Message, c.message) {
				t.Fatalf("%v, want field %s, message with %s", err, c.field, c.message)
			}
			if len(f.got) != 0 {
				t.Errorf("sent %v", f.got)
			}
		})
	}
}

// TestLoadBalancers: both kinds share a name; the inputs tell which is meant.
func TestLoadBalancers(t *testing.T) {
	for inputs, version := range map[string]string{
		`{"LoadBalancerName":"l"}`:         "2012-06-01",
		`{"LoadBalancerArn":"arn:aws:x"}`:  "2015-12-01",
		`{"LoadBalancerArn":"arn:aws:x" }`: "2015-12-01",
	} {
		f := &fake{answer: `<DescribeLoadBalancerAttributesResponse><DescribeLoadBalancerAttributesResult/></DescribeLoadBalancerAttributesResponse>`}
		if _, err := start(t, f, Config{}).Call(t.Context(), call("elasticloadbalancing", "DescribeLoadBalancerAttributes", inputs)); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(f.got[0].body, "Version="+version) {
			t.Errorf("%s was sent as %s, want version %s", inputs, f.got[0].body, version)
		}
	}
}

// TestRemediationCalls: all calls of AWS's remediation documents are in the table.
func TestRemediationCalls(t *testing.T) {
	f, err := os.Open("testdata/remediation-calls.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		service, api, _ := strings.Cut(lines.Text(), ":")
		if !Known(service, api) {
			_, err := lookup(service, api)
			t.Errorf("%v", err)
		}
	}
	if n < 190 {
		t.Errorf("%d calls read, want some 195", n)
	}
	if Known("ec2", "RunInstances") {
		t.Error("ec2:RunInstances is in the table")
	}
	all := Operations()
	if len(all) < n || all[0] != "accessanalyzer:CreateAnalyzer" {
		t.Errorf("%d operations, the first %s", len(all), all[0])
	}
}
