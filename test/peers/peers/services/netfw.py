"""Network Firewall: firewalls and their logs."""

from peers.item import item, shaped, tags

PAIRS = [
    ("NETFW_DELETION_PROTECTION_ENABLED", "networkfirewall_deletion_protection"),
    ("NETFW_MULTI_AZ_ENABLED", "networkfirewall_multi_az"),
    ("NETFW_LOGGING_ENABLED", "networkfirewall_logging_enabled"),
]


def seed(c):
    fw = c("network-firewall")
    policy = "arn:aws:network-firewall:us-east-1:123456789012:firewall-policy/p"
    fw.create_firewall(FirewallName="plain", FirewallPolicyArn=policy, VpcId="vpc-1", SubnetMappings=[{"SubnetId": "subnet-1"}], DeleteProtection=False)
    arn = fw.create_firewall(FirewallName="hardened", FirewallPolicyArn=policy, VpcId="vpc-1", SubnetMappings=[{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}], DeleteProtection=True)["Firewall"]["FirewallArn"]
    fw.update_logging_configuration(FirewallArn=arn, LoggingConfiguration={"LogDestinationConfigs": [{"LogType": "FLOW", "LogDestinationType": "CloudWatchLogs", "LogDestination": {"logGroup": "x"}}]})


def record(c):
    fw = c("network-firewall")
    for f in c.pages("network-firewall", "list_firewalls", "Firewalls"):
        arn = f["FirewallArn"]
        answer = fw.describe_firewall(FirewallArn=arn)
        form = shaped("AWS::NetworkFirewall::Firewall", {"firewall": answer["Firewall"]}, style="camel")
        yield item("AWS::NetworkFirewall::Firewall", arn, form, name=f["FirewallName"], arn=arn, tags=tags(answer["Firewall"].get("Tags")))
        logs = fw.describe_logging_configuration(FirewallArn=arn)
        logs.pop("ResponseMetadata")
        yield item("AWS::NetworkFirewall::LoggingConfiguration", arn, {"FirewallArn": arn, "FirewallName": f["FirewallName"], "LoggingConfiguration": {"LogDestinationConfigs": [], **logs.get("LoggingConfiguration", {})}}, name=f["FirewallName"], arn=arn)
