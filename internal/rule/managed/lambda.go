package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/policy"
	"github.com/tickmark/tickmark/internal/rule"
)

func lambdaRules() []rule.Rule {
	return []rule.Rule{functionNotPublic(), functionInsideVPC()}
}

func functionNotPublic() rule.Rule {
	arn := rule.Required("configuration.functionArn")
	doc := rule.Absent("supplementaryConfiguration.Policy", nil, "Lambda GetPolicy answers ResourceNotFoundException for a function without a policy")
	return rule.Rule{
		Identifier: "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
		Severity:   rule.Critical,
		Rationale: "A function that everyone may call runs a stranger's input with the account's permissions. No statement of the function's " +
			"policy may allow something to everyone without a condition that limits it to known accounts, organizations, sources or networks, or to the S3 " +
			"service without one that tells the account, such as AWS:SourceAccount: the ARN of a bucket does not, and whoever makes a bucket of that " +
			"name later could call. A function without a policy passes.",
		Remediation: rule.Remediation{Hint: "Remove the statement, or add a condition such as AWS:SourceAccount."},
		Fields:      []*rule.Field{arn, doc},
		Check: func(c *rule.Context) rule.Result {
			d := c.Policy(doc)
			if len(d.Public()) > 0 {
				return c.Fail("The policy lets everyone call the function.")
			}
			for i := range d.Statements {
				if s := &d.Statements[i]; s.Allow && ofS3(s) && !s.FixesAccount() {
					return c.Fail("The policy lets S3 call the function for every account.")
				}
			}
			return c.Pass("The policy does not let everyone call the function.")
		},
	}
}

func ofS3(s *policy.Statement) bool {
	return !s.NotPrincipal && slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return p.Kind == "Service" && p.ID == "s3.amazonaws.com" })
}

func functionInsideVPC() rule.Rule {
	arn := rule.Required("configuration.functionArn")
	subnets := rule.Absent("configuration.vpcConfig.subnetIds", nil, "Lambda leaves it out for a function that never was in a VPC")
	return rule.Rule{
		Identifier: "LAMBDA_INSIDE_VPC",
		Params:     []rule.Param{{Name: "subnetIds", Type: rule.CSV, Doc: "the subnets that are allowed"}},
		Severity:   rule.Low,
		Rationale: "Only inside of a VPC does an account rule what a function can reach. The function must be attached to at least one subnet, and " +
			"when subnetIds is given to subnets of that list only.",
		Remediation: rule.Remediation{Hint: "Attach the function to subnets of a VPC."},
		Fields:      []*rule.Field{arn, subnets},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(subnets) == 0 {
				return c.Fail("The function is not in a VPC.")
			}
			for s := range c.Strings(subnets) {
				if !allowed(c.Params.List("subnetIds"), s) {
					return c.Fail("The function is in the subnet " + s + ", which is not allowed.")
				}
			}
			return c.Pass("The function is in a VPC.")
		},
	}
}
