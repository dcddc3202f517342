"""ElastiCache replication groups with their clusters."""

from peers.item import item, relation
from peers.world import variants

PAIRS = [
    ("ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED", "elasticache_redis_cluster_backup_enabled", {"snapshotRetentionPeriod": "7"}),
    ("ELASTICACHE_AUTO_MINOR_VERSION_UPGRADE_CHECK", "elasticache_redis_cluster_auto_minor_version_upgrades"),
    ("ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK", "elasticache_redis_cluster_backup_enabled", {"snapshotRetentionPeriod": "7"}),
    ("ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED", "elasticache_redis_cluster_automatic_failover_enabled"),
    ("ELASTICACHE_REPL_GRP_ENCRYPTED_AT_REST", "elasticache_redis_cluster_rest_encryption_enabled"),
    ("ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT", "elasticache_redis_cluster_in_transit_encryption_enabled"),
    ("ELASTICACHE_REPL_GRP_REDIS_AUTH_ENABLED", "elasticache_redis_replication_group_auth_enabled"),
]

GROUP, CLUSTER = "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::CacheCluster"


def seed(c):
    key = c("kms").create_key(Description="peers-elasticache")["KeyMetadata"]["Arn"]
    hardened = {
        "SnapshotRetentionLimit": 14, "AutomaticFailoverEnabled": True, "AtRestEncryptionEnabled": True, "TransitEncryptionEnabled": True,
        "AuthToken": "never-used-token-1", "AutoMinorVersionUpgrade": True, "KmsKeyId": key}
    plain = {"SnapshotRetentionLimit": 1, "AutoMinorVersionUpgrade": False, "AutomaticFailoverEnabled": False, "AtRestEncryptionEnabled": False, "TransitEncryptionEnabled": False}
    for name, settings in variants(hardened, plain):
        id = "rg-" + name
        upgrades = settings["AutoMinorVersionUpgrade"]
        c("elasticache").create_replication_group(
            ReplicationGroupId=id, ReplicationGroupDescription=id, Engine="redis", EngineVersion="5.0.6", CacheNodeType="cache.m5.large", NumCacheClusters=2, **settings)
        for member in c("elasticache").describe_replication_groups(ReplicationGroupId=id)["ReplicationGroups"][0]["MemberClusters"]:  # moto only names them
            c("elasticache").create_cache_cluster(
                CacheClusterId=member, Engine="redis", EngineVersion="5.0.6", CacheNodeType="cache.m5.large", ReplicationGroupId=id, AutoMinorVersionUpgrade=upgrades)


def record(c):
    for g in c.pages("elasticache", "describe_replication_groups", "ReplicationGroups"):
        yield item(GROUP, g["ReplicationGroupId"], g, name=g["ReplicationGroupId"], arn=g["ARN"])
    for k in c.pages("elasticache", "describe_cache_clusters", "CacheClusters"):
        of = [relation(GROUP, id=k["ReplicationGroupId"])] if k.get("ReplicationGroupId") else []
        yield item(CLUSTER, k["CacheClusterId"], k, name=k["CacheClusterId"], arn=k["ARN"], relationships=of)
