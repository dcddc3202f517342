package aws

import (
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/collect"
)

// AWS Config records the parts of a bucket as the classes of the SDK for Java (1.x) have them, which differ from the API:
// permissions have names of their own, replication rules and notifications are maps by their ids.

type object = collect.Object

// at is a value, or nil written as null.
func at(v any, path string) any { return collect.At(v, path) }

// moment is a time as AWS Config writes it; nil for none.
func moment(v any) any {
	switch t := v.(type) {
	case time.Time:
		return t.UTC().Format("2006-01-02T15:04:05.000Z")
	case string:
		if when, err := time.Parse(time.RFC3339Nano, t); err == nil {
			return when.UTC().Format("2006-01-02T15:04:05.000Z")
		}
	}
	return v
}

var aclPermissions = map[string]string{
	"FULL_CONTROL": "FullControl", "READ": "Read", "WRITE": "Write", "READ_ACP": "ReadAcp", "WRITE_ACP": "WriteAcp",
}

var aclGroups = map[string]string{
	"http://acs.amazonaws.com/groups/global/AllUsers":           "AllUsers",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "AuthenticatedUsers",
	"http://acs.amazonaws.com/groups/s3/LogDelivery":            "LogDelivery",
}

func grantee(o object) any {
	if uri := collect.Text(o, "URI"); uri != "" {
		if name := aclGroups[uri]; name != "" {
			return name
		}
		return uri
	}
	if mail := collect.Text(o, "EmailAddress"); mail != "" {
		return object{"identifier": mail}
	}
	return object{"id": at(o, "ID"), "displayName": at(o, "DisplayName")}
}

// bucketGrants puts the ACL, which AWS Config keeps as text, and the owner, whom only the ACL names for each bucket.
func bucketGrants(r *collect.Resource, answer object) {
	grants := []any{}
	for _, g := range collect.Every(answer, "Grants[]") {
		who, _ := at(g, "Grantee").(object)
		permission := collect.Text(g, "Permission")
		if name := aclPermissions[permission]; name != "" {
			permission = name
		}
		grants = append(grants, object{"grantee": grantee(who), "permission": permission})
	}
	owner, _ := at(answer, "Owner").(object)
	text, _ := json.Marshal(object{"grantSet": nil, "grantList": grants, "owner": grantee(owner), "isRequesterCharged": false})
	r.Supplement("AccessControlList", string(text))
	r.Object["Owner"] = owner
}

func bucketPolicy(r *collect.Resource, answer object) {
	r.Supplement("BucketPolicy", object{"policyText": at(answer, "Policy")})
}

// bucketVersioning: a bucket that never had versioning has no status in the API, and "Off" here.
func bucketVersioning(r *collect.Resource, answer object) {
	status := collect.Text(answer, "Status")
	if status == "" {
		status = "Off"
	}
	var mfa any
	if s := collect.Text(answer, "MFADelete"); s != "" {
		mfa = s == "Enabled"
	}
	r.Supplement("BucketVersioningConfiguration", object{"status": status, "isMfaDeleteEnabled": mfa})
}

func bucketLogging(r *collect.Resource, answer object) {
	r.Supplement("BucketLoggingConfiguration", object{
		"destinationBucketName": at(answer, "LoggingEnabled.TargetBucket"), "logFilePrefix": at(answer, "LoggingEnabled.TargetPrefix"),
	})
}

func bucketEncryption(r *collect.Resource, answer object) {
	rules := []any{}
	for _, rule := range collect.Every(answer, "ServerSideEncryptionConfiguration.Rules[]") {
		by := at(rule, "ApplyServerSideEncryptionByDefault")
		rules = append(rules, object{
			"applyServerSideEncryptionByDefault": object{"sseAlgorithm": at(by, "SSEAlgorithm"), "kmsMasterKeyID": at(by, "KMSMasterKeyID")},
			"bucketKeyEnabled":                   at(rule, "BucketKeyEnabled"),
		})
	}
	r.Supplement("ServerSideEncryptionConfiguration", object{"rules": rules})
}

func bucketTags(r *collect.Resource, answer object) {
	tags := object{}
	for _, t := range collect.Every(answer, "TagSet[]") {
		tags[collect.Text(t, "Key")] = collect.Text(t, "Value")
	}
	r.Supplement("BucketTaggingConfiguration", object{"tagSets": []any{object{"tags": tags}}})
	r.Object["TagSet"] = tags
}

// bucketLock has both periods of a retention; the one that does not apply is null.
func bucketLock(r *collect.Resource, answer object) {
	lock := at(answer, "ObjectLockConfiguration")
	var rule any
	if by := at(lock, "Rule.DefaultRetention"); by != nil {
		rule = object{"defaultRetention": object{"mode": at(by, "Mode"), "days": at(by, "Days"), "years": at(by, "Years")}}
	}
	r.Supplement("ObjectLockConfiguration", object{"objectLockEnabled": at(lock, "ObjectLockEnabled"), "rule": rule})
}

func bucketWebsite(r *collect.Resource, answer object) {
	routes := []any{}
	for _, rule := range collect.Every(answer, "RoutingRules[]") {
		routes = append(routes, object{"condition": lowered(at(rule, "Condition")), "redirect": lowered(at(rule, "Redirect"))})
	}
	r.Supplement("BucketWebsiteConfiguration", object{
		"indexDocumentSuffix": at(answer, "IndexDocument.Suffix"), "errorDocument": at(answer, "ErrorDocument.Key"),
		"redirectAllRequestsTo": lowered(at(answer, "RedirectAllRequestsTo")), "routingRules": routes,
	})
}

func bucketCORS(r *collect.Resource, answer object) {
	rules := []any{}
	for _, rule := range collect.Every(answer, "CORSRules[]") {
		rules = append(rules, object{
			"id": at(rule, "ID"), "allowedHeaders": at(rule, "AllowedHeaders"), "allowedMethods": at(rule, "AllowedMethods"),
			"allowedOrigins": at(rule, "AllowedOrigins"), "exposedHeaders": at(rule, "ExposeHeaders"), "maxAgeSeconds": at(rule, "MaxAgeSeconds"),
		})
	}
	r.Supplement("BucketCrossOriginConfiguration", object{"rules": rules})
}

func bucketAcceleration(r *collect.Resource, answer object) {
	r.Supplement("BucketAccelerateConfiguration", object{"status": at(answer, "Status")})
}

func bucketPayer(r *collect.Resource, answer object) {
	r.Supplement("IsRequesterPaysEnabled", collect.Text(answer, "Payer") == "Requester")
}
