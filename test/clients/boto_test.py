"""boto3 in one process against the server that test/clients/run has started: paging to the end, typed errors, signed
links, everyday scripts of an SRE."""

import concurrent.futures
import datetime
import gzip
import io
import json
import time
import unittest
import urllib.request
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "218007301253"
MEMBERS = ["218007301253", "111122223333", "444455556666"]
NO_RETRY = Config(retries={"max_attempts": 1})


def client(name, region="us-east-1", **more):
    return boto3.client(name, region_name=region, config=NO_RETRY, **more)


def pages(c, operation, key, **args):
    for page in c.get_paginator(operation).paginate(**args):
        yield from page[key]


class Access(unittest.TestCase):
    def test_session_of_a_member(self):
        sts = client("sts")
        c = sts.assume_role(RoleArn="arn:aws:iam::111122223333:role/TickmarkAccess", RoleSessionName="boto")["Credentials"]
        self.assertGreater(c["Expiration"], datetime.datetime.now(datetime.timezone.utc))
        keys = dict(aws_access_key_id=c["AccessKeyId"], aws_secret_access_key=c["SecretAccessKey"], aws_session_token=c["SessionToken"])
        self.assertEqual(client("sts", **keys).get_caller_identity()["Account"], "111122223333")
        # The member sees its own resources and nothing of the others.
        for rule in pages(client("config", **keys), "describe_config_rules", "ConfigRules"):
            self.assertIn(":111122223333:", rule["ConfigRuleArn"])

    def test_wrong_secret(self):
        with self.assertRaises(ClientError) as e:
            client("config", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x").describe_config_rules()
        self.assertIn(e.exception.response["Error"]["Code"], ("UnrecognizedClientException", "InvalidSignatureException"))
        self.assertTrue(e.exception.response["ResponseMetadata"]["RequestId"])


class Rules(unittest.TestCase):
    def test_everyday_script(self):
        """For each failing rule the count of failing resources, in every account and region."""
        c = client("config")
        summary = c.get_compliance_summary_by_config_rule()["ComplianceSummary"]
        failing = list(pages(c, "describe_compliance_by_config_rule", "ComplianceByConfigRules", ComplianceTypes=["NON_COMPLIANT"]))
        self.assertEqual(min(len(failing), 25), summary["NonCompliantResourceCount"]["CappedCount"])
        self.assertEqual(len(failing) > 25, summary["NonCompliantResourceCount"]["CapExceeded"])
        for rule in failing[:10]:
            name = rule["ConfigRuleName"]
            results = list(pages(c, "get_compliance_details_by_config_rule", "EvaluationResults", ConfigRuleName=name, ComplianceTypes=["NON_COMPLIANT"]))
            self.assertTrue(results, name)
            for r in results:
                self.assertEqual(r["ComplianceType"], "NON_COMPLIANT")
                self.assertTrue(r["Annotation"], name)
                self.assertLessEqual(len(r["Annotation"]), 256)

    def test_typed_errors(self):
        c = client("config")
        with self.assertRaises(c.exceptions.NoSuchConfigRuleException):
            c.describe_config_rules(ConfigRuleNames=["nothing"])
        with self.assertRaises(c.exceptions.InvalidNextTokenException):
            c.describe_config_rules(NextToken="forged")

    def test_history_and_snapshot(self):
        c = client("config")
        bucket = next(pages(c, "list_discovered_resources", "resourceIdentifiers", resourceType="AWS::S3::Bucket"))
        items = list(pages(c, "get_resource_config_history", "configurationItems", resourceType="AWS::S3::Bucket", resourceId=bucket["resourceId"]))
        self.assertTrue(items)
        times = [i["configurationItemCaptureTime"] for i in items]
        self.assertEqual(times, sorted(times, reverse=True))
        json.loads(items[0]["configuration"])
        snapshot = c.deliver_config_snapshot(deliveryChannelName="default")["configSnapshotId"]
        channel = c.describe_delivery_channels()["DeliveryChannels"][0]
        keys = [o["Key"] for o in pages(client("s3"), "list_objects_v2", "Contents", Bucket=channel["s3BucketName"]) if snapshot in o["Key"]]
        self.assertEqual(len(keys), 1)
        body = client("s3").get_object(Bucket=channel["s3BucketName"], Key=keys[0])["Body"].read()
        self.assertTrue(json.loads(gzip.decompress(body))["configurationItems"])

    def test_aggregator(self):
        c = client("config")
        c.put_configuration_aggregator(ConfigurationAggregatorName="boto", OrganizationAggregationSource={"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/config", "AllAwsRegions": True})
        seen = {(r["AccountId"], r["AwsRegion"]) for r in pages(c, "describe_aggregate_compliance_by_config_rules", "AggregateComplianceByConfigRules", ConfigurationAggregatorName="boto")}
        self.assertEqual({a for a, _ in seen}, set(MEMBERS))
        self.assertEqual({r for _, r in seen}, {"us-east-1", "eu-central-1"})
        c.delete_configuration_aggregator(ConfigurationAggregatorName="boto")


class Trail(unittest.TestCase):
    day = dict(StartTime=datetime.datetime(2023, 7, 10), EndTime=datetime.datetime(2023, 7, 11))

    def test_every_page(self):
        events = list(pages(client("cloudtrail"), "lookup_events", "Events", **self.day))
        ids = [e["EventId"] for e in events]
        self.assertGreater(len(ids), 1000)
        self.assertEqual(len(ids), len(set(ids)))
        times = [e["EventTime"] for e in events]
        self.assertEqual(times, sorted(times, reverse=True))
        record = json.loads(events[0]["CloudTrailEvent"])
        self.assertEqual(record["eventID"], ids[0])

    def test_by_user(self):
        c = client("cloudtrail")
        user = next(e["Username"] for e in pages(c, "lookup_events", "Events", **self.day) if e.get("Username"))
        found = list(pages(c, "lookup_events", "Events", LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": user}], **self.day))
        self.assertTrue(found)
        self.assertEqual({e["Username"] for e in found}, {user})


class Audit(unittest.TestCase):
    def test_report_of_the_demonstration(self):
        c = client("auditmanager")
        assessment = next(a for a in c.list_assessments()["assessmentMetadata"] if a["name"].startswith("Sample organization"))
        whole = c.get_assessment(assessmentId=assessment["id"])["assessment"]
        total = 0
        for control_set in whole["framework"]["controlSets"]:
            for control in control_set["controls"]:
                token = {}
                while True:
                    page = c.get_evidence_folders_by_assessment_control(assessmentId=assessment["id"], controlSetId=control_set["id"], controlId=control["id"], **token)
                    for f in page["evidenceFolders"]:
                        parts = [f[k] for k in f if k.startswith("evidenceByType") and k.endswith("Count") and "Issues" not in k]
                        self.assertEqual(f["totalEvidence"], sum(parts), f)
                        total += f["totalEvidence"]
                    if not page.get("nextToken"):
                        break
                    token = {"nextToken": page["nextToken"]}
        self.assertGreater(total, 500)
        report = c.list_assessment_reports()["assessmentReports"]
        done = next(r for r in report if r["assessmentId"] == assessment["id"] and r["status"] == "COMPLETE")
        link = c.get_assessment_report_url(assessmentId=assessment["id"], assessmentReportId=done["id"])["preSignedUrl"]["link"]
        bundle = zipfile.ZipFile(io.BytesIO(urllib.request.urlopen(link).read()))
        self.assertTrue(any(n.endswith("AssessmentReportSummary.pdf") for n in bundle.namelist()))
        with self.assertRaises(urllib.error.HTTPError) as e:
            urllib.request.urlopen(link[:-4] + "0000")
        self.assertEqual(e.exception.code, 403)

    def test_typed_errors(self):
        c = client("auditmanager")
        with self.assertRaises(c.exceptions.ResourceNotFoundException) as e:
            c.get_control(controlId="11111111-2222-4333-8444-555555555555")
        self.assertEqual(e.exception.response["resourceId"], "11111111-2222-4333-8444-555555555555")
        with self.assertRaises(c.exceptions.ValidationException) as e:
            c.create_control(name="a\\b", controlMappingSources=[{"sourceType": "MANUAL", "sourceSetUpOption": "Procedural_Controls_Mapping"}])
        self.assertEqual(e.exception.response["reason"], "fieldValidationFailed")
        self.assertTrue(e.exception.response["fields"])


class Queries(unittest.TestCase):
    def test_count_by_type(self):
        c = client("config")
        ask = lambda sql: [json.loads(r) for r in pages(c, "select_resource_config", "Results", Expression=sql)]
        counts = {r["resourceType"]: r["COUNT(*)"] for r in ask("SELECT resourceType, COUNT(*) GROUP BY resourceType")}
        listed = c.get_discovered_resource_counts(resourceTypes=["AWS::EC2::Instance"])["resourceCounts"]
        self.assertEqual(counts["AWS::EC2::Instance"], listed[0]["count"])
        self.assertEqual(ask("SELECT resourceId WHERE accountId = '111122223333'"), [])  # another account's

    def test_mistake(self):
        with self.assertRaises(ClientError) as e:
            client("config").select_resource_config(Expression="SELECT FROM")
        self.assertEqual(e.exception.response["Error"]["Code"], "InvalidExpressionException")


class Planned(unittest.TestCase):
    """A pipeline asks before it deploys."""

    def evaluate(self, c, kind, properties, **more):
        id = c.start_resource_evaluation(
            EvaluationMode="PROACTIVE",
            ResourceDetails={"ResourceId": "planned", "ResourceType": kind, "ResourceConfiguration": json.dumps(properties), "ResourceConfigurationSchemaType": "CFN_RESOURCE_SCHEMA"},
            **more,
        )["ResourceEvaluationId"]
        for _ in range(100):
            summary = c.get_resource_evaluation_summary(ResourceEvaluationId=id)
            if summary["EvaluationStatus"]["Status"] != "IN_PROGRESS":
                self.assertEqual(summary["EvaluationStatus"]["Status"], "SUCCEEDED")
                details = pages(c, "get_compliance_details_by_resource", "EvaluationResults", ResourceEvaluationId=id)
                return id, summary["Compliance"], {r["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ConfigRuleName"]: r["ComplianceType"] for r in details}
            time.sleep(0.05)
        self.fail("the evaluation does not end")

    def test_before_a_deployment(self):
        c = client("config")
        c.put_config_rule(ConfigRule={"ConfigRuleName": "boto-planned", "Source": {"Owner": "AWS", "SourceIdentifier": "RDS_INSTANCE_PUBLIC_ACCESS_CHECK"}, "EvaluationModes": [{"Mode": "PROACTIVE"}]})
        self.addCleanup(c.delete_config_rule, ConfigRuleName="boto-planned")
        self.assertEqual([r["ConfigRuleName"] for r in c.describe_config_rules(Filters={"EvaluationMode": "PROACTIVE"})["ConfigRules"]], ["boto-planned"])
        database = "AWS::RDS::DBInstance"
        ids = []
        for properties, want in [({"PubliclyAccessible": False}, "COMPLIANT"), ({"PubliclyAccessible": "true"}, "NON_COMPLIANT"), ({"DBSubnetGroupName": "inner"}, "INSUFFICIENT_DATA")]:
            id, compliance, results = self.evaluate(c, database, {"Engine": "mysql", **properties}, EvaluationContext={"EvaluationContextIdentifier": "boto"})
            self.assertEqual((compliance, results), (want, {"boto-planned": want}))
            ids.append(id)
        listed = pages(c, "list_resource_evaluations", "ResourceEvaluations", Filters={"EvaluationContextIdentifier": "boto"}, PaginationConfig={"PageSize": 2})
        self.assertEqual([e["ResourceEvaluationId"] for e in listed], ids)
        self.assertEqual(self.evaluate(c, "AWS::Logs::LogGroup", {})[1:], ("INSUFFICIENT_DATA", {}))

        token = "t" * 64
        again = [self.evaluate(c, database, {"Engine": "mysql"}, ClientToken=token)[0] for _ in range(2)]
        self.assertEqual(again[0], again[1])
        with self.assertRaises(c.exceptions.IdempotentParameterMismatch):
            self.evaluate(c, database, {"Engine": "postgres"}, ClientToken=token)
        with self.assertRaises(c.exceptions.ResourceNotFoundException):
            c.get_resource_evaluation_summary(ResourceEvaluationId="none")
        with self.assertRaises(c.exceptions.InvalidTimeRangeException):
            c.list_resource_evaluations(Filters={"TimeWindow": {"StartTime": 2, "EndTime": 1}})
        with self.assertRaises(c.exceptions.InvalidParameterValueException):
            self.evaluate(c, database, [])
        with self.assertRaises(c.exceptions.InvalidParameterValueException):
            c.put_config_rule(ConfigRule={"ConfigRuleName": "boto-not", "Source": {"Owner": "AWS", "SourceIdentifier": "ENCRYPTED_VOLUMES"}, "EvaluationModes": [{"Mode": "PROACTIVE"}]})


class ControlCatalog(unittest.TestCase):
    def test_from_the_domain_to_the_rule(self):
        c = client("controlcatalog")
        domains = {d["Name"]: d["Arn"] for d in pages(c, "list_domains", "Domains", PaginationConfig={"PageSize": 5})}
        self.assertGreaterEqual(len(domains), 15)
        domain = domains["Data protection"]
        objectives = list(pages(c, "list_objectives", "Objectives", ObjectiveFilter={"Domains": [{"Arn": domain}]}, PaginationConfig={"PageSize": 2}))
        self.assertEqual({o["Domain"]["Arn"] for o in objectives}, {domain})
        rest = next(o["Arn"] for o in objectives if o["Name"] == "Encryption at rest")
        commons = list(pages(c, "list_common_controls", "CommonControls", CommonControlFilter={"Objectives": [{"Arn": rest}]}))
        self.assertEqual({k["Objective"]["Arn"] for k in commons}, {rest})
        self.assertGreaterEqual(len(list(pages(c, "list_common_controls", "CommonControls"))), 250)
        storage = next(k["Arn"] for k in commons if "block and file storage" in k["Name"])
        mapped = {m["ControlArn"] for m in pages(c, "list_control_mappings", "ControlMappings", Filter={"CommonControlArns": [storage]}, PaginationConfig={"PageSize": 3})}
        rule = c.list_controls(Filter={"Implementations": {"Types": ["AWS::Config::ConfigRule"], "Identifiers": ["ENCRYPTED_VOLUMES"]}})["Controls"][0]
        self.assertIn(rule["Arn"], mapped)
        whole = c.get_control(ControlArn=rule["Arn"])
        self.assertEqual((whole["Implementation"]["Identifier"], whole["Behavior"], whole["RegionConfiguration"]["Scope"]), ("ENCRYPTED_VOLUMES", "DETECTIVE", "REGIONAL"))
        every = list(pages(c, "list_controls", "Controls"))
        self.assertEqual(len(every), len({k["Arn"] for k in every}))
        self.assertGreater(len(every), 1500)
        with self.assertRaises(c.exceptions.ResourceNotFoundException):
            c.get_control(ControlArn="arn:aws:controlcatalog:::control/nothingofthekind")
        with self.assertRaises(c.exceptions.ValidationException):
            c.list_domains(NextToken="abc")

        core = client("auditmanager")
        core.register_account()
        listed = core.list_controls(controlType="Core", controlCatalogId=domain, maxResults=5)["controlMetadataList"]
        self.assertEqual(core.get_control(controlId=listed[0]["id"])["control"]["type"], "Core")


class ManyControls(unittest.TestCase):
    """226 manual controls whose names have accents, slashes and spaces, made side by side and deleted again."""

    COUNT = 226

    def custom(self, c, field, size=100):
        """Every custom control: botocore has no paginators for Audit Manager."""
        found, token = set(), {}
        while True:
            page = c.list_controls(controlType="Custom", maxResults=size, **token)
            found |= {k[field] for k in page["controlMetadataList"]}
            if "nextToken" not in page:
                return found
            token = {"nextToken": page["nextToken"]}

    def side_by_side(self, call, items):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            return list(pool.map(call, items))

    def test_226_controls(self):
        c = client("auditmanager")
        c.register_account()
        before = self.custom(c, "id")
        names = [f"Contrôle n° {i} / accès d'été & Größe 日本 {i}" for i in range(self.COUNT)]
        source = [{"sourceName": "à la main", "sourceType": "MANUAL", "sourceSetUpOption": "Procedural_Controls_Mapping"}]
        ids = self.side_by_side(lambda n: c.create_control(name=n, description="d / é", controlMappingSources=source)["control"]["id"], names)
        self.assertEqual(len(set(ids)), self.COUNT)
        self.assertLessEqual(set(names), self.custom(c, "name", 50))
        with self.assertRaises(c.exceptions.ValidationException):  # of two of one name only one is made
            c.create_control(name=names[7].replace("Contrôle", "CONTRÔLE"), controlMappingSources=source)

        sets = [f"Accès / revue n° {s}: who's who? 50% + ü" for s in range(12)]
        framework = c.create_assessment_framework(name="Référentiel / 226", controlSets=[
            {"name": name, "controls": [{"id": i} for i in ids[at::len(sets)]]} for at, name in enumerate(sets)])["framework"]
        assessment = c.create_assessment(
            name="Évaluation / 226", frameworkId=framework["id"], scope={"awsAccounts": [{"id": ACCOUNT}]},
            assessmentReportsDestination={"destinationType": "S3", "destination": "s3://many-controls"},
            roles=[{"roleType": "PROCESS_OWNER", "roleArn": f"arn:aws:iam::{ACCOUNT}:root"}])["assessment"]["metadata"]["id"]

        def comment(at):  # the set's name is a segment of the path
            return c.update_assessment_control(assessmentId=assessment, controlSetId=sets[at % len(sets)], controlId=ids[at], commentBody=f"vu / {at}")
        for at, answer in enumerate(self.side_by_side(comment, range(len(sets)))):
            self.assertEqual((answer["control"]["name"], answer["control"]["comments"][0]["commentBody"]), (names[at], f"vu / {at}"))
        for name in sets:
            log = c.get_change_logs(assessmentId=assessment, controlSetId=name)["changeLogs"]
            self.assertEqual(len(log), 1, name)

        c.delete_assessment(assessmentId=assessment)
        self.side_by_side(lambda i: c.delete_control(controlId=i), ids)
        self.assertEqual(self.custom(c, "id"), before)
        got = c.get_assessment_framework(frameworkId=framework["id"])["framework"]
        self.assertEqual(got["controlSets"], [])  # a set that has lost its last control is gone
        c.delete_assessment_framework(frameworkId=framework["id"])


class Unserved(unittest.TestCase):
    def test_honest_error(self):
        for name, call in [("cloudtrail", lambda c: c.enable_federation(EventDataStore="none", FederationRoleArn="arn:aws:iam::111122223333:role/r")), ("wellarchitected", lambda c: c.list_workloads()), ("ssm", lambda c: c.list_commands())]:
            with self.assertRaises(ClientError) as e:
                call(client(name))
            self.assertEqual(e.exception.response["Error"]["Code"], "NotImplemented", name)
            self.assertEqual(e.exception.response["ResponseMetadata"]["HTTPStatusCode"], 501, name)


if __name__ == "__main__":
    unittest.main(verbosity=1)
