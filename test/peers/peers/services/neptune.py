"""Neptune clusters and snapshots, recorded as RDS's."""

from peers.services import rdscluster
from peers.world import variants

PAIRS = [
    ("NEPTUNE_CLUSTER_BACKUP_RETENTION_CHECK", "neptune_cluster_backup_enabled"),
    ("NEPTUNE_CLUSTER_CLOUDWATCH_LOG_EXPORT_ENABLED", "neptune_cluster_integration_cloudwatch_logs"),
    ("NEPTUNE_CLUSTER_COPY_TAGS_TO_SNAPSHOT_ENABLED", "neptune_cluster_copy_tags_to_snapshots"),
    ("NEPTUNE_CLUSTER_DELETION_PROTECTION_ENABLED", "neptune_cluster_deletion_protection"),
    ("NEPTUNE_CLUSTER_ENCRYPTED", "neptune_cluster_storage_encrypted"),
    ("NEPTUNE_CLUSTER_MULTI_AZ_ENABLED", "neptune_cluster_multi_az"),
    ("NEPTUNE_CLUSTER_SNAPSHOT_ENCRYPTED", "neptune_cluster_snapshot_encrypted"),
    ("NEPTUNE_CLUSTER_SNAPSHOT_PUBLIC_PROHIBITED", "neptune_cluster_public_snapshot"),
]


def seed(c):
    hardened = {"BackupRetentionPeriod": 14, "EnableCloudwatchLogsExports": ["audit"], "CopyTagsToSnapshot": True, "DeletionProtection": True, "StorageEncrypted": True}
    for name, settings in variants(hardened, {"BackupRetentionPeriod": 1}):
        id = "neptune-" + name
        c("rds").create_db_cluster(DBClusterIdentifier=id, Engine="neptune", **settings)
        if name == "hardened":
            rdscluster.members(c, id, "neptune")
    rdscluster.snapshots(c, "neptune-hardened", "neptune-plain")


def record(c):
    yield from rdscluster.clusters(c, lambda engine: engine == "neptune")
