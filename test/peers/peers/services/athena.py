"""Athena workgroups; Prowler looks at those with queries only."""

from peers.item import item, shaped
from peers.world import variants

PAIRS = [
    ("ATHENA_WORKGROUP_ENCRYPTED_AT_REST", "athena_workgroup_encryption"),
    ("ATHENA_WORKGROUP_ENFORCE_WORKGROUP_CONFIGURATION", "athena_workgroup_enforce_configuration"),
    ("ATHENA_WORKGROUP_LOGGING_ENABLED", "athena_workgroup_logging_enabled"),
]


def seed(c):
    results = {"OutputLocation": "s3://peers-results/"}
    hardened = {
        "ResultConfiguration": {**results, "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}}, "EnforceWorkGroupConfiguration": True, "PublishCloudWatchMetricsEnabled": True}
    plain = {"ResultConfiguration": results, "EnforceWorkGroupConfiguration": False, "PublishCloudWatchMetricsEnabled": False}
    for name, settings in variants(hardened, plain):
        c("athena").create_work_group(Name="group-" + name, Configuration=settings)
        c("athena").start_query_execution(QueryString="select 1", WorkGroup="group-" + name, ResultConfiguration=results)


def record(c):
    typ = "AWS::Athena::WorkGroup"
    for d in c("athena").list_work_groups()["WorkGroups"]:
        g = c("athena").get_work_group(WorkGroup=d["Name"])["WorkGroup"]
        g["WorkGroupConfiguration"] = g.pop("Configuration", {})
        yield item(typ, d["Name"], shaped(typ, g), name=d["Name"], arn=f"arn:aws:athena:us-east-1:123456789012:workgroup/{d['Name']}")
