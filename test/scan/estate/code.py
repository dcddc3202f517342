"""Functions, containers, machines, jobs: what runs code."""

import io
import json
import zipfile

from estate.world import ACCOUNT, REGIONS, TAGS, tags


def seed(w):
    for region in REGIONS:
        functions(w, region)
        registries(w, region)
        clusters(w, region)
        machines(w, region)
        builds(w, region)
        scaling(w, region)


def functions(w, region):
    aws, ec2 = w("lambda", region), w("ec2", region)
    role = w("iam", region).create_role(RoleName="functions-" + region, AssumeRolePolicyDocument="{}", Tags=tags())["Role"]["Arn"]
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    zones = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.20.{n}.0/24", AvailabilityZone=region + z)["Subnet"]["SubnetId"] for n, z in enumerate("ab")]
    group = ec2.create_security_group(GroupName="functions", Description="functions", VpcId=vpc)["GroupId"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as z:
        z.writestr("main.py", "def handler(event, context):\n    return None\n")
    common = {"Runtime": "python3.13", "Role": role, "Handler": "main.handler", "Code": {"ZipFile": code.getvalue()}}
    aws.create_function(FunctionName="hardened", Description="in order", VpcConfig={"SubnetIds": zones, "SecurityGroupIds": [group]}, TracingConfig={"Mode": "Active"}, Tags=TAGS, **common)
    aws.create_function(FunctionName="plain", **common)
    aws.add_permission(FunctionName="plain", StatementId="a", Action="lambda:InvokeFunction", Principal="*")
    aws.add_permission(FunctionName="hardened", StatementId="a", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::hardened-" + region, SourceAccount=ACCOUNT)
    both = "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED LAMBDA_INSIDE_VPC LAMBDA_FUNCTION_DESCRIPTION LAMBDA_FUNCTION_XRAY_ENABLED"
    w.plant("AWS::Lambda::Function", "hardened", region, good=both + " LAMBDA_VPC_MULTI_AZ_CHECK Lambda.6")
    w.plant("AWS::Lambda::Function", "plain", region, bad=both + " Lambda.6")


def registries(w, region):
    ecr = w("ecr", region)
    both = "ECR_PRIVATE_IMAGE_SCANNING_ENABLED ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED ECR_PRIVATE_LIFECYCLE_POLICY_CONFIGURED"
    ecr.create_repository(repositoryName="hardened", imageTagMutability="IMMUTABLE", imageScanningConfiguration={"scanOnPush": True}, tags=tags())
    ecr.put_lifecycle_policy(repositoryName="hardened", lifecyclePolicyText=json.dumps({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}]}))
    ecr.create_repository(repositoryName="plain")
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "hardened", "filterType": "WILDCARD"}]}])
    w.plant("AWS::ECR::Repository", "hardened", region, good=both)
    w.plant("AWS::ECR::Repository", "plain", region, bad=both)


def clusters(w, region):
    ecs, eks = w("ecs", region), w("eks", region)
    good = ecs.create_cluster(clusterName="hardened", settings=[{"name": "containerInsights", "value": "enabled"}], tags=tags("key", "value"))["cluster"]["clusterName"]
    bad = ecs.create_cluster(clusterName="plain")["cluster"]["clusterName"]
    w.plant("AWS::ECS::Cluster", good, region, name="hardened", good="ECS_CONTAINER_INSIGHTS_ENABLED ECS.14")
    w.plant("AWS::ECS::Cluster", bad, region, name="plain", bad="ECS_CONTAINER_INSIGHTS_ENABLED ECS.14")
    box = {"name": "a", "image": "x", "memory": 128}
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "x", "awslogs-region": region}}
    both = "ECS_CONTAINERS_NONPRIVILEGED ECS_CONTAINERS_READONLY_ACCESS ECS_TASK_DEFINITION_LOG_CONFIGURATION ECS_TASK_DEFINITION_PID_MODE_CHECK"
    hardened = ecs.register_task_definition(family="hardened", networkMode="awsvpc", pidMode="task", tags=tags("key", "value"), containerDefinitions=[{**box, "privileged": False, "user": "1000", "readonlyRootFilesystem": True, "logConfiguration": log}])
    plain = ecs.register_task_definition(family="plain", networkMode="host", pidMode="host", containerDefinitions=[{**box, "user": "root", "privileged": True}])
    w.plant("AWS::ECS::TaskDefinition", hardened["taskDefinition"]["taskDefinitionArn"], region, good=both)
    w.plant("AWS::ECS::TaskDefinition", plain["taskDefinition"]["taskDefinitionArn"], region, bad=both)
    role = f"arn:aws:iam::{ACCOUNT}:role/eks"
    kinds = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
    secret = [{"resources": ["secrets"], "provider": {"keyArn": f"arn:aws:kms:{region}:{ACCOUNT}:key/1"}}]
    eks.create_cluster(
        name="hardened", roleArn=role, version="1.33", encryptionConfig=secret, tags=TAGS,
        resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"], "endpointPublicAccess": False, "endpointPrivateAccess": True}, logging={"clusterLogging": [{"types": kinds, "enabled": True}]})
    eks.create_cluster(name="plain", roleArn=role, version="1.33", resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"], "endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]})
    both = "EKS_CLUSTER_LOGGING_ENABLED EKS_ENDPOINT_NO_PUBLIC_ACCESS"
    w.plant("AWS::EKS::Cluster", "hardened", region, good=both + " EKS_CLUSTER_SECRETS_ENCRYPTED EKS.6")
    w.plant("AWS::EKS::Cluster", "plain", region, bad=both + " EKS.6")


def machines(w, region):
    steps = w("stepfunctions", region)
    to = [{"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:{region}:{ACCOUNT}:log-group:machines:*"}}]
    common = {"definition": json.dumps({"StartAt": "a", "States": {"a": {"Type": "Pass", "End": True}}}), "roleArn": f"arn:aws:iam::{ACCOUNT}:role/machines", "type": "STANDARD"}
    good = steps.create_state_machine(name="logged", loggingConfiguration={"level": "ALL", "includeExecutionData": False, "destinations": to}, tags=tags("key", "value"), **common)["stateMachineArn"]
    bad = steps.create_state_machine(name="plain", **common)["stateMachineArn"]
    w.plant("AWS::StepFunctions::StateMachine", good, region, good="STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED STEPFUNCTIONS_STATE_MACHINE_TAGGED")
    w.plant("AWS::StepFunctions::StateMachine", bad, region, bad="STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED STEPFUNCTIONS_STATE_MACHINE_TAGGED")


def builds(w, region):
    build = w("codebuild", region)
    common = {"serviceRole": f"arn:aws:iam::{ACCOUNT}:role/service-role/build", "artifacts": {"type": "NO_ARTIFACTS"}}
    box = {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"}
    for name, source, privileged, variables in (
        ("hardened", "https://github.com/example/project.git", False, []),
        ("plain", "https://user:secret@github.com/example/project.git", True, [{"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE", "type": "PLAINTEXT"}]),
    ):
        arn = build.create_project(
            name=name, source={"type": "GITHUB", "location": source}, environment={**box, "privilegedMode": privileged, "environmentVariables": variables}, tags=tags("key", "value") if name == "hardened" else [], **common)["project"]["arn"]
        w.plant("AWS::CodeBuild::Project", arn, region, name=name, **{"good" if name == "hardened" else "bad": "CODEBUILD_PROJECT_ENVIRONMENT_PRIVILEGED_CHECK CODEBUILD_PROJECT_ENVVAR_AWSCRED_CHECK"})


def scaling(w, region):
    auto = w("autoscaling", region)
    image = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    auto.create_launch_configuration(LaunchConfigurationName="closed", AssociatePublicIpAddress=False, MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"}, **image)
    auto.create_launch_configuration(LaunchConfigurationName="opened", AssociatePublicIpAddress=True, MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "enabled"}, **image)
    both = "AUTOSCALING_LAUNCHCONFIG_REQUIRES_IMDSV2 AUTOSCALING_LAUNCH_CONFIG_PUBLIC_IP_DISABLED"
    for c in auto.describe_launch_configurations()["LaunchConfigurations"]:
        name = c["LaunchConfigurationName"]
        w.plant("AWS::AutoScaling::LaunchConfiguration", c["LaunchConfigurationARN"], region, name=name, **{"good" if name == "closed" else "bad": both})
    template = w("ec2", region).describe_launch_templates(LaunchTemplateNames=["closed"])["LaunchTemplates"][0]["LaunchTemplateId"]
    # Groups of no instances, which need no network of their own.
    auto.create_auto_scaling_group(
        AutoScalingGroupName="hardened", MinSize=0, MaxSize=2, AvailabilityZones=[region + "a", region + "b"], CapacityRebalance=True,
        MixedInstancesPolicy={"LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "1"}, "Overrides": [{"InstanceType": "t3.micro"}, {"InstanceType": "t3a.micro"}]}},
        Tags=[{"Key": k, "Value": v, "PropagateAtLaunch": True} for k, v in TAGS.items()])
    auto.create_auto_scaling_group(AutoScalingGroupName="plain", MinSize=0, MaxSize=2, AvailabilityZones=[region + "a"], LaunchConfigurationName="opened")
    both = "AUTOSCALING_LAUNCH_TEMPLATE AUTOSCALING_MULTIPLE_AZ AutoScaling.10"
    for g in auto.describe_auto_scaling_groups()["AutoScalingGroups"]:
        name = g["AutoScalingGroupName"]
        w.plant("AWS::AutoScaling::AutoScalingGroup", g["AutoScalingGroupARN"], region, name=name, **{"good" if name == "hardened" else "bad": both})
