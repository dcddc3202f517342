"""CloudWatch alarms and log groups."""

from peers.item import item, shaped, tags
from peers.world import ACCOUNT, REGION

PAIRS = [
    ("CLOUDWATCH_ALARM_ACTION_CHECK", "cloudwatch_alarm_actions_alarm_state_configured", {"alarmActionRequired": "true", "insufficientDataActionRequired": "false", "okActionRequired": "false"}),
    ("CLOUDWATCH_ALARM_ACTION_ENABLED_CHECK", "cloudwatch_alarm_actions_enabled"),
    ("CLOUDWATCH_LOG_GROUP_ENCRYPTED", "cloudwatch_log_group_kms_encryption_enabled"),
    ("CW_LOGGROUP_RETENTION_PERIOD_CHECK", "cloudwatch_log_group_retention_policy_specific_days_enabled"),
]


def seed(c):
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
    alarm(c, "silent")
    alarm(c, "off", AlarmActions=[topic], ActionsEnabled=False)
    alarm(c, "on", AlarmActions=[topic])
    alarm(c, "other", OKActions=[topic])
    logs, key = c("logs"), c("kms").create_key()["KeyMetadata"]["Arn"]
    for name, days in (("week", 7), ("year", 365), ("ever", None)):
        logs.create_log_group(logGroupName=name, **({"kmsKeyId": key} if name == "year" else {}))
        if days:
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)


def alarm(c, name, **more):
    c("cloudwatch").put_metric_alarm(AlarmName=name, MetricName="CPUUtilization", Namespace="AWS/EC2", Statistic="Average", Period=60, EvaluationPeriods=1, Threshold=90, ComparisonOperator="GreaterThanThreshold", **more)


def record(c):
    for a in c.pages("cloudwatch", "describe_alarms", "MetricAlarms"):
        yield item("AWS::CloudWatch::Alarm", a["AlarmArn"], shaped("AWS::CloudWatch::Alarm", a), name=a["AlarmName"], arn=a["AlarmArn"])
    for g in c.pages("logs", "describe_log_groups", "logGroups"):
        form = {k[:1].upper() + k[1:]: v for k, v in g.items()}
        yield item("AWS::Logs::LogGroup", g["logGroupName"], form, name=g["logGroupName"], arn=g["arn"].removesuffix(":*"))
