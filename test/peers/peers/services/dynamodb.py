"""DynamoDB tables and DAX clusters."""

from peers.item import camel, item, shaped
from peers.world import variants

PAIRS = [
    ("DAX_ENCRYPTION_ENABLED", "dynamodb_accelerator_cluster_encryption_enabled"),
    ("DAX_TLS_ENDPOINT_ENCRYPTION", "dynamodb_accelerator_cluster_in_transit_encryption_enabled"),
    ("DYNAMODB_AUTOSCALING_ENABLED", "dynamodb_table_autoscaling_enabled"),
    ("DYNAMODB_PITR_ENABLED", "dynamodb_tables_pitr_enabled"),
    ("DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED", "dynamodb_table_deletion_protection_enabled"),
    ("DYNAMODB_TABLE_ENCRYPTED_KMS", "dynamodb_tables_kms_cmk_encryption_enabled"),
    ("DYNAMODB_TABLE_ENCRYPTION_ENABLED", "dynamodb_tables_kms_cmk_encryption_enabled"),
]

ROLE = "arn:aws:iam::123456789012:role/dax"


def seed(c):
    key = c("kms").create_key(Description="peers-dynamodb")["KeyMetadata"]["Arn"]
    hardened = {
        "BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": True, "SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
        "Backups": True}
    plain = {"BillingMode": "PROVISIONED"}
    for name, settings in variants(hardened, plain):
        table(c, "peers-" + name, **settings)
    table(c, "peers-scaled", BillingMode="PROVISIONED")
    for dimension in ("Read", "Write"):
        of = {"ServiceNamespace": "dynamodb", "ResourceId": "table/peers-scaled", "ScalableDimension": f"dynamodb:table:{dimension}CapacityUnits"}
        c("application-autoscaling").register_scalable_target(MinCapacity=5, MaxCapacity=50, **of)
        metric = {"PredefinedMetricSpecification": {"PredefinedMetricType": f"DynamoDB{dimension}CapacityUtilization"}, "TargetValue": 70.0}
        c("application-autoscaling").put_scaling_policy(PolicyName=dimension, PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=metric, **of)
    for name, settings in variants({"SSESpecification": {"Enabled": True}, "ClusterEndpointEncryptionType": "TLS"}, {}):
        c("dax").create_cluster(ClusterName="dax-" + name[-15:], NodeType="dax.r5.large", ReplicationFactor=3, IamRoleArn=ROLE, **settings)


def table(c, name, Backups=False, **settings):
    if settings["BillingMode"] == "PROVISIONED":
        settings["ProvisionedThroughput"] = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    c("dynamodb").create_table(
        TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], **settings)
    if Backups:
        c("dynamodb").update_continuous_backups(TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})


def record(c):
    typ = "AWS::DynamoDB::Table"
    for name in c.pages("dynamodb", "list_tables", "TableNames"):
        t = c("dynamodb").describe_table(TableName=name)["Table"]
        backups = c("dynamodb").describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        yield item(typ, name, shaped(typ, t), name=name, arn=t["TableArn"], supplementary={
            "ContinuousBackupsDescription": camel(backups),
            "AutoScaling": {"scalableTargets": list(scaling(c, "table/" + name))}})
    typ = "AWS::DAX::Cluster"
    for d in c("dax").describe_clusters()["Clusters"]:
        yield item(typ, d["ClusterName"], d, name=d["ClusterName"], arn=d["ClusterArn"])


def scaling(c, resource):
    """The scalable targets of a table, with the goal of their target tracking policies."""
    policies = list(c.pages("application-autoscaling", "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="dynamodb", ResourceId=resource))
    for t in c.pages("application-autoscaling", "describe_scalable_targets", "ScalableTargets", ServiceNamespace="dynamodb", ResourceIds=[resource]):
        of = camel({k: t[k] for k in ("ResourceId", "ScalableDimension", "MinCapacity", "MaxCapacity")})
        for p in policies:
            if p["ScalableDimension"] == t["ScalableDimension"] and p["PolicyType"] == "TargetTrackingScaling":
                of["targetValue"] = p["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        yield of
