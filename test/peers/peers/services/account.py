"""The account: its organization, GuardDuty."""

from peers.item import fact, item
from peers.world import REGION

PAIRS = [
    ("ACCOUNT_PART_OF_ORGANIZATIONS", "organizations_account_part_of_organizations"),
    ("GUARDDUTY_S3_PROTECTION_ENABLED", "guardduty_s3_protection_enabled"),
    ("GUARDDUTY_EKS_PROTECTION_AUDIT_ENABLED", "guardduty_eks_audit_log_enabled"),
    ("GUARDDUTY_RDS_PROTECTION_ENABLED", "guardduty_rds_protection_enabled"),
    ("GUARDDUTY_LAMBDA_PROTECTION_ENABLED", "guardduty_lambda_protection_enabled"),
    ("GUARDDUTY_RUNTIME_MONITORING_ENABLED", "guardduty_runtime_monitoring_enabled"),
]

FEATURES = ["S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING"]


def seed(c):
    guard = c("guardduty")
    if c.good:
        c("organizations").create_organization(FeatureSet="ALL")
    # GuardDuty tells two of the features a second time, as data sources.
    sources = {"S3Logs": {"Enable": c.good}, "Kubernetes": {"AuditLogs": {"Enable": c.good}}}
    guard.create_detector(Enable=True, DataSources=sources, Features=[{"Name": f, "Status": "ENABLED" if c.good else "DISABLED"} for f in FEATURES])


def record(c):
    found = c.maybe("organizations", "describe_organization", "AWSOrganizationsNotInUseException")
    form = {"inOrganization": bool(found)}
    if found:
        o = found["Organization"]
        form.update(organizationId=o["Id"], masterAccountId=o["MasterAccountId"], featureSet=o["FeatureSet"])
    yield fact("Organization", form)
    guard = c("guardduty")
    for id in guard.list_detectors()["DetectorIds"]:
        d = guard.get_detector(DetectorId=id)
        form = {"Id": id, "Enable": d["Status"] == "ENABLED", "FindingPublishingFrequency": d["FindingPublishingFrequency"], "Features": d.get("Features", [])}
        yield item("AWS::GuardDuty::Detector", id, form, arn=f"arn:aws:guardduty:{REGION}:123456789012:detector/{id}", tags=d.get("Tags"))
