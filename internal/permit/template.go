package permit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Role describes the collector's role that a template makes.
type Role struct {
	// Name of the role; empty is DefaultRole.
	Name string
	// Principal is the ARN of who may assume it; empty leaves it to a parameter of the template.
	Principal string
	// ExternalID must be given to assume it; empty leaves it to a parameter, which may stay empty.
	ExternalID string
	Partition  string
}

// DefaultRole is the name of the collector's role where none is given.
const DefaultRole = "TickmarkCollector"

var (
	roleName   = regexp.MustCompile(`^[A-Za-z0-9+=,.@_-]{1,64}$`)
	externalID = regexp.MustCompile(`^[A-Za-z0-9+=,.@:/_-]{2,}$`)
)

// CheckRole tells what is wrong with a role's name.
func CheckRole(name string) error {
	if !roleName.MatchString(name) {
		return fault.Invalidf("role", "--role %q is not a name of a role: it has 1 to 64 letters, digits and + = , . @ _ -.", name)
	}
	return nil
}

// CheckExternalID tells what is wrong with an external id, without telling it.
func CheckExternalID(id string) error {
	if id != "" && (len(id) > 1224 || !externalID.MatchString(id)) {
		return fault.Invalidf("external-id", "--external-id is not an external id: it has 2 to 1,224 letters, digits and + = , . @ : / _ -.")
	}
	return nil
}

func (r *Role) check() error {
	o := Options{Partition: r.Partition}
	if err := o.check(); err != nil {
		return err
	}
	r.Partition, r.Name = o.Partition, cmp.Or(r.Name, DefaultRole)
	if err := CheckRole(r.Name); err != nil {
		return err
	}
	if r.Principal != "" {
		a, err := arn.Parse(r.Principal)
		if err != nil || a.Service != "iam" && a.Service != "sts" || !arn.ValidAccount(a.Account) || strings.ContainsAny(r.Principal, "\"'\\*\n\r${} ") {
			return fault.Invalidf("principal", "--principal %q is not the ARN of a user, a role or an account's root: it must be like arn:%s:iam::111122223333:role/NAME.", r.Principal, r.Partition)
		}
		if a.Partition != r.Partition {
			return fault.Invalidf("principal", "--principal %s is in partition %s, but the policy is for %s. Give --partition %s.", r.Principal, a.Partition, r.Partition, a.Partition)
		}
	}
	return CheckExternalID(r.ExternalID)
}

// Trust is the trust policy of a role: only its principal may assume it, and only with the external id if there is one.
func Trust(r Role) (Document, error) {
	if err := r.check(); err != nil {
		return Document{}, err
	}
	s := Statement{Sid: "TickmarkAssumes", Effect: "Allow", Principal: map[string]string{"AWS": r.Principal}, Action: []string{"sts:AssumeRole"}}
	if r.ExternalID != "" {
		s.Condition = map[string]map[string]string{"StringEquals": {"sts:ExternalId": r.ExternalID}}
	}
	return Document{Version: version, Statement: []Statement{s}}, nil
}

// Caller is the policy of who assumes the role in every account of an organization, and lists it.
func Caller(r Role) (Document, error) {
	if err := r.check(); err != nil {
		return Document{}, err
	}
	role := arn.ARN{Partition: r.Partition, Service: "iam", Account: "*", Resource: "role/" + r.Name}
	return Document{Version: version, Statement: []Statement{
		{Sid: "TickmarkFindsAccounts", Effect: "Allow", Resource: []string{"*"}, Action: []string{
			"organizations:DescribeOrganization", "organizations:ListAccounts", "organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent",
		}},
		{Sid: "TickmarkAssumesCollector", Effect: "Allow", Resource: []string{role.String()}, Action: []string{"sts:AssumeRole"}},
	}}, nil
}

// CloudFormation is a template of the role and its policies, with the commands that deploy it on top: in one account, or
// as a StackSet in all accounts of an organization.
func CloudFormation(docs []Document, r Role, stackSet bool) (string, error) {
	if err := r.check(); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(deployHelp(r, stackSet))
	fmt.Fprintf(&b, "AWSTemplateFormatVersion: '2010-09-09'\nDescription: The role with which Tickmark reads an account's configuration.\nParameters:\n")
	parameter(&b, "RoleName", "Name of the role.", r.Name, "")
	parameter(&b, "Principal", "ARN of who may assume the role.", r.Principal, "AllowedPattern: 'arn:[a-z-]+:(iam|sts)::[0-9]{12}:.+'")
	fmt.Fprintf(&b, "  ExternalId:\n    Type: String\n    NoEcho: true\n    Description: External id that must be given to assume the role; empty asks for none.\n    Default: %s\n", quote(r.ExternalID))
	b.WriteString("Conditions:\n  WithExternalId: !Not [!Equals [!Ref ExternalId, '']]\nResources:\n")
	for i, d := range docs {
		text, err := json.Marshal(d)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  Policy%d:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Description: What Tickmark reads, part %d of %d.\n      PolicyDocument: %s\n", i+1, i+1, len(docs), text)
	}
	b.WriteString(`  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: Tickmark reads this account's configuration with it.
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: TickmarkAssumes
            Effect: Allow
            Principal:
              AWS: !Ref Principal
            Action: sts:AssumeRole
            Condition: !If
              - WithExternalId
              - StringEquals:
                  sts:ExternalId: !Ref ExternalId
              - !Ref AWS::NoValue
      ManagedPolicyArns:
`)
	for i := range docs {
		fmt.Fprintf(&b, "        - !Ref Policy%d\n", i+1)
	}
	b.WriteString("Outputs:\n  RoleArn:\n    Value: !GetAtt Role.Arn\n")
	return b.String(), nil
}

func parameter(b *strings.Builder, name, description, value, more string) {
	fmt.Fprintf(b, "  %s:\n    Type: String\n    Description: %s\n", name, description)
	if value != "" {
		fmt.Fprintf(b, "    Default: %s\n", quote(value))
	}
	if more != "" {
		fmt.Fprintf(b, "    %s\n", more)
	}
}

// quote is a YAML text in single quotes; what goes in was checked to have neither quotes nor line breaks.
func quote(s string) string { return "'" + s + "'" }

func deployHelp(r Role, stackSet bool) string {
	overrides := ""
	if r.Principal == "" {
		overrides = " \\\n#     %s"
	}
	if !stackSet {
		if overrides != "" {
			overrides = fmt.Sprintf(overrides, "--parameter-overrides Principal=ARN_OF_WHO_RUNS_TICKMARK")
		}
		return fmt.Sprintf(`# Save as tickmark-collector.yaml and deploy it in the account:
#   aws cloudformation deploy --stack-name tickmark-collector --template-file tickmark-collector.yaml \
#     --capabilities CAPABILITY_NAMED_IAM%s
`, overrides)
	}
	if overrides != "" {
		overrides = fmt.Sprintf(overrides, "--parameters ParameterKey=Principal,ParameterValue=ARN_OF_WHO_RUNS_TICKMARK")
	}
	return fmt.Sprintf(`# Save as tickmark-collector.yaml and run in the organization's management account (or as a delegated administrator of
# StackSets). New accounts get the role by themselves:
#   aws cloudformation create-stack-set --stack-set-name tickmark-collector --template-body file://tickmark-collector.yaml \
#     --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false \
#     --capabilities CAPABILITY_NAMED_IAM%s
#   aws cloudformation create-stack-instances --stack-set-name tickmark-collector --regions %s \
#     --deployment-targets OrganizationalUnitIds=$(aws organizations list-roots --query 'Roots[0].Id' --output text) \
#     --operation-preferences MaxConcurrentPercentage=25,FailureTolerancePercentage=10
# A StackSet leaves the management account itself out. Tickmark reads it with its own credentials, or deploy it there too:
#   aws cloudformation deploy --stack-name tickmark-collector --template-file tickmark-collector.yaml --capabilities CAPABILITY_NAMED_IAM
`, overrides, homeRegion(r.Partition))
}

func homeRegion(partition string) string {
	switch partition {
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-cn":
		return "cn-north-1"
	}
	return "us-east-1"
}

// Terraform is the same for Terraform and OpenTofu.
func Terraform(docs []Document, r Role) (string, error) {
	if err := r.check(); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Save as tickmark-collector.tf and run: terraform apply\n")
	variable := func(name, description, value string, sensitive bool) {
		fmt.Fprintf(&b, "variable %q {\n  type        = string\n  description = %q\n", name, description)
		if value != "" || sensitive {
			fmt.Fprintf(&b, "  default     = %q\n", value)
		}
		if sensitive {
			b.WriteString("  sensitive   = true\n")
		}
		b.WriteString("}\n\n")
	}
	variable("tickmark_principal", "ARN of who may assume the role.", r.Principal, false)
	variable("tickmark_external_id", "External id that must be given to assume the role; empty asks for none.", r.ExternalID, true)
	fmt.Fprintf(&b, `resource "aws_iam_role" "tickmark_collector" {
  name                 = %q
  description          = "Tickmark reads this account's configuration with it."
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge({
      Sid       = "TickmarkAssumes"
      Effect    = "Allow"
      Principal = { AWS = var.tickmark_principal }
      Action    = "sts:AssumeRole"
      }, {
      for key, value in { Condition = { StringEquals = { "sts:ExternalId" = var.tickmark_external_id } } } :
      key => value if var.tickmark_external_id != ""
    })]
  })
}
`, r.Name)
	for i, d := range docs {
		text, err := json.MarshalIndent(d, "  ", "  ")
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, `
resource "aws_iam_policy" "tickmark_collector_%[1]d" {
  name        = "%[2]s-%[1]d"
  description = "What Tickmark reads, part %[1]d of %[3]d."
  policy      = jsonencode(%[4]s)
}

resource "aws_iam_role_policy_attachment" "tickmark_collector_%[1]d" {
  role       = aws_iam_role.tickmark_collector.name
  policy_arn = aws_iam_policy.tickmark_collector_%[1]d.arn
}
`, i+1, r.Name, len(docs), text)
	}
	b.WriteString("\noutput \"tickmark_role_arn\" {\n  value = aws_iam_role.tickmark_collector.arn\n}\n")
	return b.String(), nil
}
