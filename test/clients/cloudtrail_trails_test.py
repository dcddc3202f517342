"""Trails of CloudTrail with boto3: life, home regions and shadows, selectors, Insights selectors, tags, the organization."""

import contextlib
import json
import unittest

from configtest import ACCOUNT, MEMBER, Case, client

EVERYTHING = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": []}


def arn(name, region, account=ACCOUNT):
    return f"arn:aws:cloudtrail:{region}:{account}:trail/{name}"


class Trails(Case):
    region, away = "eu-north-1", "ap-south-1"
    bucket = "boto-trails"

    @classmethod
    def setUpClass(cls):
        cls.trail, cls.abroad = client("cloudtrail", cls.region), client("cloudtrail", cls.away)
        for account, bucket in [(ACCOUNT, cls.bucket), (MEMBER, cls.bucket + "-theirs")]:
            client("s3", cls.region, account).create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": cls.region})

    def create(self, name, **more):
        out = self.trail.create_trail(**{"Name": name, "S3BucketName": self.bucket, **more})
        self.addCleanup(self.gone, out["TrailARN"])
        return out

    def gone(self, name):
        with contextlib.suppress(self.trail.exceptions.TrailNotFoundException):
            self.trail.delete_trail(Name=name)

    def names(self, c, **args):
        return [t["Name"] for t in c.describe_trails(**args)["trailList"]]

    def test_life(self):
        c, me = self.trail, arn("life", self.region)
        topic = client("sns", self.region).create_topic(Name="boto-trails")["TopicArn"]
        made = self.create("life", S3KeyPrefix="a/b", SnsTopicName="boto-trails", EnableLogFileValidation=True)
        del made["ResponseMetadata"]
        self.assertEqual(made, {
            "Name": "life", "S3BucketName": self.bucket, "S3KeyPrefix": "a/b", "SnsTopicName": "boto-trails", "SnsTopicARN": topic, "TrailARN": me,
            "IncludeGlobalServiceEvents": True, "IsMultiRegionTrail": False, "LogFileValidationEnabled": True, "IsOrganizationTrail": False,
        })
        self.assertFalse(c.get_trail_status(Name="life")["IsLogging"])
        c.start_logging(Name="life")
        c.start_logging(Name=me)
        status = c.get_trail_status(Name=me)
        self.assertTrue(status["IsLogging"])
        self.assertEqual(status["StartLoggingTime"].strftime("%Y-%m-%dT%H:%M:%SZ"), status["TimeLoggingStarted"])
        self.assertNotIn("StopLoggingTime", status)
        c.stop_logging(Name="life")
        status = c.get_trail_status(Name="life")
        self.assertFalse(status["IsLogging"])
        self.assertGreaterEqual(status["StopLoggingTime"], status["StartLoggingTime"])

        out = c.update_trail(Name=me, S3KeyPrefix="", SnsTopicName="", EnableLogFileValidation=False)
        self.assertNotIn("S3KeyPrefix", out)
        self.assertNotIn("SnsTopicARN", out)
        trail = c.get_trail(Name="life")["Trail"]
        self.assertEqual((trail["HomeRegion"], trail["LogFileValidationEnabled"], trail["HasCustomEventSelectors"], trail["HasInsightSelectors"]), (self.region, False, False, False))
        self.assertIn({"TrailARN": me, "Name": "life", "HomeRegion": self.region}, [t for page in c.get_paginator("list_trails").paginate() for t in page["Trails"]])
        self.assertEqual(self.names(c, trailNameList=["life", me, "nobody"]), ["life"])
        c.delete_trail(Name="life")
        with self.refused("TrailNotFoundException", me):
            c.delete_trail(Name="life")
        self.assertNotIn("life", self.names(c))

    def test_refused(self):
        c = self.trail
        for code, more in [
            ("InvalidTrailNameException", {"Name": "ab"}), ("InvalidTrailNameException", {"Name": "my-_trail"}), ("InvalidTrailNameException", {"Name": "192.168.5.4"}),
            ("InvalidTrailNameException", {"Name": "-trail"}), ("InvalidTrailNameException", {"Name": "a" * 129}),
            ("S3BucketDoesNotExistException", {"S3BucketName": "boto-nothing-here"}), ("InsufficientS3BucketPolicyException", {"S3BucketName": self.bucket + "-theirs"}),
            ("InvalidS3BucketNameException", {"S3BucketName": "Under_Score"}), ("InvalidS3PrefixException", {"S3KeyPrefix": "a" * 201}),
            ("InsufficientSnsTopicPolicyException", {"SnsTopicName": "boto-nobody"}), ("InvalidSnsTopicNameException", {"SnsTopicName": "two words"}),
            ("InvalidKmsKeyIdException", {"KmsKeyId": "a key"}), ("KmsKeyNotFoundException", {"KmsKeyId": "alias/none"}),
            ("InvalidParameterCombinationException", {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False}),
            ("InvalidCloudWatchLogsLogGroupArnException", {"CloudWatchLogsLogGroupArn": "x", "CloudWatchLogsRoleArn": "y"}),
            ("InvalidTagParameterException", {"TagsList": [{"Key": "aws:no"}]}),
        ]:
            with self.subTest(more), self.refused(code):
                c.create_trail(**{"Name": "refused", "S3BucketName": self.bucket, **more})
        for operation in (c.get_trail, c.get_trail_status, c.update_trail, c.delete_trail, c.start_logging, c.stop_logging):
            with self.subTest(operation.__name__):
                with self.refused("TrailNotFoundException"):
                    operation(Name="nobody")
                with self.refused("CloudTrailARNInvalidException"):
                    operation(Name="arn:aws:cloudtrail:eu-north-1:trail/nobody")
                with self.refused("InvalidTrailNameException"):
                    operation(Name="no trail")
        self.assertNotIn("refused", self.names(c))

    def test_five(self):
        region = "eu-west-3"
        c = client("cloudtrail", region)
        for i in range(5):
            c.create_trail(Name=f"trail{i}", S3BucketName=self.bucket)
            self.addCleanup(c.delete_trail, Name=f"trail{i}")
        with self.refused("MaximumNumberOfTrailsExceededException"):
            c.create_trail(Name="trail5", S3BucketName=self.bucket)
        with self.refused("TrailAlreadyExistsException"):
            self.create("trail0", IsMultiRegionTrail=True)  # it would show where the other one is

    def test_regions(self):
        c, other = self.trail, self.abroad
        self.create("narrow")
        wide = self.create("wide", IsMultiRegionTrail=True)["TrailARN"]
        self.assertEqual([n for n in self.names(other) if n in ("wide", "narrow")], ["wide"])
        self.assertEqual(self.names(other, includeShadowTrails=False), [])
        self.assertEqual(self.names(other, trailNameList=["wide"]), [])  # names are those of the region
        self.assertEqual(self.names(other, trailNameList=[wide]), ["wide"])
        c.start_logging(Name="wide")
        self.assertTrue(other.get_trail_status(Name=wide)["IsLogging"])
        with self.refused("TrailNotFoundException", "Unknown trail"):
            other.get_trail_status(Name="wide")
        for operation in (other.start_logging, other.stop_logging, other.update_trail, other.delete_trail):
            with self.subTest(operation.__name__), self.refused("InvalidHomeRegionException", self.region):
                operation(Name=wide)
        with self.refused("InvalidHomeRegionException"):
            other.put_event_selectors(TrailName=wide, EventSelectors=[EVERYTHING])
        with self.refused("InvalidHomeRegionException"):
            other.put_insight_selectors(TrailName=wide, InsightSelectors=[])
        with self.refused("TrailAlreadyExistsException"):
            other.create_trail(Name="wide", S3BucketName=self.bucket)
        with self.refused("InvalidParameterCombinationException"):
            c.update_trail(Name="wide", IncludeGlobalServiceEvents=False)
        c.update_trail(Name="wide", IsMultiRegionTrail=False)
        self.assertNotIn("wide", self.names(other))
        with self.refused("TrailNotFoundException"):
            client("cloudtrail", self.region, MEMBER).get_trail(Name=wide)

    def test_selectors(self):
        c, me = self.trail, self.create("select")["TrailARN"]
        self.assertEqual(c.get_event_selectors(TrailName="select")["EventSelectors"], [EVERYTHING])
        objects = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": False, "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::photos/", "arn:aws:s3:::files/in"]}], "ExcludeManagementEventSources": []}
        out = c.put_event_selectors(TrailName=me, EventSelectors=[objects, {"DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}]}])
        self.assertEqual((out["TrailARN"], out["EventSelectors"][0]), (me, objects))
        self.assertEqual((out["EventSelectors"][1]["ReadWriteType"], out["EventSelectors"][1]["IncludeManagementEvents"]), ("All", True))
        self.assertTrue(c.get_trail(Name="select")["Trail"]["HasCustomEventSelectors"])
        for bad in (
            [], [{}] * 6, [{"ReadWriteType": "Some"}], [{"ExcludeManagementEventSources": ["iam.amazonaws.com"]}],
            [{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::photos"]}]}], [{"DataResources": [{"Type": "AWS::SNS::Topic", "Values": ["arn:aws:sns"]}]}],
            [{"DataResources": [{"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::b{i}/" for i in range(251)]}]}],
        ):
            with self.subTest(str(bad)[:80]), self.refused("InvalidEventSelectorsException"):
                c.put_event_selectors(TrailName="select", EventSelectors=bad)
        self.assertEqual(c.get_event_selectors(TrailName="select")["EventSelectors"][0], objects)  # nothing of what was refused

        def fields(category, **more):
            return {"FieldSelectors": [{"Field": "eventCategory", "Equals": [category]}, *({"Field": k.replace("_", "."), **v} for k, v in more.items())]}

        advanced = [
            fields("Management", readOnly={"Equals": ["false"]}, eventSource={"NotEquals": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]}),
            fields("Data", resources_type={"Equals": ["AWS::S3::Object"]}, resources_ARN={"StartsWith": ["arn:aws:s3:::photos/"], "NotEndsWith": [".tmp"]}, eventName={"Equals": ["PutObject"]}),
            fields("NetworkActivity", eventSource={"Equals": ["ec2.amazonaws.com"]}, errorCode={"Equals": ["VpceAccessDenied"]}),
        ]
        out = c.put_event_selectors(TrailName="select", AdvancedEventSelectors=advanced)
        self.assertEqual(out["AdvancedEventSelectors"], advanced)
        out = c.get_event_selectors(TrailName=me)
        self.assertEqual(out["AdvancedEventSelectors"], advanced)
        self.assertNotIn("EventSelectors", out)
        for bad in (
            fields("Data"), fields("Everything"), {"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]}]}, fields("Management", eventName={"Equals": ["RunInstances"]}),
            fields("Management", readOnly={"NotEquals": ["true"]}), fields("Management", eventSource={"Equals": ["ec2.amazonaws.com"]}), fields("NetworkActivity"),
            fields("Data", resources_type={"Equals": ["AWS::S3::Object", "AWS::Lambda::Function"]}), fields("Data", resources_type={"StartsWith": ["AWS::S3"]}),
            fields("Data", resources_type={"Equals": ["AWS::S3::Object"]}, eventName={"Equals": [f"n{i}" for i in range(499)]}),
        ):
            with self.subTest(str(bad)[:120]), self.refused("InvalidEventSelectorsException"):
                c.put_event_selectors(TrailName="select", AdvancedEventSelectors=[bad])
        with self.refused("InvalidEventSelectorsException", "not both"):
            c.put_event_selectors(TrailName="select", AdvancedEventSelectors=advanced, EventSelectors=[EVERYTHING])
        with self.refused("TrailNotFoundException"):
            c.get_event_selectors(TrailName="nobody")
        c.put_event_selectors(TrailName="select", EventSelectors=[EVERYTHING])
        self.assertFalse(c.get_trail(Name="select")["Trail"]["HasCustomEventSelectors"])

    def test_insights(self):
        c, me = self.trail, self.create("insights")["TrailARN"]
        with self.refused("InsightNotEnabledException"):
            c.get_insight_selectors(TrailName="insights")
        out = c.put_insight_selectors(TrailName="insights", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management", "Data"]}])
        want = [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Management"]}, {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management", "Data"]}]
        self.assertEqual((out["TrailARN"], out["InsightSelectors"]), (me, want))
        self.assertEqual(c.get_insight_selectors(TrailName=me)["InsightSelectors"], want)
        self.assertTrue(c.get_trail(Name="insights")["Trail"]["HasInsightSelectors"])
        with self.refused("InvalidInsightSelectorsException"):
            c.put_insight_selectors(TrailName="insights", InsightSelectors=[{"InsightType": "All"}])
        with self.refused("InvalidParameterCombinationException"):
            c.put_insight_selectors(InsightSelectors=[])
        with self.refused("TrailNotFoundException"):
            c.put_insight_selectors(TrailName="nobody", InsightSelectors=[])
        c.put_insight_selectors(TrailName="insights", InsightSelectors=[])
        self.assertFalse(c.get_trail(Name="insights")["Trail"]["HasInsightSelectors"])

    def test_tags(self):
        c, me = self.trail, self.create("tagged", TagsList=[{"Key": "team", "Value": "sre"}])["TrailARN"]
        c.add_tags(ResourceId=me, TagsList=[{"Key": "env", "Value": "test"}, {"Key": "team", "Value": "sec"}])
        c.remove_tags(ResourceId=me, TagsList=[{"Key": "env"}])
        (listed,) = c.list_tags(ResourceIdList=[me])["ResourceTagList"]
        self.assertEqual(listed, {"ResourceId": me, "TagsList": [{"Key": "team", "Value": "sec"}]})
        with self.refused("CloudTrailARNInvalidException"):
            c.list_tags(ResourceIdList=["tagged"])
        with self.refused("ResourceNotFoundException"):
            c.add_tags(ResourceId=me + "x", TagsList=[{"Key": "a"}])
        with self.refused("TagsLimitExceededException"):
            c.add_tags(ResourceId=me, TagsList=[{"Key": f"k{i}", "Value": "v"} for i in range(50)])
        with self.refused("ResourceTypeNotSupportedException"):
            c.put_resource_policy(ResourceArn=me, ResourcePolicy=json.dumps({"Statement": []}))

    def test_organization(self):
        c, org, theirs = self.trail, client("organizations", "us-east-1"), client("cloudtrail", self.region, MEMBER)
        with self.refused("CloudTrailAccessNotEnabledException"):
            c.create_trail(Name="whole", S3BucketName=self.bucket, IsOrganizationTrail=True)
        org.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
        self.addCleanup(org.disable_aws_service_access, ServicePrincipal="cloudtrail.amazonaws.com")
        with self.refused("NotOrganizationMasterAccountException"):
            theirs.create_trail(Name="whole", S3BucketName=self.bucket + "-theirs", IsOrganizationTrail=True)
        me = self.create("whole", IsOrganizationTrail=True, IsMultiRegionTrail=True)["TrailARN"]
        self.assertEqual([t["TrailARN"] for t in theirs.describe_trails()["trailList"]], [me])
        self.assertEqual(theirs.describe_trails(includeShadowTrails=False)["trailList"], [])
        with self.refused("NotOrganizationMasterAccountException"):
            theirs.start_logging(Name=me)
        with self.refused("NotOrganizationManagementAccountException"):
            theirs.register_organization_delegated_admin(MemberAccountId=MEMBER)
        with self.refused("CannotDelegateManagementAccountException"):
            c.register_organization_delegated_admin(MemberAccountId=ACCOUNT)
        c.register_organization_delegated_admin(MemberAccountId=MEMBER)
        with self.refused("AccountRegisteredException"):
            c.register_organization_delegated_admin(MemberAccountId=MEMBER)
        theirs.start_logging(Name=me)
        self.assertTrue(c.get_trail_status(Name="whole")["IsLogging"])
        c.deregister_organization_delegated_admin(DelegatedAdminAccountId=MEMBER)
        with self.refused("AccountNotRegisteredException"):
            c.deregister_organization_delegated_admin(DelegatedAdminAccountId=MEMBER)
        with self.refused("NotOrganizationMasterAccountException"):
            theirs.delete_trail(Name=me)


if __name__ == "__main__":
    unittest.main(verbosity=1)
