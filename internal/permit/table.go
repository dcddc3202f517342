package permit

import "strings"

// prefixes are the services whose IAM prefix is not the name boto3 has for them. Facts of AWS's service authorization
// reference.
var prefixes = map[string]string{
	"accessanalyzer":                "access-analyzer",
	"amp":                           "aps",
	"appintegrations":               "app-integrations",
	"application-insights":          "applicationinsights",
	"bedrock-agent":                 "bedrock",
	"bedrock-agentcore-control":     "bedrock-agentcore",
	"bedrock-runtime":               "bedrock",
	"chime-sdk-identity":            "chime",
	"chime-sdk-media-pipelines":     "chime",
	"chime-sdk-meetings":            "chime",
	"chime-sdk-messaging":           "chime",
	"chime-sdk-voice":               "chime",
	"cloudhsmv2":                    "cloudhsm",
	"codeguruprofiler":              "codeguru-profiler",
	"connectcampaigns":              "connect-campaigns",
	"connectcampaignsv2":            "connect-campaigns",
	"connectcases":                  "cases",
	"customer-profiles":             "profile",
	"docdb":                         "rds",
	"dynamodbstreams":               "dynamodb",
	"efs":                           "elasticfilesystem",
	"elb":                           "elasticloadbalancing",
	"elbv2":                         "elasticloadbalancing",
	"emr":                           "elasticmapreduce",
	"greengrassv2":                  "greengrass",
	"ivs-realtime":                  "ivs",
	"keyspaces":                     "cassandra",
	"kinesisanalyticsv2":            "kinesisanalytics",
	"launch-wizard":                 "launchwizard",
	"lex-models":                    "lex",
	"lexv2-models":                  "lex",
	"location":                      "geo",
	"mailmanager":                   "ses",
	"migration-hub-refactor-spaces": "refactor-spaces",
	"migrationhub-config":           "mgh",
	"msk":                           "kafka",
	"mwaa":                          "airflow",
	"neptune":                       "rds",
	"neptunedata":                   "neptune-db",
	"opensearch":                    "es",
	"opensearchserverless":          "aoss",
	"pinpoint":                      "mobiletargeting",
	"pinpoint-sms-voice-v2":         "sms-voice",
	"qconnect":                      "wisdom",
	"resourcegroupstaggingapi":      "tag",
	"s3control":                     "s3",
	"s3outposts":                    "s3-outposts",
	"service-quotas":                "servicequotas",
	"servicecatalog-appregistry":    "servicecatalog",
	"sesv2":                         "ses",
	"socialmessaging":               "social-messaging",
	"sso-admin":                     "sso",
	"stepfunctions":                 "states",
	"timestream-query":              "timestream",
	"timestream-write":              "timestream",
	"voice-id":                      "voiceid",
	"waf":                           "waf",
}

// renamed are operations whose action has another name: service or prefix:Operation -> action, with a prefix where that
// differs too. Operations that only spell differently (GetBucketCors) are told as the reference spells them.
var renamed = map[string]string{
	"accessanalyzer:GetFindingV2":                "GetFinding",
	"accessanalyzer:ListFindingsV2":              "ListFindings",
	"amplify:GetWebhook":                         "GetWebHook",
	"amplify:ListWebhooks":                       "ListWebHooks",
	"budgets:DescribeBudget":                     "ViewBudget",
	"budgets:DescribeBudgets":                    "ViewBudget",
	"budgets:DescribeNotificationsForBudget":     "ViewBudget",
	"budgets:DescribeSubscribersForNotification": "ViewBudget",
	"detective:ListOrganizationAdminAccounts":    "ListOrganizationAdminAccount",
	"dms:DescribeDataProviders":                  "ListDataProviders",
	"dms:DescribeInstanceProfiles":               "ListInstanceProfiles",
	"dms:DescribeMigrationProjects":              "ListMigrationProjects",
	"keyspaces:GetKeyspace":                      "Select",
	"keyspaces:GetTable":                         "Select",
	"keyspaces:ListKeyspaces":                    "Select",
	"keyspaces:ListTables":                       "Select",
	"keyspaces:ListTagsForResource":              "Select",
	"lambda:GetLayerVersionByArn":                "GetLayerVersion",
	"memorydb:DescribeACLs":                      "DescribeAcls",
	"quicksight:DescribeAnalysisDefinition":      "DescribeAnalysis",
	"quicksight:DescribeDashboardDefinition":     "DescribeDashboard",
	"quicksight:DescribeTemplateDefinition":      "DescribeTemplate",

	"s3:GetBucketAccelerateConfiguration":           "GetAccelerateConfiguration",
	"s3:GetBucketAnalyticsConfiguration":            "GetAnalyticsConfiguration",
	"s3:GetBucketCors":                              "GetBucketCORS",
	"s3:GetBucketEncryption":                        "GetEncryptionConfiguration",
	"s3:GetBucketIntelligentTieringConfiguration":   "GetIntelligentTieringConfiguration",
	"s3:GetBucketInventoryConfiguration":            "GetInventoryConfiguration",
	"s3:GetBucketLifecycle":                         "GetLifecycleConfiguration",
	"s3:GetBucketLifecycleConfiguration":            "GetLifecycleConfiguration",
	"s3:GetBucketMetadataConfiguration":             "GetBucketMetadataTableConfiguration",
	"s3:GetBucketMetricsConfiguration":              "GetMetricsConfiguration",
	"s3:GetBucketNotificationConfiguration":         "GetBucketNotification",
	"s3:GetBucketReplication":                       "GetReplicationConfiguration",
	"s3:GetObjectLockConfiguration":                 "GetBucketObjectLockConfiguration",
	"s3:GetPublicAccessBlock":                       "GetBucketPublicAccessBlock",
	"s3:HeadBucket":                                 "ListBucket",
	"s3:HeadObject":                                 "GetObject",
	"s3:ListBucketAnalyticsConfigurations":          "GetAnalyticsConfiguration",
	"s3:ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
	"s3:ListBucketInventoryConfigurations":          "GetInventoryConfiguration",
	"s3:ListBucketMetricsConfigurations":            "GetMetricsConfiguration",
	"s3:ListBuckets":                                "ListAllMyBuckets",
	"s3:ListDirectoryBuckets":                       "s3express:ListAllMyDirectoryBuckets",
	"s3:ListMultipartUploads":                       "ListBucketMultipartUploads",
	"s3:ListObjectVersions":                         "ListBucketVersions",
	"s3:ListObjects":                                "ListBucket",
	"s3:ListObjectsV2":                              "ListBucket",
	"s3control:GetPublicAccessBlock":                "GetAccountPublicAccessBlock",
	"s3control:GetBucket":                           "s3-outposts:GetBucket",
	"s3control:ListRegionalBuckets":                 "s3-outposts:ListRegionalBuckets",
}

// gatewayRoots are the first parts of API Gateway's paths, by what the names of the operations begin with; the longest
// that fits counts. An operation that none fits has an action of its own (GetPortal).
var gatewayRoots = []struct{ path, operations string }{
	{"account", "GetAccount"},
	{"apikeys", "GetApiKey GetApiKeys"},
	{"apis", "ExportApi GetApi GetApis GetIntegrationResponses GetIntegrations GetRoute GetRouteResponse GetRouteResponses GetRoutes"},
	{"clientcertificates", "GetClientCertificate GetClientCertificates"},
	{"domainnameaccessassociations", "GetDomainNameAccessAssociations"},
	{"domainnames", "GetApiMapping GetApiMappings GetBasePathMapping GetBasePathMappings GetDomainName GetDomainNames"},
	{"restapis", `GetDocumentationPart GetDocumentationParts GetDocumentationVersion GetDocumentationVersions GetExport GetGatewayResponse
		GetGatewayResponses GetMethod GetMethodResponse GetRequestValidator GetRequestValidators GetResource GetResources GetRestApi GetRestApis GetSdk`},
	// of REST APIs and of the second version's alike
	{"restapis apis", `GetAuthorizer GetAuthorizers GetDeployment GetDeployments GetIntegration GetIntegrationResponse GetModel GetModelTemplate
		GetModels GetStage GetStages`},
	{"sdktypes", "GetSdkType GetSdkTypes"},
	{"tags", "GetTags"},
	{"usageplans", "GetUsage GetUsagePlan GetUsagePlanKey GetUsagePlanKeys GetUsagePlans"},
	{"vpclinks", "GetVpcLink GetVpcLinks"},
}

// gatewayPaths is gatewayRoots by operation.
var gatewayPaths = func() map[string]string {
	m := map[string]string{}
	for _, r := range gatewayRoots {
		for o := range strings.FieldsSeq(r.operations) {
			m[o] = r.path
		}
	}
	return m
}()

func gatewayPath(operation string) string { return gatewayPaths[operation] }

// gatewayResources are the resources of paths and of all below them.
func gatewayResources(paths string) []string {
	var out []string
	for p := range strings.FieldsSeq(paths) {
		out = append(out, "arn:{partition}:apigateway:*::/"+p)
		if p != "account" {
			out = append(out, "arn:{partition}:apigateway:*::/"+p+"/*")
		}
	}
	return out
}
