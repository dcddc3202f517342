"""IAM: users, groups, roles, policies, the password policy. The root user is out of reach: the simulated credential report
has no row of it."""

import csv
import json
import urllib.parse

from peers.item import camel, fact, item, tags

PAIRS = [
    ("IAM_PASSWORD_POLICY", "iam_password_policy_minimum_length_14"),
    ("IAM_PASSWORD_POLICY", "iam_password_policy_uppercase"),
    ("IAM_PASSWORD_POLICY", "iam_password_policy_lowercase"),
    ("IAM_PASSWORD_POLICY", "iam_password_policy_symbol"),
    ("IAM_PASSWORD_POLICY", "iam_password_policy_number"),
    ("IAM_PASSWORD_POLICY", "iam_password_policy_reuse_24"),
    ("IAM_PASSWORD_POLICY", "iam_password_policy_expires_passwords_within_90_days_or_less"),
    ("IAM_USER_NO_POLICIES_CHECK", "iam_policy_attached_only_to_group_or_roles"),
    ("MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS", "iam_user_mfa_enabled_console_access"),
    ("IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", "iam_customer_attached_policy_no_administrative_privileges"),
    ("IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", "iam_customer_unattached_policy_no_administrative_privileges"),
    ("IAM_POLICY_IN_USE", "iam_support_role_created", {"policyARN": "arn:aws:iam::aws:policy/AWSSupportAccess", "policyUsageType": "IAM_ROLE"}),
    ("IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS", "iam_policy_no_full_access_to_kms", {"blockedActionsPatterns": "kms:*"}),
    ("IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS", "iam_inline_policy_no_full_access_to_kms", {"blockedActionsPatterns": "kms:*"}),
    ("IAM_POLICY_BLACKLISTED_CHECK", "iam_user_administrator_access_policy"),
    ("IAM_POLICY_BLACKLISTED_CHECK", "iam_role_administratoraccess_policy"),
    ("IAM_POLICY_BLACKLISTED_CHECK", "iam_group_administrator_access_policy"),
]

ADMIN, SUPPORT = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AWSSupportAccess"
RULES = {"MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": True, "MaxPasswordAge": 90, "PasswordReusePrevention": 24}
LAX = {"MinimumPasswordLength": 8, "RequireSymbols": False, "RequireNumbers": False, "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False, "MaxPasswordAge": 365, "PasswordReusePrevention": 1}


def seed(c):
    iam = c("iam")
    iam.update_account_password_policy(**(RULES if c.good else LAX))
    for name in ("alice", "bob", "carol", "dave"):
        iam.create_user(UserName=name)
    for name in ("alice", "bob"):
        iam.create_login_profile(UserName=name, Password="Correct-horse-9")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName="alice", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    for name in ("admins", "readers"):
        iam.create_group(GroupName=name)
    for name in ("admin", "reader", "support"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document("sts:AssumeRole", principal={"AWS": "arn:aws:iam::123456789012:root"}))
    iam.attach_user_policy(UserName="bob", PolicyArn=ADMIN)
    iam.attach_group_policy(GroupName="admins", PolicyArn=ADMIN)
    iam.attach_role_policy(RoleName="admin", PolicyArn=ADMIN)
    if c.good:
        iam.attach_role_policy(RoleName="support", PolicyArn=SUPPORT)
    seed_policies(iam)


def seed_policies(iam):
    for name, text in (("all", document("*")), ("keys", document("kms:*")), ("buckets", document("s3:Get*")), ("one-key", document("kms:*", "arn:aws:kms:us-east-1:123456789012:key/1"))):
        arn = iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
        iam.create_policy(PolicyName="spare-" + name, PolicyDocument=text)
    iam.put_user_policy(UserName="dave", PolicyName="keys", PolicyDocument=document("kms:*"))
    iam.put_group_policy(GroupName="readers", PolicyName="buckets", PolicyDocument=document("s3:Get*"))
    iam.put_role_policy(RoleName="reader", PolicyName="keys", PolicyDocument=document("kms:*"))


def document(action, resource="*", principal=None):
    statement = {"Effect": "Allow", "Action": action, **({"Principal": principal} if principal else {"Resource": resource})}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def record(c):
    iam = c("iam")
    for page in iam.get_paginator("get_account_authorization_details").paginate(Filter=["User", "Group", "Role"]):
        for kind in ("User", "Group", "Role"):
            for x in page[kind + "DetailList"]:
                yield identity(kind, x)
    for p in c.pages("iam", "list_policies", "Policies", Scope="Local"):
        versions = [iam.get_policy_version(PolicyArn=p["Arn"], VersionId=v["VersionId"])["PolicyVersion"] for v in c.pages("iam", "list_policy_versions", "Versions", PolicyArn=p["Arn"])]
        yield identity("Policy", {**p, "PolicyVersionList": versions})
    policy = c.maybe("iam", "get_account_password_policy", "NoSuchEntity")
    yield fact("PasswordPolicy", {"exists": True, **camel(policy["PasswordPolicy"])} if policy else {"exists": False})
    iam.generate_credential_report()
    report = iam.get_credential_report()
    rows = csv.DictReader(report["Content"].decode().splitlines())
    yield fact("CredentialReport", {"generatedTime": report["GeneratedTime"], "users": [{word(k): v for k, v in r.items()} for r in rows]})


def identity(kind, x):
    return item("AWS::IAM::" + kind, x[kind + "Id"], camel(documents(x)), name=x[kind + "Name"], arn=x["Arn"], region="global", tags=tags(x.get("Tags")))


def documents(v):
    """Policies as AWS Config has them: JSON, URL-encoded."""
    if isinstance(v, list):
        return [documents(x) for x in v]
    if not isinstance(v, dict):
        return v
    return {k: urllib.parse.quote(json.dumps(x)) if k in ("PolicyDocument", "AssumeRolePolicyDocument", "Document") else documents(x) for k, x in v.items()}


def word(column):
    """access_key_1_active is accessKey1Active."""
    first, *rest = column.split("_")
    return first + "".join(x.title() for x in rest)
