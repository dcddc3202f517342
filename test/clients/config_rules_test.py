"""Rules of all three owners, their evaluations, results and summaries, and remediation of AWS Config, with boto3. The
functions of rules are those in functions/, which the server runs in Python with boto3."""

import datetime
import json
import os
import pathlib
import unittest

from configtest import ACCOUNT, MEMBER, OTHER, ROLE, VOLUME, Case, client, pages, until, volume

EVENTS = pathlib.Path(os.environ["WORK"], "events")
UTC = datetime.timezone.utc


class Rules(Case):
    """A class of tests with a recorder and three volumes: the first two encrypted, the third not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record()
        for i in range(3):
            cls.resource(VOLUME, f"vol-{i}", volume(i < 2, 8 << i), {"team": "sre" if i else "data"})

    def put(self, name, source, **more):
        self.config.put_config_rule(ConfigRule={"ConfigRuleName": name, "Source": source, **more.pop("rule", {})}, **more)
        self.addCleanup(self.drop, name)

    def drop(self, name):
        try:
            self.config.delete_config_rule(ConfigRuleName=name)
        except self.config.exceptions.NoSuchConfigRuleException:
            pass

    def managed(self, name, identifier="ENCRYPTED_VOLUMES", **more):
        self.put(name, {"Owner": "AWS", "SourceIdentifier": identifier}, **more)

    def verdicts(self, rule, **more):
        return {r["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: r["ComplianceType"] for r in pages(self.config, "get_compliance_details_by_config_rule", "EvaluationResults", ConfigRuleName=rule, **more)}

    def judged(self, rule, **want):
        want = {k.replace("_", "-"): v for k, v in want.items()}
        self.assertEqual(until(lambda: self.verdicts(rule), lambda got: got == want), want)


class Managed(Rules):
    region = "ap-northeast-1"

    def test_life(self):
        c = self.config
        self.managed("encrypted", Tags=[{"Key": "team", "Value": "sre"}], rule={"Description": "Volumes.", "Scope": {"ComplianceResourceTypes": [VOLUME]}})
        (r,) = c.describe_config_rules(ConfigRuleNames=["encrypted"])["ConfigRules"]
        self.assertRegex(r["ConfigRuleArn"], rf"^arn:aws:config:{self.region}:{ACCOUNT}:config-rule/config-rule-[a-z0-9]{{6}}$")
        self.assertEqual((r["Description"], r["Scope"], r["EvaluationModes"]), ("Volumes.", {"ComplianceResourceTypes": [VOLUME]}, [{"Mode": "DETECTIVE"}]))
        self.assertEqual(c.list_tags_for_resource(ResourceArn=r["ConfigRuleArn"])["Tags"], [{"Key": "team", "Value": "sre"}])
        self.judged("encrypted", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT")
        self.assertEqual(self.verdicts("encrypted", ComplianceTypes=["NON_COMPLIANT"]), {"vol-2": "NON_COMPLIANT"})
        self.assertEqual(self.verdicts("encrypted", PaginationConfig={"PageSize": 1}), self.verdicts("encrypted"))

        # The same, seen from every side.
        (by,) = c.describe_compliance_by_config_rule(ConfigRuleNames=["encrypted"])["ComplianceByConfigRules"]
        self.assertEqual(by["Compliance"], {"ComplianceType": "NON_COMPLIANT", "ComplianceContributorCount": {"CappedCount": 1, "CapExceeded": False}})
        by = {r["ResourceId"]: r["Compliance"]["ComplianceType"] for r in pages(c, "describe_compliance_by_resource", "ComplianceByResources", ResourceType=VOLUME)}
        self.assertEqual(by, {"vol-0": "COMPLIANT", "vol-1": "COMPLIANT", "vol-2": "NON_COMPLIANT"})
        (one,) = pages(c, "get_compliance_details_by_resource", "EvaluationResults", ResourceType=VOLUME, ResourceId="vol-2")
        self.assertEqual((one["ComplianceType"], one["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ConfigRuleName"]), ("NON_COMPLIANT", "encrypted"))
        summary = c.get_compliance_summary_by_config_rule()["ComplianceSummary"]
        self.assertEqual((summary["CompliantResourceCount"]["CappedCount"], summary["NonCompliantResourceCount"]["CappedCount"]), (0, 1))
        (of,) = c.get_compliance_summary_by_resource_type(ResourceTypes=[VOLUME])["ComplianceSummariesByResourceType"]
        self.assertEqual([of["ComplianceSummary"][k]["CappedCount"] for k in ("CompliantResourceCount", "NonCompliantResourceCount")], [2, 1])
        (status,) = pages(c, "describe_config_rule_evaluation_status", "ConfigRulesEvaluationStatus", ConfigRuleNames=["encrypted"])
        self.assertTrue(status["FirstEvaluationStarted"])
        self.assertGreaterEqual(status["LastSuccessfulEvaluationTime"], status["FirstActivatedTime"])
        self.assertNotIn("LastErrorCode", status)

        # A change, a deletion, another parameter of the same rule.
        self.resource(VOLUME, "vol-9", volume(False))
        self.judged("encrypted", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT", vol_9="NON_COMPLIANT")
        c.delete_resource_config(ResourceType=VOLUME, ResourceId="vol-9")
        self.judged("encrypted", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT")
        self.managed("encrypted", rule={"Scope": {"ComplianceResourceTypes": [VOLUME], "ComplianceResourceId": "vol-2"}})
        self.judged("encrypted", vol_2="NON_COMPLIANT")
        self.managed("encrypted", rule={"Scope": {"TagKey": "team", "TagValue": "data"}})
        self.judged("encrypted", vol_0="COMPLIANT")

        # Results are forgotten and come back when they are asked for.
        until(lambda: not self.fails(lambda: c.delete_evaluation_results(ConfigRuleName="encrypted"), "ResourceInUseException"))
        self.assertEqual(self.verdicts("encrypted"), {})
        until(lambda: not self.fails(lambda: c.start_config_rules_evaluation(ConfigRuleNames=["encrypted"]), "ResourceInUseException"))
        self.judged("encrypted", vol_0="COMPLIANT")
        with self.refused("LimitExceededException"):
            until(lambda: not self.fails(lambda: c.start_config_rules_evaluation(ConfigRuleNames=["encrypted"]), "ResourceInUseException"))
        c.delete_config_rule(ConfigRuleName="encrypted")
        self.assertEqual(list(pages(c, "describe_compliance_by_resource", "ComplianceByResources", ResourceType=VOLUME)), [])

    def fails(self, call, code):
        try:
            call()
        except self.config.exceptions.ClientError as e:
            if e.response["Error"]["Code"] == code:
                return True
            raise
        return False

    def test_unknown(self):
        c, names = self.config, ["nothing"]
        for call in (
            lambda: c.describe_config_rules(ConfigRuleNames=names), lambda: c.delete_config_rule(ConfigRuleName="nothing"), lambda: c.delete_evaluation_results(ConfigRuleName="nothing"),
            lambda: c.start_config_rules_evaluation(ConfigRuleNames=names), lambda: c.describe_config_rule_evaluation_status(ConfigRuleNames=names),
            lambda: c.describe_compliance_by_config_rule(ConfigRuleNames=names), lambda: c.get_compliance_details_by_config_rule(ConfigRuleName="nothing"),
            lambda: c.get_custom_rule_policy(ConfigRuleName="nothing"),
            lambda: c.put_external_evaluation(ConfigRuleName="nothing", ExternalEvaluation={"ComplianceResourceType": "AWS::::Account", "ComplianceResourceId": ACCOUNT, "ComplianceType": "COMPLIANT", "OrderingTimestamp": 1}),
        ):
            with self.refused("NoSuchConfigRuleException", "nothing"):
                call()
        for call in (
            lambda: c.describe_config_rules(NextToken="forged"), lambda: c.describe_config_rule_evaluation_status(NextToken="forged"), lambda: c.describe_compliance_by_config_rule(NextToken="forged"),
            lambda: c.describe_compliance_by_resource(ResourceType=VOLUME, NextToken="forged"),
        ):
            with self.refused("InvalidNextTokenException"):
                call()
        with self.refused("InvalidParameterValueException"):
            c.get_compliance_details_by_resource(ResourceType=VOLUME, ResourceId="vol-0", NextToken="forged")
        for call in (lambda: c.describe_compliance_by_resource(ResourceId="vol-0"), lambda: c.get_compliance_details_by_resource(ResourceType=VOLUME)):
            with self.refused("InvalidParameterValueException"):
                call()

    def test_refused(self):
        source = {"Owner": "AWS", "SourceIdentifier": "ENCRYPTED_VOLUMES"}
        for why, rule in [
            ("NO_SUCH_RULE", {"Source": {"Owner": "AWS", "SourceIdentifier": "NO_SUCH_RULE"}}), ("nope", {"InputParameters": '{"nope": "1"}'}), ("InputParameters", {"InputParameters": "1"}),
            ("maxAccessKeyAge", {"Source": {"Owner": "AWS", "SourceIdentifier": "ACCESS_KEYS_ROTATED"}, "InputParameters": '{"maxAccessKeyAge": "x"}'}),
            ("", {"Scope": {"ComplianceResourceTypes": [VOLUME, "AWS::S3::Bucket"], "ComplianceResourceId": "vol-0"}}), ("", {"Scope": {"TagValue": "v"}}),
            ("", {"Source": {**source, "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]}}), ("", {"ConfigRuleState": "DELETING"}),
            ("", {"ConfigRuleName": ""}), ("", {"EvaluationModes": [{"Mode": "PROACTIVE"}]}),
        ]:
            rule = {"ConfigRuleName": "bad", "Source": source, **rule}
            with self.subTest(rule), self.refused("InvalidParameterValueException"):
                self.config.put_config_rule(ConfigRule={k: v for k, v in rule.items() if v})
        self.assertEqual(self.config.describe_config_rules()["ConfigRules"], [])

    def test_without_recorder(self):
        c = client("config", "ap-east-1")
        with self.refused("NoAvailableConfigurationRecorderException"):
            c.put_config_rule(ConfigRule={"ConfigRuleName": "volumes", "Source": {"Owner": "AWS", "SourceIdentifier": "ENCRYPTED_VOLUMES"}})
        c.put_config_rule(ConfigRule={"ConfigRuleName": "root", "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"}})  # periodic: it needs none
        (r,) = c.describe_config_rules()["ConfigRules"]
        self.assertEqual(r["MaximumExecutionFrequency"], "TwentyFour_Hours")
        c.delete_config_rule(ConfigRuleName="root")

    def test_process_check(self):
        c = self.config
        self.managed("drill", "AWS_CONFIG_PROCESS_CHECK")
        give = lambda verdict, at=100, of=ACCOUNT, kind="AWS::::Account": c.put_external_evaluation(ConfigRuleName="drill", ExternalEvaluation={
            "ComplianceResourceType": kind, "ComplianceResourceId": of, "ComplianceType": verdict, "Annotation": "Tried out.", "OrderingTimestamp": at})
        state = lambda: c.describe_compliance_by_config_rule(ConfigRuleNames=["drill"])["ComplianceByConfigRules"][0]["Compliance"]["ComplianceType"]
        self.assertEqual(state(), "INSUFFICIENT_DATA")
        give("COMPLIANT")
        until(state, lambda s: s == "COMPLIANT")
        give("NON_COMPLIANT", at=50)  # older
        self.assertEqual(state(), "COMPLIANT")
        give("NON_COMPLIANT", at=150)
        until(state, lambda s: s == "NON_COMPLIANT")
        for bad in (dict(of=MEMBER), dict(kind=VOLUME)):
            with self.subTest(bad), self.refused("InvalidParameterValueException"):
                give("COMPLIANT", **bad)
        self.managed("other")
        with self.refused("NoSuchConfigRuleException"):
            c.put_external_evaluation(ConfigRuleName="other", ExternalEvaluation={"ComplianceResourceType": "AWS::::Account", "ComplianceResourceId": ACCOUNT, "ComplianceType": "COMPLIANT", "OrderingTimestamp": 1})

    def test_limit(self):
        """1,000 rules, most of them as conformance packs, since that takes few calls; not one more."""
        region = "ap-southeast-1"
        c = client("config", region)
        template = lambda n: json.dumps({"Resources": {f"R{i}": {"Type": "AWS::Config::ConfigRule", "Properties": {"ConfigRuleName": f"r{i}", "Source": {"Owner": "AWS", "SourceIdentifier": "AWS_CONFIG_PROCESS_CHECK"}}} for i in range(n)}})
        for i in range(8):
            c.put_conformance_pack(ConformancePackName=f"p{i}", TemplateBody=template(125 if i else 124))
            self.addCleanup(c.delete_conformance_pack, ConformancePackName=f"p{i}")
        check = {"Owner": "AWS", "SourceIdentifier": "AWS_CONFIG_PROCESS_CHECK"}
        c.put_config_rule(ConfigRule={"ConfigRuleName": "last", "Source": check})
        self.addCleanup(c.delete_config_rule, ConfigRuleName="last")
        self.assertEqual(sum(1 for _ in pages(c, "describe_config_rules", "ConfigRules")), 1000)
        with self.refused("MaxNumberOfConfigRulesExceededException", "1000"):
            c.put_config_rule(ConfigRule={"ConfigRuleName": "more", "Source": check})
        c.put_config_rule(ConfigRule={"ConfigRuleName": "last", "Description": "A change is no new rule.", "Source": check})


class Functions(Rules):
    """Owner CUSTOM_LAMBDA: the function runs, and what it gives is what the rule says."""

    region = "ap-northeast-2"
    function = f"arn:aws:lambda:ap-northeast-2:{ACCOUNT}:function:judge"

    def custom(self, name, how, *messages, function=function, **more):
        details = [{"EventSource": "aws.config", "MessageType": m} for m in messages or ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")]
        rule = {"InputParameters": json.dumps({"how": how}), **({} if messages else {"Scope": {"ComplianceResourceTypes": [VOLUME]}})}
        self.put(name, {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function, "SourceDetails": details}, rule=rule, **more)

    def event(self, rule):
        """The newest event that the function has been given for a rule."""
        def look():
            found = [json.loads(f.read_text()) for f in sorted(EVENTS.glob("*.json"), key=lambda f: f.stat().st_mtime)]
            return [e for e in found if e["configRuleName"] == rule]
        return until(look)[-1]

    def evaluation(self, verdict="NON_COMPLIANT", id="vol-0", at=None, **more):
        return {"ComplianceResourceType": VOLUME, "ComplianceResourceId": id, "ComplianceType": verdict, "OrderingTimestamp": at or datetime.datetime.now(UTC), **more}

    def test_change(self):
        self.custom("judge", "judge")
        self.judged("judge", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT")
        self.resource(VOLUME, "vol-new", volume(False))
        self.judged("judge", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT", vol_new="NON_COMPLIANT")
        e = self.event("judge")
        notice = json.loads(e["invokingEvent"])
        self.assertEqual((e["accountId"], e["configRuleName"], e["eventLeftScope"], json.loads(e["ruleParameters"])), (ACCOUNT, "judge", False, {"how": "judge"}))
        self.assertEqual((notice["messageType"], notice["configurationItem"]["resourceType"]), ("ConfigurationItemChangeNotification", VOLUME))
        (r,) = [r for r in pages(self.config, "get_compliance_details_by_resource", "EvaluationResults", ResourceType=VOLUME, ResourceId="vol-new") if r["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ConfigRuleName"] == "judge"]
        self.assertEqual(r["Annotation"], "Judged as NON_COMPLIANT by the function.")
        self.config.delete_resource_config(ResourceType=VOLUME, ResourceId="vol-new")
        self.judged("judge", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT")
        (status,) = self.config.describe_config_rule_evaluation_status(ConfigRuleNames=["judge"])["ConfigRulesEvaluationStatus"]
        self.assertIn("LastSuccessfulInvocationTime", status)

    def test_tokens(self):
        """The token of a real event, used by the test as a function uses it."""
        c = self.config
        self.custom("mine", "wait", "ScheduledNotification")
        e = self.event("mine")
        self.assertEqual(json.loads(e["invokingEvent"])["messageType"], "ScheduledNotification")
        token, now = e["resultToken"], datetime.datetime.now(UTC).replace(microsecond=0)
        put = lambda *list, **more: c.put_evaluations(**{"ResultToken": token, "Evaluations": [*list], **more})["FailedEvaluations"]
        self.assertEqual(put(self.evaluation(), self.evaluation("COMPLIANT", "elsewhere", Annotation="Fine.")), [])
        self.judged("mine", vol_0="NON_COMPLIANT", elsewhere="COMPLIANT")
        self.assertEqual(put(), [])  # nothing is legal, and the token still holds
        put(self.evaluation("COMPLIANT", at=now - datetime.timedelta(days=1)))  # older than what is known
        self.assertEqual(self.verdicts("mine")["vol-0"], "NON_COMPLIANT")
        put(self.evaluation("NOT_APPLICABLE", "elsewhere"))
        self.judged("mine", vol_0="NON_COMPLIANT")
        put(*[self.evaluation("COMPLIANT", f"many-{i}") for i in range(100)])
        self.assertEqual(len(until(lambda: self.verdicts("mine"), lambda v: len(v) > 100)), 101)
        self.assertEqual(put(self.evaluation("COMPLIANT"), TestMode=True, ResultToken="TESTMODE"), [])
        self.assertEqual(self.verdicts("mine")["vol-0"], "NON_COMPLIANT")

        for bad in ("TESTMODE", token[:-4] + "AAAA", token[::-1]):
            with self.subTest(bad), self.refused("InvalidResultTokenException"):
                put(self.evaluation(), ResultToken=bad)
        for where in (client("config", self.region, MEMBER), client("config", "us-east-1")):  # good elsewhere only
            with self.refused("InvalidResultTokenException"):
                where.put_evaluations(ResultToken=token, Evaluations=[self.evaluation()])
        with self.refused("InvalidParameterValueException"):
            put(self.evaluation("INSUFFICIENT_DATA"))
        for list in ([self.evaluation()] * 101, [self.evaluation(Annotation="x" * 257)], [self.evaluation(id="x" * 769)]):
            with self.refused("ValidationException"):
                put(*list)

        until(lambda: not self.busy(lambda: c.delete_evaluation_results(ConfigRuleName="mine")))
        self.assertEqual(self.verdicts("mine"), {})
        c.delete_config_rule(ConfigRuleName="mine")
        with self.refused("NoSuchConfigRuleException"):
            put(self.evaluation())

    def busy(self, call):
        try:
            call()
        except self.config.exceptions.ResourceInUseException:
            return True

    def test_failures(self):
        c = self.config
        status = lambda rule: until(lambda: c.describe_config_rule_evaluation_status(ConfigRuleNames=[rule])["ConfigRulesEvaluationStatus"][0], lambda s: "LastErrorCode" in s)
        self.custom("fails", "fail", "ScheduledNotification")
        self.assertIn("lost its way", status("fails")["LastErrorMessage"])
        self.assertIn("LastFailedInvocationTime", status("fails"))
        self.custom("confesses", "confess", "ScheduledNotification")
        s = status("confesses")
        self.assertEqual((s["LastErrorCode"], s["LastErrorMessage"]), ("AccessDenied", "It may not look at volumes."))
        self.assertEqual(c.describe_compliance_by_config_rule(ConfigRuleNames=["fails"])["ComplianceByConfigRules"][0]["Compliance"]["ComplianceType"], "INSUFFICIENT_DATA")

    def test_refused(self):
        with self.refused("InsufficientPermissionsException", "nowhere"):
            self.custom("x", "judge", function=self.function.replace(":judge", ":nowhere"))
        source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": self.function}
        for rule in ({"Source": source}, {"Source": {**source, "SourceIdentifier": "judge", "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]}},
                     {"Source": {**source, "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification", "MaximumExecutionFrequency": "One_Hour"}]}},
                     {"Source": {**source, "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]}, "InputParameters": '{"a": 1}'}):
            with self.subTest(rule), self.refused("InvalidParameterValueException"):
                self.config.put_config_rule(ConfigRule={"ConfigRuleName": "x", **rule})


class Policies(Rules):
    """Owner CUSTOM_POLICY: the rule is a text, in Guard or in CEL."""

    region = "ap-northeast-3"
    guard = 'rule sound when resourceType == "AWS::EC2::Volume" {\n  configuration.encrypted == true <<Encrypt it.>>\n  configuration.size <= 16\n}\n'

    def policy(self, name, runtime, text, **more):
        self.put(name, {"Owner": "CUSTOM_POLICY", "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}],
                        "CustomPolicyDetails": {"PolicyRuntime": runtime, "PolicyText": text}}, rule={"Scope": {"ComplianceResourceTypes": [VOLUME]}, **more})

    def test_guard(self):
        self.policy("guard", "guard-2.x.x", self.guard)
        self.judged("guard", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT")
        self.assertEqual(self.config.get_custom_rule_policy(ConfigRuleName="guard")["PolicyText"], self.guard)
        self.assertNotIn("PolicyText", self.config.describe_config_rules(ConfigRuleNames=["guard"])["ConfigRules"][0]["Source"]["CustomPolicyDetails"])
        self.policy("guard", "guard-2.x.x", self.guard.replace("16", "8"))  # the second is too large for the new text
        self.judged("guard", vol_0="COMPLIANT", vol_1="NON_COMPLIANT", vol_2="NON_COMPLIANT")

    def test_cel(self):
        self.policy("cel", "cel-1.0.0", "configuration.size < int(parameters.most)", InputParameters='{"most": "20"}')
        self.judged("cel", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT")

    def test_refused(self):
        for runtime, text in [("guard-2.x.x", "rule a {\n  size ~ 1\n}"), ("guard-3.x.x", "a exists"), ("cel-1.0.0", "resourceType == 3"), ("cel-1.0.0", "nothing(1)")]:
            with self.subTest(text), self.refused("InvalidParameterValueException"):
                self.policy("x", runtime, text)
        with self.refused("InvalidParameterValueException"):
            self.put("x", {"Owner": "CUSTOM_POLICY", "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}], "CustomPolicyDetails": {"PolicyRuntime": "guard-2.x.x", "PolicyText": "a exists"}})
        with self.refused("ValidationException"):
            self.policy("x", "guard-2.x.x", "a exists\n" + "#" * 10000)
        with self.refused("ValidationException"):
            self.config.get_custom_rule_policy()
        self.managed("plain")
        with self.refused("NoSuchConfigRuleException", "CUSTOM_POLICY"):
            self.config.get_custom_rule_policy(ConfigRuleName="plain")


class Remediation(Rules):
    region = "ap-southeast-3"

    def test_configurations(self):
        c = self.config
        self.managed("volumes")
        put = lambda **more: c.put_remediation_configurations(RemediationConfigurations=[{"ConfigRuleName": "volumes", "TargetType": "SSM_DOCUMENT", "TargetId": "AWS-PublishSNSNotification", **more}])
        role = {"AutomationAssumeRole": {"StaticValue": {"Values": [ROLE]}}}
        self.assertEqual(put(Parameters={**role, "Message": {"ResourceValue": {"Value": "RESOURCE_ID"}}, "TopicArn": {"StaticValue": {"Values": ["arn:aws:sns:us-east-1:1:t"]}}})["FailedBatches"], [])
        (r,) = c.describe_remediation_configurations(ConfigRuleNames=["volumes"])["RemediationConfigurations"]
        self.assertEqual((r["TargetId"], r["Parameters"]["Message"], r["Automatic"]), ("AWS-PublishSNSNotification", {"ResourceValue": {"Value": "RESOURCE_ID"}}, False))
        with self.refused("ResourceInUseException"):
            c.delete_config_rule(ConfigRuleName="volumes")
        for bad in ({"Automatic": True}, {"TargetType": "LAMBDA"}, {"Parameters": {"Message": {}}}, {"ConfigRuleName": "none"}, {"Arn": "arn:x"}):
            with self.subTest(bad), self.refused("ValidationException" if "TargetType" in bad else "InvalidParameterValueException"):
                put(**bad)
        c.delete_remediation_configuration(ConfigRuleName="volumes")
        with self.refused("NoSuchRemediationConfigurationException"):
            c.delete_remediation_configuration(ConfigRuleName="volumes")
        self.assertEqual(c.describe_remediation_configurations(ConfigRuleNames=["volumes"])["RemediationConfigurations"], [])

    def test_exceptions(self):
        c = self.config
        self.managed("sound")
        self.judged("sound", vol_0="COMPLIANT", vol_1="COMPLIANT", vol_2="NON_COMPLIANT")
        key = lambda *ids: [{"ResourceType": VOLUME, "ResourceId": i} for i in ids]
        until_then = datetime.datetime.now(UTC).replace(microsecond=0) + datetime.timedelta(days=1)
        put = lambda *ids, **more: c.put_remediation_exceptions(**{"ConfigRuleName": "sound", "ResourceKeys": key(*ids), **more})["FailedBatches"]
        (failed,) = put("vol-1", "vol-2", Message="It moves on Monday.", ExpirationTime=until_then)
        self.assertEqual([e["ResourceId"] for e in failed["FailedItems"]], ["vol-1"])  # a compliant one needs none
        (e,) = c.describe_remediation_exceptions(ConfigRuleName="sound")["RemediationExceptions"]
        self.assertEqual((e["ResourceId"], e["Message"], e["ExpirationTime"]), ("vol-2", "It moves on Monday.", until_then))
        self.assertEqual(c.describe_remediation_exceptions(ConfigRuleName="sound", ResourceKeys=key("vol-1"))["RemediationExceptions"], [])
        for code, call in [
            ("InvalidParameterValueException", lambda: put("vol-2", ExpirationTime=1000000000)), ("InvalidParameterValueException", lambda: put("vol-2", ConfigRuleName="none")),
            ("InvalidNextTokenException", lambda: c.describe_remediation_exceptions(ConfigRuleName="sound", NextToken="forged")), ("ValidationException", lambda: put(*[f"vol-{i}" for i in range(101)])),
        ]:
            with self.refused(code):
                call()
        self.assertEqual(c.delete_remediation_exceptions(ConfigRuleName="sound", ResourceKeys=key("vol-2"))["FailedBatches"], [])
        with self.refused("NoSuchRemediationExceptionException"):
            c.delete_remediation_exceptions(ConfigRuleName="sound", ResourceKeys=key("vol-2"))

    def test_executions(self):
        """They need a configuration, and an administrator who has switched remediation on: nobody has, here."""
        c, one = self.config, [{"resourceType": VOLUME, "resourceId": "vol-2"}]
        c.put_config_rule(ConfigRule={"ConfigRuleName": "fixed", "Source": {"Owner": "AWS", "SourceIdentifier": "ENCRYPTED_VOLUMES"}})
        for call in (lambda: c.start_remediation_execution(ConfigRuleName="fixed", ResourceKeys=one), lambda: c.describe_remediation_execution_status(ConfigRuleName="fixed")):
            with self.refused("NoSuchRemediationConfigurationException"):
                call()
        c.put_remediation_configurations(RemediationConfigurations=[{"ConfigRuleName": "fixed", "TargetType": "SSM_DOCUMENT", "TargetId": "AWS-PublishSNSNotification", "Parameters": {"AutomationAssumeRole": {"StaticValue": {"Values": [ROLE]}}}}])
        self.addCleanup(c.delete_config_rule, ConfigRuleName="fixed")
        self.addCleanup(c.delete_remediation_configuration, ConfigRuleName="fixed")
        with self.refused("InsufficientPermissionsException", "tickmark remediation enable"):
            c.start_remediation_execution(ConfigRuleName="fixed", ResourceKeys=one)
        self.assertEqual(list(pages(c, "describe_remediation_execution_status", "RemediationExecutionStatuses", ConfigRuleName="fixed")), [])
        with self.refused("InvalidNextTokenException"):
            c.describe_remediation_execution_status(ConfigRuleName="fixed", NextToken="forged")


if __name__ == "__main__":
    unittest.main(verbosity=1)
