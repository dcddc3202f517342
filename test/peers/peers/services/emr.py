"""EMR's account-wide block of public access."""

from peers.item import camel, service

PAIRS = [("EMR_BLOCK_PUBLIC_ACCESS", "emr_cluster_account_public_block_enabled")]


def seed(c):
    c("emr").put_block_public_access_configuration(BlockPublicAccessConfiguration={
        "BlockPublicSecurityGroupRules": c.good, "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}]})


def record(c):
    yield service("emr", True, camel(c("emr").get_block_public_access_configuration()["BlockPublicAccessConfiguration"]))
