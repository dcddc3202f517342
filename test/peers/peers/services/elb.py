"""Load balancers, classic and of the second generation."""

from peers.item import camel, item, shaped, tags
from peers.world import REGION

PAIRS = [
    ("ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED", "elb_cross_zone_load_balancing_enabled"),
    ("CLB_DESYNC_MODE_CHECK", "elb_desync_mitigation_mode", {"desyncMode": "defensive,strictest"}),
    ("CLB_MULTIPLE_AZ", "elb_is_in_multiple_az"),
    ("ELB_LOGGING_ENABLED", "elb_logging_enabled"),
    ("ELB_LOGGING_ENABLED", "elbv2_logging_enabled"),
    ("ELB_TLS_HTTPS_LISTENERS_ONLY", "elb_ssl_listeners"),
    ("ELB_ACM_CERTIFICATE_REQUIRED", "elb_ssl_listeners_use_acm_certificate"),
    ("ELB_INTERNAL_SCHEME_CHECK", "elb_internet_facing"),
    ("ELB_PREDEFINED_SECURITY_POLICY_SSL_CHECK", "elb_insecure_ssl_ciphers", {"predefinedPolicyName": "ELBSecurityPolicy-TLS-1-2-2017-01"}),
    ("ALB_HTTP_DROP_INVALID_HEADER_ENABLED", "elbv2_alb_drop_invalid_header_fields_enabled"),
    ("ALB_DESYNC_MODE_CHECK", "elbv2_desync_mitigation_mode", {"desyncMode": "defensive,strictest"}),
    ("ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK", "elbv2_ssl_listeners"),
    ("ALB_INTERNAL_SCHEME_CHECK", "elbv2_internet_facing"),
    ("ELB_DELETION_PROTECTION_ENABLED", "elbv2_deletion_protection"),
    ("ELBV2_MULTIPLE_AZ", "elbv2_is_in_multiple_az"),
    ("NLB_CROSS_ZONE_LOAD_BALANCING_ENABLED", "elbv2_cross_zone_load_balancing_enabled"),
    ("NLB_INTERNAL_SCHEME_CHECK", "elbv2_internet_facing"),
    ("NLB_LOGGING_ENABLED", "elbv2_logging_enabled"),
]


def seed(c):
    ec2 = c("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    zones = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.3.{n}.0/24", AvailabilityZone=REGION + z)["Subnet"]["SubnetId"] for n, z in enumerate("ab")]
    group = ec2.create_security_group(GroupName="unattached-balancers", Description="balancers", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    certificate = c("acm").request_certificate(DomainName="balancers.example.com")["CertificateArn"]
    uploaded = c("iam").upload_server_certificate(ServerCertificateName="balancers", CertificateBody="x", PrivateKey="x")["ServerCertificateMetadata"]["Arn"]
    seed_classic(c("elb"), certificate, uploaded)
    seed_second(c, vpc, zones, group, certificate)


def seed_classic(elb, certificate, uploaded):
    elb.create_load_balancer(LoadBalancerName="plain", Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}], AvailabilityZones=[REGION + "a"])
    elb.modify_load_balancer_attributes(LoadBalancerName="plain", LoadBalancerAttributes={"CrossZoneLoadBalancing": {"Enabled": False}, "AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "monitor"}]})
    for name, policy, arn in (("secure", "ELBSecurityPolicy-TLS-1-2-2017-01", certificate), ("old", "ELBSecurityPolicy-2015-05", uploaded)):
        secure = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80, "SSLCertificateId": arn}
        elb.create_load_balancer(LoadBalancerName=name, Listeners=[secure], AvailabilityZones=[REGION + "a", REGION + "b"], Scheme="internal")
        elb.create_load_balancer_policy(LoadBalancerName=name, PolicyName=policy, PolicyTypeName="SSLNegotiationPolicyType", PolicyAttributes=[{"AttributeName": "Reference-Security-Policy", "AttributeValue": policy}])
        elb.set_load_balancer_policies_of_listener(LoadBalancerName=name, LoadBalancerPort=443, PolicyNames=[policy])
    elb.modify_load_balancer_attributes(LoadBalancerName="secure", LoadBalancerAttributes={"CrossZoneLoadBalancing": {"Enabled": True}, "AccessLog": {"Enabled": True, "S3BucketName": "peers-elb", "EmitInterval": 60}, "AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "strictest"}]})


def seed_second(c, vpc, zones, group, certificate):
    elb = c("elbv2")
    target = elb.create_target_group(Name="second", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    network = elb.create_target_group(Name="network", Protocol="TCP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    forward, redirect = {"Type": "forward", "TargetGroupArn": target}, {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    a = balancer(elb, "alb-plain", zones, SecurityGroups=[group], Scheme="internet-facing")
    b = balancer(elb, "alb-hardened", zones, SecurityGroups=[group], Scheme="internal")
    n = balancer(elb, "nlb-plain", zones[:1], Type="network", Scheme="internal", SecurityGroups=[group])
    m = balancer(elb, "nlb-hardened", zones, Type="network", Scheme="internal")
    balancer(elb, "nlb-public", zones, Type="network", Scheme="internet-facing", SecurityGroups=[group])
    logs = [{"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "access_logs.s3.bucket", "Value": "peers-elb"}]
    c("s3").create_bucket(Bucket="peers-elb")
    elb.modify_load_balancer_attributes(LoadBalancerArn=a, Attributes=[{"Key": "routing.http.desync_mitigation_mode", "Value": "monitor"}, {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"}])
    elb.modify_load_balancer_attributes(LoadBalancerArn=b, Attributes=[{"Key": "routing.http.desync_mitigation_mode", "Value": "strictest"}, {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}, {"Key": "deletion_protection.enabled", "Value": "true"}, *logs])
    elb.modify_load_balancer_attributes(LoadBalancerArn=n, Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}, {"Key": "access_logs.s3.enabled", "Value": "false"}])
    elb.modify_load_balancer_attributes(LoadBalancerArn=m, Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}, {"Key": "deletion_protection.enabled", "Value": "true"}, *logs])
    elb.create_listener(LoadBalancerArn=a, Protocol="HTTP", Port=80, DefaultActions=[forward])
    elb.create_listener(LoadBalancerArn=b, Protocol="HTTP", Port=80, DefaultActions=[redirect])
    for arn, policy in ((a, "ELBSecurityPolicy-2016-08"), (b, "ELBSecurityPolicy-TLS13-1-2-2021-06")):
        elb.create_listener(LoadBalancerArn=arn, Protocol="HTTPS", Port=443, SslPolicy=policy, Certificates=[{"CertificateArn": certificate}], DefaultActions=[forward])
    elb.create_listener(LoadBalancerArn=n, Protocol="TCP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": network}])


def balancer(elb, name, zones, **more):
    return elb.create_load_balancer(Name=name, Subnets=zones, **more)["LoadBalancers"][0]["LoadBalancerArn"]


def record(c):
    for l in c.pages("elb", "describe_load_balancers", "LoadBalancerDescriptions"):
        yield classic(c("elb"), l)
    for l in c.pages("elbv2", "describe_load_balancers", "LoadBalancers"):
        yield from second(c, l)


def classic(elb, l):
    name = l["LoadBalancerName"]
    attributes = elb.describe_load_balancer_attributes(LoadBalancerName=name)["LoadBalancerAttributes"]
    policies = elb.describe_load_balancer_policies(LoadBalancerName=name)["PolicyDescriptions"]
    found = elb.describe_tags(LoadBalancerNames=[name])["TagDescriptions"][0]["Tags"]
    return item("AWS::ElasticLoadBalancing::LoadBalancer", name, shaped("AWS::ElasticLoadBalancing::LoadBalancer", l), name=name, arn=f"arn:aws:elasticloadbalancing:{REGION}:123456789012:loadbalancer/{name}", supplementary={"LoadBalancerAttributes": camel(attributes), "LoadBalancerPolicies": camel(policies)}, tags=tags(found))


def second(c, l):
    elb, arn = c("elbv2"), l["LoadBalancerArn"]
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    found = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    yield item("AWS::ElasticLoadBalancingV2::LoadBalancer", arn, shaped("AWS::ElasticLoadBalancingV2::LoadBalancer", l), name=l["LoadBalancerName"], arn=arn, supplementary={"LoadBalancerAttributes": camel(attributes)}, tags=tags(found))
    for x in c.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn):
        yield item("AWS::ElasticLoadBalancingV2::Listener", x["ListenerArn"], shaped("AWS::ElasticLoadBalancingV2::Listener", x), arn=x["ListenerArn"])
