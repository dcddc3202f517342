package client

import (
	"path"
	"strings"
)

// rate is where calls begin; AWS corrects it by throttling.
type rate struct {
	// calls is a glob of "service:Operation"; they share the rate, unless each has it for itself.
	calls            string
	each             bool
	perSecond, burst float64
	// assumed: AWS publishes no rate, and this is on the low side.
	assumed bool
}

// rates are AWS's limits for an account and region, where they are published (developer guides and service quotas), or
// assumed. The first that fits counts.
var rates = []rate{
	// Amazon EC2, request throttling: describing calls 20 a second and 100 at once; changes and calls without pages less.
	{"ec2:Describe*", true, 20, 100, false},
	{"ec2:Get*", true, 20, 50, false},
	{"ec2:*", true, 5, 50, false},
	// Lambda quotas: GetFunction 100, GetPolicy 15, all other control plane calls together 15.
	{"lambda:GetFunction", true, 100, 100, false},
	{"lambda:GetPolicy", true, 15, 15, false},
	{"lambda:Invoke", true, 100, 100, false},
	{"lambda:*", false, 15, 15, false},
	// API Gateway quotas: all management calls together 10, 40 at once.
	{"apigateway:*", false, 10, 40, false},
	{"apigatewayv2:*", false, 10, 40, false},
	// Route 53 quotas: five a second for an account.
	{"route53:*", false, 5, 5, false},
	// AWS KMS request quotas.
	{"kms:ListKeys", true, 500, 500, false},
	{"kms:GetKeyPolicy", true, 1000, 1000, false},
	{"kms:GetKeyRotationStatus", true, 1000, 1000, false},
	{"kms:DescribeKey", true, 2000, 2000, false},
	{"kms:ListResourceTags", true, 2000, 2000, false},
	{"kms:*", true, 50, 50, false},
	// Amazon SNS quotas.
	{"sns:ListTagsForResource", true, 10, 10, false},
	{"sns:*", true, 30, 30, false},
	// DynamoDB quotas: 2,500 control plane calls at once for DescribeTable; the others are not published.
	{"dynamodb:DescribeTable", true, 500, 500, false},
	{"dynamodb:*", true, 50, 50, true},
	// CloudWatch Logs quotas.
	{"logs:DescribeLogGroups", true, 10, 10, false},
	{"logs:*", true, 10, 10, true},
	// IAM and STS: STS gives 600 a second; IAM publishes none.
	{"sts:*", true, 600, 600, false},
	{"iam:*", true, 20, 50, true},
	// CloudTrail quotas: LookupEvents 2, the others 10.
	{"cloudtrail:LookupEvents", true, 2, 2, false},
	{"cloudtrail:*", true, 10, 10, false},
	// Config: queries by SQL are slow.
	{"config:Select*", true, 4, 4, false},
	// Objects in S3 take thousands a second; calls about buckets have a limit that is not published.
	{"s3:GetObject", true, 1000, 1000, false},
	{"s3:PutObject", true, 1000, 1000, false},
	{"s3:UploadPart", true, 1000, 1000, false},
	{"s3:*", true, 100, 100, true},
	{"sqs:*", true, 100, 100, true},
	// Audit Manager quotas: 20 a second.
	{"auditmanager:*", false, 20, 20, false},
	{"secretsmanager:*", true, 40, 40, false},
}

// What is not in the table: calls that read and calls that change.
var (
	reading  = rate{each: true, perSecond: 20, burst: 40, assumed: true}
	changing = rate{each: true, perSecond: 10, burst: 10}
)

// usualRate finds the group of calls that share a rate, and the rate.
func usualRate(call string) (group string, r rate) {
	for _, r := range rates {
		if ok, _ := path.Match(r.calls, call); ok {
			if r.each {
				return call, r
			}
			return r.calls, r
		}
	}
	if reads(call) {
		return call, reading
	}
	return call, changing
}

func reads(call string) bool {
	_, operation, _ := strings.Cut(call, ":")
	for _, p := range []string{"Get", "List", "Describe", "BatchGet", "Head", "Lookup", "Select", "Search"} {
		if strings.HasPrefix(operation, p) {
			return true
		}
	}
	return false
}
