"""Redshift clusters and parameter groups."""

from peers.item import camel, item, shaped, tags
from peers.services import rds
from peers.world import variants

PAIRS = [
    ("REDSHIFT_AUDIT_LOGGING_ENABLED", "redshift_cluster_audit_logging"),
    ("REDSHIFT_CLUSTER_KMS_ENABLED", "redshift_cluster_encrypted_at_rest"),
    ("REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK", "redshift_cluster_automatic_upgrades"),
    ("REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK", "redshift_cluster_public_access"),
    ("REDSHIFT_DEFAULT_ADMIN_CHECK", "redshift_cluster_non_default_username"),
    ("REDSHIFT_DEFAULT_DB_NAME_CHECK", "redshift_cluster_non_default_database_name"),
    ("REDSHIFT_ENHANCED_VPC_ROUTING_ENABLED", "redshift_cluster_enhanced_vpc_routing"),
]


def seed(c):
    redshift = c("redshift")
    subnets, open_group = rds.open_subnets(c, "unattached-redshift", 21)
    redshift.create_cluster_subnet_group(ClusterSubnetGroupName="peers", Description="peers", SubnetIds=subnets)
    key = c("kms").create_key(Description="peers-redshift")["KeyMetadata"]["Arn"]
    c("s3").create_bucket(Bucket="peers-redshift-logs")
    hardened = {"MasterUsername": "keeper", "DBName": "sales", "Encrypted": True, "EnhancedVpcRouting": True, "PubliclyAccessible": False, "AllowVersionUpgrade": True, "Logging": True}
    plain = {"MasterUsername": "awsuser", "DBName": "dev", "PubliclyAccessible": True, "AllowVersionUpgrade": False}
    for name, settings in variants(hardened, plain):
        of = {k: v for k, v in settings.items() if k != "Logging"}
        if "Encrypted" in of:
            of["KmsKeyId"] = key
        redshift.create_cluster(
            ClusterIdentifier="peers-" + name, NodeType="ra3.xlplus", MasterUserPassword="Never-used-1", ClusterSubnetGroupName="peers", VpcSecurityGroupIds=[open_group], **of)
        if "Logging" in settings:
            redshift.enable_logging(ClusterIdentifier="peers-" + name, BucketName="peers-redshift-logs", S3KeyPrefix="a/")


def record(c):
    redshift = c("redshift")
    typ = "AWS::Redshift::Cluster"
    for d in c.pages("redshift", "describe_clusters", "Clusters"):
        name = d["ClusterIdentifier"]
        status = redshift.describe_logging_status(ClusterIdentifier=name)
        status.pop("ResponseMetadata")
        arn = f"arn:aws:redshift:us-east-1:123456789012:cluster:{name}"
        yield item(typ, name, shaped(typ, d), name=name, arn=arn, supplementary={"LoggingStatus": camel(status)}, tags=tags(d.get("Tags")))
    typ = "AWS::Redshift::ClusterParameterGroup"
    for g in c.pages("redshift", "describe_cluster_parameter_groups", "ParameterGroups"):
        name = g["ParameterGroupName"]
        values = [camel(p) for p in c.pages("redshift", "describe_cluster_parameters", "Parameters", ParameterGroupName=name)]
        yield item(typ, name, shaped(typ, g), name=name, supplementary={"Parameters": values})
