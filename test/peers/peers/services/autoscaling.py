"""Auto Scaling groups and launch configurations."""

from peers.item import item, relation, shaped, tags
from peers.world import REGION

PAIRS = [
    ("AUTOSCALING_CAPACITY_REBALANCING", "autoscaling_group_capacity_rebalance_enabled"),
    ("AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED", "autoscaling_group_elb_health_check_enabled"),
    ("AUTOSCALING_LAUNCHCONFIG_REQUIRES_IMDSV2", "autoscaling_group_launch_configuration_requires_imdsv2"),
    ("AUTOSCALING_LAUNCH_CONFIG_PUBLIC_IP_DISABLED", "autoscaling_group_launch_configuration_no_public_ip"),
    ("AUTOSCALING_LAUNCH_TEMPLATE", "autoscaling_group_using_ec2_launch_template"),
    ("AUTOSCALING_MULTIPLE_AZ", "autoscaling_group_multiple_az"),
]

IMAGE = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}


def seed(c):
    auto, ec2 = c("autoscaling"), c("ec2")
    ec2.create_launch_template(LaunchTemplateName="scaled", LaunchTemplateData=IMAGE)
    auto.create_launch_configuration(LaunchConfigurationName="open", AssociatePublicIpAddress=True, MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "enabled"}, **IMAGE)
    auto.create_launch_configuration(LaunchConfigurationName="closed", AssociatePublicIpAddress=False, MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"}, **IMAGE)
    subnets = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    vpc = subnets[0]["VpcId"]
    target = c("elbv2").create_target_group(Name="scaled", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    c("elb").create_load_balancer(LoadBalancerName="scaled", Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}], AvailabilityZones=[REGION + "a"])
    behind = {"TargetGroupARNs": [target], "LoadBalancerNames": ["scaled"]}
    group(auto, "one-zone", [REGION + "a"], LaunchConfigurationName="open", **behind)
    group(auto, "two-zones", [REGION + "a", REGION + "b"], LaunchConfigurationName="closed", HealthCheckType="ELB", **behind)
    group(auto, "template", [REGION + "a"], LaunchTemplate={"LaunchTemplateName": "scaled"})
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateName": "scaled"}, "Overrides": [{"InstanceType": "t3.micro"}, {"InstanceType": "t3a.micro"}]}}
    group(auto, "mixed", [REGION + "a", REGION + "b"], MixedInstancesPolicy=mixed, **behind)
    group(auto, "rebalanced", [REGION + "a", REGION + "b"], MixedInstancesPolicy=mixed, HealthCheckType="ELB", CapacityRebalance=True, **behind)


def group(auto, name, zones, **more):
    auto.create_auto_scaling_group(AutoScalingGroupName=name, MinSize=0, MaxSize=2, AvailabilityZones=zones, **more)


def record(c):
    for g in c.pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"):
        used = [relation("AWS::AutoScaling::LaunchConfiguration", name=g["LaunchConfigurationName"])] if g.get("LaunchConfigurationName") else []
        yield item("AWS::AutoScaling::AutoScalingGroup", g["AutoScalingGroupARN"], shaped("AWS::AutoScaling::AutoScalingGroup", g), name=g["AutoScalingGroupName"], arn=g["AutoScalingGroupARN"], relationships=used, tags=tags(g.get("Tags")))
    for l in c.pages("autoscaling", "describe_launch_configurations", "LaunchConfigurations"):
        yield item("AWS::AutoScaling::LaunchConfiguration", l["LaunchConfigurationARN"], shaped("AWS::AutoScaling::LaunchConfiguration", l), name=l["LaunchConfigurationName"], arn=l["LaunchConfigurationARN"])
