package catalog

// Service is one entry of the list that GetServicesInScope answers.
type Service struct{ Name, DisplayName, Description, Category string }

// Services are the services that evidence can be about, by name. Scope cannot be narrowed to them: Audit Manager
// ignores the choice, and so do we.
func Services() []Service { return services }

var services = []Service{
	{"acm", "AWS Certificate Manager", "TLS certificates", "Security, Identity, and Compliance"},
	{"apigateway", "Amazon API Gateway", "HTTP and WebSocket APIs", "Networking and Content Delivery"},
	{"autoscaling", "Amazon EC2 Auto Scaling", "Groups of instances that follow demand", "Compute"},
	{"backup", "AWS Backup", "Backup plans and vaults", "Storage"},
	{"cloudformation", "AWS CloudFormation", "Stacks of resources", "Management and Governance"},
	{"cloudfront", "Amazon CloudFront", "Content delivery", "Networking and Content Delivery"},
	{"cloudtrail", "AWS CloudTrail", "Records of API activity", "Management and Governance"},
	{"cloudwatch", "Amazon CloudWatch", "Metrics, alarms and logs", "Management and Governance"},
	{"codebuild", "AWS CodeBuild", "Builds", "Developer Tools"},
	{"config", "AWS Config", "Configuration history and rules", "Management and Governance"},
	{"dms", "AWS Database Migration Service", "Database replication", "Migration and Transfer"},
	{"dynamodb", "Amazon DynamoDB", "Key-value tables", "Database"},
	{"ec2", "Amazon EC2", "Instances, volumes and networks", "Compute"},
	{"ecr", "Amazon ECR", "Container images", "Containers"},
	{"ecs", "Amazon ECS", "Containers", "Containers"},
	{"eks", "Amazon EKS", "Kubernetes clusters", "Containers"},
	{"elasticache", "Amazon ElastiCache", "In-memory caches", "Database"},
	{"elasticbeanstalk", "AWS Elastic Beanstalk", "Application environments", "Compute"},
	{"elasticfilesystem", "Amazon EFS", "Shared file systems", "Storage"},
	{"elasticloadbalancing", "Elastic Load Balancing", "Load balancers", "Networking and Content Delivery"},
	{"elasticmapreduce", "Amazon EMR", "Data processing clusters", "Analytics"},
	{"es", "Amazon OpenSearch Service", "Search domains", "Analytics"},
	{"events", "Amazon EventBridge", "Event buses and rules", "Application Integration"},
	{"firehose", "Amazon Data Firehose", "Delivery streams", "Analytics"},
	{"fsx", "Amazon FSx", "Managed file systems", "Storage"},
	{"guardduty", "Amazon GuardDuty", "Threat detection", "Security, Identity, and Compliance"},
	{"iam", "AWS IAM", "Users, roles and policies", "Security, Identity, and Compliance"},
	{"kafka", "Amazon MSK", "Kafka clusters", "Analytics"},
	{"kinesis", "Amazon Kinesis", "Data streams", "Analytics"},
	{"kms", "AWS KMS", "Encryption keys", "Security, Identity, and Compliance"},
	{"lambda", "AWS Lambda", "Functions", "Compute"},
	{"organizations", "AWS Organizations", "Accounts and their policies", "Management and Governance"},
	{"rds", "Amazon RDS", "Relational databases", "Database"},
	{"redshift", "Amazon Redshift", "Data warehouses", "Analytics"},
	{"route53", "Amazon Route 53", "Domain names", "Networking and Content Delivery"},
	{"s3", "Amazon S3", "Object storage", "Storage"},
	{"sagemaker", "Amazon SageMaker", "Machine learning", "Machine Learning"},
	{"secretsmanager", "AWS Secrets Manager", "Secrets", "Security, Identity, and Compliance"},
	{"securityhub", "AWS Security Hub", "Findings", "Security, Identity, and Compliance"},
	{"signin", "AWS Sign-In", "Console sign-in", "Security, Identity, and Compliance"},
	{"sns", "Amazon SNS", "Notifications", "Application Integration"},
	{"sqs", "Amazon SQS", "Queues", "Application Integration"},
	{"ssm", "AWS Systems Manager", "Operation of instances", "Management and Governance"},
	{"sts", "AWS STS", "Temporary credentials", "Security, Identity, and Compliance"},
	{"waf", "AWS WAF", "Web application firewall", "Security, Identity, and Compliance"},
}
