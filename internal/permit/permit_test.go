package permit_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/permit"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGrants(t *testing.T) {
	for _, c := range []struct{ api, typ, want string }{
		{"ec2:DescribeVolumes", "", "ec2:DescribeVolumes"},
		{"s3:ListBuckets", "", "s3:ListAllMyBuckets"},
		{"s3:GetBucketEncryption", "", "s3:GetEncryptionConfiguration"},
		{"s3:GetBucketCors", "", "s3:GetBucketCORS"},
		{"s3:GetPublicAccessBlock", "", "s3:GetBucketPublicAccessBlock"},
		{"s3control:GetPublicAccessBlock", "", "s3:GetAccountPublicAccessBlock"},
		{"s3control:ListAccessPoints", "", "s3:ListAccessPoints"},
		{"elbv2:DescribeLoadBalancers", "", "elasticloadbalancing:DescribeLoadBalancers"},
		{"elb:DescribeTags", "", "elasticloadbalancing:DescribeTags"},
		{"opensearch:DescribeDomains", "", "es:DescribeDomains"},
		{"es:ListDomainNames", "", "es:ListDomainNames"},
		{"efs:DescribeFileSystems", "", "elasticfilesystem:DescribeFileSystems"},
		{"emr:ListClusters", "", "elasticmapreduce:ListClusters"},
		{"stepfunctions:ListStateMachines", "", "states:ListStateMachines"},
		{"cloudwatch:DescribeAlarms", "", "cloudwatch:DescribeAlarms"},
		{"apigateway:GetRestApis", "", "apigateway:GET on arn:{partition}:apigateway:*::/restapis arn:{partition}:apigateway:*::/restapis/*"},
		{"apigatewayv2:GetApis", "", "apigateway:GET on arn:{partition}:apigateway:*::/apis arn:{partition}:apigateway:*::/apis/*"},
		{"apigatewayv2:ListPortals", "", "apigatewayv2:ListPortals"},
		{"cloudcontrol:ListResources", "AWS::Athena::WorkGroup", "cloudformation:ListResources athena:GetWorkGroup athena:ListTagsForResource athena:ListWorkGroups"},
	} {
		grants, err := permit.Grants(permit.Need{API: c.api, TypeName: c.typ})
		if err != nil {
			t.Errorf("%s: %v", c.api, err)
			continue
		}
		var got []string
		for _, g := range grants {
			text := g.Action
			if len(g.Resources) > 0 {
				text += " on " + strings.Join(g.Resources, " ")
			}
			got = append(got, text)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s needs %s, want %s", c.api, text, c.want)
		}
	}
}

func TestUnknownNeeds(t *testing.T) {
	for _, n := range []permit.Need{{API: "DescribeVolumes"}, {API: ":X"}, {API: "ec2:"}, {API: "cloudcontrol:ListResources"}, {API: "cloudcontrol:GetResource", TypeName: "AWS::No::Such"}} {
		if _, err := permit.Grants(n); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", n, err)
		}
	}
}

// many are more operations than one policy takes.
func many() []permit.Need {
	var all []permit.Need
	for _, typ := range permit.Controlled() {
		all = append(all, permit.Need{API: "cloudcontrol:GetResource", TypeName: typ})
	}
	return append(all, permit.Need{API: "apigateway:GetRestApis"}, permit.Need{API: "apigateway:GetStages"})
}

var reading = regexp.MustCompile(`^(Admin|Batch|Gateway)?(Describe|Get|GET|List|Lookup|Query|Search|Select|View)`)

// No handler's permission writes, opens contents, or is a wildcard.
func TestHandlersOnlyRead(t *testing.T) {
	actions, err := permit.Actions(many())
	if err != nil || len(actions) < 3000 {
		t.Fatalf("%d actions, %v", len(actions), err)
	}
	closed := []string{"s3:GetObject", "s3:GetObjectVersion", "secretsmanager:GetSecretValue", "dynamodb:GetItem", "kms:Decrypt", "ssm:GetParameter", "ssm:GetParameters", "iam:PassRole"}
	for _, a := range actions {
		_, name, _ := strings.Cut(a, ":")
		reads := reading.MatchString(name) || slices.Contains([]string{"sdb:DomainMetadata", "servicecatalog:ScanProvisionedProducts"}, a)
		if strings.Contains(a, "*") || slices.Contains(closed, a) || !reads {
			t.Errorf("%s is granted", a)
		}
	}
}

func TestPoliciesAreSplit(t *testing.T) {
	needs := slices.DeleteFunc(many(), func(n permit.Need) bool { return n.TypeName > "AWS::D" && n.TypeName < "AWS::S" })
	docs, err := permit.Policies(needs, permit.Options{Partition: "aws-us-gov"})
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) < 3 || len(docs) > permit.PoliciesOfRole {
		t.Fatalf("%d policies", len(docs))
	}
	var granted []string
	services := map[string]int{}
	for i, d := range docs {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > permit.ManagedSize {
			t.Errorf("policy %d has %d characters", i, len(text))
		}
		if strings.Contains(string(text), "arn:aws:") || strings.Contains(string(text), "{") && strings.Contains(string(text), "{partition}") {
			t.Errorf("policy %d is not of the partition: %s", i, text)
		}
		for _, s := range d.Statement {
			granted = append(granted, s.Action...)
			for _, a := range s.Action {
				service, _, _ := strings.Cut(a, ":")
				if in, ok := services[service]; ok && in != i {
					t.Errorf("%s is torn over policies %d and %d", service, in, i)
				}
				services[service] = i
			}
		}
	}
	want, err := permit.Actions(needs)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(granted)
	if !slices.Equal(granted, want) {
		t.Errorf("%d actions are granted, %d wanted", len(granted), len(want))
	}
}

// A role takes so many policies: what is more is refused, not left out.
func TestTooManyPolicies(t *testing.T) {
	if _, err := permit.Policies(many(), permit.Options{}); fault.KindOf(err) != fault.Quota {
		t.Errorf("%v", err)
	}
}

func TestCompactLeavesGetActions(t *testing.T) {
	docs, err := permit.Policies([]permit.Need{
		{API: "ec2:DescribeVolumes"},
		{API: "ec2:DescribeVpcs"},
		{API: "ec2:GetEbsEncryptionByDefault"},
		{API: "s3:ListBuckets"},
		{API: "s3:ListObjectsV2"},
		{API: "s3:GetBucketAcl"},
		{API: "s3:GetBucketPolicy"},
		{API: "kms:ListKeys"},
		{API: "iam:ListUsers"},
		{API: "iam:ListRoles"},
	}, permit.Options{Compact: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ec2:Describe*", "ec2:GetEbsEncryptionByDefault", "iam:List*", "kms:ListKeys", "s3:GetBucketAcl", "s3:GetBucketPolicy", "s3:ListAllMyBuckets", "s3:ListBucket"}
	if got := docs[0].Statement[0].Action; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func few(t *testing.T) []permit.Document {
	t.Helper()
	docs, err := permit.Policies([]permit.Need{{API: "ec2:DescribeVolumes"}, {API: "s3:ListBuckets"}, {API: "apigateway:GetRestApis"}}, permit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestTemplates(t *testing.T) {
	role := permit.Role{Principal: "arn:aws:iam::111122223333:role/tickmark", ExternalID: "estate-1"}
	stack, err := permit.CloudFormation(few(t), role, false)
	if err != nil {
		t.Fatal(err)
	}
	set, err := permit.CloudFormation(few(t), permit.Role{}, true)
	if err != nil {
		t.Fatal(err)
	}
	terraform, err := permit.Terraform(few(t), role)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"stack.yaml": stack, "stackset.yaml": set, "role.tf": terraform} {
		golden(t, name, got)
	}
	for _, text := range []string{stack, set} {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(text), &node); err != nil {
			t.Errorf("the template is no YAML: %v", err)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("%s differs (%v); see the difference after go test -update\n%s", name, err, got)
	}
}

func TestBadRoles(t *testing.T) {
	for _, c := range []struct {
		role  permit.Role
		field string
	}{
		{permit.Role{Name: "a b"}, "role"},
		{permit.Role{Principal: "somebody"}, "principal"},
		{permit.Role{Principal: "arn:aws:iam::111122223333:role/x'\n  Evil: y"}, "principal"},
		{permit.Role{Principal: "arn:aws-cn:iam::111122223333:root"}, "principal"},
		{permit.Role{ExternalID: "x'y"}, "external-id"},
		{permit.Role{Partition: "aws-mars"}, "partition"},
	} {
		for _, make := range []func() (string, error){
			func() (string, error) { return permit.CloudFormation(few(t), c.role, true) },
			func() (string, error) { return permit.Terraform(few(t), c.role) },
			func() (string, error) { _, err := permit.Trust(c.role); return "", err },
			func() (string, error) { _, err := permit.Caller(c.role); return "", err },
		} {
			_, err := make()
			f, ok := err.(*fault.Error)
			if !ok || f.Field != c.field {
				t.Errorf("%+v: %v", c.role, err)
			}
		}
	}
}

func TestTrustAndCaller(t *testing.T) {
	for _, c := range []struct {
		make func(permit.Role) (permit.Document, error)
		role permit.Role
		want string
	}{
		{permit.Trust, permit.Role{Principal: "arn:aws:iam::111122223333:root", ExternalID: "x-1"}, `{"Version":"2012-10-17","Statement":[{"Sid":"TickmarkAssumes","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x-1"}}}]}`},
		{permit.Trust, permit.Role{Principal: "arn:aws:iam::111122223333:root"}, `{"Version":"2012-10-17","Statement":[{"Sid":"TickmarkAssumes","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}`},
		{permit.Caller, permit.Role{Name: "R", Partition: "aws-cn"}, `{"Version":"2012-10-17","Statement":[{"Sid":"TickmarkFindsAccounts","Effect":"Allow","Action":["organizations:DescribeOrganization","organizations:ListAccounts","organizations:ListAccountsForParent","organizations:ListOrganizationalUnitsForParent"],"Resource":"*"},{"Sid":"TickmarkAssumesCollector","Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws-cn:iam::*:role/R"}]}`},
	} {
		d, err := c.make(c.role)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := json.Marshal(d); err != nil || string(got) != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
	}
}
