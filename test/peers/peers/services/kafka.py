"""MSK clusters."""

from peers.item import item, shaped
from peers.world import variants

PAIRS = [
    ("MSK_CLUSTER_PUBLIC_ACCESS_DISABLED", "kafka_cluster_is_public"),
    ("MSK_ENHANCED_MONITORING_ENABLED", "kafka_cluster_enhanced_monitoring_enabled"),
    ("MSK_IN_CLUSTER_NODE_REQUIRE_TLS", "kafka_cluster_in_transit_encryption_enabled"),
    ("MSK_UNRESTRICTED_ACCESS_CHECK", "kafka_cluster_unrestricted_access_disabled"),
]


def brokers(access):
    return {"ClientSubnets": ["subnet-1", "subnet-2"], "InstanceType": "kafka.m5.large", "ConnectivityInfo": {"PublicAccess": {"Type": access}}}


def transit(clients, inside):
    return {"EncryptionInTransit": {"ClientBroker": clients, "InCluster": inside}}


def seed(c):
    hardened = {
        "BrokerNodeGroupInfo": brokers("DISABLED"), "EncryptionInfo": transit("TLS", True), "EnhancedMonitoring": "PER_TOPIC_PER_BROKER",
        "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}, "Unauthenticated": {"Enabled": False}}}
    plain = {
        "BrokerNodeGroupInfo": brokers("SERVICE_PROVIDED_EIPS"), "EncryptionInfo": transit("TLS_PLAINTEXT", False), "EnhancedMonitoring": "DEFAULT",
        "ClientAuthentication": {"Unauthenticated": {"Enabled": True}}}
    for name, settings in variants(hardened, plain):
        create(c, name, **settings)
    create(c, "plaintext-clients", **{**hardened, "EncryptionInfo": transit("TLS_PLAINTEXT", True)})
    create(c, "monitored-by-broker", **{**hardened, "EnhancedMonitoring": "PER_BROKER"})


def create(c, name, **settings):
    c("kafka").create_cluster(ClusterName="peers-" + name, KafkaVersion="3.6.0", NumberOfBrokerNodes=2, **settings)


def record(c):
    typ = "AWS::MSK::Cluster"
    for d in c.pages("kafka", "list_clusters", "ClusterInfoList"):
        d = c("kafka").describe_cluster(ClusterArn=d["ClusterArn"])["ClusterInfo"]
        d["Arn"] = d.pop("ClusterArn")
        yield item(typ, d["Arn"], shaped(typ, d), name=d["ClusterName"], arn=d["Arn"])
