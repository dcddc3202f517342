"""Amazon MQ brokers."""

from peers.item import item, shaped
from peers.world import variants

PAIRS = [
    ("MQ_ACTIVE_DEPLOYMENT_MODE", "mq_broker_active_deployment_mode"),
    ("MQ_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED", "mq_broker_auto_minor_version_upgrades"),
    ("MQ_AUTO_MINOR_VERSION_UPGRADE_ENABLED", "mq_broker_auto_minor_version_upgrades"),
    ("MQ_BROKER_GENERAL_LOGGING_ENABLED", "mq_broker_logging_enabled"),
    ("MQ_CLOUDWATCH_AUDIT_LOGGING_ENABLED", "mq_broker_logging_enabled"),
    ("MQ_CLOUDWATCH_AUDIT_LOG_ENABLED", "mq_broker_logging_enabled"),
    ("MQ_NO_PUBLIC_ACCESS", "mq_broker_not_publicly_accessible"),
    ("MQ_RABBIT_DEPLOYMENT_MODE", "mq_broker_cluster_deployment_mode"),
]

MODES = {"ACTIVEMQ": "ACTIVE_STANDBY_MULTI_AZ", "RABBITMQ": "CLUSTER_MULTI_AZ"}
VERSIONS = {"ACTIVEMQ": "5.18", "RABBITMQ": "3.13"}


def seed(c):
    plain = {"DeploymentMode": "SINGLE_INSTANCE", "AutoMinorVersionUpgrade": False, "PubliclyAccessible": True, "Logs": {"General": False}}
    for engine, mode in MODES.items():
        logs = {"General": True, "Audit": True} if engine == "ACTIVEMQ" else {"General": True}
        hardened = {"DeploymentMode": mode, "AutoMinorVersionUpgrade": True, "PubliclyAccessible": False, "Logs": logs}
        for name, settings in variants(hardened, plain):
            create(c, f"{engine.lower()}-{name}", engine, settings)
        if engine == "ACTIVEMQ":
            create(c, "activemq-general-only", engine, {**hardened, "Logs": {"General": True, "Audit": False}})


def create(c, name, engine, settings):
    users = [{"Username": "keeper", "Password": "Never-used-12345"}]
    c("mq").create_broker(BrokerName=name, EngineType=engine, EngineVersion=VERSIONS[engine], HostInstanceType="mq.m5.large", Users=users, **settings)


def record(c):
    typ = "AWS::AmazonMQ::Broker"
    for b in c.pages("mq", "list_brokers", "BrokerSummaries"):
        d = c("mq").describe_broker(BrokerId=b["BrokerId"])
        yield item(typ, d["BrokerId"], shaped(typ, d), name=d["BrokerName"], arn=d["BrokerArn"])
