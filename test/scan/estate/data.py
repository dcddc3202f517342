"""Databases, tables, streams, file systems. moto gives all database instances of a region one resource id, so that a region
has one of them: in order in the first, not in the other."""

from estate.world import ACCOUNT, HOME, REGIONS, tags


def seed(w):
    for region in REGIONS:
        databases(w, region)
        tables(w, region)
        warehouses(w, region)
        streams(w, region)
        files(w, region)
        caches(w, region)
        domains(w, region)


DATABASE = """RDS_STORAGE_ENCRYPTED RDS_INSTANCE_PUBLIC_ACCESS_CHECK RDS_MULTI_AZ_SUPPORT RDS_INSTANCE_DELETION_PROTECTION_ENABLED
    RDS_INSTANCE_IAM_AUTHENTICATION_ENABLED RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED DB_INSTANCE_BACKUP_ENABLED RDS_INSTANCE_DEFAULT_ADMIN_CHECK"""
CLUSTER = "RDS_CLUSTER_DELETION_PROTECTION_ENABLED RDS_CLUSTER_DEFAULT_ADMIN_CHECK RDS_CLUSTER_ENCRYPTED_AT_REST RDS.28"


def databases(w, region):
    rds = w("rds", region)
    common = {"DBInstanceIdentifier": "orders", "Engine": "mysql", "EngineVersion": "8.0.36", "DBInstanceClass": "db.m5.large", "AllocatedStorage": 100, "MasterUserPassword": "never-used-1"}
    if region == HOME:
        made = rds.create_db_instance(
            **common, MasterUsername="keeper", MultiAZ=True, StorageEncrypted=True, DeletionProtection=True, BackupRetentionPeriod=14, PubliclyAccessible=False, Port=3999,
            AutoMinorVersionUpgrade=True, EnableIAMDatabaseAuthentication=True, CopyTagsToSnapshot=True, EnableCloudwatchLogsExports=["audit", "error", "general", "slowquery"], Tags=tags())
        w.plant("AWS::RDS::DBInstance", made["DBInstance"]["DbiResourceId"], region, name="orders", good=DATABASE + " RDS_LOGGING_ENABLED RDS.17 RDS.23 RDS.30")
    else:
        made = rds.create_db_instance(**common, MasterUsername="admin", PubliclyAccessible=True, AutoMinorVersionUpgrade=False, BackupRetentionPeriod=0)
        w.plant("AWS::RDS::DBInstance", made["DBInstance"]["DbiResourceId"], region, name="orders", bad=DATABASE + " RDS_LOGGING_ENABLED RDS.17 RDS.30")
    cluster = {"Engine": "aurora-mysql", "MasterUserPassword": "never-used-1"}
    for name, settings in (("hardened", {"MasterUsername": "keeper", "DeletionProtection": True, "StorageEncrypted": True, "CopyTagsToSnapshot": True, "EnableCloudwatchLogsExports": ["audit"], "Tags": tags()}), ("plain", {"MasterUsername": "admin"})):
        made = rds.create_db_cluster(DBClusterIdentifier=name, **cluster, **settings)["DBCluster"]
        w.plant("AWS::RDS::DBCluster", made["DbClusterResourceId"], region, name=name, **{"good" if name == "hardened" else "bad": CLUSTER})
    rds.create_db_snapshot(DBSnapshotIdentifier="orders-1", DBInstanceIdentifier="orders", Tags=tags())
    if region == HOME:
        w.plant("AWS::RDS::DBSnapshot", "orders-1", region, good="RDS_SNAPSHOTS_PUBLIC_PROHIBITED RDS_SNAPSHOT_ENCRYPTED RDS.32")
        return
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="orders-1", AttributeName="restore", ValuesToAdd=["all"])
    w.plant("AWS::RDS::DBSnapshot", "orders-1", region, bad="RDS_SNAPSHOTS_PUBLIC_PROHIBITED RDS_SNAPSHOT_ENCRYPTED", good="RDS.32")


def tables(w, region):
    dynamo, kms = w("dynamodb", region), w("kms", region)
    key = kms.create_key(Description="tables", Tags=tags("TagKey", "TagValue"))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    common = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
    rules = "DYNAMODB_PITR_ENABLED DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED DYNAMODB_TABLE_ENCRYPTED_KMS DYNAMODB.5".replace("DYNAMODB.5", "DynamoDB.5")
    dynamo.create_table(
        TableName="hardened", BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}, Tags=tags(), **common)
    dynamo.update_continuous_backups(TableName="hardened", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    w.plant("AWS::DynamoDB::Table", "hardened", region, good=rules + " DYNAMODB_AUTOSCALING_ENABLED")
    dynamo.create_table(TableName="plain", BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, **common)
    w.plant("AWS::DynamoDB::Table", "plain", region, bad=rules + " DYNAMODB_AUTOSCALING_ENABLED")


WAREHOUSE = """REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK REDSHIFT_DEFAULT_ADMIN_CHECK REDSHIFT_DEFAULT_DB_NAME_CHECK REDSHIFT_ENHANCED_VPC_ROUTING_ENABLED
    REDSHIFT_AUDIT_LOGGING_ENABLED REDSHIFT_CLUSTER_KMS_ENABLED"""


def warehouses(w, region):
    redshift, kms = w("redshift", region), w("kms", region)
    key = kms.create_key(Description="warehouse", Tags=tags("TagKey", "TagValue"))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    common = {"NodeType": "ra3.xlplus", "MasterUserPassword": "Never-used-1"}
    redshift.create_cluster(
        ClusterIdentifier="hardened", MasterUsername="keeper", DBName="sales", Encrypted=True, KmsKeyId=key, EnhancedVpcRouting=True, PubliclyAccessible=False, AllowVersionUpgrade=True, Tags=tags(), **common)
    redshift.enable_logging(ClusterIdentifier="hardened", BucketName="logs-" + region, S3KeyPrefix="redshift/")
    w.plant("AWS::Redshift::Cluster", "hardened", region, good=WAREHOUSE + " Redshift.11")
    redshift.create_cluster(ClusterIdentifier="plain", MasterUsername="awsuser", DBName="dev", PubliclyAccessible=True, AllowVersionUpgrade=False, **common)
    w.plant("AWS::Redshift::Cluster", "plain", region, bad=WAREHOUSE + " Redshift.11")


def streams(w, region):
    kinesis, hose = w("kinesis", region), w("firehose", region)
    both = "KINESIS_STREAM_ENCRYPTED KINESIS_STREAM_BACKUP_RETENTION_CHECK"
    for name in ("hardened", "plain"):
        kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.increase_stream_retention_period(StreamName="hardened", RetentionPeriodHours=336)
    kinesis.start_stream_encryption(StreamName="hardened", EncryptionType="KMS", KeyId="alias/aws/kinesis")
    w.plant("AWS::Kinesis::Stream", "hardened", region, good=both)
    w.plant("AWS::Kinesis::Stream", "plain", region, bad=both)
    to = {"RoleARN": f"arn:aws:iam::{ACCOUNT}:role/firehose", "BucketARN": "arn:aws:s3:::logs-" + region}
    for name in ("hardened", "plain"):
        hose.create_delivery_stream(DeliveryStreamName=name, DeliveryStreamType="DirectPut", ExtendedS3DestinationConfiguration=to, Tags=tags())
    hose.start_delivery_stream_encryption(DeliveryStreamName="hardened", DeliveryStreamEncryptionConfigurationInput={"KeyType": "AWS_OWNED_CMK"})
    w.plant("AWS::KinesisFirehose::DeliveryStream", "hardened", region, good="KINESIS_FIREHOSE_DELIVERY_STREAM_ENCRYPTED")
    w.plant("AWS::KinesisFirehose::DeliveryStream", "plain", region, bad="KINESIS_FIREHOSE_DELIVERY_STREAM_ENCRYPTED")


def files(w, region):
    efs, kms = w("efs", region), w("kms", region)
    key = kms.create_key(Description="files", Tags=tags("TagKey", "TagValue"))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    both, points = "EFS_ENCRYPTED_CHECK EFS_AUTOMATIC_BACKUPS_ENABLED EFS_FILESYSTEM_CT_ENCRYPTED", "EFS_ACCESS_POINT_ENFORCE_ROOT_DIRECTORY EFS_ACCESS_POINT_ENFORCE_USER_IDENTITY"
    good = efs.create_file_system(CreationToken="good", Encrypted=True, KmsKeyId=key, Backup=True, Tags=tags())["FileSystemId"]
    w.plant("AWS::EFS::FileSystem", good, region, good=both + " EFS_FILE_SYSTEM_TAGGED")
    point = efs.create_access_point(ClientToken="good", FileSystemId=good, PosixUser={"Uid": 1000, "Gid": 1000}, RootDirectory={"Path": "/data"}, Tags=tags())["AccessPointId"]
    w.plant("AWS::EFS::AccessPoint", point, region, good=points)
    bad = efs.create_file_system(CreationToken="bad", Encrypted=False, Backup=False)["FileSystemId"]
    w.plant("AWS::EFS::FileSystem", bad, region, bad=both + " EFS_FILE_SYSTEM_TAGGED")
    w.plant("AWS::EFS::AccessPoint", efs.create_access_point(ClientToken="bad", FileSystemId=bad)["AccessPointId"], region, bad=points)


def caches(w, region):
    cache = w("elasticache", region)
    common = {"Engine": "redis", "EngineVersion": "5.0.6", "CacheNodeType": "cache.m5.large", "NumCacheClusters": 2}
    rules = "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED ELASTICACHE_REPL_GRP_ENCRYPTED_AT_REST ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT"
    cache.create_replication_group(
        ReplicationGroupId="hardened", ReplicationGroupDescription="hardened", SnapshotRetentionLimit=20, AutomaticFailoverEnabled=True, AtRestEncryptionEnabled=True, TransitEncryptionEnabled=True,
        AuthToken="never-used-token-1", AutoMinorVersionUpgrade=True, **common)
    cache.create_replication_group(ReplicationGroupId="plain", ReplicationGroupDescription="plain", AutomaticFailoverEnabled=False, AtRestEncryptionEnabled=False, TransitEncryptionEnabled=False, **common)
    w.plant("AWS::ElastiCache::ReplicationGroup", "hardened", region, good=rules)
    w.plant("AWS::ElastiCache::ReplicationGroup", "plain", region, bad=rules)


DOMAIN = """OPENSEARCH_ENCRYPTED_AT_REST OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK OPENSEARCH_HTTPS_REQUIRED OPENSEARCH_AUDIT_LOGGING_ENABLED
    OPENSEARCH_LOGS_TO_CLOUDWATCH OPENSEARCH_DATA_NODE_FAULT_TOLERANCE"""


def domains(w, region):
    log = {"CloudWatchLogsLogGroupArn": f"arn:aws:logs:{region}:{ACCOUNT}:log-group:domains", "Enabled": True}
    search = w("opensearch", region)
    search.create_domain(
        DomainName="hardened", EngineVersion="OpenSearch_2.11", EncryptionAtRestOptions={"Enabled": True}, NodeToNodeEncryptionOptions={"Enabled": True},
        LogPublishingOptions={k: log for k in ("SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS", "ES_APPLICATION_LOGS", "AUDIT_LOGS")},
        AdvancedSecurityOptions={"Enabled": True, "InternalUserDatabaseEnabled": False}, DomainEndpointOptions={"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        ClusterConfig={"InstanceCount": 3, "ZoneAwarenessEnabled": True, "DedicatedMasterEnabled": True, "DedicatedMasterCount": 3}, TagList=tags())
    w.plant("AWS::OpenSearch::Domain", "hardened", region, good=DOMAIN + " OPENSEARCH_ACCESS_CONTROL_ENABLED OPENSEARCH_PRIMARY_NODE_FAULT_TOLERANCE Opensearch.9")
    search.create_domain(DomainName="plain", EngineVersion="OpenSearch_2.11")
    w.plant("AWS::OpenSearch::Domain", "plain", region, bad=DOMAIN)
