"""What stands towards the internet: balancers, gateways, zones, distributions, web ACLs."""

from estate.world import ACCOUNT, HOME, REGIONS, tags


def seed(w):
    for region in REGIONS:
        balancers(w, region)
        gateways(w, region)
    zones(w)
    distributions(w)


def balancers(w, region):
    ec2, elb = w("ec2", region), w("elbv2", region)
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.30.{n}.0/24", AvailabilityZone=region + z)["Subnet"]["SubnetId"] for n, z in enumerate("ab")]
    group = ec2.create_security_group(GroupName="balancers", Description="balancers", VpcId=vpc)["GroupId"]
    settings = {"routing.http.desync_mitigation_mode": "strictest", "routing.http.drop_invalid_header_fields.enabled": "true", "deletion_protection.enabled": "true", "access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs-" + region}
    good = elb.create_load_balancer(Name="hardened", Subnets=subnets, SecurityGroups=[group], Scheme="internal", Tags=tags())["LoadBalancers"][0]["LoadBalancerArn"]
    elb.modify_load_balancer_attributes(LoadBalancerArn=good, Attributes=[{"Key": k, "Value": v} for k, v in settings.items()])
    bad = elb.create_load_balancer(Name="plain", Subnets=subnets, SecurityGroups=[group], Scheme="internet-facing")["LoadBalancers"][0]["LoadBalancerArn"]
    off = {"routing.http.drop_invalid_header_fields.enabled": "false", "access_logs.s3.enabled": "false"}  # AWS tells what is off too
    elb.modify_load_balancer_attributes(LoadBalancerArn=bad, Attributes=[{"Key": k, "Value": v} for k, v in off.items()])
    target = elb.create_target_group(Name="plain", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(LoadBalancerArn=bad, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": target}])
    elb.create_listener(LoadBalancerArn=good, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}])
    both = "ALB_HTTP_DROP_INVALID_HEADER_ENABLED ELB_DELETION_PROTECTION_ENABLED ELB_LOGGING_ENABLED ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK ALB_INTERNAL_SCHEME_CHECK ALB_TAGGED"
    w.plant("AWS::ElasticLoadBalancingV2::LoadBalancer", good, region, name="hardened", good=both + " ELBV2_MULTIPLE_AZ")
    w.plant("AWS::ElasticLoadBalancingV2::LoadBalancer", bad, region, name="plain", bad=both)
    classic(w, region)


def classic(w, region):
    elb = w("elb", region)
    certificate = w("acm", region).request_certificate(DomainName="balancers.example.com", Tags=tags())["CertificateArn"]
    elb.create_load_balancer(LoadBalancerName="plain", Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}], AvailabilityZones=[region + "a"])
    elb.modify_load_balancer_attributes(LoadBalancerName="plain", LoadBalancerAttributes={"CrossZoneLoadBalancing": {"Enabled": False}, "AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "monitor"}]})
    secure = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80, "SSLCertificateId": certificate}
    elb.create_load_balancer(LoadBalancerName="hardened", Listeners=[secure], AvailabilityZones=[region + "a", region + "b"], Scheme="internal", Tags=tags())
    elb.modify_load_balancer_attributes(LoadBalancerName="hardened", LoadBalancerAttributes={
        "CrossZoneLoadBalancing": {"Enabled": True}, "AccessLog": {"Enabled": True, "S3BucketName": "logs-" + region, "EmitInterval": 60}, "AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "strictest"}]})
    both = "ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED CLB_MULTIPLE_AZ ELB_TLS_HTTPS_LISTENERS_ONLY ELB_LOGGING_ENABLED"
    w.plant("AWS::ElasticLoadBalancing::LoadBalancer", "hardened", region, good=both + " ELB_ACM_CERTIFICATE_REQUIRED ELB_TAGGED")
    w.plant("AWS::ElasticLoadBalancing::LoadBalancer", "plain", region, bad=both + " ELB_TAGGED")


def gateways(w, region):
    gateway = w("apigateway", region)
    api = gateway.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]}, tags={t["Key"]: t["Value"] for t in tags()})["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="HTTP", uri="http://example.org", integrationHttpMethod="GET")
    deployment = gateway.create_deployment(restApiId=api)["id"]
    every = "/*/*/"
    changes = {"/cacheClusterEnabled": "true", every + "caching/enabled": "true", every + "caching/dataEncrypted": "true", every + "logging/loglevel": "INFO", "/tracingEnabled": "true"}
    for name in ("hardened", "plain"):
        gateway.create_stage(restApiId=api, stageName=name, deploymentId=deployment)
        arn = f"arn:aws:apigateway:{region}::/restapis/{api}/stages/{name}"
        w.plant("AWS::ApiGateway::Stage", arn, region, name=name, **{"good" if name == "hardened" else "bad": "API_GW_CACHE_ENABLED_AND_ENCRYPTED API_GW_EXECUTION_LOGGING_ENABLED API_GW_XRAY_ENABLED"})
    gateway.update_stage(restApiId=api, stageName="plain", patchOperations=[{"op": "replace", "path": "/tracingEnabled", "value": "false"}])  # AWS tells what is off too
    gateway.update_stage(restApiId=api, stageName="hardened", patchOperations=[{"op": "replace", "path": p, "value": v} for p, v in changes.items()])


def zones(w):
    route = w("route53", HOME)
    w("logs", HOME).create_log_group(logGroupName="/aws/route53/zones")
    for name in ("logged", "plain"):
        id = route.create_hosted_zone(Name=name + ".example.", CallerReference=name)["HostedZone"]["Id"].split("/")[-1]
        if name == "logged":
            route.create_query_logging_config(HostedZoneId=id, CloudWatchLogsLogGroupArn=f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:/aws/route53/zones:*")
            route.change_tags_for_resource(ResourceType="hostedzone", ResourceId=id, AddTags=tags())
        w.plant("AWS::Route53::HostedZone", id, "global", name=name, **{"good" if name == "logged" else "bad": "ROUTE53_QUERY_LOGGING_ENABLED ROUTE53_HOSTED_ZONE_TAGGED"})


def distributions(w):
    front = w("cloudfront", HOME)
    both = "CLOUDFRONT_DEFAULT_ROOT_OBJECT_CONFIGURED CLOUDFRONT_VIEWER_POLICY_HTTPS CLOUDFRONT_ACCESSLOGS_ENABLED"
    for name, policy, root, logs in (("hardened", "redirect-to-https", "index.html", True), ("plain", "allow-all", "", False)):
        origin = {"Id": "o", "DomainName": "example.org", "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only", "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]}}}
        made = front.create_distribution(DistributionConfig={
            "CallerReference": name, "Comment": name, "Enabled": True, "DefaultRootObject": root, "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": policy, "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}, "MinTTL": 0},
            "Logging": {"Enabled": logs, "IncludeCookies": False, "Bucket": "logs-us-east-1.s3.amazonaws.com" if logs else "", "Prefix": ""}})["Distribution"]
        w.plant("AWS::CloudFront::Distribution", made["Id"], "global", name=name, **{"good" if name == "hardened" else "bad": both})
