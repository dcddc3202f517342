"""What the tests of AWS Config share: clients of any account and region, the one check that every refusal must stand, and
waiting. Each class of tests has a region of its own, in which the sample estate has nothing."""

import contextlib
import json
import time
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT, MEMBER, OTHER = "218007301253", "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/config"
# Errors that any operation may answer with; the model lists none of them for each.
COMMON = {"AccessDeniedException", "ThrottlingException", "ValidationException", "NotImplemented", "UnrecognizedClientException", "InvalidSignatureException"}

_keys = {}


def keys(account):
    """Keys of an account: the role of a member, nothing more than the environment's for our own."""
    if account == ACCOUNT:
        return {}
    if account not in _keys:
        c = boto3.client("sts", region_name="us-east-1").assume_role(RoleArn=f"arn:aws:iam::{account}:role/TickmarkAccess", RoleSessionName="boto")["Credentials"]
        _keys[account] = dict(aws_access_key_id=c["AccessKeyId"], aws_secret_access_key=c["SecretAccessKey"], aws_session_token=c["SessionToken"])
    return _keys[account]


def client(service, region, account=ACCOUNT, **more):
    """A client that never retries. One of AWS Config or CloudTrail fails the test when an operation answers with an error that its model
    does not list for it: callers of that operation have no class to catch it by."""
    c = boto3.client(service, region_name=region, config=Config(retries={"max_attempts": 1}), **{**keys(account), **more})
    if service in ("config", "cloudtrail"):
        c.meta.events.register(f"after-call.{service}", _modelled)
    return c


def _modelled(http_response, parsed, model, **_):
    code = parsed.get("Error", {}).get("Code")
    if http_response.status_code >= 300 and code not in COMMON | {e.name for e in model.error_shapes}:
        raise AssertionError(f"{model.name} answers {http_response.status_code} {code}: {parsed['Error'].get('Message')}; the model lists {[e.name for e in model.error_shapes]}")


def pages(c, operation, key, **args):
    for page in c.get_paginator(operation).paginate(**args):
        yield from page[key]


def until(get, done=bool, seconds=20):
    """Asks again and again until the answer is as it should be."""
    end = time.monotonic() + seconds
    while True:
        got = get()
        if done(got):
            return got
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} seconds still {got}")
        time.sleep(0.05)


class Case(unittest.TestCase):
    region = None
    account = ACCOUNT

    @classmethod
    def setUpClass(cls):
        cls.config = client("config", cls.region, cls.account)

    @contextlib.contextmanager
    def refused(self, code, message=""):
        """The call must be refused with this code, and say why."""
        with self.assertRaises(ClientError) as e:
            yield e
        error = e.exception.response["Error"]
        self.assertEqual(error["Code"], code, error["Message"])
        self.assertIn(message, error["Message"])
        self.assertTrue(error["Message"])

    @classmethod
    def record(cls, c=None, bucket=None, types=None):
        """Makes a recorder of all types, or some, with a channel to a bucket of its own, and starts it."""
        c = c or cls.config
        region = c.meta.region_name
        bucket = bucket or f"boto-{cls.account}-{region}-{cls.__name__.lower()}"
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with contextlib.suppress(client("s3", region, cls.account).exceptions.BucketAlreadyOwnedByYou):
            client("s3", region, cls.account).create_bucket(Bucket=bucket, **where)
        group = {"allSupported": False, "resourceTypes": types} if types else {"allSupported": True}
        c.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": ROLE, "recordingGroup": group})
        c.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
        c.start_configuration_recorder(ConfigurationRecorderName="default")
        return bucket

    @classmethod
    def resource(cls, kind, id, configuration, tags=None, c=None):
        (c or cls.config).put_resource_config(ResourceType=kind, SchemaVersionId="1", ResourceId=id, Configuration=json.dumps(configuration), **({"Tags": tags} if tags else {}))


def volume(encrypted, size=8):
    return {"encrypted": encrypted, "size": size, "state": "in-use", "attachments": [{"instanceId": "i-1", "state": "attached"}]}


VOLUME = "AWS::EC2::Volume"
