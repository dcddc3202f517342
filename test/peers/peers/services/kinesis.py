"""Kinesis streams and Firehose delivery streams, both recorded in CloudFormation's form."""

from peers.item import item, shaped

PAIRS = [
    ("KINESIS_FIREHOSE_DELIVERY_STREAM_ENCRYPTED", "firehose_stream_encrypted_at_rest"),
    ("KINESIS_STREAM_BACKUP_RETENTION_CHECK", "kinesis_stream_data_retention_period"),
    ("KINESIS_STREAM_ENCRYPTED", "kinesis_stream_encrypted_at_rest"),
]


def seed(c):
    kinesis = c("kinesis")
    for name, hours, encrypted in (("hardened", 336, True), ("plain", 24, False), ("short", 24, True), ("open", 336, False)):
        kinesis.create_stream(StreamName="stream-" + name, ShardCount=1)
        if hours > 24:
            kinesis.increase_stream_retention_period(StreamName="stream-" + name, RetentionPeriodHours=hours)
        if encrypted:
            kinesis.start_stream_encryption(StreamName="stream-" + name, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    to = {"RoleARN": "arn:aws:iam::123456789012:role/firehose", "BucketARN": "arn:aws:s3:::peers-firehose"}
    for name in ("firehose-hardened", "firehose-plain"):
        c("firehose").create_delivery_stream(DeliveryStreamName=name, DeliveryStreamType="DirectPut", ExtendedS3DestinationConfiguration=to)
    c("firehose").start_delivery_stream_encryption(DeliveryStreamName="firehose-hardened", DeliveryStreamEncryptionConfigurationInput={"KeyType": "AWS_OWNED_CMK"})


def record(c):
    typ = "AWS::Kinesis::Stream"
    for name in c.pages("kinesis", "list_streams", "StreamNames"):
        d = c("kinesis").describe_stream(StreamName=name)["StreamDescription"]
        conf = {"Name": name, "Arn": d["StreamARN"], "RetentionPeriodHours": d["RetentionPeriodHours"], "ShardCount": len(d["Shards"])}
        if d.get("EncryptionType", "NONE") != "NONE":
            conf["StreamEncryption"] = {"EncryptionType": d["EncryptionType"], "KeyId": d["KeyId"]}
        yield item(typ, name, conf, name=name, arn=d["StreamARN"])
    typ = "AWS::KinesisFirehose::DeliveryStream"
    for name in c("firehose").list_delivery_streams()["DeliveryStreamNames"]:
        d = c("firehose").describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        d["Arn"] = d.pop("DeliveryStreamARN")
        encryption = d.pop("DeliveryStreamEncryptionConfiguration", {})
        if encryption.get("Status") == "ENABLED":
            d["DeliveryStreamEncryptionConfigurationInput"] = {k: v for k, v in encryption.items() if k in ("KeyType", "KeyARN")}
        yield item(typ, name, shaped(typ, d), name=name, arn=d["Arn"])
