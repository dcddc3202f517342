"""OpenSearch and Elasticsearch domains; Prowler asks both by the OpenSearch API."""

import json

from peers.item import item, shaped
from peers.world import variants

CHECKS = "opensearch_service_domains_"
PAIRS = [
    ("ELASTICSEARCH_ENCRYPTED_AT_REST", CHECKS + "encryption_at_rest_enabled"),
    ("ELASTICSEARCH_LOGS_TO_CLOUDWATCH", CHECKS + "cloudwatch_logging_enabled", {"logTypes": "search,index"}),
    ("ELASTICSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK", CHECKS + "node_to_node_encryption_enabled"),
    ("OPENSEARCH_ACCESS_CONTROL_ENABLED", CHECKS + "access_control_enabled"),
    ("OPENSEARCH_AUDIT_LOGGING_ENABLED", CHECKS + "audit_logging_enabled"),
    ("OPENSEARCH_DATA_NODE_FAULT_TOLERANCE", CHECKS + "fault_tolerant_data_nodes"),
    ("OPENSEARCH_ENCRYPTED_AT_REST", CHECKS + "encryption_at_rest_enabled"),
    ("OPENSEARCH_HTTPS_REQUIRED", CHECKS + "https_communications_enforced"),
    ("OPENSEARCH_LOGS_TO_CLOUDWATCH", CHECKS + "cloudwatch_logging_enabled", {"logTypes": "search,index"}),
    ("OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK", CHECKS + "node_to_node_encryption_enabled"),
    ("OPENSEARCH_PRIMARY_NODE_FAULT_TOLERANCE", CHECKS + "fault_tolerant_master_nodes"),
]

LOG = {"CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:domains", "Enabled": True}
OPEN = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"}]})
NODES = {"InstanceCount": 3, "ZoneAwarenessEnabled": True, "DedicatedMasterEnabled": True, "DedicatedMasterCount": 3}


def seed(c):
    hardened = {
        "EncryptionAtRestOptions": {"Enabled": True}, "NodeToNodeEncryptionOptions": {"Enabled": True},
        "LogPublishingOptions": {k: LOG for k in ("SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS", "ES_APPLICATION_LOGS", "AUDIT_LOGS")}}
    plain = {"LogPublishingOptions": {"INDEX_SLOW_LOGS": LOG}}
    for n, (_, settings) in enumerate(variants(hardened, plain)):
        c("es").create_elasticsearch_domain(DomainName=f"elastic-{n}", ElasticsearchVersion="7.10", AccessPolicies=OPEN, **settings)
    hardened["AdvancedSecurityOptions"] = {"Enabled": True, "InternalUserDatabaseEnabled": False}
    hardened["DomainEndpointOptions"] = {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}
    hardened["ClusterConfig"] = NODES
    for n, (_, settings) in enumerate(variants(hardened, plain)):
        domain(c, f"domain-{n}", **settings)
    domain(c, "few-nodes", **{**hardened, "ClusterConfig": {**NODES, "InstanceCount": 2, "DedicatedMasterCount": 2}})
    domain(c, "one-zone", **{**hardened, "ClusterConfig": {**NODES, "ZoneAwarenessEnabled": False}})


def domain(c, name, **settings):
    c("opensearch").create_domain(DomainName=name, EngineVersion="OpenSearch_2.11", AccessPolicies=OPEN, **settings)


def record(c):
    for d in c("opensearch").list_domain_names()["DomainNames"]:
        name = d["DomainName"]
        if d["EngineType"] == "Elasticsearch":
            typ, status = "AWS::Elasticsearch::Domain", c("es").describe_elasticsearch_domain(DomainName=name)["DomainStatus"]
            yield item(typ, status["DomainId"], shaped(typ, status), name=name, arn=status["ARN"])
        else:
            typ, status = "AWS::OpenSearch::Domain", c("opensearch").describe_domain(DomainName=name)["DomainStatus"]
            yield item(typ, status["DomainId"], shaped(typ, status), name=name, arn=status["ARN"])
