"""Containers: ECR, ECS, EKS. The simulated services have no platform family, and the simulated clusters all have an encryption
configuration, if an empty one: Prowler cannot tell them apart."""

import json

from peers.item import item, pascal, tags
from peers.world import ACCOUNT, REGION

PAIRS = [
    ("ECR_PRIVATE_IMAGE_SCANNING_ENABLED", "ecr_repositories_scan_images_on_push_enabled"),
    ("ECR_PRIVATE_LIFECYCLE_POLICY_CONFIGURED", "ecr_repositories_lifecycle_policy_enabled"),
    ("ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED", "ecr_repositories_tag_immutability"),
    ("ECS_CONTAINER_INSIGHTS_ENABLED", "ecs_cluster_container_insights_enabled"),
    ("ECS_CONTAINERS_NONPRIVILEGED", "ecs_task_definitions_no_privileged_containers"),
    ("ECS_CONTAINERS_READONLY_ACCESS", "ecs_task_definitions_containers_readonly_access"),
    ("ECS_TASK_DEFINITION_LOG_CONFIGURATION", "ecs_task_definitions_logging_enabled"),
    ("ECS_TASK_DEFINITION_PID_MODE_CHECK", "ecs_task_definitions_host_namespace_not_shared"),
    ("ECS_TASK_DEFINITION_USER_FOR_HOST_MODE_CHECK", "ecs_task_definitions_host_networking_mode_users"),
    ("EKS_CLUSTER_LOGGING_ENABLED", "eks_control_plane_logging_all_types_enabled"),
    ("EKS_CLUSTER_LOG_ENABLED", "eks_control_plane_logging_all_types_enabled", {"logTypes": "api,audit,authenticator,controllerManager,scheduler"}),
    ("EKS_ENDPOINT_NO_PUBLIC_ACCESS", "eks_cluster_not_publicly_accessible"),
    ("EKS_CLUSTER_SUPPORTED_VERSION", "eks_cluster_uses_a_supported_version", {"oldestVersionSupported": "1.28"}),
]

KINDS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def seed(c):
    ecr = c("ecr")
    ecr.create_repository(repositoryName="plain")
    ecr.create_repository(repositoryName="hardened", imageTagMutability="IMMUTABLE", imageScanningConfiguration={"scanOnPush": True})
    ecr.put_lifecycle_policy(repositoryName="hardened", lifecyclePolicyText=json.dumps({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}]}))
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "hardened", "filterType": "WILDCARD"}]}])
    seed_ecs(c("ecs"))
    eks, role = c("eks"), f"arn:aws:iam::{ACCOUNT}:role/eks"
    network = {"subnetIds": ["subnet-1", "subnet-2"]}
    eks.create_cluster(name="plain", roleArn=role, version="1.27", resourcesVpcConfig={**network, "endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}, logging={"clusterLogging": [{"types": ["audit"], "enabled": True}]})
    secret = [{"resources": ["secrets"], "provider": {"keyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"}}]
    eks.create_cluster(name="hardened", roleArn=role, version="1.33", encryptionConfig=secret, resourcesVpcConfig={**network, "endpointPublicAccess": False, "endpointPrivateAccess": True}, logging={"clusterLogging": [{"types": KINDS, "enabled": True}]})


def seed_ecs(ecs):
    ecs.create_cluster(clusterName="plain")
    ecs.create_cluster(clusterName="insights", settings=[{"name": "containerInsights", "value": "enabled"}])
    box = {"name": "a", "image": "x", "memory": 128}
    ecs.register_task_definition(family="plain", networkMode="host", pidMode="host", containerDefinitions=[{**box, "privileged": False, "user": "root"}, {**box, "name": "b", "privileged": True}])
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "x"}}
    ecs.register_task_definition(family="hardened", networkMode="host", pidMode="task", containerDefinitions=[{**box, "privileged": False, "user": "1000", "readonlyRootFilesystem": True, "logConfiguration": log}])
    ecs.register_task_definition(family="bridge", networkMode="bridge", containerDefinitions=[box])


def record(c):
    yield from ecr_items(c)
    ecs = c("ecs")
    for x in ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"], include=["SETTINGS", "TAGS"])["clusters"]:
        yield item("AWS::ECS::Cluster", x["clusterName"], pascal({**x, "arn": x["clusterArn"], "clusterSettings": x.get("settings", [])}), name=x["clusterName"], arn=x["clusterArn"], tags=tags(x.get("tags")))
    for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
        t = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        yield item("AWS::ECS::TaskDefinition", arn, pascal(t), name=t["family"], arn=arn)
    for name in c.pages("eks", "list_clusters", "clusters"):
        x = c("eks").describe_cluster(name=name)["cluster"]
        kinds = [{"Type": k} for part in x.get("logging", {}).get("clusterLogging", []) if part["enabled"] for k in part["types"]]
        form = {**pascal(x), "Logging": {"ClusterLogging": {"EnabledTypes": kinds}}, "ClusterStatus": x["status"]}
        yield item("AWS::EKS::Cluster", name, form, name=name, arn=x["arn"], tags=x.get("tags"))


def ecr_items(c):
    for r in c.pages("ecr", "describe_repositories", "repositories"):
        name = r["repositoryName"]
        form = pascal({**r, "arn": r["repositoryArn"]})
        if cycle := c.maybe("ecr", "get_lifecycle_policy", "LifecyclePolicyNotFoundException", repositoryName=name):
            form["LifecyclePolicy"] = {"LifecyclePolicyText": cycle["lifecyclePolicyText"], "RegistryId": cycle["registryId"]}
        scan = c("ecr").batch_get_repository_scanning_configuration(repositoryNames=[name])["scanningConfigurations"][0]
        yield item("AWS::ECR::Repository", name, form, name=name, arn=r["repositoryArn"], supplementary={"ScanningConfiguration": scan}, tags=tags(c("ecr").list_tags_for_resource(resourceArn=r["repositoryArn"])["tags"]))
