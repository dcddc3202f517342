"""EC2: instances, volumes, snapshots, addresses, launch templates, transit gateways."""

from peers.item import fact, item, shaped, tags
from peers.world import ACCOUNT, REGION

PAIRS = [
    ("ENCRYPTED_VOLUMES", "ec2_ebs_volume_encryption"),
    ("EC2_IMDSV2_CHECK", "ec2_instance_imdsv2_enabled"),
    ("EC2_INSTANCE_DETAILED_MONITORING_ENABLED", "ec2_instance_detailed_monitoring_enabled"),
    ("EC2_INSTANCE_PROFILE_ATTACHED", "ec2_instance_profile_attached"),
    ("EC2_INSTANCE_NO_PUBLIC_IP", "ec2_instance_public_ip"),
    ("EC2_INSTANCE_MULTIPLE_ENI_CHECK", "ec2_instance_uses_single_eni"),
    ("EC2_PARAVIRTUAL_INSTANCE_CHECK", "ec2_instance_paravirtual_type"),
    ("EC2_LAUNCH_TEMPLATE_IMDSV2_CHECK", "ec2_launch_template_imdsv2_required"),
    ("EC2_LAUNCH_TEMPLATE_PUBLIC_IP_DISABLED", "ec2_launch_template_no_public_ip"),
    ("EC2_EBS_ENCRYPTION_BY_DEFAULT", "ec2_ebs_default_encryption"),
    ("EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK", "ec2_ebs_public_snapshot"),
    ("EC2_TRANSIT_GATEWAY_AUTO_VPC_ATTACH_DISABLED", "ec2_transitgateway_auto_accept_vpc_attachments"),
    ("EIP_ATTACHED", "ec2_elastic_ip_unassigned"),
]


def seed(c):
    ec2 = c("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    private = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    public = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.2.0/24")["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": True})
    seed_instances(c, private, public)
    seed_templates(ec2)
    if c.good:
        ec2.enable_ebs_encryption_by_default()
    volume = ec2.create_volume(AvailabilityZone=REGION + "a", Size=8, Encrypted=True)["VolumeId"]
    ec2.create_volume(AvailabilityZone=REGION + "a", Size=8)
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    if not c.good:
        ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
    ec2.create_transit_gateway(Options={"AutoAcceptSharedAttachments": "enable"})
    ec2.create_transit_gateway(Options={"AutoAcceptSharedAttachments": "disable"})


def seed_instances(c, private, public):
    ec2, iam = c("ec2"), c("iam")
    iam.create_instance_profile(InstanceProfileName="peers-instance")
    images = ec2.describe_images(Owners=["amazon"])["Images"]
    hvm, pv = (next(i["ImageId"] for i in images if i["VirtualizationType"] == v) for v in ("hvm", "paravirtual"))
    a = start(ec2, pv, public)
    b = start(ec2, hvm, private, Monitoring={"Enabled": True}, IamInstanceProfile={"Name": "peers-instance"}, MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"})
    start(ec2, hvm, private, MetadataOptions={"HttpEndpoint": "disabled"}, TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "no-metadata"}]}])
    eni = ec2.create_network_interface(SubnetId=private)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(NetworkInterfaceId=eni, InstanceId=a, DeviceIndex=1)
    for instance, encrypted in ((a, False), (b, True)):
        volume = ec2.create_volume(AvailabilityZone=REGION + "a", Size=8, Encrypted=encrypted)["VolumeId"]
        ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
    ec2.allocate_address(Domain="vpc")
    used = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=used, NetworkInterfaceId=eni)


def start(ec2, image, subnet, **more):
    return ec2.run_instances(ImageId=image, SubnetId=subnet, MinCount=1, MaxCount=1, **more)["Instances"][0]["InstanceId"]


def seed_templates(ec2):
    data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName="open", LaunchTemplateData={**data, "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "optional"}, "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True}]})
    ec2.create_launch_template(LaunchTemplateName="closed", LaunchTemplateData={**data, "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "required"}, "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False}]})


def record(c):
    ec2 = c("ec2")
    for r in c.pages("ec2", "describe_instances", "Reservations"):
        for i in r["Instances"]:
            yield resource("AWS::EC2::Instance", i["InstanceId"], "instance", i)
    for v in c.pages("ec2", "describe_volumes", "Volumes"):
        yield resource("AWS::EC2::Volume", v["VolumeId"], "volume", v)
    for a in c.pages("ec2", "describe_addresses", "Addresses"):
        yield resource("AWS::EC2::EIP", a["AllocationId"], "eip-allocation", a, name=a["PublicIp"])
    for t in c.pages("ec2", "describe_transit_gateways", "TransitGateways"):
        form = {"Id": t["TransitGatewayId"], **t.get("Options", {}), "Description": t.get("Description"), "Tags": t.get("Tags", [])}
        yield item("AWS::EC2::TransitGateway", t["TransitGatewayId"], form, arn=t.get("TransitGatewayArn", ""), tags=tags(t.get("Tags")))
    for t in c.pages("ec2", "describe_launch_templates", "LaunchTemplates"):
        yield template(ec2, t)
    yield fact("EbsEncryptionByDefault", {"ebsEncryptionByDefault": ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"]}, region=REGION)
    yield fact("EbsPublicSnapshots", {"snapshotIds": [s["SnapshotId"] for s in c.pages("ec2", "describe_snapshots", "Snapshots", OwnerIds=["self"]) if public(ec2, s)]}, region=REGION)


def resource(type, id, kind, answer, name=None):
    """An item of a type of EC2 that AWS Config records by its describe call."""
    return item(type, id, shaped(type, answer), name=name, arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:{kind}/{id}", tags=tags(answer.get("Tags", answer.get("TagSet"))))


def template(ec2, t):
    id = t["LaunchTemplateId"]
    version = ec2.describe_launch_template_versions(LaunchTemplateId=id, Versions=["$Default"])["LaunchTemplateVersions"][0]
    form = {"Id": id, "LaunchTemplateName": t["LaunchTemplateName"], "DefaultVersionNumber": str(t["DefaultVersionNumber"]), "LatestVersionNumber": str(t["LatestVersionNumber"]), "LaunchTemplateData": version["LaunchTemplateData"]}
    return item("AWS::EC2::LaunchTemplate", id, form, name=t["LaunchTemplateName"], arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:launch-template/{id}", tags=tags(t.get("Tags")))


def public(ec2, snapshot):
    answer = ec2.describe_snapshot_attribute(SnapshotId=snapshot["SnapshotId"], Attribute="createVolumePermission")
    return any(p.get("Group") == "all" for p in answer["CreateVolumePermissions"])
