"""boto3 against EventBridge: every operation that is served, and the reaction of an SRE: a call that stops a trail sets off
a rule that starts it again."""

import json
import os
import subprocess
import time
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT, REGION = "218007301253", "mx-central-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/TickmarkAccess"
PATTERN = {"source": ["aws.cloudtrail"], "detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventName": ["StopLogging"]}}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:events"

START_AGAIN = """
schemaVersion: "0.3"
description: Makes a trail log.
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole: {type: String}
  TrailName: {type: String}
mainSteps:
  - name: start
    action: aws:executeAwsApi
    inputs: {Service: cloudtrail, Api: StartLogging, Name: "{{ TrailName }}"}
"""


def client(name):
    return boto3.client(name, region_name=REGION, config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}))


def until(is_so, seconds=20):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"not so after {seconds} seconds")
        time.sleep(0.1)


class Rules(unittest.TestCase):
    def setUp(self):
        self.events = client("events")

    def test_rules_and_targets(self):
        e = self.events
        arn = e.put_rule(Name="boto-stop", EventPattern=json.dumps(PATTERN), Tags=[{"Key": "team", "Value": "sre"}])["RuleArn"]
        e.put_rule(Name="boto-daily", ScheduleExpression="rate(1 day)", State="DISABLED")
        self.assertEqual(e.describe_rule(Name="boto-stop")["State"], "ENABLED")
        e.disable_rule(Name="boto-stop")
        self.assertEqual(e.describe_rule(Name="boto-stop")["State"], "DISABLED")
        e.enable_rule(Name="boto-stop")
        names = [r["Name"] for page in e.get_paginator("list_rules").paginate(NamePrefix="boto-", PaginationConfig={"PageSize": 1}) for r in page["Rules"]]
        self.assertEqual(names, ["boto-daily", "boto-stop"])
        put = e.put_targets(Rule="boto-stop", Targets=[{"Id": "topic", "Arn": TOPIC, "RetryPolicy": {"MaximumRetryAttempts": 2}}])
        self.assertEqual(put["FailedEntryCount"], 0)
        self.assertEqual(e.list_targets_by_rule(Rule="boto-stop")["Targets"][0]["RetryPolicy"]["MaximumRetryAttempts"], 2)
        self.assertEqual(e.list_rule_names_by_target(TargetArn=TOPIC)["RuleNames"], ["boto-stop"])
        e.tag_resource(ResourceARN=arn, Tags=[{"Key": "cost", "Value": "low"}])
        e.untag_resource(ResourceARN=arn, TagKeys=["team"])
        self.assertEqual(e.list_tags_for_resource(ResourceARN=arn)["Tags"], [{"Key": "cost", "Value": "low"}])
        with self.assertRaises(ClientError) as refused:
            e.delete_rule(Name="boto-stop")
        self.assertEqual(refused.exception.response["Error"]["Code"], "ValidationException")
        e.remove_targets(Rule="boto-stop", Ids=["topic"])
        for name in names:
            e.delete_rule(Name=name)
        with self.assertRaises(e.exceptions.ResourceNotFoundException):
            e.describe_rule(Name="boto-stop")

    def test_buses(self):
        e = self.events
        arn = e.create_event_bus(Name="boto", Description="for tests")["EventBusArn"]
        with self.assertRaises(e.exceptions.ResourceAlreadyExistsException):
            e.create_event_bus(Name="boto")
        e.update_event_bus(Name="boto", Description="still")
        self.assertEqual(e.describe_event_bus(Name=arn)["Description"], "still")
        self.assertEqual([b["Name"] for b in e.list_event_buses()["EventBuses"]], ["boto", "default"])
        put = e.put_events(Entries=[
            {"Source": "shop", "DetailType": "order", "Detail": "{}", "EventBusName": "boto"},
            {"Source": "aws.ec2", "DetailType": "order", "Detail": "{}"},
        ])
        self.assertEqual(put["FailedEntryCount"], 1)
        self.assertEqual(put["Entries"][1]["ErrorCode"], "NotAuthorizedForSourceException")
        e.delete_event_bus(Name="boto")

    def test_patterns(self):
        event = {"id": "1", "account": ACCOUNT, "source": "aws.cloudtrail", "time": "2026-01-15T12:00:00Z", "region": REGION,
                 "detail-type": "AWS API Call via CloudTrail", "detail": {"eventName": "StopLogging"}}
        matches = lambda pattern: self.events.test_event_pattern(Event=json.dumps(event), EventPattern=json.dumps(pattern))["Result"]
        self.assertTrue(matches(PATTERN))
        self.assertFalse(matches({"detail": {"eventName": [{"anything-but": {"prefix": "Stop"}}]}}))
        with self.assertRaises(self.events.exceptions.InvalidEventPatternException) as wrong:
            matches({"detail": {"eventName": "StopLogging"}})
        self.assertIn('"eventName" must be an object or an array', str(wrong.exception))

    def test_not_offered(self):
        for call in (lambda: self.events.list_archives(), lambda: self.events.list_connections()):
            with self.assertRaises(ClientError) as e:
                call()
            self.assertEqual(e.exception.response["Error"]["Code"], "NotImplemented")


class Reaction(unittest.TestCase):
    def setUp(self):
        self.events, self.ssm = client("events"), client("ssm")
        try:
            self.ssm.create_document(Name="BotoStartAgain", Content=START_AGAIN, DocumentType="Automation", DocumentFormat="YAML")
        except self.ssm.exceptions.DocumentAlreadyExists:
            pass
        self.remediation("enable", "--mode", "dry-run", "--role", ROLE)
        self.addCleanup(self.remediation, "disable")

    def start_on(self, name, pattern, **more):
        """A rule that runs the document."""
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=name, Targets=[{
            "Id": "start", "Arn": f"arn:aws:ssm:{REGION}:{ACCOUNT}:automation-definition/BotoStartAgain", "RoleArn": ROLE, **more,
        }])

    def succeeded(self):
        return [r["AutomationExecutionStatus"] for r in self.ssm.describe_automation_executions()["AutomationExecutionMetadataList"]].count("Success")

    def test_stopped_trail_logs_again(self):
        trails = client("cloudtrail")
        client("s3").create_bucket(Bucket="boto-reaction", CreateBucketConfiguration={"LocationConstraint": REGION})
        trails.create_trail(Name="boto-reaction", S3BucketName="boto-reaction")
        trails.start_logging(Name="boto-reaction")
        self.start_on("reaction", PATTERN, InputTransformer={"InputPathsMap": {"trail": "$.detail.requestParameters.name"}, "InputTemplate": '{"TrailName": [<trail>]}'})
        logs = lambda: trails.get_trail_status(Name="boto-reaction")["IsLogging"]
        before = self.succeeded()
        # A dry run changes nothing.
        trails.stop_logging(Name="boto-reaction")
        until(lambda: self.succeeded() == before + 1)
        self.assertFalse(logs())
        # Afterwards the trail logs again by itself.
        self.remediation("enable", "--mode", "on")
        trails.start_logging(Name="boto-reaction")
        trails.stop_logging(Name="boto-reaction")
        until(logs)
        until(lambda: self.succeeded() == before + 2)

    def test_change_of_compliance(self):
        config = client("config")
        self.start_on("failing", {"source": ["aws.config"], "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}}}, Input='{"TrailName": ["none"]}')
        config.put_config_rule(ConfigRule={"ConfigRuleName": "boto-process", "Source": {"Owner": "AWS", "SourceIdentifier": "AWS_CONFIG_PROCESS_CHECK"}})
        self.addCleanup(config.delete_config_rule, ConfigRuleName="boto-process")
        before = self.succeeded()
        config.put_external_evaluation(ConfigRuleName="boto-process", ExternalEvaluation={
            "ComplianceResourceType": "AWS::::Account", "ComplianceResourceId": ACCOUNT, "ComplianceType": "NON_COMPLIANT", "OrderingTimestamp": time.time(),
        })
        until(lambda: self.succeeded() == before + 1)

    def remediation(self, action, *more):
        subprocess.run([os.environ["TICKMARK"], "remediation", action, "--data", os.environ["DATA"], "--account", ACCOUNT, *more], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    unittest.main(verbosity=1)
