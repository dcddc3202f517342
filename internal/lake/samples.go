package lake

// samples are the queries that SearchSampleQueries knows. A test plans each.
var samples = []Sample{
	{
		"Console sign-ins without MFA", "Who signed in to the console with a password alone, from where and when.",
		`SELECT eventTime, userIdentity.arn, sourceIPAddress FROM $EDS_ID WHERE eventName = 'ConsoleLogin' AND element_at(responseElements, 'ConsoleLogin') = 'Success' AND element_at(additionalEventData, 'MFAUsed') = 'No' ORDER BY eventTime DESC`,
	},
	{
		"Failed console sign-ins", "Addresses by their number of refused console logins, to see guessing of passwords.",
		`SELECT sourceIPAddress, count(*) AS attempts, max(eventTime) AS last FROM $EDS_ID WHERE eventName = 'ConsoleLogin' AND element_at(responseElements, 'ConsoleLogin') = 'Failure' GROUP BY sourceIPAddress ORDER BY attempts DESC`,
	},
	{
		"Activity of the root user", "Everything the root user of an account did itself.",
		`SELECT eventTime, eventName, eventSource, sourceIPAddress FROM $EDS_ID WHERE userIdentity.type = 'Root' AND userIdentity.invokedBy IS NULL ORDER BY eventTime DESC`,
	},
	{
		"What an access key did", "The calls made with one access key, by service and name.",
		`SELECT eventSource, eventName, count(*) AS calls, min(eventTime) AS first, max(eventTime) AS last FROM $EDS_ID WHERE userIdentity.accessKeyId = '$ACCESS_KEY_ID' GROUP BY eventSource, eventName ORDER BY calls DESC`,
	},
	{
		"Top callers", "The principals with the most calls in a day.",
		`SELECT userIdentity.arn, count(*) AS calls FROM $EDS_ID WHERE eventTime > date_add('day', -1, now()) GROUP BY userIdentity.arn ORDER BY calls DESC LIMIT 20`,
	},
	{
		"Most frequent API calls", "API calls by how often they were made.",
		`SELECT eventSource, eventName, count(*) AS calls FROM $EDS_ID GROUP BY eventSource, eventName ORDER BY calls DESC LIMIT 50`,
	},
	{
		"Access denied errors", "Which principals were denied which calls, how often: missing permissions, or probing.",
		`SELECT userIdentity.arn, eventSource, eventName, count(*) AS refused FROM $EDS_ID WHERE errorCode IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation') GROUP BY userIdentity.arn, eventSource, eventName ORDER BY refused DESC`,
	},
	{
		"Errors by code", "Error codes by service, the most frequent first.",
		`SELECT eventSource, errorCode, count(*) AS errors FROM $EDS_ID WHERE errorCode IS NOT NULL GROUP BY eventSource, errorCode ORDER BY errors DESC`,
	},
	{
		"IAM users and access keys created", "New IAM users, login profiles and access keys, who made them and for whom.",
		`SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'userName') AS userName FROM $EDS_ID WHERE eventSource = 'iam.amazonaws.com' AND eventName IN ('CreateUser', 'CreateAccessKey', 'CreateLoginProfile') AND errorCode IS NULL ORDER BY eventTime DESC`,
	},
	{
		"Policy changes of IAM", "Who attached, put or detached policies of users, groups and roles.",
		`SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'policyArn') AS policyArn, element_at(requestParameters, 'roleName') AS roleName FROM $EDS_ID WHERE eventSource = 'iam.amazonaws.com' AND eventName LIKE '%Policy' AND readOnly = false ORDER BY eventTime DESC`,
	},
	{
		"Roles assumed from other accounts", "Which accounts assume which roles.",
		`SELECT userIdentity.accountId AS caller, element_at(requestParameters, 'roleArn') AS role, count(*) AS times FROM $EDS_ID WHERE eventName = 'AssumeRole' AND userIdentity.accountId <> recipientAccountId GROUP BY userIdentity.accountId, element_at(requestParameters, 'roleArn') ORDER BY times DESC`,
	},
	{
		"CloudTrail switched off", "Trails that were stopped, changed or deleted, and event data stores too.",
		`SELECT eventTime, eventName, userIdentity.arn, sourceIPAddress, element_at(requestParameters, 'name') AS trail FROM $EDS_ID WHERE eventSource = 'cloudtrail.amazonaws.com' AND eventName IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DeleteEventDataStore', 'StopEventDataStoreIngestion') ORDER BY eventTime DESC`,
	},
	{
		"Security groups opened", "Ingress rules that were added to security groups, with the rule.",
		`SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'groupId') AS groupId, element_at(requestParameters, 'ipPermissions') AS rules FROM $EDS_ID WHERE eventName = 'AuthorizeSecurityGroupIngress' AND errorCode IS NULL ORDER BY eventTime DESC`,
	},
	{
		"Security group rules open to the world", "Ingress rules for 0.0.0.0/0 or ::/0 that were added.",
		`SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'groupId') AS groupId FROM $EDS_ID WHERE eventName = 'AuthorizeSecurityGroupIngress' AND (element_at(requestParameters, 'ipPermissions') LIKE '%0.0.0.0/0%' OR element_at(requestParameters, 'ipPermissions') LIKE '%::/0%') ORDER BY eventTime DESC`,
	},
	{
		"Changes of S3 buckets", "Bucket policies, ACLs, encryption and public access settings that were changed.",
		`SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'bucketName') AS bucket FROM $EDS_ID WHERE eventSource = 's3.amazonaws.com' AND (eventName LIKE 'PutBucket%' OR eventName LIKE 'DeleteBucket%' OR eventName LIKE '%PublicAccessBlock') ORDER BY eventTime DESC`,
	},
	{
		"Instances started", "EC2 instances that were run, with their type and image.",
		`SELECT eventTime, userIdentity.arn, awsRegion, element_at(requestParameters, 'instanceType') AS instanceType, json_extract_scalar(element_at(responseElements, 'instancesSet'), '$.items[0].instanceId') AS instanceId FROM $EDS_ID WHERE eventName = 'RunInstances' AND errorCode IS NULL ORDER BY eventTime DESC`,
	},
	{
		"Who touched a resource", "The events whose resources list an ARN.",
		`SELECT eventTime, eventName, userIdentity.arn FROM $EDS_ID WHERE any_match(resources, r -> r.ARN = '$RESOURCE_ARN') ORDER BY eventTime DESC`,
	},
	{
		"Calls from an address", "What came from one IP address, by principal.",
		`SELECT userIdentity.arn, eventName, count(*) AS calls FROM $EDS_ID WHERE sourceIPAddress = '$ADDRESS' GROUP BY userIdentity.arn, eventName ORDER BY calls DESC`,
	},
	{
		"Regions in use", "Calls by region, those that change something apart: regions that nobody should use.",
		`SELECT awsRegion, count(*) AS calls, count_if(readOnly = false) AS changes FROM $EDS_ID GROUP BY awsRegion ORDER BY changes DESC`,
	},
	{
		"Calls with old TLS", "Clients that still speak TLS 1.0 or 1.1.",
		`SELECT eventSource, userAgent, sourceIPAddress, count(*) AS calls FROM $EDS_ID WHERE tlsDetails.tlsVersion IN ('TLSv1', 'TLSv1.1') GROUP BY eventSource, userAgent, sourceIPAddress ORDER BY calls DESC`,
	},
	{
		"KMS keys disabled or scheduled for deletion", "Keys about to be lost, and who did it.",
		`SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'keyId') AS keyId FROM $EDS_ID WHERE eventSource = 'kms.amazonaws.com' AND eventName IN ('DisableKey', 'ScheduleKeyDeletion') ORDER BY eventTime DESC`,
	},
	{
		"Secrets read", "Who read secret values, and which.",
		`SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'secretId') AS secret FROM $EDS_ID WHERE eventSource = 'secretsmanager.amazonaws.com' AND eventName = 'GetSecretValue' ORDER BY eventTime DESC`,
	},
	{
		"Writes by hour", "The number of changing calls in each hour of the last week.",
		`SELECT date_trunc('hour', eventTime) AS hour, count(*) AS changes FROM $EDS_ID WHERE readOnly = false AND eventTime > date_add('day', -7, now()) GROUP BY 1 ORDER BY 1`,
	},
	{
		"Names that a principal called for the first time", "Calls of the last day that the same principal had not made in the 30 days before.",
		`WITH seen AS (SELECT userIdentity.arn AS arn, eventName, min(eventTime) AS first FROM $EDS_ID WHERE eventTime > date_add('day', -31, now()) GROUP BY userIdentity.arn, eventName) SELECT arn, eventName, first FROM seen WHERE first > date_add('day', -1, now()) ORDER BY first DESC`,
	},
	{
		"Insights: unusual activity", "Insights events, for an event data store that collects them.",
		`SELECT eventTime, awsRegion, element_at(insightDetails, 'eventName') AS eventName, element_at(insightDetails, 'state') AS state FROM $EDS_ID WHERE eventCategory = 'Insight' ORDER BY eventTime DESC`,
	},
}
