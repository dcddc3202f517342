"""CodeBuild projects, CloudFormation stacks."""

import json

from peers.item import item, shaped, tags
from peers.world import ACCOUNT

PAIRS = [
    ("CODEBUILD_PROJECT_LOGGING_ENABLED", "codebuild_project_logging_enabled"),
    ("CODEBUILD_PROJECT_S3_LOGS_ENCRYPTED", "codebuild_project_s3_logs_encrypted"),
    ("CODEBUILD_PROJECT_SOURCE_REPO_URL_CHECK", "codebuild_project_source_repo_url_no_sensitive_credentials"),
    ("CODEBUILD_PROJECT_ENVVAR_AWSCRED_CHECK", "codebuild_project_no_secrets_in_variables"),
    ("CLOUDFORMATION_TERMINATION_PROTECTION_CHECK", "cloudformation_stacks_termination_protection_enabled"),
]

TEMPLATE = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
SECRET = {"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzz4K1x9Qa", "type": "PLAINTEXT"}
IDENTITY = {"name": "AWS_ACCESS_KEY_ID", "value": "AKIAY3T6Q2ZVN7KCXW5H", "type": "PLAINTEXT"}


def seed(c):
    project(c, "unlogged", "https://user:s3cr3t@bitbucket.org/a/b.git", {"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "DISABLED"}}, [IDENTITY, SECRET])
    project(c, "encrypted", "https://bitbucket.org/a/b.git", {"cloudWatchLogs": {"status": "ENABLED"}, "s3Logs": {"status": "ENABLED", "location": "peers/logs", "encryptionDisabled": False}}, [])
    project(c, "unencrypted", "https://bitbucket.org/a/b.git", {"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "ENABLED", "location": "peers/logs", "encryptionDisabled": True}}, [{"name": "AWS_SECRET_ACCESS_KEY", "value": "/build/key", "type": "PARAMETER_STORE"}])
    for name, protected in (("plain", False), ("protected", True)):
        c("cloudformation").create_stack(StackName=name, TemplateBody=TEMPLATE, EnableTerminationProtection=protected)


def project(c, name, location, logs, variables):
    environment = {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL", "environmentVariables": variables}
    c("codebuild").create_project(name=name, source={"type": "BITBUCKET", "location": location}, artifacts={"type": "NO_ARTIFACTS"}, environment=environment, serviceRole=f"arn:aws:iam::{ACCOUNT}:role/build", logsConfig=logs)


def record(c):
    build = c("codebuild")
    for x in build.batch_get_projects(names=build.list_projects()["projects"])["projects"]:
        form = {**shaped("AWS::CodeBuild::Project", x), "source": [x["source"]], "artifacts": [x["artifacts"]]}  # lists of one
        yield item("AWS::CodeBuild::Project", x["arn"], form, name=x["name"], arn=x["arn"], tags=tags(x.get("tags")))
    for s in c.pages("cloudformation", "describe_stacks", "Stacks"):
        yield item("AWS::CloudFormation::Stack", s["StackId"], shaped("AWS::CloudFormation::Stack", s), name=s["StackName"], arn=s["StackId"], tags=tags(s.get("Tags")))
