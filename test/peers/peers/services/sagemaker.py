"""SageMaker notebook instances, models and endpoint configurations."""

from peers.item import item, shaped
from peers.world import variants

PAIRS = [
    ("SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED", "sagemaker_endpoint_config_kms_encryption_enabled"),
    ("SAGEMAKER_ENDPOINT_CONFIG_PROD_INSTANCE_COUNT", "sagemaker_endpoint_config_prod_variant_instances"),
    ("SAGEMAKER_MODEL_IN_VPC", "sagemaker_models_vpc_settings_configured"),
    ("SAGEMAKER_NOTEBOOK_INSTANCE_INSIDE_VPC", "sagemaker_notebook_instance_vpc_settings_configured"),
    ("SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED", "sagemaker_notebook_instance_encryption_enabled"),
    ("SAGEMAKER_NOTEBOOK_INSTANCE_ROOT_ACCESS_CHECK", "sagemaker_notebook_instance_root_access_disabled"),
    ("SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS", "sagemaker_notebook_instance_without_direct_internet_access_configured"),
]

ROLE = "arn:aws:iam::123456789012:role/sagemaker"


def seed(c):
    sagemaker = c("sagemaker")
    key = c("kms").create_key(Description="peers-sagemaker")["KeyMetadata"]["Arn"]
    hardened = {"SubnetId": "subnet-1", "KmsKeyId": key, "RootAccess": "Disabled", "DirectInternetAccess": "Disabled"}
    plain = {"RootAccess": "Enabled", "DirectInternetAccess": "Enabled"}
    for name, settings in variants(hardened, plain):
        sagemaker.create_notebook_instance(NotebookInstanceName="notebook-" + name, InstanceType="ml.t3.medium", RoleArn=ROLE, **settings)
    hardened = {"EnableNetworkIsolation": True, "VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}
    for name, settings in variants(hardened, {"EnableNetworkIsolation": False}):
        sagemaker.create_model(ModelName="model-" + name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/m:1"}, **settings)
    for name, settings in variants({"KmsKeyId": key, "ProductionVariants": production(2)}, {"ProductionVariants": production(1)}):
        sagemaker.create_endpoint_config(EndpointConfigName="endpoint-" + name, **settings)


def production(count):
    return [{"VariantName": "only", "ModelName": "model-hardened", "InstanceType": "ml.m5.large", "InitialInstanceCount": count}]


def record(c):
    for kind, listing, key in (
            ("NotebookInstance", "list_notebook_instances", "NotebookInstances"), ("Model", "list_models", "Models"), ("EndpointConfig", "list_endpoint_configs", "EndpointConfigs")):
        typ = "AWS::SageMaker::" + kind
        describe = getattr(c("sagemaker"), {"NotebookInstance": "describe_notebook_instance", "Model": "describe_model"}.get(kind, "describe_endpoint_config"))
        for d in c.pages("sagemaker", listing, key):
            d = describe(**{kind + "Name": d[kind + "Name"]})
            yield item(typ, d[kind + "Arn"], shaped(typ, d), name=d[kind + "Name"], arn=d[kind + "Arn"])
