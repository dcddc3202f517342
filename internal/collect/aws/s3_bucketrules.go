package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// bucketLifecycle: what a rule does not do is -1 or left out.
func bucketLifecycle(r *collect.Resource, answer object) {
	rules := []any{}
	for _, rule := range collect.Every(answer, "Rules[]") {
		out := object{
			"id": at(rule, "ID"), "prefix": at(rule, "Prefix"), "status": at(rule, "Status"),
			"expirationInDays": number(at(rule, "Expiration.Days")), "expiredObjectDeleteMarker": at(rule, "Expiration.ExpiredObjectDeleteMarker") == true,
			"noncurrentVersionExpirationInDays": number(at(rule, "NoncurrentVersionExpiration.NoncurrentDays")),
		}
		if f := at(rule, "Filter"); f != nil {
			out["filter"] = object{"predicate": lifecyclePredicate(f)}
		}
		if date := at(rule, "Expiration.Date"); date != nil {
			out["expirationDate"] = moment(date)
		}
		collect.Set(out, "noncurrentVersionExpiration", lowered(at(rule, "NoncurrentVersionExpiration")))
		collect.Set(out, "abortIncompleteMultipartUpload", lowered(at(rule, "AbortIncompleteMultipartUpload")))
		collect.Set(out, "transitions", transitions(rule, "Transitions[]", "Days"))
		collect.Set(out, "noncurrentVersionTransitions", transitions(rule, "NoncurrentVersionTransitions[]", "NoncurrentDays"))
		rules = append(rules, out)
	}
	r.Supplement("BucketLifecycleConfiguration", object{"rules": rules})
}

func number(v any) any {
	if v == nil {
		return -1
	}
	return v
}

func transitions(rule any, path, days string) any {
	var all []any
	for _, t := range collect.Every(rule, path) {
		to := object{"days": number(at(t, days)), "storageClass": at(t, "StorageClass")}
		collect.Set(to, "date", moment(at(t, "Date")))
		collect.Set(to, "newerNoncurrentVersions", at(t, "NewerNoncurrentVersions"))
		all = append(all, to)
	}
	if all == nil {
		return nil
	}
	return all
}

// lifecyclePredicate is a filter as a tree of conditions; a filter with nothing in it is for everything.
func lifecyclePredicate(filter any) any {
	if and := at(filter, "And"); and != nil {
		return object{"type": "LifecycleAndOperator", "operands": conditions("Lifecycle", and)}
	}
	all := conditions("Lifecycle", filter)
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// conditions are those of a filter of lifecycle and replication rules alike.
func conditions(of string, filter any) []any {
	var all []any
	if prefix := at(filter, "Prefix"); prefix != nil {
		all = append(all, object{"type": of + "PrefixPredicate", "prefix": prefix})
	}
	for _, tag := range append(collect.Every(filter, "Tag"), collect.Every(filter, "Tags[]")...) {
		all = append(all, object{"type": of + "TagPredicate", "tag": lowered(tag)})
	}
	if n := at(filter, "ObjectSizeGreaterThan"); n != nil {
		all = append(all, object{"type": of + "ObjectSizeGreaterThanPredicate", "objectSizeGreaterThan": n})
	}
	if n := at(filter, "ObjectSizeLessThan"); n != nil {
		all = append(all, object{"type": of + "ObjectSizeLessThanPredicate", "objectSizeLessThan": n})
	}
	return all
}

// bucketReplication: rules are a map by id.
func bucketReplication(r *collect.Resource, answer object) {
	rules := object{}
	for _, rule := range collect.Every(answer, "ReplicationConfiguration.Rules[]") {
		to := at(rule, "Destination")
		destination := object{"bucketARN": at(to, "Bucket"), "storageClass": at(to, "StorageClass"), "account": at(to, "Account")}
		collect.Set(destination, "accessControlTranslation", lowered(at(to, "AccessControlTranslation")))
		collect.Set(destination, "encryptionConfiguration", lowered(at(to, "EncryptionConfiguration")))
		collect.Set(destination, "replicationTime", lowered(at(to, "ReplicationTime")))
		collect.Set(destination, "metrics", lowered(at(to, "Metrics")))
		out := object{"status": at(rule, "Status"), "prefix": at(rule, "Prefix"), "priority": at(rule, "Priority"), "destinationConfig": destination, "filter": nil}
		if f := at(rule, "Filter"); f != nil {
			out["filter"] = object{"predicate": replicationPredicate(f)}
		}
		for _, part := range []string{"SourceSelectionCriteria", "ExistingObjectReplication", "DeleteMarkerReplication"} {
			collect.Set(out, strings.ToLower(part[:1])+part[1:], lowered(at(rule, part)))
		}
		rules[collect.Text(rule, "ID")] = out
	}
	r.Supplement("BucketReplicationConfiguration", object{"roleARN": at(answer, "ReplicationConfiguration.Role"), "rules": rules})
}

func replicationPredicate(filter any) any {
	if and := at(filter, "And"); and != nil {
		return object{"type": "ReplicationAndOperator", "operands": conditions("Replication", and)}
	}
	if all := conditions("Replication", filter); len(all) > 0 {
		return all[0]
	}
	return nil
}

// bucketNotifications: a map by the name of the notification, one kind with one destination each.
func bucketNotifications(r *collect.Resource, answer object) {
	all := object{}
	for _, kind := range []struct{ list, typ, from, to string }{
		{"TopicConfigurations[]", "TopicConfiguration", "TopicArn", "topicARN"},
		{"QueueConfigurations[]", "QueueConfiguration", "QueueArn", "queueARN"},
		{"LambdaFunctionConfigurations[]", "LambdaConfiguration", "LambdaFunctionArn", "functionARN"},
	} {
		for _, n := range collect.Every(answer, kind.list) {
			var filter any
			if rules := collect.Every(n, "Filter.Key.FilterRules[]"); len(rules) > 0 {
				filter = object{"s3KeyFilter": object{"filterRules": lowered(rules)}}
			}
			all[collect.Text(n, "Id")] = object{"type": kind.typ, kind.to: at(n, kind.from), "events": at(n, "Events"), "objectPrefixes": []any{}, "filter": filter}
		}
	}
	out := object{"configurations": all}
	if bridge := at(answer, "EventBridgeConfiguration"); bridge != nil {
		out["eventBridgeConfiguration"] = object{}
	}
	r.Supplement("BucketNotificationConfiguration", out)
}

// lowered is an answer's part with keys that begin in lower case; nil stays nil.
func lowered(v any) any {
	switch t := v.(type) {
	case object:
		out := object{}
		for k, e := range t {
			out[strings.ToLower(k[:1])+k[1:]] = lowered(e)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = lowered(e)
		}
		return out
	}
	return v
}
