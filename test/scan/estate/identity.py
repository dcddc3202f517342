"""IAM and the keys, secrets and certificates: what belongs to the account is made once, the rest in both regions."""

import json

from estate.world import ACCOUNT, HOME, REGIONS, document, policy, tags

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
TRUST = policy("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sts:AssumeRole", "*").replace(', "Resource": "*"', "")


def seed(w):
    passwords(w)
    people(w)
    roles(w)
    policies(w)
    for region in REGIONS:
        keys(w, region)
        secrets(w, region)
        certificates(w, region)


def passwords(w):
    w("iam", HOME).update_account_password_policy(MinimumPasswordLength=8, RequireSymbols=False, RequireNumbers=True, RequireUppercaseCharacters=True, RequireLowercaseCharacters=True)
    w.plant("AWS::::Account", ACCOUNT, "global", name="password policy", bad="IAM_PASSWORD_POLICY")


def people(w):
    iam = w("iam", HOME)
    ids = {n: iam.create_user(UserName=n, **({"Tags": tags()} if n == "alice" else {}))["User"]["UserId"] for n in ("alice", "bob", "carol", "dave")}
    group = iam.create_group(GroupName="readers")["Group"]["GroupId"]
    idle = iam.create_group(GroupName="idle")["Group"]["GroupId"]
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    for name in ("alice", "bob"):
        iam.create_login_profile(UserName=name, Password="Correct-horse-9")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName="alice", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    w.plant("AWS::IAM::User", ids["alice"], "global", name="alice", good="MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS IAM_USER_MFA_ENABLED IAM_USER_GROUP_MEMBERSHIP_CHECK IAM_USER_NO_POLICIES_CHECK IAM_NO_INLINE_POLICY_CHECK IAM.25")
    iam.attach_user_policy(UserName="bob", PolicyArn=ADMIN)
    w.plant("AWS::IAM::User", ids["bob"], "global", name="bob", bad="MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS IAM_USER_MFA_ENABLED IAM_USER_GROUP_MEMBERSHIP_CHECK IAM_USER_NO_POLICIES_CHECK IAM_POLICY_BLACKLISTED_CHECK IAM.25")
    iam.create_access_key(UserName="carol")
    w.plant("AWS::IAM::User", ids["carol"], "global", name="carol", bad="IAM_USER_MFA_ENABLED IAM_USER_GROUP_MEMBERSHIP_CHECK", good="ACCESS_KEYS_ROTATED IAM_USER_NO_POLICIES_CHECK")
    iam.put_user_policy(UserName="dave", PolicyName="keys", PolicyDocument=document("kms:*"))
    w.plant("AWS::IAM::User", ids["dave"], "global", name="dave", bad="IAM_NO_INLINE_POLICY_CHECK IAM_USER_NO_POLICIES_CHECK")
    w.plant("AWS::IAM::Group", group, "global", name="readers", good="IAM_GROUP_HAS_USERS_CHECK IAM_NO_INLINE_POLICY_CHECK")
    iam.put_group_policy(GroupName="idle", PolicyName="buckets", PolicyDocument=document("s3:Get*"))
    w.plant("AWS::IAM::Group", idle, "global", name="idle", bad="IAM_GROUP_HAS_USERS_CHECK IAM_NO_INLINE_POLICY_CHECK")


def roles(w):
    iam = w("iam", HOME)
    reader = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST, Tags=tags())["Role"]["RoleId"]
    w.plant("AWS::IAM::Role", reader, "global", name="reader", good="IAM_NO_INLINE_POLICY_CHECK IAM_POLICY_BLACKLISTED_CHECK IAM.24")
    admin = iam.create_role(RoleName="admin", AssumeRolePolicyDocument=TRUST)["Role"]["RoleId"]
    iam.attach_role_policy(RoleName="admin", PolicyArn=ADMIN)
    iam.put_role_policy(RoleName="admin", PolicyName="keys", PolicyDocument=document("kms:*"))
    w.plant("AWS::IAM::Role", admin, "global", name="admin", bad="IAM_NO_INLINE_POLICY_CHECK IAM_POLICY_BLACKLISTED_CHECK IAM.24")


# moto's account details leave out names and ids of policies: those are recorded in recorded/iam.json.
POLICY_IDS = {"all": "ANPASIMULATED0000001", "tables": "ANPASIMULATED0000002", "buckets": "ANPASIMULATED0000003"}


def policies(w):
    iam = w("iam", HOME)
    both = "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS"
    for name, action, faults, passes in (("all", "*", both, ""), ("tables", "dynamodb:*", both.split()[1], both.split()[0]), ("buckets", "s3:GetObject", "", both)):
        made = iam.create_policy(PolicyName=name, PolicyDocument=document(action))["Policy"]
        iam.attach_role_policy(RoleName="reader", PolicyArn=made["Arn"])
        w.plant("AWS::IAM::Policy", POLICY_IDS[name], "global", name=name, bad=faults, good=passes)


def keys(w, region):
    kms = w("kms", region)
    own = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    every = json.dumps({"Version": "2012-10-17", "Statement": [own, {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]})
    rotated = key(kms, "rotated", Tags=tags("TagKey", "TagValue"))
    kms.enable_key_rotation(KeyId=rotated)
    w.plant("AWS::KMS::Key", rotated, region, good="CMK_BACKING_KEY_ROTATION_ENABLED KMS_CMK_NOT_SCHEDULED_FOR_DELETION KMS_KEY_POLICY_NO_PUBLIC_ACCESS KMS_KEY_TAGGED")
    w.plant("AWS::KMS::Key", key(kms, "public", Policy=every), region, bad="CMK_BACKING_KEY_ROTATION_ENABLED KMS_KEY_POLICY_NO_PUBLIC_ACCESS KMS_KEY_TAGGED")
    doomed = key(kms, "doomed")
    kms.schedule_key_deletion(KeyId=doomed, PendingWindowInDays=7)
    w.plant("AWS::KMS::Key", doomed, region, bad="KMS_CMK_NOT_SCHEDULED_FOR_DELETION")


def key(kms, name, **more):
    return kms.create_key(Description=name, **more)["KeyMetadata"]["KeyId"]


def secrets(w, region):
    manager = w("secretsmanager", region)
    custom = w("kms", region).create_key(Description="secrets", Tags=tags("TagKey", "TagValue"))["KeyMetadata"]["Arn"]
    w("kms", region).enable_key_rotation(KeyId=custom)
    rotated = manager.create_secret(Name="rotated", Description="rotated", KmsKeyId=custom, SecretString="{}", Tags=tags())["ARN"]
    manager.rotate_secret(SecretId="rotated", RotationRules={"AutomaticallyAfterDays": 30})
    w.plant("AWS::SecretsManager::Secret", rotated, region, good="SECRETSMANAGER_ROTATION_ENABLED_CHECK SECRETSMANAGER_USING_CMK")
    plain = manager.create_secret(Name="plain", SecretString="{}")["ARN"]
    w.plant("AWS::SecretsManager::Secret", plain, region, bad="SECRETSMANAGER_ROTATION_ENABLED_CHECK SECRETSMANAGER_USING_CMK")


def certificates(w, region):
    acm = w("acm", region)
    for name, preference in (("logged", "ENABLED"), ("unlogged", "DISABLED")):
        arn = acm.request_certificate(DomainName=name + ".example.com", Options={"CertificateTransparencyLoggingPreference": preference}, Tags=tags())["CertificateArn"]
        w.plant("AWS::ACM::Certificate", arn, region, **{"good" if name == "logged" else "bad": "ACM_CERTIFICATE_TRANSPARENT_LOGGING_ENABLED"})
