package collect

import (
	"context"
	"maps"
)

// readBucket reads what remediation changes of buckets: public access block, encryption, versioning, logging, policy and
// tags. ACL, lifecycle, replication, notifications and the like stay as they were recorded.
func readBucket(ctx context.Context, r *reader) error {
	bucket := object{"Bucket": r.key.ID}
	if found, err := r.call(ctx, "s3", "HeadBucket", bucket, &object{}, "NotFound", "NoSuchBucket"); err != nil || !found {
		if err == nil {
			err = ErrGone
		}
		return err
	}
	for _, part := range []func(context.Context, *reader, object) error{bucketBlock, bucketEncryption, bucketVersioning, bucketLogging, bucketPolicy, bucketTags} {
		if err := part(ctx, r, bucket); err != nil {
			return err
		}
	}
	return nil
}

// set puts a part of the item; nil takes it away.
func (r *reader) set(name string, v object) {
	if v == nil {
		delete(r.spec.Supplementary, name)
		return
	}
	r.spec.Supplementary[name] = v
}

func bucketBlock(ctx context.Context, r *reader, bucket object) error {
	var out struct {
		PublicAccessBlockConfiguration struct{ BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool }
	}
	found, err := r.call(ctx, "s3", "GetPublicAccessBlock", bucket, &out, "NoSuchPublicAccessBlockConfiguration")
	if err != nil {
		return err
	}
	if !found {
		r.set("PublicAccessBlockConfiguration", nil)
		return nil
	}
	b := out.PublicAccessBlockConfiguration
	r.set("PublicAccessBlockConfiguration", object{
		"blockPublicAcls": b.BlockPublicAcls, "ignorePublicAcls": b.IgnorePublicAcls, "blockPublicPolicy": b.BlockPublicPolicy, "restrictPublicBuckets": b.RestrictPublicBuckets,
	})
	return nil
}

func bucketEncryption(ctx context.Context, r *reader, bucket object) error {
	var out struct {
		ServerSideEncryptionConfiguration struct {
			Rules []struct {
				ApplyServerSideEncryptionByDefault struct{ SSEAlgorithm, KMSMasterKeyID string }
				BucketKeyEnabled                   bool
			}
		}
	}
	found, err := r.call(ctx, "s3", "GetBucketEncryption", bucket, &out, "ServerSideEncryptionConfigurationNotFoundError")
	if err != nil {
		return err
	}
	if !found {
		r.set("ServerSideEncryptionConfiguration", nil)
		return nil
	}
	rules := []object{}
	for _, rule := range out.ServerSideEncryptionConfiguration.Rules {
		by := object{"sseAlgorithm": rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm, "kmsMasterKeyID": nil}
		put(by, "kmsMasterKeyID", rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID)
		rules = append(rules, object{"applyServerSideEncryptionByDefault": by, "bucketKeyEnabled": rule.BucketKeyEnabled})
	}
	r.set("ServerSideEncryptionConfiguration", object{"rules": rules})
	return nil
}

func bucketVersioning(ctx context.Context, r *reader, bucket object) error {
	var out struct{ Status, MFADelete string }
	if _, err := r.call(ctx, "s3", "GetBucketVersioning", bucket, &out); err != nil {
		return err
	}
	v := object{"status": "Off", "isMfaDeleteEnabled": nil}
	put(v, "status", out.Status)
	if out.MFADelete != "" {
		v["isMfaDeleteEnabled"] = out.MFADelete == "Enabled"
	}
	r.set("BucketVersioningConfiguration", v)
	return nil
}

func bucketLogging(ctx context.Context, r *reader, bucket object) error {
	var out struct {
		LoggingEnabled struct{ TargetBucket, TargetPrefix string }
	}
	if _, err := r.call(ctx, "s3", "GetBucketLogging", bucket, &out); err != nil {
		return err
	}
	v := object{"destinationBucketName": nil, "logFilePrefix": nil}
	if b := out.LoggingEnabled; b.TargetBucket != "" {
		v = object{"destinationBucketName": b.TargetBucket, "logFilePrefix": b.TargetPrefix}
	}
	r.set("BucketLoggingConfiguration", v)
	return nil
}

func bucketPolicy(ctx context.Context, r *reader, bucket object) error {
	var out struct{ Policy string }
	found, err := r.call(ctx, "s3", "GetBucketPolicy", bucket, &out, "NoSuchBucketPolicy")
	if err != nil {
		return err
	}
	v := object{"policyText": nil}
	if found {
		put(v, "policyText", out.Policy)
	}
	r.set("BucketPolicy", v)
	return nil
}

func bucketTags(ctx context.Context, r *reader, bucket object) error {
	var out struct {
		TagSet []struct{ Key, Value string }
	}
	if _, err := r.call(ctx, "s3", "GetBucketTagging", bucket, &out, "NoSuchTagSet"); err != nil {
		return err
	}
	tags := map[string]string{}
	for _, t := range out.TagSet {
		tags[t.Key] = t.Value
	}
	r.spec.Tags = tags
	if len(tags) == 0 {
		r.set("BucketTaggingConfiguration", nil)
		return nil
	}
	r.set("BucketTaggingConfiguration", object{"tagSets": []object{{"tags": maps.Clone(tags)}}})
	return nil
}
