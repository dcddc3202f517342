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
    ("S3_BUCKET_PUBLIC_READ_PROHIBITED", "s3_bucket_public_access"),
    ("S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "s3_bucket_public_write_acl"),
    ("S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", "s3_bucket_default_encryption"),
    ("S3_DEFAULT_ENCRYPTION_KMS", "s3_bucket_kms_encryption"),
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
    topic = c("sns").create_topic(Name="peers-objects")["TopicArn"]
    s3.put_bucket_notification_configuration(Bucket=b, NotificationConfiguration={"TopicConfigurations": [{"Id": "new", "TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})
    encryption(c, b, "aws:kms")
    encryption(c, "peers-logs", "AES256")
    public(c)


def encryption(c, bucket, algorithm):
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}, "BucketKeyEnabled": True}]
    c("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def public(c):
    """Buckets that are open by ACL or by policy, and one that is open but for its public access block."""
    every = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
    for name in ("open-acl", "blocked-acl", "open-policy"):
        c("s3").create_bucket(Bucket="peers-" + name)
        if name != "open-policy":
            c("s3").put_bucket_acl(Bucket="peers-" + name, GrantRead=every, GrantWrite=every)
        c("s3").put_public_access_block(Bucket="peers-" + name, PublicAccessBlockConfiguration={k: v and name == "blocked-acl" for k, v in BLOCK.items()})
    c("s3").put_bucket_policy(Bucket="peers-open-policy", Policy=policy("Allow", "*", "s3:GetObject", "arn:aws:s3:::peers-open-policy/*"))


def policy(effect, principal, action, resource, **condition):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, **condition}]})


def record(c):
    for b in c.pages("s3", "list_buckets", "Buckets"):
        name = b["Name"]
        region = c("s3").get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1"
        yield item("AWS::S3::Bucket", name, {"name": name, "creationDate": b["CreationDate"]}, name=name, arn=f"arn:aws:s3:::{name}", region=region, supplementary=supplementary(c, name), tags=tags((c.maybe("s3", "get_bucket_tagging", "NoSuchTagSet", Bucket=name) or {}).get("TagSet")))


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
    topics = {t["Id"]: {"events": t["Events"], "topicARN": t["TopicArn"]} for t in notify.get("TopicConfigurations", [])}
    out["BucketNotificationConfiguration"] = {"configurations": topics, "eventBridgeConfiguration": notify.get("EventBridgeConfiguration")}
    if found := c.maybe("s3", "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError", Bucket=name):
        rules = [{"applyServerSideEncryptionByDefault": encrypted(r["ApplyServerSideEncryptionByDefault"])} for r in found["ServerSideEncryptionConfiguration"]["Rules"]]
        out["ServerSideEncryptionConfiguration"] = {"rules": rules}
    if found := c.maybe("s3", "get_bucket_replication", "ReplicationConfigurationNotFoundError", Bucket=name):
        copies = {r["ID"]: {"status": r["Status"], "priority": r.get("Priority"), "destinationConfig": {"bucketARN": r["Destination"]["Bucket"]}} for r in found["ReplicationConfiguration"]["Rules"]}
        out["BucketReplicationConfiguration"] = {"roleARN": found["ReplicationConfiguration"]["Role"], "rules": copies}
    acl = c.maybe("s3", "get_bucket_acl", Bucket=name)
    out["AccessControlList"] = json.dumps({"grantSet": None, "grantList": [grant(g) for g in acl["Grants"]], "owner": camel(acl["Owner"])}, default=str)
    return out


def encrypted(default):
    return {"sseAlgorithm": default["SSEAlgorithm"], "kmsMasterKeyID": default.get("KMSMasterKeyID")}


def grant(g):
    """A grant in AWS Config's form: a group by the end of its URI, permissions as FullControl, Read, WriteAcp ..."""
    who = g["Grantee"]
    permission = "".join(w.capitalize() for w in g["Permission"].split("_"))
    return {"grantee": who["URI"].split("/")[-1] if "URI" in who else {"id": who.get("ID"), "displayName": who.get("DisplayName")}, "permission": permission}
