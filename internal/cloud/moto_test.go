package cloud

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
)

// motoAccount is the account that moto simulates for keys it does not know.
const motoAccount = "123456789012"

// TestMoto makes things in a simulated AWS and changes them as remediation does. test/cloud/run starts the simulator and
// names it in TICKMARK_MOTO.
func TestMoto(t *testing.T) {
	endpoint := os.Getenv("TICKMARK_MOTO")
	if endpoint == "" {
		t.Skip("TICKMARK_MOTO names no simulator; test/cloud/run starts one")
	}
	m := &moto{T: t}
	var err error
	if m.cloud, err = New(Config{EndpointURL: endpoint}); err != nil {
		t.Fatal(err)
	}
	m.cloud.source = static("testing")
	t.Run("role", m.part((*moto).makeRole))
	m.role = "arn:aws:iam::" + motoAccount + ":role/Remediation" // from here on, as remediation does
	t.Run("bucket", m.part((*moto).bucket))
	t.Run("security group", m.part((*moto).securityGroup))
	t.Run("user", m.part((*moto).user))
	t.Run("key", m.part((*moto).key))
	t.Run("log group", m.part((*moto).logGroup))
	t.Run("topic", m.part((*moto).topic))
	t.Run("function", m.part((*moto).function))
}

type moto struct {
	*testing.T
	cloud *Cloud
	role  string
}

func (m *moto) part(run func(*moto)) func(*testing.T) {
	return func(t *testing.T) {
		run(&moto{T: t, cloud: m.cloud, role: m.role})
	}
}

// do makes a call that must succeed and returns its output decoded.
func (m *moto) do(service, api, inputs string) map[string]any {
	m.Helper()
	out, err := m.call(service, api, inputs)
	if err != nil {
		m.Fatal(err)
	}
	return out
}

func (m *moto) call(service, api, inputs string) (map[string]any, error) {
	out, err := m.cloud.Call(m.Context(), automation.Call{Account: motoAccount, Region: "eu-central-1", Role: m.role, Service: service, API: api, Inputs: json.RawMessage(inputs)})
	if err != nil {
		return nil, err
	}
	var v map[string]any
	return v, json.Unmarshal(out, &v)
}

// refused makes a call that AWS must answer with an error code.
func (m *moto) refused(code, service, api, inputs string) {
	m.Helper()
	_, err := m.call(service, api, inputs)
	if e, ok := errors.AsType[*automation.APIError](err); !ok || e.Code != code {
		m.Errorf("%s:%s: %v, want %s", service, api, err, code)
	}
}

// at walks into decoded JSON by member names and indexes.
func (m *moto) at(v any, path ...any) any {
	m.Helper()
	for _, p := range path {
		switch key := p.(type) {
		case string:
			v = v.(map[string]any)[key]
		case int:
			list, _ := v.([]any)
			if key >= len(list) {
				m.Fatalf("%v: there is no item %d", path, key)
			}
			v = list[key]
		}
	}
	return v
}

func (m *moto) want(got, want any) {
	m.Helper()
	if got != want {
		m.Errorf("got %v, want %v", got, want)
	}
}

// makeRole makes the role and calls under it.
func (m *moto) makeRole() {
	out := m.do("iam", "CreateRole", `{"RoleName":"Remediation","AssumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`)
	m.role = m.at(out, "Role", "Arn").(string)
	who := m.do("sts", "GetCallerIdentity", ``)
	m.want(who["Arn"], "arn:aws:sts::123456789012:assumed-role/Remediation/tickmark-remediation")
}

func (m *moto) bucket() {
	m.do("s3", "CreateBucket", `{"Bucket":"plain-bucket","CreateBucketConfiguration":{"LocationConstraint":"eu-central-1"}}`)
	m.do("s3", "PutBucketVersioning", `{"Bucket":"plain-bucket","VersioningConfiguration":{"Status":"Enabled"}}`)
	m.want(m.do("s3", "GetBucketVersioning", `{"Bucket":"plain-bucket"}`)["Status"], "Enabled")
	m.do("s3", "PutBucketEncryption", `{"Bucket":"plain-bucket","ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}}`)
	m.want(m.at(m.do("s3", "GetBucketEncryption", `{"Bucket":"plain-bucket"}`), "ServerSideEncryptionConfiguration", "Rules", 0, "ApplyServerSideEncryptionByDefault", "SSEAlgorithm"), "AES256")
	m.refused("NoSuchPublicAccessBlockConfiguration", "s3", "GetPublicAccessBlock", `{"Bucket":"plain-bucket"}`)
	m.do("s3", "PutBucketPublicAccessBlock", `{"Bucket":"plain-bucket","PublicAccessBlockConfiguration":{"BlockPublicAcls":"true","IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}`)
	m.want(m.at(m.do("s3", "GetPublicAccessBlock", `{"Bucket":"plain-bucket"}`), "PublicAccessBlockConfiguration", "BlockPublicAcls"), true)
	m.do("s3", "PutObject", `{"Bucket":"plain-bucket","Key":"note","Body":"changed"}`)
	m.want(m.do("s3", "GetObject", `{"Bucket":"plain-bucket","Key":"note"}`)["Body"], "changed")
	m.refused("NoSuchBucket", "s3", "GetBucketPolicy", `{"Bucket":"no-such-bucket-here"}`)
}

func (m *moto) securityGroup() {
	id := m.do("ec2", "CreateSecurityGroup", `{"GroupName":"open","Description":"open to all"}`)["GroupId"].(string)
	rule := `{"GroupId":"` + id + `","IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}`
	m.do("ec2", "AuthorizeSecurityGroupIngress", rule)
	ask := `{"GroupIds":["` + id + `"]}`
	m.want(m.at(m.do("ec2", "DescribeSecurityGroups", ask), "SecurityGroups", 0, "IpPermissions", 0, "IpRanges", 0, "CidrIp"), "0.0.0.0/0")
	m.do("ec2", "RevokeSecurityGroupIngress", rule)
	m.want(len(m.at(m.do("ec2", "DescribeSecurityGroups", ask), "SecurityGroups", 0, "IpPermissions").([]any)), 0)
	m.refused("InvalidGroup.NotFound", "ec2", "DeleteSecurityGroup", `{"GroupId":"sg-00000000000000000"}`)
}

func (m *moto) user() {
	m.do("iam", "CreateUser", `{"UserName":"ann"}`)
	m.do("iam", "PutUserPolicy", `{"UserName":"ann","PolicyName":"inline","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}`)
	m.want(m.at(m.do("iam", "ListUserPolicies", `{"UserName":"ann"}`), "PolicyNames", 0), "inline")
	m.do("iam", "DeleteUserPolicy", `{"UserName":"ann","PolicyName":"inline"}`)
	m.refused("NoSuchEntity", "iam", "GetUserPolicy", `{"UserName":"ann","PolicyName":"inline"}`)
	m.do("iam", "UpdateAccountPasswordPolicy", `{"MinimumPasswordLength":14,"RequireSymbols":true,"MaxPasswordAge":"90"}`)
	m.want(m.at(m.do("iam", "GetAccountPasswordPolicy", ``), "PasswordPolicy", "MinimumPasswordLength"), 14.0)
}

func (m *moto) key() {
	m.want(m.at(m.do("kms", "ListAliases", ``), "Aliases") != nil, true)
	m.refused("NotFoundException", "kms", "EnableKeyRotation", `{"KeyId":"00000000-0000-0000-0000-000000000000"}`)
}

func (m *moto) logGroup() {
	m.do("logs", "CreateLogGroup", `{"logGroupName":"app"}`)
	m.do("logs", "PutRetentionPolicy", `{"logGroupName":"app","retentionInDays":365}`)
	m.want(m.at(m.do("logs", "DescribeLogGroups", `{"logGroupNamePrefix":"app"}`), "logGroups", 0, "retentionInDays"), 365.0)
}

func (m *moto) topic() {
	m.refused("NotFound", "sns", "GetTopicAttributes", `{"TopicArn":"arn:aws:sns:eu-central-1:123456789012:none"}`)
}

func (m *moto) function() {
	m.refused("ResourceNotFoundException", "lambda", "GetFunctionConfiguration", `{"FunctionName":"none"}`)
}
