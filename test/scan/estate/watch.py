"""What watches and what tells: trails, logs, alarms, topics, queues, GuardDuty, Config, Backup."""

import json

from estate.world import ACCOUNT, HOME, REGIONS, TAGS, policy, tags


def seed(w):
    trails(w)
    for region in REGIONS:
        logs(w, region)
        alarms(w, region)
        topics(w, region)
        queues(w, region)
        guards(w, region)
        backups(w, region)
        documents(w, region)


def trails(w):
    """One that is in order, in the first region; one that is not, in the other."""
    cloud, s3 = w("cloudtrail", HOME), w("s3", HOME)
    s3.create_bucket(Bucket="trails")
    kms = w("kms", HOME)
    key = kms.create_key(Description="trail", Tags=tags("TagKey", "TagValue"))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    cloud.create_trail(Name="hardened", S3BucketName="trails", IsMultiRegionTrail=True, EnableLogFileValidation=True, KmsKeyId=key, TagsList=tags())
    cloud.start_logging(Name="hardened")
    both = "CLOUD_TRAIL_ENCRYPTION_ENABLED CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED CloudTrail.9"
    w.plant("AWS::CloudTrail::Trail", "hardened", HOME, good=both)
    other = REGIONS[1]
    w("cloudtrail", other).create_trail(Name="plain", S3BucketName="trails")
    w.plant("AWS::CloudTrail::Trail", "plain", other, bad=both)


def logs(w, region):
    cloud, kms = w("logs", region), w("kms", region)
    key = kms.create_key(Description="logs", Tags=tags("TagKey", "TagValue"))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    cloud.create_log_group(logGroupName="year", kmsKeyId=key)
    cloud.put_retention_policy(logGroupName="year", retentionInDays=365)
    cloud.create_log_group(logGroupName="week")
    cloud.put_retention_policy(logGroupName="week", retentionInDays=7)
    both = "CLOUDWATCH_LOG_GROUP_ENCRYPTED CW_LOGGROUP_RETENTION_PERIOD_CHECK"
    w.plant("AWS::Logs::LogGroup", "year", region, good=both)
    w.plant("AWS::Logs::LogGroup", "week", region, bad=both)


def alarms(w, region):
    cloud, topic = w("cloudwatch", region), f"arn:aws:sns:{region}:{ACCOUNT}:hardened"
    common = {"MetricName": "CPUUtilization", "Namespace": "AWS/EC2", "Statistic": "Average", "Period": 60, "EvaluationPeriods": 1, "Threshold": 90, "ComparisonOperator": "GreaterThanThreshold"}
    cloud.put_metric_alarm(AlarmName="on", AlarmActions=[topic], InsufficientDataActions=[topic], **common)
    cloud.put_metric_alarm(AlarmName="off", AlarmActions=[topic], ActionsEnabled=False, **common)
    w.plant("AWS::CloudWatch::Alarm", f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:on", region, name="on", good="CLOUDWATCH_ALARM_ACTION_ENABLED_CHECK CLOUDWATCH_ALARM_ACTION_CHECK")
    w.plant("AWS::CloudWatch::Alarm", f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:off", region, name="off", bad="CLOUDWATCH_ALARM_ACTION_ENABLED_CHECK")


def topics(w, region):
    sns, arn = w("sns", region), f"arn:aws:sns:{region}:{ACCOUNT}:"
    sns.create_topic(Name="hardened", Attributes={"KmsMasterKeyId": "alias/aws/sns"}, Tags=tags())
    sns.create_topic(Name="public", Attributes={"Policy": policy("Allow", "*", "sns:Publish", arn + "public")})
    w.plant("AWS::SNS::Topic", arn + "hardened", region, good="SNS_ENCRYPTED_KMS SNS_TOPIC_NO_PUBLIC_ACCESS SNS.3")
    w.plant("AWS::SNS::Topic", arn + "public", region, bad="SNS_ENCRYPTED_KMS SNS_TOPIC_NO_PUBLIC_ACCESS SNS.3")


def queues(w, region):
    sqs, arn = w("sqs", region), f"arn:aws:sqs:{region}:{ACCOUNT}:"
    own = policy("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sqs:SendMessage", arn + "hardened")
    good = sqs.create_queue(QueueName="hardened", Attributes={"Policy": own, "KmsMasterKeyId": "alias/aws/sqs"}, tags=TAGS)["QueueUrl"]
    bad = sqs.create_queue(QueueName="public", Attributes={"Policy": policy("Allow", "*", "sqs:SendMessage", arn + "public"), "SqsManagedSseEnabled": "false"})["QueueUrl"]
    w.plant("AWS::SQS::Queue", good, region, good="SQS_QUEUE_NO_PUBLIC_ACCESS SQS.1 SQS.2")
    w.plant("AWS::SQS::Queue", bad, region, bad="SQS_QUEUE_NO_PUBLIC_ACCESS SQS.1 SQS.2")


FEATURES = ["S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING"]
PROTECTED = "GUARDDUTY_S3_PROTECTION_ENABLED GUARDDUTY_EKS_PROTECTION_AUDIT_ENABLED GUARDDUTY_RDS_PROTECTION_ENABLED GUARDDUTY_LAMBDA_PROTECTION_ENABLED GUARDDUTY_RUNTIME_MONITORING_ENABLED"


def guards(w, region):
    """Detectors are read by Cloud Control, which moto lacks: those are recorded in recorded/cloudcontrol.json."""
    on = region == HOME
    w("guardduty", region).create_detector(Enable=True, Features=[{"Name": f, "Status": "ENABLED" if on else "DISABLED"} for f in FEATURES], Tags=TAGS)
    id = "00a89fba48ec97cf0a6dfd89a2fd7ea8" if on else "00f81448f18811caec36413792da10ac"
    w.plant("AWS::GuardDuty::Detector", id, region, **{"good" if on else "bad": PROTECTED})
    if on:
        w.plant("AWS::AppConfig::Application", "abc1234", region, name="described", good="APPCONFIG_APPLICATION_DESCRIPTION APPCONFIG_APPLICATION_TAGGED")
        w.plant("AWS::AppConfig::Application", "abc9999", region, name="plain", bad="APPCONFIG_APPLICATION_DESCRIPTION APPCONFIG_APPLICATION_TAGGED")


def backups(w, region):
    backup = w("backup", region)
    backup.create_backup_vault(BackupVaultName="vault", BackupVaultTags=TAGS)
    for name, hours, days in (("daily", "cron(0 5 * * ? *)", 35), ("weekly", "cron(0 5 ? * 1 *)", 7)):
        id = backup.create_backup_plan(
            BackupPlan={"BackupPlanName": name, "Rules": [{"RuleName": name, "TargetBackupVaultName": "vault", "ScheduleExpression": hours, "Lifecycle": {"DeleteAfterDays": days}}]}, BackupPlanTags=TAGS)["BackupPlanId"]
        w.plant("AWS::Backup::BackupPlan", id, region, name=name, **{"good" if name == "daily" else "bad": "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK"})


def documents(w, region):
    ssm = w("ssm", region)
    content = json.dumps({"schemaVersion": "2.2", "description": "d", "mainSteps": [{"action": "aws:runShellScript", "name": "a", "inputs": {"runCommand": ["true"]}}]})
    for name in ("closed", "opened"):
        ssm.create_document(Name=name, Content=content, DocumentType="Command", DocumentFormat="JSON", Tags=tags())
    ssm.modify_document_permission(Name="opened", PermissionType="Share", AccountIdsToAdd=["all"])
    w.plant("AWS::SSM::Document", "closed", region, good="SSM_DOCUMENT_NOT_PUBLIC")
    w.plant("AWS::SSM::Document", "opened", region, bad="SSM_DOCUMENT_NOT_PUBLIC")
