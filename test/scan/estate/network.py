"""VPCs and what is in them, and the instances, volumes, snapshots and templates of EC2."""

from estate.world import ACCOUNT, REGIONS, tags

EVERYWHERE = "0.0.0.0/0"


def seed(w):
    for region in REGIONS:
        vpc, zones = network(w, region)
        groups(w, region, vpc, zones)
        acls(w, region, vpc, zones)
        instances(w, region, zones)
        storage(w, region)
        addresses(w, region, zones)
        templates(w, region)
        gateways(w, region)


def tagged(kind):
    return [{"ResourceType": kind, "Tags": tags()}]


def network(w, region):
    """A VPC in order, and one without flow logs whose subnet gives out public addresses."""
    ec2 = w("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.10.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
    ec2.create_flow_logs(
        ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="cloud-watch-logs", LogGroupName="flow",
        DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flow", TagSpecifications=tagged("vpc-flow-log"))
    w.plant("AWS::EC2::VPC", vpc, region, good="VPC_FLOW_LOGS_ENABLED")
    zones = []
    for n, zone in enumerate("ab"):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.10.{n}.0/24", AvailabilityZone=region + zone, TagSpecifications=tagged("subnet"))["Subnet"]["SubnetId"]
        w.plant("AWS::EC2::Subnet", subnet, region, good="SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED EC2.44")
        zones.append(subnet)
    bare = ec2.create_vpc(CidrBlock="10.11.0.0/16")["Vpc"]["VpcId"]
    w.plant("AWS::EC2::VPC", bare, region, bad="VPC_FLOW_LOGS_ENABLED EC2.46")
    public = ec2.create_subnet(VpcId=bare, CidrBlock="10.11.0.0/24")["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": True})
    w.plant("AWS::EC2::Subnet", public, region, bad="SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED EC2.44")
    closed = default_group(ec2, vpc)
    if closed["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=closed["GroupId"], IpPermissions=closed["IpPermissionsEgress"])
    if closed["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=closed["GroupId"], IpPermissions=closed["IpPermissions"])
    w.plant("AWS::EC2::SecurityGroup", closed["GroupId"], region, good="VPC_DEFAULT_SECURITY_GROUP_CLOSED")
    w.plant("AWS::EC2::SecurityGroup", default_group(ec2, bare)["GroupId"], region, bad="VPC_DEFAULT_SECURITY_GROUP_CLOSED")
    return vpc, zones


def default_group(ec2, vpc):
    return ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}])["SecurityGroups"][0]


# Name, protocol, first and last port, sources; the faults that are planted by it.
GROUPS = [
    ("ssh", "tcp", 22, 22, [EVERYWHERE], "INCOMING_SSH_DISABLED VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS"),
    ("rdp", "tcp", 3389, 3389, [EVERYWHERE], "RESTRICTED_INCOMING_TRAFFIC VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS"),
    ("mysql", "tcp", 3306, 3306, ["10.0.0.0/8", EVERYWHERE], "RESTRICTED_INCOMING_TRAFFIC VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS"),
    ("everything", "-1", None, None, [EVERYWHERE], "INCOMING_SSH_DISABLED RESTRICTED_INCOMING_TRAFFIC VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS"),
    ("office", "tcp", 22, 22, ["198.51.100.0/24"], ""),
    ("empty", None, None, None, [], ""),
]
JUDGED = {"INCOMING_SSH_DISABLED", "RESTRICTED_INCOMING_TRAFFIC", "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS"}


def groups(w, region, vpc, zones):
    ec2 = w("ec2", region)
    for name, protocol, first, last, sources, faults in GROUPS:
        id = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc, TagSpecifications=tagged("security-group"))["GroupId"]
        if protocol:
            ports = {} if first is None else {"FromPort": first, "ToPort": last}
            ec2.authorize_security_group_ingress(GroupId=id, IpPermissions=[{"IpProtocol": protocol, **ports, "IpRanges": [{"CidrIp": s} for s in sources]}])
        ec2.create_network_interface(SubnetId=zones[0], Groups=[id], TagSpecifications=tagged("network-interface"))
        w.plant("AWS::EC2::SecurityGroup", id, region, name=name, bad=faults, good=(JUDGED - set(faults.split())) | {"EC2_SECURITY_GROUP_ATTACHED_TO_ENI_PERIODIC", "EC2.43"})
    unused = ec2.create_security_group(GroupName="unused", Description="unused", VpcId=vpc)["GroupId"]
    w.plant("AWS::EC2::SecurityGroup", unused, region, name="unused", bad="EC2_SECURITY_GROUP_ATTACHED_TO_ENI EC2_SECURITY_GROUP_ATTACHED_TO_ENI_PERIODIC EC2.43", good="INCOMING_SSH_DISABLED")


def acls(w, region, vpc, zones):
    ec2 = w("ec2", region)
    closed = ec2.create_network_acl(VpcId=vpc, TagSpecifications=tagged("network-acl"))["NetworkAcl"]["NetworkAclId"]
    opened = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    for acl, source in ((closed, "10.0.0.0/8"), (opened, EVERYWHERE)):
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol="6", RuleAction="allow", Egress=False, CidrBlock=source, PortRange={"From": 22, "To": 22})
    old = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [zones[0]]}])["NetworkAcls"][0]
    association = next(a["NetworkAclAssociationId"] for a in old["Associations"] if a["SubnetId"] == zones[0])
    ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=closed)
    w.plant("AWS::EC2::NetworkAcl", closed, region, good="NACL_NO_UNRESTRICTED_SSH_RDP VPC_NETWORK_ACL_UNUSED_CHECK")
    w.plant("AWS::EC2::NetworkAcl", opened, region, bad="NACL_NO_UNRESTRICTED_SSH_RDP VPC_NETWORK_ACL_UNUSED_CHECK")


def instances(w, region, zones):
    ec2, iam = w("ec2", region), w("iam", region)
    profile = "instances-" + region
    iam.create_instance_profile(InstanceProfileName=profile)
    image = next(i["ImageId"] for i in ec2.describe_images(Owners=["amazon"])["Images"] if i["VirtualizationType"] == "hvm")
    common = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    good = ec2.run_instances(
        **common, SubnetId=zones[0], Monitoring={"Enabled": True}, EbsOptimized=True, IamInstanceProfile={"Name": profile},
        MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1}, TagSpecifications=tagged("instance") + tagged("volume"))["Instances"][0]["InstanceId"]
    w.plant("AWS::EC2::Instance", good, region, good="EC2_IMDSV2_CHECK EC2_INSTANCE_DETAILED_MONITORING_ENABLED EC2_INSTANCE_PROFILE_ATTACHED EC2_INSTANCE_NO_PUBLIC_IP EC2_STOPPED_INSTANCE INSTANCES_IN_VPC")
    public = ec2.create_subnet(VpcId=ec2.describe_subnets(SubnetIds=zones)["Subnets"][0]["VpcId"], CidrBlock="10.10.9.0/24", AvailabilityZone=region + "a", TagSpecifications=tagged("subnet"))["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": True})
    w.plant("AWS::EC2::Subnet", public, region, bad="SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED", good="EC2.44")
    bad = ec2.run_instances(**common, SubnetId=public)["Instances"][0]["InstanceId"]
    w.plant("AWS::EC2::Instance", bad, region, bad="EC2_IMDSV2_CHECK EC2_INSTANCE_DETAILED_MONITORING_ENABLED EC2_INSTANCE_PROFILE_ATTACHED EC2_INSTANCE_NO_PUBLIC_IP EC2.38")
    second = ec2.create_network_interface(SubnetId=zones[0], TagSpecifications=tagged("network-interface"))["NetworkInterface"]["NetworkInterfaceId"]
    double = ec2.run_instances(**common, SubnetId=zones[0], MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"})["Instances"][0]["InstanceId"]
    ec2.attach_network_interface(NetworkInterfaceId=second, InstanceId=double, DeviceIndex=1)
    w.plant("AWS::EC2::Instance", double, region, bad="EC2_INSTANCE_MULTIPLE_ENI_CHECK", good="EC2_IMDSV2_CHECK")
    volume = ec2.create_volume(AvailabilityZone=region + "a", Size=8, Encrypted=True, TagSpecifications=tagged("volume"))["VolumeId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=good, Device="/dev/sdf")
    w.plant("AWS::EC2::Volume", volume, region, good="ENCRYPTED_VOLUMES EC2_VOLUME_INUSE_CHECK EC2.45")
    clear = ec2.create_volume(AvailabilityZone=region + "a", Size=8)["VolumeId"]
    ec2.attach_volume(VolumeId=clear, InstanceId=bad, Device="/dev/sdf")
    w.plant("AWS::EC2::Volume", clear, region, bad="ENCRYPTED_VOLUMES EC2.45", good="EC2_VOLUME_INUSE_CHECK")
    spare = ec2.create_volume(AvailabilityZone=region + "a", Size=8)["VolumeId"]
    w.plant("AWS::EC2::Volume", spare, region, bad="EC2_VOLUME_INUSE_CHECK")


def storage(w, region):
    """EBS: encrypted by default in one region only; a snapshot that everybody may restore in the other."""
    ec2 = w("ec2", region)
    volume = ec2.create_volume(AvailabilityZone=region + "a", Size=8, Encrypted=True, TagSpecifications=tagged("volume"))["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume, TagSpecifications=tagged("snapshot"))["SnapshotId"]
    if region == REGIONS[0]:
        ec2.enable_ebs_encryption_by_default()
        w.plant("AWS::::Account", ACCOUNT, region, good="EC2_EBS_ENCRYPTION_BY_DEFAULT EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK")
        return
    ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
    w.plant("AWS::::Account", ACCOUNT, region, bad="EC2_EBS_ENCRYPTION_BY_DEFAULT EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK")


def addresses(w, region, zones):
    ec2 = w("ec2", region)
    used = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    interface = ec2.create_network_interface(SubnetId=zones[1], TagSpecifications=tagged("network-interface"))["NetworkInterface"]["NetworkInterfaceId"]
    ec2.associate_address(AllocationId=used, NetworkInterfaceId=interface)
    w.plant("AWS::EC2::EIP", used, region, good="EIP_ATTACHED EC2.37")
    idle = ec2.allocate_address(Domain="vpc")["AllocationId"]
    w.plant("AWS::EC2::EIP", idle, region, bad="EIP_ATTACHED EC2.37")


def templates(w, region):
    ec2 = w("ec2", region)
    image = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    closed = ec2.create_launch_template(
        LaunchTemplateName="closed", TagSpecifications=tagged("launch-template"),
        LaunchTemplateData={**image, "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "required"}, "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False}]})
    opened = ec2.create_launch_template(
        LaunchTemplateName="opened", LaunchTemplateData={**image, "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "optional"}, "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True}]})
    both = "EC2_LAUNCH_TEMPLATE_IMDSV2_CHECK EC2_LAUNCH_TEMPLATE_PUBLIC_IP_DISABLED"
    w.plant("AWS::EC2::LaunchTemplate", closed["LaunchTemplate"]["LaunchTemplateId"], region, good=both)
    w.plant("AWS::EC2::LaunchTemplate", opened["LaunchTemplate"]["LaunchTemplateId"], region, bad=both)


def gateways(w, region):
    ec2 = w("ec2", region)
    for accept in ("enable", "disable"):
        id = ec2.create_transit_gateway(Description=accept, Options={"AutoAcceptSharedAttachments": accept}, TagSpecifications=tagged("transit-gateway"))["TransitGateway"]["TransitGatewayId"]
        w.plant("AWS::EC2::TransitGateway", id, region, **{"bad" if accept == "enable" else "good": "EC2_TRANSIT_GATEWAY_AUTO_VPC_ATTACH_DISABLED"})
    vpc = ec2.create_vpc(CidrBlock="10.12.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
    attached = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=attached, VpcId=vpc)
    w.plant("AWS::EC2::VPC", vpc, region, bad="VPC_FLOW_LOGS_ENABLED")
    w.plant("AWS::EC2::InternetGateway", attached, region, good="EC2.39")
    loose = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    w.plant("AWS::EC2::InternetGateway", loose, region, bad="EC2.39")
