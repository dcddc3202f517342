"""S3 buckets: one in order, one with nothing set, and one for each way of being open."""

import json

from estate.world import HOME, REGIONS, policy, tags

BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
SETTINGS = """S3_BUCKET_VERSIONING_ENABLED S3_BUCKET_LOGGING_ENABLED S3_BUCKET_SSL_REQUESTS_ONLY S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED
    S3_BUCKET_DEFAULT_LOCK_ENABLED S3_LIFECYCLE_POLICY_CHECK S3_EVENT_NOTIFICATIONS_ENABLED S3_DEFAULT_ENCRYPTION_KMS S3_BUCKET_TAGGED"""
CLOSED = "S3_BUCKET_PUBLIC_READ_PROHIBITED S3_BUCKET_PUBLIC_WRITE_PROHIBITED"
EVERYBODY = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'


def seed(w):
    for region in REGIONS:
        logs = bucket(w, region, "logs")
        secure(w, region, logs)
        w("s3", region).put_bucket_policy(Bucket=logs, Policy=merge(transport(logs), policy("Allow", {"Service": "logging.s3.amazonaws.com"}, "s3:PutObject", f"arn:aws:s3:::{logs}/*")))
        w.plant("AWS::S3::Bucket", logs, region, good=CLOSED + " S3_BUCKET_SSL_REQUESTS_ONLY S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", bad="S3_BUCKET_LOGGING_ENABLED S3_BUCKET_VERSIONING_ENABLED")
        hardened(w, region, logs)
        plain = bucket(w, region, "plain")
        w.plant("AWS::S3::Bucket", plain, region, bad=SETTINGS, good=CLOSED)
        opened(w, region)


def bucket(w, region, name, **more):
    name = f"{name}-{region}"
    if region != HOME:
        more["CreateBucketConfiguration"] = {"LocationConstraint": region}
    w("s3", region).create_bucket(Bucket=name, **more)
    return name


def secure(w, region, name):
    s3 = w("s3", region)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCK)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags()})


def transport(name):  # moto fails on a principal that is a string
    return policy("Deny", {"AWS": "*"}, "s3:*", [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"], Bool={"aws:SecureTransport": "false"})


def merge(*texts):
    return json.dumps({"Version": "2012-10-17", "Statement": [s for t in texts for s in json.loads(t)["Statement"]]})


def hardened(w, region, logs):
    s3, b = w("s3", region), bucket(w, region, "hardened", ObjectLockEnabledForBucket=True)
    secure(w, region, b)
    s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_logging(Bucket=b, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": "a/"}})
    s3.put_bucket_policy(Bucket=b, Policy=transport(b))
    s3.put_object_lock_configuration(Bucket=b, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}}})
    s3.put_bucket_lifecycle_configuration(Bucket=b, LifecycleConfiguration={"Rules": [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}]})
    topic = w("sns", region).create_topic(Name="objects", Attributes={"KmsMasterKeyId": "alias/aws/sns"}, Tags=tags())["TopicArn"]
    s3.put_bucket_notification_configuration(Bucket=b, NotificationConfiguration={"TopicConfigurations": [{"Id": "new", "TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})
    s3.put_bucket_encryption(Bucket=b, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]})
    w.plant("AWS::S3::Bucket", b, region, good=SETTINGS + " S3_VERSION_LIFECYCLE_POLICY_CHECK " + CLOSED)


def opened(w, region):
    """Open by its ACL, by its policy, and by its ACL but for the public access block."""
    s3 = w("s3", region)
    for name in ("open-acl", "blocked-acl", "open-policy"):
        b = bucket(w, region, name)
        if name != "open-policy":
            s3.put_bucket_acl(Bucket=b, GrantRead=EVERYBODY, GrantWrite=EVERYBODY)
        s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration={k: name == "blocked-acl" for k in BLOCK})
        if name == "open-policy":
            s3.put_bucket_policy(Bucket=b, Policy=policy("Allow", "*", "s3:GetObject", f"arn:aws:s3:::{b}/*"))
        write = "S3_BUCKET_PUBLIC_WRITE_PROHIBITED"
        if name == "open-acl":
            w.plant("AWS::S3::Bucket", b, region, bad=CLOSED + " S3_BUCKET_ACL_PROHIBITED S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED")
        elif name == "open-policy":
            w.plant("AWS::S3::Bucket", b, region, bad="S3_BUCKET_PUBLIC_READ_PROHIBITED S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", good=write)
        else:
            w.plant("AWS::S3::Bucket", b, region, good=CLOSED + " S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", bad="S3_BUCKET_ACL_PROHIBITED")
