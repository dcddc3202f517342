"""Route 53 public hosted zones."""

from peers.item import item

PAIRS = [("ROUTE53_QUERY_LOGGING_ENABLED", "route53_public_hosted_zones_cloudwatch_logging_enabled")]


def seed(c):
    c("logs").create_log_group(logGroupName="/aws/route53/peers")
    for name in ("logged", "plain"):
        zone = c("route53").create_hosted_zone(Name=name + ".example.", CallerReference=name)["HostedZone"]["Id"]
        if name == "logged":
            c("route53").create_query_logging_config(HostedZoneId=zone.split("/")[-1], CloudWatchLogsLogGroupArn="arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/peers:*")


def record(c):
    logs = {q["HostedZoneId"]: q for q in c("route53").list_query_logging_configs()["QueryLoggingConfigs"]}
    for z in c.pages("route53", "list_hosted_zones", "HostedZones"):
        id = z["Id"].split("/")[-1]
        conf = {"Id": id, "Name": z["Name"]}
        if id in logs:
            conf["QueryLoggingConfig"] = {"CloudWatchLogsLogGroupArn": logs[id]}
        if vpcs := c("route53").get_hosted_zone(Id=id).get("VPCs"):
            conf["VPCs"] = vpcs
        yield item("AWS::Route53::HostedZone", id, conf, name=z["Name"], arn=f"arn:aws:route53:::hostedzone/{id}", region="global")
