"""Cognito user pools. Prowler needs the roles of an identity pool, which moto does not tell."""

from peers.item import item

PAIRS = [
    ("COGNITO_USER_POOL_ADVANCED_SECURITY_ENABLED", "cognito_user_pool_advanced_security_enabled", {"SecurityMode": "ENFORCED"}),
    ("COGNITO_USER_POOL_DELETION_PROTECTION_ENABLED", "cognito_user_pool_deletion_protection_enabled"),
    ("COGNITO_USER_POOL_MFA_ENABLED", "cognito_user_pool_mfa_enabled"),
    ("COGNITO_USER_POOL_PASSWORD_POLICY_CHECK", "cognito_user_pool_password_policy_lowercase", {"minLength": "6", "requireUppercase": "false", "requireNumbers": "false", "requireSymbols": "false"}),
]

STRONG = {"MinimumLength": 14, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": True, "TemporaryPasswordValidityDays": 7}
WEAK = {"MinimumLength": 6, "RequireUppercase": False, "RequireLowercase": False, "RequireNumbers": False, "RequireSymbols": False, "TemporaryPasswordValidityDays": 7}


def seed(c):
    idp = c("cognito-idp")
    idp.create_user_pool(PoolName="weak", Policies={"PasswordPolicy": WEAK}, MfaConfiguration="OFF", DeletionProtection="INACTIVE", UserPoolAddOns={"AdvancedSecurityMode": "OFF"})
    pool = idp.create_user_pool(PoolName="strong", Policies={"PasswordPolicy": STRONG}, MfaConfiguration="ON", DeletionProtection="ACTIVE", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})["UserPool"]["Id"]
    idp.set_user_pool_mfa_config(UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON")


def record(c):
    idp = c("cognito-idp")
    for p in c.pages("cognito-idp", "list_user_pools", "UserPools", MaxResults=60):
        x = idp.describe_user_pool(UserPoolId=p["Id"])["UserPool"]
        form = {**x, "UserPoolId": x["Id"], "UserPoolName": x["Name"]}
        yield item("AWS::Cognito::UserPool", x["Id"], form, name=x["Name"], arn=x["Arn"], tags=x.get("UserPoolTags"))
