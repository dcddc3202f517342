"""SNS topics and SQS queues."""

import json

from peers.item import item, tags
from peers.world import ACCOUNT, REGION

PAIRS = [
    ("SNS_ENCRYPTED_KMS", "sns_topics_kms_encryption_at_rest_enabled"),
    ("SNS_TOPIC_NO_PUBLIC_ACCESS", "sns_topics_not_publicly_accessible"),
    ("SQS_QUEUE_NO_PUBLIC_ACCESS", "sqs_queues_not_publicly_accessible"),
]

OWN = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def seed(c):
    sns, sqs = c("sns"), c("sqs")
    sns.create_topic(Name="plain")
    sns.create_topic(Name="encrypted", Attributes={"KmsMasterKeyId": "alias/aws/sns"})
    sqs.create_queue(QueueName="plain")
    for name, principal, condition in (("public", "*", {}), ("public-map", {"AWS": "*"}, {}), ("fixed", "*", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}), ("own", OWN, {})):
        sns.create_topic(Name=name, Attributes={"Policy": policy(f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}", "sns:Publish", principal, condition)})
        sqs.create_queue(QueueName=name, Attributes={"Policy": policy(f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "sqs:SendMessage", principal, condition)})


def policy(arn, action, principal, condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": arn, **({"Condition": condition} if condition else {})}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def record(c):
    sns, sqs = c("sns"), c("sqs")
    for t in c.pages("sns", "list_topics", "Topics"):
        arn = t["TopicArn"]
        yield item("AWS::SNS::Topic", arn, sns.get_topic_attributes(TopicArn=arn)["Attributes"], name=arn.split(":")[-1], arn=arn, tags=tags(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]))
    for url in c.pages("sqs", "list_queues", "QueueUrls"):
        form = {**sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"], "QueueUrl": url, "QueueName": url.split("/")[-1]}
        yield item("AWS::SQS::Queue", url, form, name=form["QueueName"], arn=form["QueueArn"], tags=sqs.list_queue_tags(QueueUrl=url).get("Tags"))
