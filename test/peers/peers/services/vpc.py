"""VPCs: security groups, network ACLs, subnets, flow logs, endpoints."""

from peers.services.ec2 import resource
from peers.world import ACCOUNT

PAIRS = [
    ("NACL_NO_UNRESTRICTED_SSH_RDP", "ec2_networkacl_allow_ingress_tcp_port_22"),
    ("VPC_NETWORK_ACL_UNUSED_CHECK", "ec2_networkacl_unused"),
    ("VPC_DEFAULT_SECURITY_GROUP_CLOSED", "ec2_securitygroup_default_restrict_traffic"),
    ("INCOMING_SSH_DISABLED", "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22"),
    ("RESTRICTED_INCOMING_TRAFFIC", "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306", {f"blockedPort{n}": "3306" for n in range(1, 6)}),
    ("VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", "ec2_securitygroup_allow_ingress_from_internet_to_any_port"),
    ("VPC_SG_PORT_RESTRICTION_CHECK", "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389", {"restrictPorts": "3389", "protocolType": "TCP"}),
    ("EC2_SECURITY_GROUP_ATTACHED_TO_ENI_PERIODIC", "ec2_securitygroup_not_used"),
    ("EC2_SECURITY_GROUP_ATTACHED_TO_ENI", "ec2_securitygroup_not_used"),
    ("SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED", "vpc_subnet_no_public_ip_by_default"),
    ("VPC_FLOW_LOGS_ENABLED", "vpc_flow_logs_enabled"),
    ("SERVICE_VPC_ENDPOINT_ENABLED", "vpc_endpoint_for_ec2_enabled", {"serviceName": "ec2"}),
    ("VPC_ENDPOINT_ENABLED", "vpc_endpoint_for_ec2_enabled", {"serviceNames": "ec2"}),
]

WORLD, WORLD6 = "0.0.0.0/0", "::/0"


def seed(c):
    ec2 = c("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.2.1.0/24")["Subnet"]["SubnetId"]
    ec2.create_flow_logs(ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="cloud-watch-logs", LogGroupName="peers-flow", DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flow")
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.ec2", VpcEndpointType="Interface", SubnetIds=[subnet])
    seed_groups(ec2, vpc, subnet)
    seed_acls(ec2, vpc, subnet)


def seed_groups(ec2, vpc, subnet):
    default = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}])["SecurityGroups"][0]
    ec2.revoke_security_group_egress(GroupId=default["GroupId"], IpPermissions=default["IpPermissionsEgress"])
    if default["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=default["GroupId"], IpPermissions=default["IpPermissions"])
    for name, *rules in GROUPS:
        id = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        if rules:
            ec2.authorize_security_group_ingress(GroupId=id, IpPermissions=rules)
        if name != "unused":
            ec2.create_network_interface(SubnetId=subnet, Groups=[id])


def ports(first, last, *, v4=(), v6=(), protocol="tcp"):
    rule = {"IpProtocol": protocol, "IpRanges": [{"CidrIp": x} for x in v4], "Ipv6Ranges": [{"CidrIpv6": x} for x in v6]}
    return rule if protocol == "-1" else {**rule, "FromPort": first, "ToPort": last}


GROUPS = [
    ("ssh", ports(22, 22, v4=[WORLD])),
    ("ssh-range", ports(20, 25, v6=[WORLD6])),
    ("ssh-office", ports(22, 22, v4=["198.51.100.0/24"])),
    ("rdp", ports(3389, 3389, v4=[WORLD])),
    ("mysql", ports(3306, 3306, v4=["10.0.0.0/8", WORLD])),
    ("web", ports(443, 443, v4=[WORLD], v6=[WORLD6])),
    ("everything", ports(0, 0, v4=[WORLD], protocol="-1")),
    ("all-tcp", ports(0, 65535, v4=[WORLD])),
    ("udp", ports(22, 22, v4=[WORLD], protocol="udp")),
    ("ping", ports(-1, -1, v4=[WORLD], protocol="icmp")),
    ("empty",),
    ("unused",),
]


def seed_acls(ec2, vpc, subnet):
    closed = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    first = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    opened = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    entry(ec2, closed, 100, "allow", "10.0.0.0/8", 22)
    entry(ec2, first, 90, "deny", WORLD, 22)
    entry(ec2, first, 100, "allow", WORLD, 22)
    entry(ec2, opened, 100, "allow", WORLD, 22)
    old = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"][0]
    association = next(a["NetworkAclAssociationId"] for a in old["Associations"] if a["SubnetId"] == subnet)
    ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=closed)


def entry(ec2, acl, number, action, cidr, port):
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Protocol="6", RuleAction=action, Egress=False, CidrBlock=cidr, PortRange={"From": port, "To": port})


def record(c):
    for v in c.pages("ec2", "describe_vpcs", "Vpcs"):
        yield resource("AWS::EC2::VPC", v["VpcId"], "vpc", v)
    for s in c.pages("ec2", "describe_subnets", "Subnets"):
        yield resource("AWS::EC2::Subnet", s["SubnetId"], "subnet", s)
    for g in c.pages("ec2", "describe_security_groups", "SecurityGroups"):
        yield resource("AWS::EC2::SecurityGroup", g["GroupId"], "security-group", group(g), name=g["GroupName"])
    for a in c.pages("ec2", "describe_network_acls", "NetworkAcls"):
        yield resource("AWS::EC2::NetworkAcl", a["NetworkAclId"], "network-acl", a)
    for f in c.pages("ec2", "describe_flow_logs", "FlowLogs"):
        yield resource("AWS::EC2::FlowLog", f["FlowLogId"], "vpc-flow-log", f)
    for e in c.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints"):
        yield resource("AWS::EC2::VPCEndpoint", e["VpcEndpointId"], "vpc-endpoint", e)
    for n in c.pages("ec2", "describe_network_interfaces", "NetworkInterfaces"):
        yield resource("AWS::EC2::NetworkInterface", n["NetworkInterfaceId"], "network-interface", n)


def group(g):
    """AWS Config writes IPv4 ranges twice: as objects, and as ipRanges, the CIDR blocks alone."""
    out = dict(g)
    for rules in ("IpPermissions", "IpPermissionsEgress"):
        out[rules] = [{**r, "Ipv4Ranges": r.get("IpRanges", []), "IpRanges": [x["CidrIp"] for x in r.get("IpRanges", [])]} for r in g.get(rules, [])]
    return out
