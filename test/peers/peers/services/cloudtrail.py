"""CloudTrail. The simulated trails never deliver to CloudWatch Logs, which Prowler asks for."""

from peers.item import camel, item, service, shaped, tags
from peers.services import s3
from peers.world import REGION

PAIRS = [
    ("CLOUD_TRAIL_ENCRYPTION_ENABLED", "cloudtrail_kms_encryption_enabled"),
    ("CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "cloudtrail_log_file_validation_enabled"),
    ("CLOUDTRAIL_S3_BUCKET_ACCESS_LOGGING", "cloudtrail_logs_s3_bucket_access_logging_enabled"),
    ("CLOUDTRAIL_S3_BUCKET_PUBLIC_ACCESS_PROHIBITED", "cloudtrail_logs_s3_bucket_is_not_publicly_accessible"),
    ("MULTI_REGION_CLOUD_TRAIL_ENABLED", "cloudtrail_multi_region_enabled"),
    ("CLOUD_TRAIL_ENABLED", "cloudtrail_multi_region_enabled"),
    ("CLOUDTRAIL_ALL_READ_S3_DATA_EVENT_CHECK", "cloudtrail_s3_dataevents_read_enabled"),
    ("CLOUDTRAIL_ALL_WRITE_S3_DATA_EVENT_CHECK", "cloudtrail_s3_dataevents_write_enabled"),
    ("CLOUDTRAIL_S3_DATAEVENTS_ENABLED", "cloudtrail_s3_dataevents_write_enabled"),
]


def seed(c):
    trails, buckets = c("cloudtrail"), c("s3")
    for name in ("peers-trail", "peers-trail-open", "peers-trail-logs"):
        buckets.create_bucket(Bucket=name)
    buckets.put_bucket_acl(Bucket="peers-trail-open", ACL="public-read")
    write = s3.policy("Allow", {"Service": "logging.s3.amazonaws.com"}, "s3:PutObject", "arn:aws:s3:::peers-trail-logs/*")
    buckets.put_bucket_policy(Bucket="peers-trail-logs", Policy=write)
    buckets.put_bucket_logging(Bucket="peers-trail", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "peers-trail-logs", "TargetPrefix": "a/"}})
    key = c("kms").create_key()["KeyMetadata"]["Arn"]
    trails.create_trail(Name="peers-plain", S3BucketName="peers-trail-open")
    trails.create_trail(Name="peers-hardened", S3BucketName="peers-trail", IsMultiRegionTrail=True, EnableLogFileValidation=True, KmsKeyId=key)
    if c.good:
        trails.start_logging(Name="peers-hardened")
        data = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::"]}]
    else:
        data = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::peers-trail/"]}]
    trails.put_event_selectors(TrailName="peers-hardened", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": data}])


def record(c):
    trails, logging = c("cloudtrail"), []
    for t in trails.describe_trails()["trailList"]:
        arn = t["TrailARN"]
        status, selectors = camel(trails.get_trail_status(Name=arn)), camel(trails.get_event_selectors(TrailName=arn))
        for answer in (status, selectors):
            answer.pop("responseMetadata")
        if status["isLogging"]:
            logging.append(t)
        found = trails.list_tags(ResourceIdList=[arn])["ResourceTagList"]
        # moto says false even where there are selectors.
        t = {**t, "HasCustomEventSelectors": bool(selectors.get("eventSelectors") or selectors.get("advancedEventSelectors"))}
        yield item("AWS::CloudTrail::Trail", arn, shaped("AWS::CloudTrail::Trail", t), name=t["Name"], arn=arn, supplementary={"TrailStatus": status, "EventSelectors": selectors}, tags=tags(found[0]["TagsList"] if found else []))
    yield service("cloudtrail", bool(logging), {"trailArns": [t["TrailARN"] for t in logging], "multiRegion": any(t["IsMultiRegionTrail"] for t in logging)}, region=REGION)
    yield from (i for i in s3.record(c) if i["resourceId"].startswith("peers-trail"))
