"""S3 buckets. The account's public access block is out of reach: its endpoint is made of the account id and a name, and
loopback has no names."""

import json

from peers.item import camel, item, tags

PAIRS = [
    ("S3_BUCKET_VERSIONING_ENABLED", "s3_bucket_object_versioning"),
    ("S3_BUCKET_LOGGING_ENABLED", "s3_bucket_server_access_logging_enabled"),
    ("S3_BUCKET_SSL_REQUESTS_ONLY", "s3_bucket_secure_transport_policy"),
    ("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "s3_bucket_level_public_access_block"),
    ("S3_BUCKET_DEFAULT_LOCK_ENABLED", "s3_bucket_object_lock"),
    ("S3_LIFECYCLE_POLICY_CHECK", "s3_bucket_lifecycle_enabled"),
    ("S3_EVENT_NOTIFICATIONS_ENABLED", "s3_bucket_event_notifications_enabled"),
]

BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


def seed(c):
    s3 = c("s3")
    for name in ("plain", "hardened", "logs"):
        s3.create_bucket(Bucket="peers-" + name, ObjectLockEnabledForBucket=name == "hardened")
    b = "peers-hardened"
    s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket="peers-logs", Policy=policy("Allow", {"Service": "logging.s3.amazonaws.com"}, "s3:PutObject", "arn:aws:s3:::peers-logs/*"))
    s3.put_bucket_logging(Bucket=b, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "peers-logs", "TargetPrefix": "a/"}})
    s3.put_bucket_policy(Bucket=b, Policy=policy("Deny", "*", "s3:*", [f"arn:aws:s3:::{b}", f"arn:aws:s3:::{b}/*"], Condition={"Bool": {"aws:SecureTransport": "false"}}))
    s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration=BLOCK)
    s3.put_object_lock_configuration(Bucket=b, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}}})
    s3.put_bucket_lifecycle_configuration(Bucket=b, LifecycleConfiguration={"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}]})
    s3.put_bucket_notification_configuration(Bucket=b, NotificationConfiguration={"EventBridgeConfiguration": {}})


def policy(effect, principal, action, resource, **condition):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, **condition}]})


def record(c):
    for b in c.pages("s3", "list_buckets", "Buckets"):
        name = b["Name"]
        yield item("AWS::S3::Bucket", name, {"name": name, "creationDate": b["CreationDate"]}, name=name, arn=f"arn:aws:s3:::{name}", supplementary=supplementary(c, name), tags=tags((c.maybe("s3", "get_bucket_tagging", "NoSuchTagSet", Bucket=name) or {}).get("TagSet")))


def supplementary(c, name):
    versioning = c.maybe("s3", "get_bucket_versioning", Bucket=name)
    out = {"BucketVersioningConfiguration": {"status": versioning.get("Status", "Off"), "isMfaDeleteEnabled": None}}
    found = c.maybe("s3", "get_bucket_policy", "NoSuchBucketPolicy", Bucket=name)
    out["BucketPolicy"] = {"policyText": found["Policy"] if found else None}
    if block := c.maybe("s3", "get_public_access_block", "NoSuchPublicAccessBlockConfiguration", Bucket=name):
        out["PublicAccessBlockConfiguration"] = camel(block["PublicAccessBlockConfiguration"])
    logging = c.maybe("s3", "get_bucket_logging", Bucket=name).get("LoggingEnabled", {})
    out["BucketLoggingConfiguration"] = {"destinationBucketName": logging.get("TargetBucket"), "logFilePrefix": logging.get("TargetPrefix")}
    if lock := c.maybe("s3", "get_object_lock_configuration", "ObjectLockConfigurationNotFoundError", Bucket=name):
        out["ObjectLockConfiguration"] = camel(lock["ObjectLockConfiguration"])
    if cycle := c.maybe("s3", "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration", Bucket=name):
        out["BucketLifecycleConfiguration"] = {"rules": [camel(r) for r in cycle["Rules"]]}
    notify = c.maybe("s3", "get_bucket_notification_configuration", Bucket=name)
    out["BucketNotificationConfiguration"] = {"configurations": {}, "eventBridgeConfiguration": notify.get("EventBridgeConfiguration")}
    acl = c.maybe("s3", "get_bucket_acl", Bucket=name)
    out["AccessControlList"] = json.dumps({"grantSet": None, "grantList": [camel(g) for g in acl["Grants"]], "owner": camel(acl["Owner"])}, default=str)
    return out
