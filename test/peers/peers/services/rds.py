"""RDS database instances, their snapshots and parameter groups. Clusters are in rdscluster.py."""

import json

from peers.item import camel, item, shaped, tags
from peers.world import variants

PAIRS = [
    ("DB_INSTANCE_BACKUP_ENABLED", "rds_instance_backup_enabled"),
    ("MARIADB_PUBLISH_LOGS_TO_CLOUDWATCH_LOGS", "rds_instance_integration_cloudwatch_logs"),
    ("RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED", "rds_instance_minor_version_upgrade_enabled"),
    ("RDS_INSTANCE_DEFAULT_ADMIN_CHECK", "rds_instance_default_admin"),
    ("RDS_INSTANCE_DELETION_PROTECTION_ENABLED", "rds_instance_deletion_protection"),
    ("RDS_INSTANCE_IAM_AUTHENTICATION_ENABLED", "rds_instance_iam_authentication_enabled"),
    ("RDS_INSTANCE_PUBLIC_ACCESS_CHECK", "rds_instance_no_public_access"),
    ("RDS_LOGGING_ENABLED", "rds_instance_integration_cloudwatch_logs"),
    ("RDS_MARIADB_INSTANCE_ENCRYPTED_IN_TRANSIT", "rds_instance_transport_encrypted"),
    ("RDS_MULTI_AZ_SUPPORT", "rds_instance_multi_az"),
    ("RDS_MYSQL_INSTANCE_ENCRYPTED_IN_TRANSIT", "rds_instance_transport_encrypted"),
    ("RDS_POSTGRESQL_LOGS_TO_CLOUDWATCH", "rds_instance_integration_cloudwatch_logs"),
    ("RDS_POSTGRES_INSTANCE_ENCRYPTED_IN_TRANSIT", "rds_instance_transport_encrypted"),
    ("RDS_SNAPSHOTS_PUBLIC_PROHIBITED", "rds_snapshots_public_access"),
    ("RDS_SNAPSHOT_ENCRYPTED", "rds_snapshots_encrypted"),
    ("RDS_SQL_SERVER_LOGS_TO_CLOUDWATCH", "rds_instance_integration_cloudwatch_logs"),
    ("RDS_STORAGE_ENCRYPTED", "rds_instance_storage_encrypted"),
]

LOGS = {
    "mysql": ["audit", "error", "general", "slowquery"],
    "mariadb": ["audit", "error", "general", "slowquery"],
    "postgres": ["postgresql", "upgrade"],
    "sqlserver-ee": ["error", "agent"],
}
FAMILY = {"mysql": "mysql8.0", "mariadb": "mariadb11.4", "postgres": "postgres16"}
VERSION = {"mysql": "8.0.36", "mariadb": "11.4.3", "postgres": "16.3", "sqlserver-ee": "15.00.4345.5.v1"}
TLS = {"mysql": "require_secure_transport", "mariadb": "require_secure_transport", "postgres": "rds.force_ssl"}


def seed(c):
    group, open_group = network(c)
    for engine in LOGS:
        hardened = {
            "MasterUsername": "keeper", "MultiAZ": True, "StorageEncrypted": True, "DeletionProtection": True, "BackupRetentionPeriod": 14,
            "PubliclyAccessible": False, "AutoMinorVersionUpgrade": True, "EnableIAMDatabaseAuthentication": True, "EnableCloudwatchLogsExports": LOGS[engine],
            **parameters(c, engine, "peers-hardened-" + engine, "1")}
        plain = {
            "MasterUsername": "admin", "PubliclyAccessible": True, "AutoMinorVersionUpgrade": False, "BackupRetentionPeriod": 0,
            **parameters(c, engine, "peers-plain-" + engine, "0")}
        kinds = variants(hardened, plain) if engine == "mysql" else [("hardened", hardened), ("plain", plain)]
        for name, settings in kinds:
            create(c, f"{name}-{engine}", engine, DBSubnetGroupName=group, VpcSecurityGroupIds=[open_group], **settings)
    rds = c("rds")
    for name in ("hardened-mysql", "plain-mysql"):
        rds.create_db_snapshot(DBSnapshotIdentifier="snap-" + name, DBInstanceIdentifier=name)
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="snap-plain-mysql", AttributeName="restore", ValuesToAdd=["all"])


def network(c):
    """A subnet group that leads to the internet, and a security group that is open to it."""
    subnets, group = open_subnets(c, "unattached-db", 20)
    c("rds").create_db_subnet_group(DBSubnetGroupName="peers", DBSubnetGroupDescription="peers", SubnetIds=subnets)
    return "peers", group


def open_subnets(c, name, n):
    """Two subnets that lead to the internet, and a security group that is open to it, in the VPC 10.n.0.0/16."""
    ec2 = c("ec2")
    vpc = ec2.create_vpc(CidrBlock=f"10.{n}.0.0/16")["Vpc"]["VpcId"]
    zones = ["us-east-1a", "us-east-1b"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{n}.{m}.0/24", AvailabilityZone=z)["Subnet"]["SubnetId"] for m, z in enumerate(zones)]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    for s in subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=s)
    group = ec2.create_security_group(GroupName=name, Description="open", VpcId=vpc)["GroupId"]
    every = [{"CidrIp": "0.0.0.0/0"}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "IpRanges": every}, {"IpProtocol": "-1", "IpRanges": every}])
    return subnets, group


def create(c, name, engine, **settings):
    c("rds").create_db_instance(
        DBInstanceIdentifier=name, Engine=engine, EngineVersion=VERSION[engine], DBInstanceClass="db.m5.large", AllocatedStorage=100,
        MasterUserPassword="never-used-1", **settings)


def parameters(c, engine, name, value):
    """A parameter group in which TLS is required or not; moto does not know the defaults of engines."""
    if engine not in TLS:
        return {}
    c("rds").create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily=FAMILY[engine], Description=name)
    c("rds").modify_db_parameter_group(DBParameterGroupName=name, Parameters=[{"ParameterName": TLS[engine], "ParameterValue": value, "ApplyMethod": "immediate"}])
    return {"DBParameterGroupName": name}


def record(c):
    for db in c.pages("rds", "describe_db_instances", "DBInstances"):
        if db["Engine"] not in ("neptune", "docdb"):
            yield instance(db)
    for s in c.pages("rds", "describe_db_snapshots", "DBSnapshots"):
        id, typ = s["DBSnapshotIdentifier"], "AWS::RDS::DBSnapshot"
        attributes = c("rds").describe_db_snapshot_attributes(DBSnapshotIdentifier=id)["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]
        yield item(typ, id, shaped(typ, s), name=id, arn=s["DBSnapshotArn"], supplementary={"DBSnapshotAttributes": json.dumps(camel(attributes))}, tags=tags(s.get("TagList")))
    for g in c.pages("rds", "describe_db_parameter_groups", "DBParameterGroups"):
        id, typ = g["DBParameterGroupName"], "AWS::RDS::DBParameterGroup"
        values = [camel(p) for p in c.pages("rds", "describe_db_parameters", "Parameters", DBParameterGroupName=id)]
        yield item(typ, id, shaped(typ, g), name=id, arn=g["DBParameterGroupArn"], supplementary={"Parameters": values})


def instance(db):
    """moto gives all instances one DbiResourceId, which is AWS Config's id of them: here they are told by name."""
    typ, name = "AWS::RDS::DBInstance", db["DBInstanceIdentifier"]
    return item(typ, "db-" + name.upper(), shaped(typ, db), name=name, arn=db["DBInstanceArn"], tags=tags(db.get("TagList")), created=db["InstanceCreateTime"])
