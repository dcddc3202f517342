"""Conformance packs, and rules and packs of an organization in AWS Config, with boto3. The organization is the sample
estate's; the account that joins it is made here by the API of Organizations."""

import json
import unittest

from configtest import ACCOUNT, MEMBER, OTHER, VOLUME, Case, client, pages, until, volume

TEMPLATE = """
Parameters:
  Days: {Type: String, Default: "45"}
  Buckets: {Type: String, Default: "false"}
Conditions:
  WithBuckets: !Equals [!Ref Buckets, "true"]
Resources:
  Volumes:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: volumes
      Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}
  Sizes:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: sizes
      Scope: {ComplianceResourceTypes: ["AWS::EC2::Volume"]}
      Source:
        Owner: CUSTOM_POLICY
        SourceDetails: [{EventSource: aws.config, MessageType: ConfigurationItemChangeNotification}]
        CustomPolicyDetails: {PolicyRuntime: guard-2.x.x, PolicyText: "configuration.size <= 16"}
  Buckets:
    Type: AWS::Config::ConfigRule
    Condition: WithBuckets
    Properties:
      ConfigRuleName: buckets
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
"""
SMALL = json.dumps({"Resources": {"Check": {"Type": "AWS::Config::ConfigRule", "Properties": {"ConfigRuleName": "check", "Source": {"Owner": "AWS", "SourceIdentifier": "AWS_CONFIG_PROCESS_CHECK"}}}}})


class Packs(Case):
    region = "me-central-1"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bucket = cls.record()
        cls.resource(VOLUME, "vol-0", volume(True, 8))
        cls.resource(VOLUME, "vol-1", volume(False, 8))

    def put(self, name, **more):
        out = self.config.put_conformance_pack(ConformancePackName=name, **{"TemplateBody": TEMPLATE, **more})
        self.addCleanup(self.drop, name)
        return out["ConformancePackArn"]

    def drop(self, name):
        try:
            self.config.delete_conformance_pack(ConformancePackName=name)
        except self.config.exceptions.NoSuchConformancePackException:
            pass

    def test_life(self):
        c = self.config
        arn = self.put("base", Tags=[{"Key": "team", "Value": "sre"}], ConformancePackInputParameters=[{"ParameterName": "Days", "ParameterValue": "60"}])
        self.assertRegex(arn, rf"^arn:aws:config:{self.region}:{ACCOUNT}:conformance-pack/base/conformance-pack-[a-z0-9]+$")
        (p,) = pages(c, "describe_conformance_packs", "ConformancePackDetails", ConformancePackNames=["base"])
        self.assertEqual((p["ConformancePackArn"], p["ConformancePackInputParameters"]), (arn, [{"ParameterName": "Days", "ParameterValue": "60"}]))
        (s,) = pages(c, "describe_conformance_pack_status", "ConformancePackStatusDetails", ConformancePackNames=["base"])
        self.assertEqual(s["ConformancePackState"], "CREATE_COMPLETE")
        self.assertEqual(c.list_tags_for_resource(ResourceArn=arn)["Tags"], [{"Key": "team", "Value": "sre"}])
        rules = [r["ConfigRuleName"] for r in pages(c, "describe_config_rules", "ConfigRules")]
        self.assertEqual(rules, [f"sizes-{p['ConformancePackId']}", f"volumes-{p['ConformancePackId']}"])
        with self.refused("ResourceInUseException", "base"):
            c.delete_config_rule(ConfigRuleName=rules[0])

        details = lambda **more: self.details("base", **more)
        want = {("volumes", "vol-0"): "COMPLIANT", ("volumes", "vol-1"): "NON_COMPLIANT", ("sizes", "vol-0"): "COMPLIANT", ("sizes", "vol-1"): "COMPLIANT"}
        until(details, lambda got: got == want)
        self.assertEqual(details(Filters={"ComplianceType": "NON_COMPLIANT"}), {("volumes", "vol-1"): "NON_COMPLIANT"})
        self.assertEqual(details(Limit=1), want)
        by = {r["ConfigRuleName"].split("-")[0]: r["ComplianceType"] for r in c.describe_conformance_pack_compliance(ConformancePackName="base")["ConformancePackRuleComplianceList"]}
        self.assertEqual(by, {"volumes": "NON_COMPLIANT", "sizes": "COMPLIANT"})
        (summary,) = c.get_conformance_pack_compliance_summary(ConformancePackNames=["base"])["ConformancePackComplianceSummaryList"]
        self.assertEqual(summary, {"ConformancePackName": "base", "ConformancePackComplianceStatus": "NON_COMPLIANT"})
        (score,) = c.list_conformance_pack_compliance_scores(Filters={"ConformancePackNames": ["base"]})["ConformancePackComplianceScores"]
        self.assertEqual((score["ConformancePackName"], float(score["Score"])), ("base", 75.0))

        self.put("base", ConformancePackInputParameters=[{"ParameterName": "Buckets", "ParameterValue": "true"}])
        self.assertEqual(len(c.describe_config_rules()["ConfigRules"]), 3)
        c.delete_conformance_pack(ConformancePackName="base")
        self.assertEqual(c.describe_config_rules()["ConfigRules"], [])
        for call in (lambda: c.delete_conformance_pack(ConformancePackName="base"), lambda: c.describe_conformance_packs(ConformancePackNames=["base"]), lambda: c.describe_conformance_pack_compliance(ConformancePackName="base"),
                     lambda: c.get_conformance_pack_compliance_details(ConformancePackName="base"), lambda: c.get_conformance_pack_compliance_summary(ConformancePackNames=["base"])):
            with self.refused("NoSuchConformancePackException", "base"):
                call()

    def details(self, pack, **more):
        """All results of a pack; boto3 has no paginator for them."""
        out, token = {}, {}
        while True:
            page = self.config.get_conformance_pack_compliance_details(ConformancePackName=pack, **more, **token)
            for r in page["ConformancePackRuleEvaluationResults"]:
                q = r["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
                out[q["ConfigRuleName"].split("-")[0], q["ResourceId"]] = r["ComplianceType"]
            if not page.get("NextToken"):
                return out
            token = {"NextToken": page["NextToken"]}

    def test_from_a_bucket(self):
        s3 = client("s3", self.region)
        s3.put_object(Bucket=self.bucket, Key="pack.json", Body=SMALL)
        self.config.put_conformance_pack(ConformancePackName="stored", TemplateS3Uri=f"s3://{self.bucket}/pack.json")
        self.addCleanup(self.drop, "stored")
        self.assertEqual(len(self.config.describe_conformance_pack_compliance(ConformancePackName="stored")["ConformancePackRuleComplianceList"]), 1)

    def test_refused(self):
        client("s3", self.region, MEMBER).create_bucket(Bucket="boto-theirs-too", CreateBucketConfiguration={"LocationConstraint": self.region})
        put = lambda **more: self.config.put_conformance_pack(ConformancePackName="bad", **more)
        for code, more in [
            ("ConformancePackTemplateValidationException", {"TemplateBody": "Resources: {A: {Type: 'AWS::S3::Bucket'}}"}), ("ConformancePackTemplateValidationException", {"TemplateBody": "Resources: ["}),
            ("ConformancePackTemplateValidationException", {"TemplateBody": TEMPLATE.replace("ENCRYPTED_VOLUMES", "NO_SUCH_RULE")}), ("ConformancePackTemplateValidationException", {"TemplateBody": TEMPLATE.replace("configuration.size <= 16", "rule {")}),
            ("InvalidParameterValueException", {}), ("InvalidParameterValueException", {"TemplateBody": SMALL, "TemplateS3Uri": "s3://a/b"}),
            ("ConformancePackTemplateValidationException", {"TemplateBody": SMALL, "ConformancePackInputParameters": [{"ParameterName": "None", "ParameterValue": "1"}]}),
            ("InsufficientPermissionsException", {"TemplateS3Uri": "s3://boto-theirs-too/pack.yaml"}), ("ValidationException", {"TemplateBody": "#" * 51201}),
        ]:
            with self.subTest(str(more)[:80]), self.refused(code):
                put(**more)
        c = self.config
        for call in (c.describe_conformance_packs, c.describe_conformance_pack_status, c.list_conformance_pack_compliance_scores):
            with self.subTest(call.__name__):
                with self.refused("InvalidNextTokenException"):
                    call(NextToken="forged")
                with self.refused("InvalidLimitException"):
                    call(Limit=21)
        self.put("base", TemplateBody=SMALL)
        with self.refused("NoSuchConfigRuleInConformancePackException", "other"):
            c.describe_conformance_pack_compliance(ConformancePackName="base", Filters={"ConfigRuleNames": ["other"]})

    def test_limit(self):
        c = client("config", "me-south-1")
        for i in range(50):
            c.put_conformance_pack(ConformancePackName=f"p{i}", TemplateBody=SMALL)
            self.addCleanup(c.delete_conformance_pack, ConformancePackName=f"p{i}")
        self.assertEqual(len(list(pages(c, "describe_conformance_packs", "ConformancePackDetails"))), 50)
        with self.refused("MaxNumberOfConformancePacksExceededException"):
            c.put_conformance_pack(ConformancePackName="more", TemplateBody=SMALL)


class Organization(Case):
    region = "ap-southeast-2"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = client("config", cls.region, MEMBER)
        cls.record()
        cls.recorder(cls.member)

    @staticmethod
    def recorder(c):
        c.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": f"arn:aws:iam::{MEMBER}:role/config", "recordingGroup": {"allSupported": True}})

    def states(self, rule):
        found = self.config.get_organization_config_rule_detailed_status(OrganizationConfigRuleName=rule)["OrganizationConfigRuleDetailedStatus"]
        return {m["AccountId"]: (m["MemberAccountRuleStatus"], m.get("ErrorCode")) for m in found}

    def test_rule(self):
        """It reaches the members that record; one that does not is told, and gets it when it records."""
        c = self.config
        metadata = {"RuleIdentifier": "ENCRYPTED_VOLUMES", "Description": "disks"}
        arn = c.put_organization_config_rule(OrganizationConfigRuleName="volumes", OrganizationManagedRuleMetadata=metadata, ExcludedAccounts=[ACCOUNT])["OrganizationConfigRuleArn"]
        states = until(lambda: self.states("volumes"), lambda s: not any("IN_PROGRESS" in v for v, _ in s.values()) and MEMBER in s)
        self.assertEqual((states[MEMBER][0], states[OTHER]), ("CREATE_SUCCESSFUL", ("CREATE_FAILED", "NoAvailableConfigurationRecorderException")))
        self.assertNotIn(ACCOUNT, states)
        self.assertEqual(c.describe_organization_config_rule_statuses(OrganizationConfigRuleNames=["volumes"])["OrganizationConfigRuleStatuses"][0]["OrganizationRuleStatus"], "CREATE_FAILED")
        (r,) = c.describe_organization_config_rules()["OrganizationConfigRules"]
        self.assertEqual((r["OrganizationConfigRuleArn"], r["OrganizationManagedRuleMetadata"]["RuleIdentifier"], r["ExcludedAccounts"]), (arn, "ENCRYPTED_VOLUMES", [ACCOUNT]))

        (theirs,) = self.member.describe_config_rules()["ConfigRules"]
        self.assertTrue(theirs["ConfigRuleName"].startswith("OrgConfigRule-volumes-"))
        with self.refused("AccessDeniedException"):
            self.member.delete_config_rule(ConfigRuleName=theirs["ConfigRuleName"])
        with self.refused("AccessDeniedException"):
            self.member.put_config_rule(ConfigRule={"ConfigRuleName": theirs["ConfigRuleName"], "Source": theirs["Source"]})
        with self.refused("InsufficientPermissionsException"):
            self.member.put_remediation_configurations(RemediationConfigurations=[{"ConfigRuleName": theirs["ConfigRuleName"], "TargetType": "SSM_DOCUMENT", "TargetId": "x"}])

        # The rule goes to those that have joined or record by now, and away from those that left or are excluded. Each put
        # has the members looked at at once; by itself the server does so every minute.
        other, organizations = client("config", self.region, OTHER), client("organizations", "us-east-1")
        self.recorder(other)
        self.addCleanup(other.delete_configuration_recorder, ConfigurationRecorderName="default")
        made = organizations.create_account(AccountName="joined", Email="joined@example.com")["CreateAccountStatus"]["AccountId"]
        c.put_organization_config_rule(OrganizationConfigRuleName="volumes", OrganizationManagedRuleMetadata=metadata, ExcludedAccounts=[ACCOUNT])
        until(lambda: self.states("volumes"), lambda s: s[OTHER][0].endswith("_SUCCESSFUL") and made in s and s[made][1] == "NoAvailableConfigurationRecorderException")
        organizations.remove_account_from_organization(AccountId=made)
        c.put_organization_config_rule(OrganizationConfigRuleName="volumes", OrganizationManagedRuleMetadata=metadata, ExcludedAccounts=[ACCOUNT, OTHER])
        until(lambda: other.describe_config_rules()["ConfigRules"], lambda rules: not rules)
        until(lambda: self.states("volumes"), lambda s: s == {MEMBER: ("UPDATE_SUCCESSFUL", None)})
        c.delete_organization_config_rule(OrganizationConfigRuleName="volumes")
        until(lambda: self.member.describe_config_rules()["ConfigRules"], lambda rules: not rules)
        until(lambda: c.describe_organization_config_rules()["OrganizationConfigRules"], lambda r: not r)
        for call in (lambda: c.delete_organization_config_rule(OrganizationConfigRuleName="volumes"), lambda: c.get_organization_config_rule_detailed_status(OrganizationConfigRuleName="volumes"),
                     lambda: c.describe_organization_config_rules(OrganizationConfigRuleNames=["volumes"]), lambda: c.describe_organization_config_rule_statuses(OrganizationConfigRuleNames=["volumes"]),
                     lambda: c.get_organization_custom_rule_policy(OrganizationConfigRuleName="volumes")):
            with self.refused("NoSuchOrganizationConfigRuleException"):
                call()

    def test_policy_rule(self):
        c, text = self.config, "resourceId exists"
        c.put_organization_config_rule(OrganizationConfigRuleName="guarded", ExcludedAccounts=[ACCOUNT, OTHER], OrganizationCustomPolicyRuleMetadata={
            "PolicyRuntime": "guard-2.x.x", "PolicyText": text, "OrganizationConfigRuleTriggerTypes": ["ConfigurationItemChangeNotification"], "ResourceTypesScope": [VOLUME]})
        self.assertEqual(c.get_organization_custom_rule_policy(OrganizationConfigRuleName="guarded")["PolicyText"], text)
        until(lambda: self.states("guarded"), lambda s: s.get(MEMBER, ("",))[0] == "CREATE_SUCCESSFUL")
        (name,) = [r["ConfigRuleName"] for r in self.member.describe_config_rules()["ConfigRules"] if "guarded" in r["ConfigRuleName"]]
        self.assertEqual(self.member.get_custom_rule_policy(ConfigRuleName=name)["PolicyText"], text)
        c.delete_organization_config_rule(OrganizationConfigRuleName="guarded")
        until(lambda: c.describe_organization_config_rules()["OrganizationConfigRules"], lambda r: "guarded" not in [x["OrganizationConfigRuleName"] for x in r])

    def test_pack(self):
        c = self.config
        c.put_organization_conformance_pack(OrganizationConformancePackName="base", TemplateBody=SMALL, ExcludedAccounts=[ACCOUNT], DeliveryS3Bucket="awsconfigconforms-boto")
        get = lambda: {m["AccountId"]: m["Status"] for m in c.get_organization_conformance_pack_detailed_status(OrganizationConformancePackName="base")["OrganizationConformancePackDetailedStatuses"]}
        until(get, lambda s: s == {MEMBER: "CREATE_SUCCESSFUL", OTHER: "CREATE_SUCCESSFUL"})
        (p,) = c.describe_organization_conformance_packs(OrganizationConformancePackNames=["base"])["OrganizationConformancePacks"]
        self.assertEqual(p["DeliveryS3Bucket"], "awsconfigconforms-boto")
        self.assertEqual(c.describe_organization_conformance_pack_statuses()["OrganizationConformancePackStatuses"][0]["Status"], "CREATE_SUCCESSFUL")
        (theirs,) = self.member.describe_conformance_packs()["ConformancePackDetails"]
        for call in (lambda: self.member.delete_conformance_pack(ConformancePackName=theirs["ConformancePackName"]), lambda: self.member.put_conformance_pack(ConformancePackName=theirs["ConformancePackName"], TemplateBody=SMALL)):
            with self.refused("AccessDeniedException"):
                call()
        c.delete_organization_conformance_pack(OrganizationConformancePackName="base")
        until(lambda: self.member.describe_conformance_packs()["ConformancePackDetails"], lambda p: not p)
        until(lambda: c.describe_organization_conformance_packs()["OrganizationConformancePacks"], lambda p: not p)
        for call in (lambda: c.delete_organization_conformance_pack(OrganizationConformancePackName="base"), lambda: c.get_organization_conformance_pack_detailed_status(OrganizationConformancePackName="base"),
                     lambda: c.describe_organization_conformance_packs(OrganizationConformancePackNames=["base"]), lambda: c.describe_organization_conformance_pack_statuses(OrganizationConformancePackNames=["base"])):
            with self.refused("NoSuchOrganizationConformancePackException"):
                call()

    def test_refused(self):
        c, metadata = self.config, {"RuleIdentifier": "ENCRYPTED_VOLUMES"}
        for more in ({}, {"OrganizationManagedRuleMetadata": {"RuleIdentifier": "NO_SUCH_RULE"}}, {"OrganizationManagedRuleMetadata": metadata, "OrganizationCustomPolicyRuleMetadata": {"PolicyRuntime": "guard-2.x.x", "PolicyText": "a exists"}}):
            with self.subTest(more), self.refused("InvalidParameterValueException"):
                c.put_organization_config_rule(OrganizationConfigRuleName="bad", **more)
        for code, more in [("ValidationException", {}), ("OrganizationConformancePackTemplateValidationException", {"TemplateBody": "Resources: {A: {Type: 'AWS::S3::Bucket'}}"}),
                           ("ValidationException", {"TemplateBody": SMALL, "DeliveryS3Bucket": "mine"})]:
            with self.subTest(more), self.refused(code):
                c.put_organization_conformance_pack(OrganizationConformancePackName="bad", **more)
        m = self.member
        for call in (m.describe_organization_config_rules, m.describe_organization_config_rule_statuses, m.describe_organization_conformance_packs, m.describe_organization_conformance_pack_statuses,
                     lambda: m.put_organization_config_rule(OrganizationConfigRuleName="bad", OrganizationManagedRuleMetadata=metadata), lambda: m.delete_organization_config_rule(OrganizationConfigRuleName="bad"),
                     lambda: m.put_organization_conformance_pack(OrganizationConformancePackName="bad", TemplateBody=SMALL), lambda: m.delete_organization_conformance_pack(OrganizationConformancePackName="bad")):
            with self.refused("OrganizationAccessDeniedException"):
                call()


if __name__ == "__main__":
    unittest.main(verbosity=1)
