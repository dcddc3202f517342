"""Advanced queries through boto3 against a brute-force evaluation (oracle.py) of the same items, which leave the server
as configuration snapshots: on one account and region, on an aggregate of all, page by page, and as of a past time."""

import collections
import datetime
import gzip
import json
import re
import time
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import oracle

ACCOUNT, REGION = "218007301253", "us-east-1"
MEMBERS = ["218007301253", "111122223333", "444455556666"]
REGIONS = ["us-east-1", "eu-central-1"]
AGGREGATOR = "oracle"

# $NAME is the median of the date of that name, $NAME+2 the same moment as a clock two hours east of UTC writes it: the
# sample estate is dated by the day on which it is made.
STATEMENTS = """
SELECT * WHERE resourceType = 'AWS::EC2::VPC'
SELECT resourceId, resourceType, configuration.instanceType, configuration.state.name WHERE resourceType = 'AWS::EC2::Instance'
SELECT resourceId, configuration, tags, relationships, supplementaryConfiguration WHERE resourceType IN ('AWS::EC2::SecurityGroup', 'AWS::IAM::User')
SELECT resourceId WHERE resourceType='AWS::EC2::Instance'AND configuration.state.name='running'
SELECT resourceId WHERE resourceType = 'AWS::EC2::Instance' AND configuration.imageId LIKE 'ami-%' AND NOT configuration.instanceType = 't2.micro'
SELECT resourceId, tags WHERE tags.key = 'Environment' AND tags.value = 'prod'
SELECT resourceId WHERE tags.tag = 'Environment=prod' AND resourceType = 'AWS::S3::Bucket'
SELECT resourceId, tags.tag WHERE tags.tag IN ('Owner=data', 'Owner=identity') AND NOT tags.tag = 'Environment=dev'
SELECT resourceId WHERE NOT tags.key = 'Owner'
SELECT resourceType WHERE tags.value NOT IN ('prod', 'dev', 'staging') AND resourceType LIKE 'AWS::EC2%'
SELECT resourceId, configuration.size WHERE resourceType = 'AWS::EC2::Volume' AND configuration.encrypted = false
SELECT resourceId WHERE configuration.encrypted = TRUE OR configuration.storageEncrypted = 'true'
SELECT resourceId WHERE resourceType = 'AWS::EC2::Volume' AND configuration.encrypted != true
SELECT resourceId, configuration.size WHERE configuration.size > 64 AND configuration.size <= 500
SELECT resourceId WHERE configuration.size < 64 OR configuration.memorySize >= 512
SELECT resourceId WHERE resourceType = 'AWS::EC2::Volume' AND NOT configuration.size < 64 AND NOT configuration.size > 64
SELECT resourceId WHERE configuration.size BETWEEN 8 AND 64 OR configuration.size IN (100, 200)
SELECT resourceId WHERE resourceType = 'AWS::EC2::Volume' AND configuration.size NOT BETWEEN 10 AND 100
SELECT resourceId, configuration.attachments.instanceId, configuration.attachments.device WHERE configuration.attachments.state = 'attached'
SELECT resourceId, relationships.resourceId, relationships.relationshipName WHERE relationships.resourceType = 'AWS::EC2::SecurityGroup'
SELECT resourceId WHERE relationships.resourceType = 'AWS::EC2::Subnet' AND relationships.name LIKE 'Is contained in%'
SELECT resourceType, resourceId WHERE relationships.resourceType = 'AWS::EC2::VPC' AND NOT resourceType IN ('AWS::EC2::Subnet', 'AWS::EC2::Instance')
SELECT resourceId, configuration.createTime WHERE resourceType = 'AWS::EC2::Volume' AND configuration.createTime >= '$createTime'
SELECT resourceId WHERE configuration.launchTime BETWEEN '2020-01-01' AND '$launchTime+2'
SELECT resourceId, configuration.launchTime WHERE configuration.launchTime = '$launchTime+2'
SELECT resourceId WHERE resourceType = 'AWS::EC2::Instance' AND NOT configuration.launchTime < '$launchTime+2'
SELECT resourceId WHERE configuration.createDate < '$createDate' AND resourceType LIKE 'AWS::IAM::%'
SELECT resourceId, configurationItemCaptureTime WHERE configurationItemCaptureTime > '$configurationItemCaptureTime' AND configurationItemStatus = 'OK'
SELECT resourceId WHERE resourceType = 'AWS::EC2::SecurityGroup' AND configuration.ipPermissions.ipRanges = '0.0.0.0/0'
SELECT resourceId, configuration.ipPermissions WHERE configuration.ipPermissions.ipv4Ranges.cidrIp = '10.1.2.3' AND configuration.ipPermissions.fromPort = 22
SELECT resourceId WHERE configuration.ipPermissions.ipv4Ranges.cidrIp = '10.0.0.1' AND NOT configuration.ipPermissions.ipv4Ranges.cidrIp > '10.255.255.255'
SELECT resourceId, configuration.cidrBlock WHERE configuration.cidrBlock < '10.100.0.0' OR configuration.cidrBlock >= '10.114.3.0/24'
SELECT resourceId WHERE resourceType = 'AWS::EC2::NetworkAcl' AND configuration.entries.cidrBlock = '203.0.113.9' AND configuration.entries.egress = false AND configuration.entries.portRange.from <= 443
SELECT resourceId WHERE supplementaryConfiguration.BucketVersioningConfiguration.status = 'Enabled'
SELECT resourceId, supplementaryConfiguration.BucketVersioningConfiguration.status, supplementaryConfiguration.AccessControlList.grantList.permission WHERE resourceType = 'AWS::S3::Bucket'
SELECT resourceId WHERE supplementaryConfiguration.Concurrency.reservedConcurrentExecutions >= 5.5
SELECT resourceId, configuration.state.value WHERE configuration.state.value = 'Active'
SELECT resourceId, configuration.state WHERE resourceType IN ('AWS::EC2::Volume', 'AWS::EC2::Subnet') AND configuration.state.value = 'available'
SELECT resourceId WHERE configuration.state = 'Active' AND resourceType = 'AWS::Lambda::Function'
SELECT resourceName, arn WHERE resourceName LIKE 'app%' OR arn LIKE 'arn:aws:s3:::tickmark-sample-logs%'
SELECT resourceId WHERE configuration.groupName LIKE 'defaul_' OR configuration.groupName LIKE 'app-%'
SELECT resourceId WHERE (resourceType = 'AWS::S3::Bucket' OR resourceType = 'AWS::EC2::VPC') AND NOT (tags.value = 'prod' OR awsRegion = 'eu-central-1')
SELECT resourceId WHERE resourceType = 'AWS::S3::Bucket' OR resourceType = 'AWS::EC2::VPC' AND NOT tags.value = 'prod' AND NOT tags.value = 'staging'
SELECT resourceId, configuration.privateIpAddress WHERE configuration.privateIpAddress BETWEEN '10.0.1.0' AND '10.0.1.100'
SELECT COUNT(*)
SELECT COUNT(*), COUNT(resourceName), COUNT(tags.key) WHERE resourceType LIKE 'AWS::EC2::%'
SELECT MIN(configuration.size), MAX(configuration.size), SUM(configuration.size), AVG(configuration.size), COUNT(*) WHERE resourceType = 'AWS::EC2::Volume'
SELECT MIN(configuration.launchTime), MAX(configuration.launchTime) WHERE resourceType = 'AWS::EC2::Instance'
SELECT SUM(configuration.size), MAX(configuration.size), COUNT(*) WHERE resourceType = 'AWS::No::Such'
SELECT resourceType, COUNT(*) GROUP BY resourceType
SELECT resourceType, COUNT(*) GROUP BY resourceType ORDER BY COUNT(*) DESC, resourceType
SELECT accountId, awsRegion, COUNT(*) GROUP BY accountId, awsRegion ORDER BY accountId DESC, awsRegion
SELECT accountId, awsRegion, resourceType, COUNT(*) WHERE resourceType LIKE 'AWS::EC2%' GROUP BY accountId, awsRegion, resourceType ORDER BY accountId, awsRegion, resourceType
SELECT configuration.runtime, COUNT(*), AVG(configuration.memorySize) WHERE resourceType = 'AWS::Lambda::Function' GROUP BY configuration.runtime
SELECT configuration.encrypted, SUM(configuration.size) WHERE resourceType = 'AWS::EC2::Volume' GROUP BY configuration.encrypted ORDER BY configuration.encrypted
SELECT tags.tag, COUNT(*) GROUP BY tags.tag ORDER BY tags.tag
SELECT relationships.resourceType, COUNT(*) WHERE resourceType = 'AWS::EC2::Instance' GROUP BY relationships.resourceType
SELECT configuration.instanceType, COUNT(*) WHERE resourceType IN ('AWS::EC2::Instance', 'AWS::EC2::VPC') GROUP BY configuration.instanceType ORDER BY configuration.instanceType DESC
SELECT configuration.size, resourceId WHERE resourceType = 'AWS::EC2::Volume' ORDER BY configuration.size DESC, resourceId ASC
SELECT resourceId, configuration.launchTime, resourceType WHERE resourceType IN ('AWS::EC2::Instance', 'AWS::EC2::Subnet') ORDER BY configuration.launchTime, resourceId DESC
SELECT resourceId, configuration.cidrBlock WHERE resourceType IN ('AWS::EC2::Subnet', 'AWS::EC2::VPC') ORDER BY configuration.cidrBlock, resourceId
select resourceId, resourceType where resourceName like 'app%' order by resourceType desc, resourceId asc;
""".strip().splitlines()

# Statements whose rows are gone through page by page.
PAGED = [s for s in STATEMENTS if "ORDER BY" in s or s.startswith(("SELECT * ", "SELECT resourceId WHERE NOT", "SELECT resourceType, COUNT(*) GROUP"))]

MISTAKES = [
    ("", None), ("SELECT", (1, 7)), ("SELECT resourceId,", (1, 19)), ("SELECT resourceId\nFROM x", (2, 1)), ("SELECT resourceId WHERE", (1, 24)),
    ("SELECT resourceId WHERE resourceType = AWS::EC2::Instance", (1, 40)), ("SELECT resourceId WHERE resourceType = 'AWS", (1, 40)),
    ("SELECT resourceId WHERE resourcetype = 'x'", (1, 25)), ("SELECT resourceId\n  WHERE tags.key = 'a'\n    AND OR", (3, 9)),
    ("SELECT resourceId WHERE resourceName LIKE '%log'", (1, 43)), ("SELECT resourceId WHERE resourceName LIKE 'ab%'", (1, 43)),
    ("SELECT resourceId, COUNT(*)", (1, 8)), ("SELECT COUNT(*) GROUP BY accountId, awsRegion, resourceType, arn", (1, 62)),
    ("SELECT SUM(resourceId)", (1, 12)), ("SELECT resourceId HAVING COUNT(*) > 1", (1, 19)), ("SELECT DISTINCT resourceId", (1, 8)),
    ("SELECT resourceId WHERE (tags.key = 'a'", (1, 40)), ("SELECT resourceId AS OF 'yesterday'", (1, 25)),
]


def client(name, region=REGION, **keys):
    return boto3.client(name, region_name=region, config=Config(retries={"max_attempts": 1}), **keys)


def session(account):
    """Keys of an account: the member's role for those that are not ours."""
    if account == ACCOUNT:
        return {}
    c = client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/TickmarkAccess", RoleSessionName="oracle")["Credentials"]
    return dict(aws_access_key_id=c["AccessKeyId"], aws_secret_access_key=c["SecretAccessKey"], aws_session_token=c["SessionToken"])


def exported(account, region):
    """The items of a snapshot, delivered and read back."""
    keys = session(account)
    config, s3 = client("config", region, **keys), client("s3", region, **keys)
    snapshot = config.deliver_config_snapshot(deliveryChannelName="default")["configSnapshotId"]
    bucket = config.describe_delivery_channels()["DeliveryChannels"][0]["s3BucketName"]
    for _ in range(150):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for o in page.get("Contents", []):
                if snapshot in o["Key"]:
                    return json.loads(gzip.decompress(s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read()))["configurationItems"]
        time.sleep(0.2)
    raise AssertionError(f"no snapshot {snapshot} in {bucket}")


def medians(items):
    """The dates that statements name."""
    found = collections.defaultdict(list)
    for i in items:
        found["configurationItemCaptureTime"].append(i["configurationItemCaptureTime"])
        for name in ("createTime", "launchTime", "createDate"):
            if isinstance(i.get("configuration"), dict) and name in i["configuration"]:
                found[name].append(i["configuration"][name])
    out = {}
    for name, dates in found.items():
        out[name] = sorted(dates)[len(dates) // 2]
        east = datetime.timezone(datetime.timedelta(hours=2))
        out[name + "+2"] = datetime.datetime.fromisoformat(out[name].replace("Z", "+00:00")).astimezone(east).isoformat()
    return out


def identity(item):
    return item["awsAccountId"], item["awsRegion"], item["resourceType"], item["resourceId"]


def everything():
    out = {}  # global items are in the snapshot of every region
    for account in MEMBERS:
        for region in REGIONS:
            out.update((identity(i), i) for i in exported(account, region) if i["configurationItemStatus"] not in oracle.GONE)
    return [out[k] for k in sorted(out)]


def states(types):
    """Every state of the account's resources of some types, in the file form: the API writes documents as text."""
    c = client("config")
    for t in types:
        for page in c.get_paginator("list_discovered_resources").paginate(resourceType=t, includeDeletedResources=True):
            for r in page["resourceIdentifiers"]:
                for history in c.get_paginator("get_resource_config_history").paginate(resourceType=t, resourceId=r["resourceId"]):
                    yield from history["configurationItems"]


def document(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def in_file_form(i):
    out = {oracle.COMMON.get(k, k): v for k, v in i.items()}
    out["configuration"] = json.loads(i["configuration"]) if i.get("configuration") else None
    out["supplementaryConfiguration"] = {k: document(v) for k, v in i.get("supplementaryConfiguration", {}).items()}
    for k in ("configurationItemCaptureTime", "resourceCreationTime"):
        if k in i:
            out[k] = i[k].astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return out


class Oracle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.items = everything()
        cls.mine = [i for i in cls.items if i["awsAccountId"] == ACCOUNT and i["awsRegion"] in (REGION, "global")]
        dates = medians(cls.items)
        cls.dated = staticmethod(lambda s: re.sub(r"\$(\w+(?:\+2)?)", lambda m: dates[m[1]], s))
        cls.config = client("config")
        cls.config.put_configuration_aggregator(ConfigurationAggregatorName=AGGREGATOR, OrganizationAggregationSource={"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/config", "AllAwsRegions": True})
        cls.addClassCleanup(cls.config.delete_configuration_aggregator, ConfigurationAggregatorName=AGGREGATOR)

    def ask(self, operation, statement, **more):
        rows, token, pages = [], None, 0
        while True:
            page = getattr(self.config, operation)(Expression=statement, **more, **({"NextToken": token} if token else {}))
            self.assertLessEqual(len(page["Results"]), more.get("Limit", 500))
            rows += [json.loads(r) for r in page["Results"]]
            token, pages = page.get("NextToken"), pages + 1
            if not token:
                return rows, pages

    def same(self, statement, got, items):
        want, keys = oracle.evaluate(statement, items)
        if " ORDER BY " in statement.upper():  # every ordered statement orders its rows without ties
            self.assertEqual([oracle.canonical(r) for r in got], [oracle.canonical(r) for r in want], statement)
        else:
            count = lambda rows: collections.Counter(oracle.canonical(r) for r in rows)
            self.assertEqual(count(got) - count(want), count(want) - count(got), statement)
        return want

    def test_aggregate(self):
        self.assertGreater(len(self.items), 400)
        for s in map(self.dated, STATEMENTS):
            with self.subTest(s):
                rows, _ = self.ask("select_aggregate_resource_config", s, ConfigurationAggregatorName=AGGREGATOR, Limit=100)
                self.assertTrue(self.same(s, rows, self.items), "it finds nothing and proves nothing")

    def test_one_account(self):
        empty = 0
        for s in map(self.dated, STATEMENTS):
            with self.subTest(s):
                rows, _ = self.ask("select_resource_config", s)
                empty += not self.same(s, rows, self.mine)
        self.assertLess(empty, len(STATEMENTS) / 4)

    def test_pages(self):
        for s in map(self.dated, PAGED):
            with self.subTest(s):
                rows, pages = self.ask("select_resource_config", s, Limit=7)
                want = self.same(s, rows, self.mine)
                self.assertEqual(pages, max(1, -(-len(want) // 7)))
        with self.assertRaises(ClientError) as e:
            self.config.select_resource_config(Expression=PAGED[0], Limit=101)
        self.assertEqual(e.exception.response["Error"]["Code"], "InvalidLimitException")
        with self.assertRaises(self.config.exceptions.InvalidNextTokenException):
            self.config.select_resource_config(Expression=PAGED[0], NextToken="forged")

    def test_as_of(self):
        types = ["AWS::EC2::SecurityGroup", "AWS::EC2::NetworkAcl", "AWS::EC2::Instance", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::DynamoDB::Table"]
        all_ = [in_file_form(i) for i in states(types)]
        self.assertGreater(len(all_), len({identity(i) for i in all_}))  # some have a past
        times = sorted({i["configurationItemCaptureTime"] for i in all_})
        for t in (times[0], times[len(times) // 2], times[-1], "2000-01-01T00:00:00Z"):
            then = {}
            for i in sorted(all_, key=lambda i: (i["configurationItemCaptureTime"], int(i["configurationStateId"]))):
                if i["configurationItemCaptureTime"] <= t:
                    then[identity(i)] = i
            items = [i for i in then.values() if i["configurationItemStatus"] not in oracle.GONE]
            named = "resourceType IN ('" + "', '".join(types) + "')"
            for s in (f"SELECT resourceId, configuration, supplementaryConfiguration, tags, relationships WHERE {named}", f"SELECT resourceType, COUNT(*) WHERE {named} GROUP BY resourceType",
                      f"SELECT resourceId, configurationItemCaptureTime WHERE {named} ORDER BY resourceId"):
                with self.subTest(s, t=t):
                    rows, _ = self.ask("select_resource_config", f"{s} AS OF '{t}'", Limit=100)
                    self.same(s, rows, items)

    def test_columns(self):
        page = self.config.select_resource_config(Expression="SELECT resourceType, COUNT(*), MAX(configuration.size) GROUP BY resourceType")
        self.assertEqual(page["QueryInfo"]["SelectFields"], [{"Name": "resourceType"}, {"Name": "COUNT(*)"}, {"Name": "MAX(configuration.size)"}])

    def test_mistakes(self):
        for statement, place in MISTAKES:
            for operation, more in (("select_resource_config", {}), ("select_aggregate_resource_config", {"ConfigurationAggregatorName": AGGREGATOR})):
                with self.subTest(statement), self.assertRaises(ClientError) as e:
                    if not statement:  # boto3 itself refuses an empty statement
                        statement = " "
                    getattr(self.config, operation)(Expression=statement, **more)
                error = e.exception.response["Error"]
                self.assertEqual(error["Code"], "InvalidExpressionException")
                if place:
                    self.assertIn(f"line {place[0]}, column {place[1]}:", error["Message"], statement)


if __name__ == "__main__":
    unittest.main(verbosity=1)
