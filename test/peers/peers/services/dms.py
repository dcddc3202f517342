"""DMS replication instances, endpoints and tasks."""

import json

from peers.item import item, shaped
from peers.services import rds
from peers.world import variants

PAIRS = [
    ("DMS_AUTO_MINOR_VERSION_UPGRADE_CHECK", "dms_instance_minor_version_upgrade_enabled"),
    ("DMS_ENDPOINT_SSL_CONFIGURED", "dms_endpoint_ssl_enabled"),
    ("DMS_MONGO_DB_AUTHENTICATION_ENABLED", "dms_endpoint_mongodb_authentication_enabled"),
    ("DMS_NEPTUNE_IAM_AUTHORIZATION_ENABLED", "dms_endpoint_neptune_iam_authorization_enabled"),
    ("DMS_REDIS_TLS_ENABLED", "dms_endpoint_redis_in_transit_encryption_enabled"),
    ("DMS_REPLICATION_INSTANCE_MULTI_AZ_ENABLED", "dms_instance_multi_az_enabled"),
    ("DMS_REPLICATION_NOT_PUBLIC", "dms_instance_no_public_access"),
    ("DMS_REPLICATION_TASK_SOURCEDB_LOGGING", "dms_replication_task_source_logging_enabled"),
    ("DMS_REPLICATION_TASK_TARGETDB_LOGGING", "dms_replication_task_target_logging_enabled"),
]


def seed(c):
    dms = c("dms")
    _, open_group = rds.open_subnets(c, "unattached-dms", 22)
    plain = {"MultiAZ": False, "AutoMinorVersionUpgrade": False, "PubliclyAccessible": True}
    key = c("kms").create_key(Description="peers-dms")["KeyMetadata"]["Arn"]
    for name, settings in variants({"MultiAZ": True, "AutoMinorVersionUpgrade": True, "PubliclyAccessible": False}, plain):
        dms.create_replication_instance(
            ReplicationInstanceIdentifier="dms-" + name, ReplicationInstanceClass="dms.r5.large", AllocatedStorage=50, VpcSecurityGroupIds=[open_group], KmsKeyId=key, **settings)
    source = endpoint(c, "mysql-tls", "mysql", SslMode="require")
    target = endpoint(c, "mysql-open", "mysql", SslMode="none")
    endpoint(c, "mongo-password", "mongodb", SslMode="none", MongoDbSettings={"AuthType": "password", "ServerName": "db"})
    endpoint(c, "mongo-open", "mongodb", SslMode="none", MongoDbSettings={"AuthType": "no", "ServerName": "db"})
    for on in (True, False):
        endpoint(c, f"neptune-{on}".lower(), "neptune", SslMode="none", NeptuneSettings={"IamAuthEnabled": on, "S3BucketName": "b", "S3BucketFolder": "f"})
    for protocol in ("ssl-encryption", "plaintext"):
        endpoint(c, "redis-" + protocol, "redis", RedisSettings={"ServerName": "r", "Port": 6379, "SslSecurityProtocol": protocol})
    tasks(c, source, target)


def endpoint(c, id, engine, **settings):
    answer = c("dms").create_endpoint(EndpointIdentifier=id, EndpointType="target" if engine in ("neptune", "redis") else "source", EngineName=engine, ServerName="db.example", **settings)
    return answer["Endpoint"]["EndpointArn"]


def tasks(c, source, target):
    instance = c("dms").describe_replication_instances()["ReplicationInstances"][0]["ReplicationInstanceArn"]
    parts = {"SOURCE": ["SOURCE_CAPTURE", "SOURCE_UNLOAD"], "TARGET": ["TARGET_APPLY", "TARGET_LOAD"]}
    for name, wanted in {"all": ["SOURCE", "TARGET"], "source": ["SOURCE"], "target": ["TARGET"], "none": []}.items():
        ids = [id for w in wanted for id in parts[w]]
        logging = {"EnableLogging": bool(ids), "LogComponents": [{"Id": id, "Severity": "LOGGER_SEVERITY_DEFAULT"} for id in ids]}
        c("dms").create_replication_task(
            ReplicationTaskIdentifier="task-" + name, SourceEndpointArn=source, TargetEndpointArn=target, ReplicationInstanceArn=instance, MigrationType="full-load",
            TableMappings="{}", ReplicationTaskSettings=json.dumps({"Logging": logging}))


def record(c):
    for kind, key in (("ReplicationInstance", "ReplicationInstances"), ("Endpoint", "Endpoints"), ("ReplicationTask", "ReplicationTasks")):
        typ = "AWS::DMS::" + kind
        for d in c.pages("dms", {"ReplicationInstance": "describe_replication_instances", "Endpoint": "describe_endpoints"}.get(kind, "describe_replication_tasks"), key):
            yield item(typ, d[kind + "Arn"], shaped(typ, d), name=d[kind + "Identifier"], arn=d[kind + "Arn"])
