"""KMS keys."""

import json

from peers.item import item, shaped, tags
from peers.world import ACCOUNT

PAIRS = [
    ("CMK_BACKING_KEY_ROTATION_ENABLED", "kms_cmk_rotation_enabled"),
    ("KMS_CMK_NOT_SCHEDULED_FOR_DELETION", "kms_cmk_not_deleted_unintentionally"),
    ("KMS_KEY_POLICY_NO_PUBLIC_ACCESS", "kms_key_not_publicly_accessible"),
]


def seed(c):
    kms = c("kms")
    kms.enable_key_rotation(KeyId=key(kms, "rotated"))
    key(kms, "public", Policy=policy("*"))
    key(kms, "public-by-condition", Policy=policy("*", Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}}))
    key(kms, "public-list", Policy=policy({"AWS": ["*", f"arn:aws:iam::{ACCOUNT}:root"]}))
    key(kms, "signing", KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")
    kms.schedule_key_deletion(KeyId=key(kms, "doomed"), PendingWindowInDays=7)
    kms.disable_key(KeyId=key(kms, "disabled"))


def key(kms, name, **more):
    return kms.create_key(Description=name, Tags=[{"TagKey": "Name", "TagValue": name}], **more)["KeyMetadata"]["KeyId"]


def policy(principal, **condition):
    own = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [own, {"Effect": "Allow", "Principal": principal, "Action": "kms:Decrypt", "Resource": "*", **condition}]})


def record(c):
    kms = c("kms")
    for k in c.pages("kms", "list_keys", "Keys"):
        id = k["KeyId"]
        meta = kms.describe_key(KeyId=id)["KeyMetadata"]
        rotation = c.maybe("kms", "get_key_rotation_status", "UnsupportedOperationException", "KMSInvalidStateException", KeyId=id)
        supplementary = {"KeyRotationStatus": bool(rotation and rotation["KeyRotationEnabled"]), "Policy": kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"]}
        found = kms.list_resource_tags(KeyId=id).get("Tags")
        yield item("AWS::KMS::Key", id, shaped("AWS::KMS::Key", meta), arn=k["KeyArn"], supplementary=supplementary, tags=tags(found))
