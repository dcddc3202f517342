"""Fills a running moto_server with an account of many resources, every third of which has faults, for the comparison with
Prowler: python test/scan/many.py --endpoint URL [--size 5000]"""

import argparse
import io
import json
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from estate.world import ACCOUNT, HOME, World, policy, tags  # noqa: E402

# Kind -> how many in 5,000.
SHARES = {
    "groups": 700, "volumes": 700, "instances": 300, "subnets": 150, "buckets": 300, "roles": 400, "policies": 300, "users": 150, "functions": 250,
    "tables": 250, "logs": 500, "alarms": 300, "keys": 150, "topics": 200, "queues": 200, "repositories": 150,
}
EVERYWHERE = "0.0.0.0/0"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--size", type=int, default=5000)
    args = parser.parse_args()
    makers = Makers(World(args.endpoint))
    total = 0
    for kind, share in SHARES.items():  # one after the other: moto is not safe for more
        n = share * args.size // sum(SHARES.values())
        for i in range(n):
            getattr(makers, kind)(i)
        total += n
    print(f"{total} resources")


class Makers:
    """One method for a kind makes its nth resource; every third is bad."""

    def __init__(self, w):
        self.c = {s: w(s, HOME) for s in ("ec2", "s3", "iam", "lambda", "dynamodb", "logs", "cloudwatch", "kms", "sns", "sqs", "ecr")}
        ec2 = self.c["ec2"]
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.240.0/20")["Subnet"]["SubnetId"]
        self.image = next(i["ImageId"] for i in ec2.describe_images(Owners=["amazon"])["Images"] if i["VirtualizationType"] == "hvm")
        self.role = self.c["iam"].create_role(RoleName="functions", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as z:
            z.writestr("main.py", "")
        self.code = code.getvalue()
        self.key = self.c["kms"].create_key()["KeyMetadata"]["Arn"]
        self.c["ec2"].enable_ebs_encryption_by_default()

    def groups(self, n):
        id = self.c["ec2"].create_security_group(GroupName=f"group-{n}", Description="d", VpcId=self.vpc)["GroupId"]
        source = EVERYWHERE if n % 3 == 0 else "10.0.0.0/8"
        self.c["ec2"].authorize_security_group_ingress(GroupId=id, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": source}]}])

    def volumes(self, n):
        self.c["ec2"].create_volume(AvailabilityZone=HOME + "a", Size=8, Encrypted=n % 3 != 0)

    def instances(self, n):
        tokens = "optional" if n % 3 == 0 else "required"
        self.c["ec2"].run_instances(
            ImageId=self.image, SubnetId=self.subnet, InstanceType="t3.micro", MinCount=1, MaxCount=1, Monitoring={"Enabled": n % 3 != 0}, MetadataOptions={"HttpTokens": tokens, "HttpEndpoint": "enabled"})

    def subnets(self, n):
        id = self.c["ec2"].create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"]
        if n % 3 == 0:
            self.c["ec2"].modify_subnet_attribute(SubnetId=id, MapPublicIpOnLaunch={"Value": True})

    def buckets(self, n):
        name = f"bucket-{n}"
        self.c["s3"].create_bucket(Bucket=name)
        if n % 3:
            self.c["s3"].put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            self.c["s3"].put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={k: True for k in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")})
            text = policy("Deny", {"AWS": "*"}, "s3:*", [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"], Bool={"aws:SecureTransport": "false"})
            self.c["s3"].put_bucket_policy(Bucket=name, Policy=text)

    def roles(self, n):
        trust = policy("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sts:AssumeRole", "*").replace(', "Resource": "*"', "")
        self.c["iam"].create_role(RoleName=f"role-{n}", AssumeRolePolicyDocument=trust, Tags=tags())
        if n % 3 == 0:
            self.c["iam"].attach_role_policy(RoleName=f"role-{n}", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")

    def policies(self, n):
        text = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*" if n % 3 == 0 else "s3:GetObject", "Resource": "*"}]})
        self.c["iam"].create_policy(PolicyName=f"policy-{n}", PolicyDocument=text)

    def users(self, n):
        self.c["iam"].create_user(UserName=f"user-{n}")
        if n % 3 == 0:
            self.c["iam"].create_login_profile(UserName=f"user-{n}", Password="Correct-horse-9")

    def functions(self, n):
        self.c["lambda"].create_function(FunctionName=f"function-{n}", Runtime="python3.13", Role=self.role, Handler="main.handler", Code={"ZipFile": self.code})
        if n % 3 == 0:
            self.c["lambda"].add_permission(FunctionName=f"function-{n}", StatementId="a", Action="lambda:InvokeFunction", Principal="*")

    def tables(self, n):
        name, good = f"table-{n}", n % 3 != 0
        self.c["dynamodb"].create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=good, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        if good:
            self.c["dynamodb"].update_continuous_backups(TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})

    def logs(self, n):
        self.c["logs"].create_log_group(logGroupName=f"group-{n}", **({"kmsKeyId": self.key} if n % 3 else {}))
        self.c["logs"].put_retention_policy(logGroupName=f"group-{n}", retentionInDays=400 if n % 3 else 7)

    def alarms(self, n):
        self.c["cloudwatch"].put_metric_alarm(
            AlarmName=f"alarm-{n}", ActionsEnabled=n % 3 != 0, AlarmActions=["arn:aws:sns:us-east-1:123456789012:topic-1"], MetricName="CPUUtilization", Namespace="AWS/EC2", Statistic="Average", Period=60,
            EvaluationPeriods=1, Threshold=90, ComparisonOperator="GreaterThanThreshold")

    def keys(self, n):
        id = self.c["kms"].create_key(Description=f"key-{n}")["KeyMetadata"]["KeyId"]
        if n % 3:
            self.c["kms"].enable_key_rotation(KeyId=id)

    def topics(self, n):
        attributes = {"KmsMasterKeyId": "alias/aws/sns"} if n % 3 else {"Policy": policy("Allow", "*", "sns:Publish", f"arn:aws:sns:{HOME}:{ACCOUNT}:topic-{n}")}
        self.c["sns"].create_topic(Name=f"topic-{n}", Attributes=attributes)

    def queues(self, n):
        attributes = {} if n % 3 else {"Policy": policy("Allow", "*", "sqs:SendMessage", f"arn:aws:sqs:{HOME}:{ACCOUNT}:queue-{n}")}
        self.c["sqs"].create_queue(QueueName=f"queue-{n}", Attributes=attributes)

    def repositories(self, n):
        good = n % 3 != 0
        self.c["ecr"].create_repository(repositoryName=f"repository-{n}", imageTagMutability="IMMUTABLE" if good else "MUTABLE", imageScanningConfiguration={"scanOnPush": good})


if __name__ == "__main__":
    main()
