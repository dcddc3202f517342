"""WAFv2 web ACLs."""

from peers.item import item, shaped

PAIRS = [
    ("WAFV2_LOGGING_ENABLED", "wafv2_webacl_logging_enabled"),
    ("WAFV2_WEBACL_NOT_EMPTY", "wafv2_webacl_with_rules"),
]

SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
RULE = {
    "Name": "common", "Priority": 1, "OverrideAction": {"None": {}}, "VisibilityConfig": SEEN,
    "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}}


def seed(c):
    for name, rules, logged in (("hardened", [RULE], True), ("plain", [], False), ("no-rules", [], True), ("no-logs", [RULE], False)):
        arn = c("wafv2").create_web_acl(Name="acl-" + name, Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=rules, VisibilityConfig=SEEN)["Summary"]["ARN"]
        if logged:
            c("wafv2").put_logging_configuration(LoggingConfiguration={"ResourceArn": arn, "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-peers"]})


def record(c):
    typ = "AWS::WAFv2::WebACL"
    for s in c("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]:
        d = c("wafv2").get_web_acl(Name=s["Name"], Id=s["Id"], Scope="REGIONAL")["WebACL"]
        found = c.maybe("wafv2", "get_logging_configuration", "WAFNonexistentItemException", ResourceArn=d["ARN"])
        logging = found["LoggingConfiguration"]["LogDestinationConfigs"] if found else []
        yield item(typ, d["Id"], shaped(typ, d), name=d["Name"], arn=d["ARN"], supplementary={"LoggingConfiguration": {"LogDestinationConfigs": logging}})
