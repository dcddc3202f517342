"""Recorders, delivery channels and the order in which they go, snapshots, retention, service-linked recorders, connectors
and tags of AWS Config, with boto3."""

import gzip
import json
import unittest

from configtest import ACCOUNT, MEMBER, ROLE, VOLUME, Case, client, pages, until, volume


class Recorders(Case):
    region = "eu-west-1"

    def put(self, **recorder):
        self.config.put_configuration_recorder(ConfigurationRecorder={"name": "mine", "roleARN": ROLE, **recorder})

    def test_life(self):
        c = self.config
        self.assertEqual(c.describe_configuration_recorders()["ConfigurationRecorders"], [])
        with self.refused("NoSuchConfigurationRecorderException", "mine"):
            c.describe_configuration_recorders(ConfigurationRecorderNames=["mine"])
        with self.refused("NoSuchConfigurationRecorderException"):
            c.describe_configuration_recorder_status(ConfigurationRecorderNames=["mine"])
        for operation in (c.start_configuration_recorder, c.stop_configuration_recorder, c.delete_configuration_recorder):
            with self.refused("NoSuchConfigurationRecorderException"):
                operation(ConfigurationRecorderName="mine")

        self.put(recordingGroup={"allSupported": True, "includeGlobalResourceTypes": True})
        (r,) = c.describe_configuration_recorders(ConfigurationRecorderNames=["mine"])["ConfigurationRecorders"]
        self.assertEqual((r["name"], r["roleARN"], r["recordingGroup"]["allSupported"], r["recordingGroup"]["includeGlobalResourceTypes"]), ("mine", ROLE, True, True))
        self.assertEqual(r["recordingGroup"]["recordingStrategy"]["useOnly"], "ALL_SUPPORTED_RESOURCE_TYPES")
        self.assertEqual(r["recordingMode"]["recordingFrequency"], "CONTINUOUS")
        with self.refused("MaxNumberOfConfigurationRecordersExceededException"):
            self.put(name="second")
        with self.refused("NoAvailableDeliveryChannelException"):
            c.start_configuration_recorder(ConfigurationRecorderName="mine")
        (s,) = c.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
        self.assertFalse(s["recording"])
        summaries = list(pages(c, "list_configuration_recorders", "ConfigurationRecorderSummaries"))
        self.assertEqual([(s["name"], s["recordingScope"]) for s in summaries], [("mine", "PAID")])
        with self.refused("ValidationException"):
            c.list_configuration_recorders(NextToken="forged")
        c.delete_configuration_recorder(ConfigurationRecorderName="mine")
        self.assertEqual(c.describe_configuration_recorder_status()["ConfigurationRecordersStatus"], [])

    def test_groups(self):
        c = self.config
        self.addCleanup(c.delete_configuration_recorder, ConfigurationRecorderName="mine")
        self.put(recordingGroup={"allSupported": False, "resourceTypes": [VOLUME]})
        for group in (
            {}, {"allSupported": True, "resourceTypes": [VOLUME]}, {"resourceTypes": ["AWS::No::Type"]},
            {"resourceTypes": [VOLUME], "includeGlobalResourceTypes": True}, {"recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}},
            {"resourceTypes": [VOLUME], "exclusionByResourceTypes": {"resourceTypes": ["AWS::S3::Bucket"]}},
            {"exclusionByResourceTypes": {"resourceTypes": []}, "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}},
        ):
            with self.subTest(group), self.refused("InvalidRecordingGroupException"):
                self.put(recordingGroup=group)
        (r,) = c.describe_configuration_recorders()["ConfigurationRecorders"]
        self.assertEqual(r["recordingGroup"]["resourceTypes"], [VOLUME])  # nothing of what was refused
        self.put(recordingGroup={"exclusionByResourceTypes": {"resourceTypes": [VOLUME]}, "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}},
                 recordingMode={"recordingFrequency": "DAILY", "recordingModeOverrides": [{"resourceTypes": ["AWS::S3::Bucket"], "recordingFrequency": "CONTINUOUS"}]})
        (r,) = c.describe_configuration_recorders()["ConfigurationRecorders"]
        self.assertEqual(r["recordingGroup"]["exclusionByResourceTypes"]["resourceTypes"], [VOLUME])
        self.assertEqual(r["recordingMode"]["recordingModeOverrides"][0]["recordingFrequency"], "CONTINUOUS")
        with self.refused("ValidationException"):
            self.put(recordingMode={"recordingFrequency": "DAILY", "recordingModeOverrides": [{"resourceTypes": ["AWS::Config::ResourceCompliance"], "recordingFrequency": "DAILY"}]})

    def test_names_and_roles(self):
        with self.refused("InvalidConfigurationRecorderNameException"):
            self.put(name="AWSConfigurationRecorderForMe")
        for role in ("", "config", "arn:aws:iam::1:user/u"):
            with self.subTest(role), self.refused("InvalidRoleException"):
                self.put(roleARN=role)

    def test_types_by_association(self):
        c = self.config
        self.put(recordingGroup={"allSupported": False, "resourceTypes": [VOLUME]})
        self.addCleanup(c.delete_configuration_recorder, ConfigurationRecorderName="mine")
        name = c.describe_configuration_recorders()["ConfigurationRecorders"][0]["arn"]
        out = c.associate_resource_types(ConfigurationRecorderArn=name, ResourceTypes=["AWS::S3::Bucket"])
        self.assertEqual(set(out["ConfigurationRecorder"]["recordingGroup"]["resourceTypes"]), {VOLUME, "AWS::S3::Bucket"})
        out = c.disassociate_resource_types(ConfigurationRecorderArn=name, ResourceTypes=[VOLUME])
        self.assertEqual(out["ConfigurationRecorder"]["recordingGroup"]["resourceTypes"], ["AWS::S3::Bucket"])
        with self.refused("ValidationException"):
            c.disassociate_resource_types(ConfigurationRecorderArn=name, ResourceTypes=[VOLUME])
        with self.refused("NoSuchConfigurationRecorderException"):
            c.associate_resource_types(ConfigurationRecorderArn=name.replace("/mine/", "/other/"), ResourceTypes=[VOLUME])


class Channels(Case):
    region = "eu-west-2"

    def put(self, c=None, **channel):
        (c or self.config).put_delivery_channel(DeliveryChannel={"name": "out", **channel})

    def test_order(self):
        """A recorder first, then its channel, then it starts; the way back is the same one."""
        c, s3 = self.config, client("s3", self.region)
        s3.create_bucket(Bucket="boto-channel", CreateBucketConfiguration={"LocationConstraint": self.region})
        topic = client("sns", self.region).create_topic(Name="boto-channel")["TopicArn"]
        with self.refused("NoAvailableConfigurationRecorderException"):
            self.put(s3BucketName="boto-channel")
        c.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": ROLE, "recordingGroup": {"allSupported": True}})
        self.put(s3BucketName="boto-channel", s3KeyPrefix="at", snsTopicARN=topic, configSnapshotDeliveryProperties={"deliveryFrequency": "Six_Hours"})
        (channel,) = c.describe_delivery_channels(DeliveryChannelNames=["out"])["DeliveryChannels"]
        self.assertEqual(channel, {"name": "out", "s3BucketName": "boto-channel", "s3KeyPrefix": "at", "snsTopicARN": topic, "configSnapshotDeliveryProperties": {"deliveryFrequency": "Six_Hours"}})
        probe = s3.head_object(Bucket="boto-channel", Key=f"at/AWSLogs/{ACCOUNT}/Config/ConfigWritabilityCheckFile")
        self.assertEqual(probe["ContentLength"], 0)
        with self.refused("MaxNumberOfDeliveryChannelsExceededException"):
            self.put(name="second", s3BucketName="boto-channel")
        with self.refused("NoRunningConfigurationRecorderException"):
            c.deliver_config_snapshot(deliveryChannelName="out")
        c.start_configuration_recorder(ConfigurationRecorderName="default")
        with self.refused("LastDeliveryChannelDeleteFailedException", "default"):
            c.delete_delivery_channel(DeliveryChannelName="out")
        with self.refused("NoSuchDeliveryChannelException"):
            c.delete_delivery_channel(DeliveryChannelName="other")
        c.stop_configuration_recorder(ConfigurationRecorderName="default")
        c.delete_delivery_channel(DeliveryChannelName="out")
        with self.refused("NoSuchDeliveryChannelException"):
            c.describe_delivery_channels(DeliveryChannelNames=["out"])
        with self.refused("NoSuchDeliveryChannelException"):
            c.deliver_config_snapshot(deliveryChannelName="out")
        with self.refused("NoAvailableDeliveryChannelException"):
            c.start_configuration_recorder(ConfigurationRecorderName="default")
        c.delete_configuration_recorder(ConfigurationRecorderName="default")
        with self.refused("NoSuchDeliveryChannelException"):
            c.describe_delivery_channel_status(DeliveryChannelNames=["out"])

    def test_refused(self):
        region = "eu-west-3"
        c = client("config", region)
        client("s3", region, MEMBER).create_bucket(Bucket="boto-theirs", CreateBucketConfiguration={"LocationConstraint": region})
        c.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": ROLE})
        for code, channel in [
            ("NoSuchBucketException", {"s3BucketName": "boto-nothing-here"}), ("InsufficientDeliveryPolicyException", {"s3BucketName": "boto-theirs"}),
            ("InvalidS3KeyPrefixException", {"s3BucketName": "boto-theirs", "s3KeyPrefix": "/here"}),
            ("InvalidSNSTopicARNException", {"s3BucketName": "boto-channels", "snsTopicARN": "topic"}),
            ("InvalidS3KmsKeyArnException", {"s3BucketName": "boto-channels", "s3KmsKeyArn": "alias/mine"}),
            ("ValidationException", {"name": "n" * 257}), ("ValidationException", {"configSnapshotDeliveryProperties": {"deliveryFrequency": "Two_Hours"}}),
        ]:
            if channel.get("s3BucketName") == "boto-channels" or "s3BucketName" not in channel:
                channel["s3BucketName"] = self.bucket(region)
            with self.subTest(channel), self.refused(code):
                self.put(c, **channel)
        self.assertEqual(c.describe_delivery_channels()["DeliveryChannels"], [])

    def bucket(self, region):
        s3 = client("s3", region)
        if "boto-channels" not in [b["Name"] for b in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket="boto-channels", CreateBucketConfiguration={"LocationConstraint": region})
        return "boto-channels"


class Snapshots(Case):
    region = "eu-north-1"

    def test_delivered(self):
        c, bucket = self.config, self.record()
        for i in range(3):
            self.resource(VOLUME, f"vol-{i}", volume(i % 2 == 0), {"n": str(i)})
        self.config.delete_resource_config(ResourceType=VOLUME, ResourceId="vol-2")
        snapshot = c.deliver_config_snapshot(deliveryChannelName="default")["configSnapshotId"]
        status = until(lambda: c.describe_delivery_channel_status(DeliveryChannelNames=["default"])["DeliveryChannelsStatus"][0]["configSnapshotDeliveryInfo"], lambda s: s["lastStatus"] == "Success")
        self.assertGreaterEqual(status["lastSuccessfulTime"], status["lastAttemptTime"])
        s3 = client("s3", self.region)
        (key,) = [o["Key"] for o in pages(s3, "list_objects_v2", "Contents", Bucket=bucket) if snapshot in o["Key"]]
        self.assertRegex(key, rf"^AWSLogs/{ACCOUNT}/Config/{self.region}/\d{{4}}/[1-9]\d?/[1-9]\d?/ConfigSnapshot/{ACCOUNT}_Config_{self.region}_ConfigSnapshot_\d{{8}}T\d{{6}}Z_{snapshot}\.json\.gz$")
        body = json.loads(gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))
        self.assertEqual((body["fileVersion"], body["configSnapshotId"]), ("1.0", snapshot))
        mine = {i["resourceId"]: i for i in body["configurationItems"] if i["resourceType"] == VOLUME}
        self.assertEqual(set(mine), {"vol-0", "vol-1"})
        self.assertEqual((mine["vol-1"]["configuration"]["encrypted"], mine["vol-1"]["tags"], mine["vol-1"]["awsAccountId"]), (False, {"n": "1"}, ACCOUNT))
        with self.refused("NoSuchDeliveryChannelException"):
            c.deliver_config_snapshot(deliveryChannelName="other")


class Retention(Case):
    region = "sa-east-1"

    def test_life(self):
        c = self.config
        self.assertEqual(list(pages(c, "describe_retention_configurations", "RetentionConfigurations")), [])
        self.assertEqual(c.put_retention_configuration(RetentionPeriodInDays=90)["RetentionConfiguration"], {"Name": "default", "RetentionPeriodInDays": 90})
        c.put_retention_configuration(RetentionPeriodInDays=2557)
        self.assertEqual(c.describe_retention_configurations(RetentionConfigurationNames=["default"])["RetentionConfigurations"], [{"Name": "default", "RetentionPeriodInDays": 2557}])
        c.delete_retention_configuration(RetentionConfigurationName="default")
        with self.refused("NoSuchRetentionConfigurationException"):
            c.delete_retention_configuration(RetentionConfigurationName="default")
        with self.refused("NoSuchRetentionConfigurationException"):
            c.describe_retention_configurations(RetentionConfigurationNames=["default"])
        with self.refused("InvalidNextTokenException"):
            c.describe_retention_configurations(NextToken="forged")

    def test_period(self):
        for days in (2558, 100000):
            with self.subTest(days), self.refused("InvalidParameterValueException", "2557"):
                self.config.put_retention_configuration(RetentionPeriodInDays=days)
        self.assertEqual(self.config.describe_retention_configurations()["RetentionConfigurations"], [])


class Linked(Case):
    region = "ca-central-1"
    service = "observabilityadmin.amazonaws.com"

    def test_recorder_of_a_service(self):
        c = self.config
        made = c.put_service_linked_configuration_recorder(ServicePrincipal=self.service, Tags=[{"Key": "team", "Value": "sre"}])
        self.assertTrue(made["Name"].startswith("AWSConfigurationRecorderFor"))
        with self.refused("ConflictException"):
            c.put_service_linked_configuration_recorder(ServicePrincipal=self.service)
        with self.refused("ValidationException"):
            c.put_service_linked_configuration_recorder(ServicePrincipal="somebody")
        (r,) = c.describe_configuration_recorders(ServicePrincipal=self.service)["ConfigurationRecorders"]
        self.assertEqual((r["arn"], r["servicePrincipal"]), (made["Arn"], self.service))
        self.assertEqual([s["arn"] for s in pages(c, "list_configuration_recorders", "ConfigurationRecorderSummaries")], [made["Arn"]])
        self.assertEqual(c.list_tags_for_resource(ResourceArn=made["Arn"])["Tags"], [{"Key": "team", "Value": "sre"}])
        for operation in (c.start_configuration_recorder, c.stop_configuration_recorder, c.delete_configuration_recorder):
            with self.subTest(operation.__name__), self.refused("UnmodifiableEntityException"):
                operation(ConfigurationRecorderName=made["Name"])
        with self.refused("ConflictException"):
            c.associate_resource_types(ConfigurationRecorderArn=made["Arn"], ResourceTypes=[VOLUME])
        self.assertEqual(c.delete_service_linked_configuration_recorder(ServicePrincipal=self.service)["Arn"], made["Arn"])
        with self.refused("NoSuchConfigurationRecorderException"):
            c.delete_service_linked_configuration_recorder(ServicePrincipal=self.service)


class Tags(Case):
    region = "ap-south-1"

    def test_tags(self):
        c = self.config
        name = c.put_stored_query(StoredQuery={"QueryName": "tagged", "Expression": "SELECT resourceId"}, Tags=[{"Key": "a", "Value": "1"}])["QueryArn"]
        get = lambda: {t["Key"]: t["Value"] for t in pages(c, "list_tags_for_resource", "Tags", ResourceArn=name)}
        self.assertEqual(get(), {"a": "1"})
        c.tag_resource(ResourceArn=name, Tags=[{"Key": "a", "Value": "2"}] + [{"Key": f"k{i}", "Value": ""} for i in range(49)])
        self.assertEqual((len(get()), get()["a"]), (50, "2"))
        with self.refused("TooManyTagsException"):
            c.tag_resource(ResourceArn=name, Tags=[{"Key": "b", "Value": "1"}])
        with self.refused("ValidationException"):
            c.tag_resource(ResourceArn=name, Tags=[{"Key": "aws:b", "Value": "1"}])
        self.assertEqual(len(c.list_tags_for_resource(ResourceArn=name, Limit=7)["Tags"]), 7)
        with self.refused("InvalidNextTokenException"):
            c.list_tags_for_resource(ResourceArn=name, NextToken="forged")
        with self.refused("InvalidLimitException"):
            c.list_tags_for_resource(ResourceArn=name, Limit=101)
        c.untag_resource(ResourceArn=name, TagKeys=["a", "unknown"] + [f"k{i}" for i in range(48)])
        self.assertEqual(get(), {"k48": ""})
        c.delete_stored_query(QueryName="tagged")
        for call in (lambda: c.tag_resource(ResourceArn=name, Tags=[{"Key": "a", "Value": "1"}]), lambda: c.untag_resource(ResourceArn=name, TagKeys=["a"]), lambda: c.list_tags_for_resource(ResourceArn=name)):
            with self.refused("ResourceNotFoundException"):
                call()


if __name__ == "__main__":
    unittest.main(verbosity=1)
