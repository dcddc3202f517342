"""RDS database clusters and their snapshots. Those of Neptune and DocumentDB, which AWS Config records as RDS's, have
modules of their own."""

import json

from peers.item import camel, item, shaped, tags
from peers.world import variants

PAIRS = [
    ("AURORA_MYSQL_BACKTRACKING_ENABLED", "rds_cluster_backtrack_enabled"),
    ("RDS_AURORA_MYSQL_AUDIT_LOGGING_ENABLED", "rds_cluster_integration_cloudwatch_logs"),
    ("RDS_AURORA_POSTGRESQL_LOGS_TO_CLOUDWATCH", "rds_cluster_integration_cloudwatch_logs"),
    ("RDS_CLUSTER_AUTO_MINOR_VERSION_UPGRADE_ENABLE", "rds_cluster_minor_version_upgrade_enabled"),
    ("RDS_CLUSTER_DEFAULT_ADMIN_CHECK", "rds_cluster_default_admin"),
    ("RDS_CLUSTER_DELETION_PROTECTION_ENABLED", "rds_cluster_deletion_protection"),
    ("RDS_CLUSTER_ENCRYPTED_AT_REST", "rds_cluster_storage_encrypted"),
    ("RDS_CLUSTER_IAM_AUTHENTICATION_ENABLED", "rds_cluster_iam_authentication_enabled"),
    ("RDS_CLUSTER_MULTI_AZ_ENABLED", "rds_cluster_multi_az"),
    ("RDS_MYSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK", "rds_cluster_copy_tags_to_snapshots"),
    ("RDS_PGSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK", "rds_cluster_copy_tags_to_snapshots"),
]

LOGS = {"aurora-mysql": ["audit", "error"], "aurora-postgresql": ["postgresql"], "mysql": ["error"], "postgres": ["postgresql"]}
DISK = {"AllocatedStorage": 100, "Iops": 1000, "StorageType": "io1", "DBClusterInstanceClass": "db.m5d.large"}


def seed(c):
    plain = {"MasterUsername": "admin"}
    for engine in LOGS:
        hardened = {"MasterUsername": "keeper", "DeletionProtection": True, "StorageEncrypted": True, "CopyTagsToSnapshot": True, "EnableCloudwatchLogsExports": LOGS[engine]}
        if engine == "aurora-mysql":
            hardened.update(BacktrackWindow=86400, EnableIAMDatabaseAuthentication=True)
            for name, settings in variants(hardened, plain):
                create(c, f"c-{name}-{engine}", engine, settings, name == "hardened")
        elif engine == "aurora-postgresql":
            create(c, "c-hardened-" + engine, engine, hardened, True)
            create(c, "c-plain-" + engine, engine, plain, False)
        else:  # Multi-AZ DB clusters, the ones that have upgrades of their own
            create(c, "c-hardened-" + engine, engine, {**hardened, **DISK, "AutoMinorVersionUpgrade": True}, True)
            create(c, "c-upgraded-by-hand-" + engine, engine, {**hardened, **DISK, "AutoMinorVersionUpgrade": False}, True)
            create(c, "c-plain-" + engine, engine, {**plain, **DISK}, False)
    snapshots(c, "c-hardened-aurora-mysql", "c-plain-aurora-mysql")


def create(c, id, engine, settings, multi):
    c("rds").create_db_cluster(DBClusterIdentifier=id, Engine=engine, MasterUserPassword="never-used-1", **settings)
    if multi:
        members(c, id, engine)


def members(c, cluster, engine):
    """Two instances in two zones, which make a cluster multi-AZ."""
    for zone in ("a", "b"):
        c("rds").create_db_instance(DBInstanceIdentifier=f"{cluster}-{zone}", DBClusterIdentifier=cluster, Engine=engine, DBInstanceClass="db.r6g.large", AvailabilityZone="us-east-1" + zone)


def snapshots(c, private, public):
    for name in (private, public):
        c("rds").create_db_cluster_snapshot(DBClusterSnapshotIdentifier="snap-" + name, DBClusterIdentifier=name)
    c("rds").modify_db_cluster_snapshot_attribute(DBClusterSnapshotIdentifier="snap-" + public, AttributeName="restore", ValuesToAdd=["all"])


def record(c):
    yield from clusters(c, lambda engine: engine not in ("neptune", "docdb"))


def clusters(c, wanted):
    """The items of the clusters of some engines, and of their snapshots."""
    typ = "AWS::RDS::DBCluster"
    for d in c.pages("rds", "describe_db_clusters", "DBClusters"):
        if wanted(d["Engine"]):
            yield item(typ, d["DbClusterResourceId"], shaped(typ, d), name=d["DBClusterIdentifier"], arn=d["DBClusterArn"], tags=tags(d.get("TagList")))
    typ = "AWS::RDS::DBClusterSnapshot"
    for s in c.pages("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots"):
        if wanted(s["Engine"]):
            id = s["DBClusterSnapshotIdentifier"]
            attributes = c("rds").describe_db_cluster_snapshot_attributes(DBClusterSnapshotIdentifier=id)["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"]
            yield item(typ, id, shaped(typ, s), name=id, arn=s["DBClusterSnapshotArn"], supplementary={"DBClusterSnapshotAttributes": json.dumps(camel(attributes))}, tags=tags(s.get("TagList")))
