package catalog

import (
	"slices"
	"strings"
)

// RuleTitle tells what a rule is about in words, from its identifier: S3_BUCKET_LOGGING_ENABLED is "S3 bucket logging
// enabled".
func RuleTitle(identifier string) string {
	words := strings.Split(identifier, "_")
	if n := len(words) - 1; n > 0 && words[n] == "CHECK" {
		words = words[:n]
	}
	for i, w := range words {
		switch spelled, ok := spelling[w]; {
		case ok:
			words[i] = spelled
		case i == 0:
			words[i] = w[:1] + strings.ToLower(w[1:])
		default:
			words[i] = strings.ToLower(w)
		}
	}
	return strings.Join(words, " ")
}

// spelling has the words of identifiers that are not written as plain words.
var spelling = map[string]string{
	"ACM": "ACM", "ACMPCA": "ACM PCA", "ALB": "ALB", "AMI": "AMI", "API": "API", "GW": "Gateway", "GWV2": "Gateway v2",
	"APPSYNC": "AppSync", "AURORA": "Aurora", "AUTOSCALING": "Auto Scaling", "AWS": "AWS", "BACKUP": "Backup",
	"CLOUDFORMATION": "CloudFormation", "CLOUDFRONT": "CloudFront", "CLOUDTRAIL": "CloudTrail", "CLOUDWATCH": "CloudWatch",
	"CMK": "KMS key", "CODEBUILD": "CodeBuild", "CODEDEPLOY": "CodeDeploy", "CW": "CloudWatch", "LOGGROUP": "log group",
	"DAX": "DAX", "DB": "database", "DMS": "DMS", "DYNAMODB": "DynamoDB", "EBS": "EBS", "EC2": "EC2", "ECR": "ECR", "ECS": "ECS",
	"EFS": "EFS", "EIP": "Elastic IP", "EKS": "EKS", "ELASTICACHE": "ElastiCache", "ELASTICSEARCH": "Elasticsearch", "ELB": "ELB",
	"ELBV2": "ELBv2", "EMR": "EMR", "ENI": "ENI", "EVENTBRIDGE": "EventBridge", "FSX": "FSx", "GUARDDUTY": "GuardDuty",
	"HTTP": "HTTP", "HTTPS": "HTTPS", "IAM": "IAM", "ID": "id", "IMDSV2": "IMDSv2", "IP": "IP", "IPS": "IPs", "KINESIS": "Kinesis",
	"KMS": "KMS", "LAMBDA": "Lambda", "MFA": "MFA", "MSK": "MSK", "NACL": "NACL", "NEPTUNE": "Neptune", "NETFW": "Network Firewall",
	"OPENSEARCH": "OpenSearch", "OS": "OS", "RDS": "RDS", "REDSHIFT": "Redshift", "S3": "S3", "SAGEMAKER": "SageMaker",
	"SECRETSMANAGER": "Secrets Manager", "SECURITYHUB": "Security Hub", "SG": "security group", "SNI": "SNI", "SNS": "SNS",
	"SQS": "SQS", "SSH": "SSH", "SSL": "SSL", "SSM": "Systems Manager", "TLS": "TLS", "URL": "URL", "VPC": "VPC", "VPN": "VPN",
	"WAF": "WAF", "WAFV2": "WAF", "XRAY": "X-Ray",
}

// subjects are what rules are about, by words of their identifiers; of rules with words of several the first counts.
var subjects = []struct {
	name  string
	words []string
}{
	{"access from the internet", []string{"PUBLIC", "PUBLICLY", "INTERNET", "PROHIBITED", "RESTRICTED", "UNRESTRICTED", "OPEN"}},
	{"encryption in transit", []string{"TLS", "SSL", "HTTPS", "SNI", "NODE"}},
	{"encryption at rest", []string{"ENCRYPTED", "ENCRYPTION", "KMS", "CMK"}},
	{"logs", []string{"LOGGING", "LOGS", "LOG", "TRAIL", "CLOUDTRAIL", "FLOW", "LOGGROUP"}},
	{"identities and access", []string{"IAM", "MFA", "ROOT", "PASSWORD", "ACCESS", "CREDENTIALS", "PRIVILEGED", "POLICY", "AUTHENTICATION", "ROTATED", "ADMIN"}},
	{"backups", []string{"BACKUP", "BACKUPS", "RECOVERY", "PITR", "SNAPSHOT", "SNAPSHOTS", "VERSIONING"}},
	{"updates", []string{"PATCH", "VERSION", "UPGRADE", "UPDATE", "UPDATES", "SUPPORTED", "MAINTENANCE", "RUNTIME"}},
	{"detection", []string{"GUARDDUTY", "SECURITYHUB", "ALARM", "MACIE", "INSPECTOR", "DETECTION", "MONITORING", "NOTIFICATION"}},
	{"availability", []string{"AZ", "MULTI", "REPLICATION", "AUTOSCALING", "HEALTHCHECK", "FAILOVER", "ZONE", "DELETION"}},
	{"network", []string{"VPC", "WAF", "SG", "NACL", "SUBNET", "NETFW", "IMDSV2"}},
}

// subject is what at least half of the rules are about, if there is such a thing.
func subject(rules []string) string {
	count := map[string]int{}
	for _, r := range rules {
		words := strings.Split(r, "_")
		for _, s := range subjects {
			if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(s.words, w) }) {
				count[s.name]++
				break
			}
		}
	}
	for _, s := range subjects {
		if 2*count[s.name] >= len(rules) {
			return s.name
		}
	}
	return ""
}
