"""Insights of CloudTrail with boto3: logs of eight days with bursts on the last are imported; what was unusual is told."""

import datetime
import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from configtest import ACCOUNT, Case, client, pages, until


class Insights(Case):
    region = "ca-west-1"
    bucket = "boto-insights"

    @classmethod
    def setUpClass(cls):
        cls.trail = client("cloudtrail", cls.region)
        client("s3", cls.region).create_bucket(Bucket=cls.bucket, CreateBucketConfiguration={"LocationConstraint": cls.region})
        cls.arn = cls.trail.create_trail(Name="insights", S3BucketName=cls.bucket)["TrailARN"]
        cls.trail.start_logging(Name="insights")
        cls.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        cls.calls = cls.now - datetime.timedelta(hours=3)
        cls.errors = cls.now - datetime.timedelta(hours=2)
        cls.objects = cls.now - datetime.timedelta(hours=1)
        cls.load()
        cls.trail.put_insight_selectors(TrailName="insights", InsightSelectors=[
            {"InsightType": t, "EventCategories": ["Management", "Data"]} for t in ("ApiCallRateInsight", "ApiErrorRateInsight")])

    @classmethod
    def load(cls):
        """Imports some calls an hour for nine days, and the bursts."""
        records = []

        def add(at, source, name, user, **more):
            records.append({
                "eventVersion": "1.08", "eventID": f"boto-insight-{len(records)}", "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "awsRegion": cls.region,
                "recipientAccountId": ACCOUNT, "eventSource": source, "eventName": name, "eventType": "AwsApiCall", "userAgent": "boto/3",
                "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}", "accountId": ACCOUNT, "userName": user}, "readOnly": False, **more})

        data = {"managementEvent": False, "eventCategory": "Data"}
        for i in range(9 * 48):
            at = cls.now - datetime.timedelta(minutes=30 * i + 15)
            add(at, "ec2.amazonaws.com", "RunInstances", "ana")
            add(at, "s3.amazonaws.com", "PutObject", "ana", **data)
        for i in range(60):
            add(cls.calls + datetime.timedelta(seconds=4 * i), "ec2.amazonaws.com", "RunInstances", "mallory" if i % 3 else "trent")
            add(cls.objects + datetime.timedelta(seconds=i), "s3.amazonaws.com", "PutObject", "mallory", **data)
        for i in range(18):
            add(cls.errors + datetime.timedelta(seconds=i), "s3.amazonaws.com", "GetBucketPolicy", "mallory", errorCode="AccessDenied", readOnly=True)
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "log.json.gz").write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))
            subprocess.run([os.environ["TICKMARK"], "import", "cloudtrail", folder, "--data", os.environ["DATA"]], check=True, stdout=subprocess.DEVNULL)

    def told(self, name):
        """The Insights events of an API when both are there, the first one first."""
        def ask():
            return self.trail.lookup_events(EventCategory="insight", LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])["Events"]
        events = until(ask, lambda got: len(got) >= 2, seconds=90)
        return [json.loads(e["CloudTrailEvent"]) for e in reversed(events)]

    def test_call_rate(self):
        start, end = self.told("RunInstances")
        self.assertEqual([start["insightDetails"]["state"], end["insightDetails"]["state"]], ["Start", "End"])
        self.assertEqual(start["sharedEventID"], end["sharedEventID"])
        self.assertNotEqual(start["eventID"], end["eventID"])
        self.assertEqual(start["eventTime"], self.calls.strftime("%Y-%m-%dT%H:%M:00Z"))
        self.assertEqual((start["eventType"], start["eventCategory"], start["awsRegion"], start["recipientAccountId"]), ("AwsCloudTrailInsight", "Insight", self.region, ACCOUNT))
        d = end["insightDetails"]
        self.assertEqual((d["eventSource"], d["eventName"], d["insightType"]), ("ec2.amazonaws.com", "RunInstances", "ApiCallRateInsight"))
        s = d["insightContext"]["statistics"]
        self.assertAlmostEqual(s["baseline"]["average"], 1 / 30, delta=0.005)
        self.assertGreater(s["insight"]["average"], 10)
        self.assertIn(s["insightDuration"], (4, 5))
        self.assertGreaterEqual(s["baselineDuration"], 10080)
        by = {a["attribute"]: a for a in d["insightContext"]["attributions"]}
        self.assertEqual(list(by), ["userIdentityArn", "userAgent", "errorCode"])
        self.assertEqual([v["value"].rpartition("/")[2] for v in by["userIdentityArn"]["insight"]][:2], ["mallory", "trent"])
        self.assertEqual([v["value"].rpartition("/")[2] for v in by["userIdentityArn"]["baseline"]], ["ana"])
        self.assertEqual([v["value"] for v in by["errorCode"]["insight"]], ["null"])

    def test_error_rate(self):
        start, _ = self.told("GetBucketPolicy")
        d = start["insightDetails"]
        self.assertEqual((d["insightType"], d["errorCode"]), ("ApiErrorRateInsight", "AccessDenied"))
        self.assertEqual([a["attribute"] for a in d["insightContext"]["attributions"]], ["userIdentityArn", "userAgent"])

    def test_data_events(self):
        ask = dict(InsightSource=self.arn, DataType="InsightsEvents", Dimensions={"EventName": "PutObject"})
        events = until(lambda: list(pages(self.trail, "list_insights_data", "Events", **ask, PaginationConfig={"PageSize": 1})), lambda got: len(got) >= 2, seconds=90)
        self.assertEqual([json.loads(e["CloudTrailEvent"])["insightDetails"]["state"] for e in events], ["End", "Start"])
        with self.assertRaises(self.trail.exceptions.InvalidParameterException):
            self.trail.list_insights_data(InsightSource=self.arn + "-other", DataType="InsightsEvents")

    def test_metric_data(self):
        self.told("RunInstances")
        what = dict(EventSource="ec2.amazonaws.com", EventName="RunInstances", InsightType="ApiCallRateInsight", StartTime=self.calls.replace(second=0), EndTime=self.calls + datetime.timedelta(minutes=6))
        out = self.trail.list_insights_metric_data(**what, Period=60)
        self.assertEqual(len(out["Timestamps"]), len(out["Values"]))
        self.assertEqual(sum(out["Values"]), 60)
        zeros = self.trail.list_insights_metric_data(**what, Period=60, DataType="FillWithZeros", MaxResults=3)
        self.assertEqual(len(zeros["Values"]), 3)
        rest = self.trail.list_insights_metric_data(**what, Period=60, DataType="FillWithZeros", MaxResults=3, NextToken=zeros["NextToken"])
        self.assertEqual(sum(zeros["Values"] + rest["Values"]), 60)
        with self.assertRaises(self.trail.exceptions.InvalidParameterException):
            self.trail.list_insights_metric_data(**what, Period=61)


if __name__ == "__main__":
    unittest.main()
