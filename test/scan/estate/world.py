"""What every module of the estate is given: clients of the simulated cloud, and a list to write its expectations on."""

import functools
import json
import re

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"  # moto's
REGIONS = ("us-east-1", "eu-central-1")
HOME = REGIONS[0]  # of what belongs to no region
TAGS = {"Owner": "payments", "CostCenter": "4711"}


class World:
    """Makes resources and remembers what scan must find."""

    def __init__(self, address):
        self.address, self.expected = address, []

    @functools.cache
    def __call__(self, service, region):
        return boto3.client(
            service, region_name=region, endpoint_url=self.address, aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="simulated",
            config=Config(retries={"max_attempts": 1}, inject_host_prefix=False, s3={"addressing_style": "path"}))

    def plant(self, type, id, region, *, name="", bad=(), good=()):
        """A resource that is there, with the rules that must find it NON_COMPLIANT and those that must find it COMPLIANT."""
        if not name:  # an id that says nothing is called by what it is
            name = id if not re.search(r"-[0-9a-f]{8,}$|^arn:", id) else "bare" if bad else "in order"
        self.expected.append({"resourceType": type, "resourceId": id, "awsRegion": region, "name": name, "bad": sorted(words(bad)), "good": sorted(words(good))})


def words(rules):
    return rules.split() if isinstance(rules, str) else list(rules)


def tags(key="Key", value="Value"):
    """The tags of every resource that is meant to be in order, in the form that the service wants."""
    return [{key: k, value: v} for k, v in TAGS.items()]


def policy(effect, principal, action, resource, **condition):
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, **({"Condition": condition} if condition else {})}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(action, resource="*"):
    """A policy of IAM, which names no principal."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]})
