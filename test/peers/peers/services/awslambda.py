"""Lambda functions. The simulated ones forget their dead-letter queues."""

import io
import zipfile

from peers.item import item, shaped
from peers.services.ec2 import resource
from peers.world import ACCOUNT, REGION

PAIRS = [
    ("LAMBDA_INSIDE_VPC", "awslambda_function_inside_vpc"),
    ("LAMBDA_VPC_MULTI_AZ_CHECK", "awslambda_function_vpc_multi_az"),
    ("LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED", "awslambda_function_not_publicly_accessible"),
]


def seed(c):
    role = c("iam").create_role(RoleName="function", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    ec2, aws = c("ec2"), c("lambda")
    vpc = ec2.create_vpc(CidrBlock="10.4.0.0/16")["Vpc"]["VpcId"]
    zones = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.4.{n}.0/24", AvailabilityZone=REGION + z)["Subnet"]["SubnetId"] for n, z in enumerate("ab")]
    group = ec2.create_security_group(GroupName="functions", Description="functions", VpcId=vpc)["GroupId"]
    ec2.create_network_interface(SubnetId=zones[0], Groups=[group])  # which Lambda makes for its functions, and moto does not
    function(aws, role, "plain")
    function(aws, role, "one-zone", VpcConfig={"SubnetIds": zones[:1], "SecurityGroupIds": [group]})
    function(aws, role, "two-zones", VpcConfig={"SubnetIds": zones, "SecurityGroupIds": [group]})
    aws.add_permission(FunctionName="plain", StatementId="a", Action="lambda:InvokeFunction", Principal="*")
    aws.add_permission(FunctionName="one-zone", StatementId="a", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::peers", SourceAccount=ACCOUNT)
    aws.add_permission(FunctionName="two-zones", StatementId="a", Action="lambda:InvokeFunction", Principal=ACCOUNT)


def function(aws, role, name, **more):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as z:
        z.writestr("main.py", "def handler(event, context):\n    return None\n")
    aws.create_function(FunctionName=name, Runtime="python3.12", Role=role, Handler="main.handler", Code={"ZipFile": code.getvalue()}, **more)


def record(c):
    subnets = set()
    for f in c.pages("lambda", "list_functions", "Functions"):
        name, arn = f["FunctionName"], f["FunctionArn"]
        answer = c("lambda").get_function(FunctionName=name)
        policy = c.maybe("lambda", "get_policy", "ResourceNotFoundException", FunctionName=name)
        subnets.update(f.get("VpcConfig", {}).get("SubnetIds", []))
        yield item("AWS::Lambda::Function", name, shaped("AWS::Lambda::Function", answer["Configuration"]), name=name, arn=arn, supplementary={"Policy": policy["Policy"]} if policy else {}, tags=answer.get("Tags"))
    for s in c.pages("ec2", "describe_subnets", "Subnets", SubnetIds=sorted(subnets)):
        yield resource("AWS::EC2::Subnet", s["SubnetId"], "subnet", s)
