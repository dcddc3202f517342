"""Resources of AWS Config and their history, reads of many, stored queries, aggregators with their authorizations, and the
history of a resource's compliance, with boto3."""

import datetime
import json
import unittest

from configtest import ACCOUNT, MEMBER, OTHER, VOLUME, Case, client, pages, until, volume

THING = "Acme::Thing::One"


class Resources(Case):
    region = "af-south-1"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record()

    def history(self, id, kind=THING, **more):
        return list(pages(self.config, "get_resource_config_history", "configurationItems", resourceType=kind, resourceId=id, **more))

    def test_history(self):
        for size in (1, 2, 2, 3):
            self.resource(THING, "one", {"size": size}, {"n": str(size)})
        items = self.history("one")
        self.assertEqual([json.loads(i["configuration"])["size"] for i in items], [3, 2, 1])  # the same again is no change
        self.assertEqual([i["configurationItemStatus"] for i in items], ["OK", "OK", "ResourceDiscovered"])
        self.assertEqual([i["tags"] for i in items], [{"n": "3"}, {"n": "2"}, {"n": "1"}])
        self.assertEqual((items[0]["accountId"], items[0]["awsRegion"], items[0]["resourceType"], items[0]["configurationItemMD5Hash"]), (ACCOUNT, self.region, THING, ""))
        ids = [int(i["configurationStateId"]) for i in items]
        self.assertEqual(ids, sorted(set(ids), reverse=True))
        self.assertEqual(self.history("one", chronologicalOrder="Forward"), items[::-1])
        self.assertEqual(self.history("one", PaginationConfig={"PageSize": 1}), items)
        middle = items[1]["configurationItemCaptureTime"]
        self.assertEqual(self.history("one", laterTime=middle), items[1:])
        self.assertEqual(self.history("one", earlierTime=middle, laterTime=middle), items[1:2])
        self.config.delete_resource_config(ResourceType=THING, ResourceId="one")
        self.assertEqual((self.history("one")[0]["configurationItemStatus"], len(self.history("one"))), ("ResourceDeleted", 4))
        self.resource(THING, "one", {"size": 4})
        self.assertEqual(self.history("one")[0]["configurationItemStatus"], "ResourceDiscovered")

        c = self.config
        get = lambda **more: c.get_resource_config_history(**{"resourceType": THING, "resourceId": "one", **more})
        for code, more in [("ResourceNotDiscoveredException", {"resourceId": "never"}), ("InvalidTimeRangeException", {"earlierTime": 200, "laterTime": 100}), ("InvalidLimitException", {"limit": 101}), ("InvalidNextTokenException", {"nextToken": "forged"})]:
            with self.subTest(more), self.refused(code):
                get(**more)
        with self.refused("ResourceNotDiscoveredException"):  # another account's is as good as none
            client("config", self.region, MEMBER).get_resource_config_history(resourceType=THING, resourceId="one")
        token = get(limit=1)["nextToken"]
        with self.refused("InvalidNextTokenException"):  # of another request
            get(limit=1, nextToken=token, chronologicalOrder="Forward")

    def test_lists(self):
        c, kind = self.config, "Acme::Thing::Two"
        for i in range(5):
            self.resource(kind, f"t-{i}", {"n": i})
        c.delete_resource_config(ResourceType=kind, ResourceId="t-4")
        listed = lambda **more: [r["resourceId"] for r in pages(c, "list_discovered_resources", "resourceIdentifiers", resourceType=kind, **more)]
        self.assertEqual(listed(), ["t-0", "t-1", "t-2", "t-3"])
        self.assertEqual(listed(PaginationConfig={"PageSize": 3}), listed())
        self.assertEqual(listed(includeDeletedResources=True)[-1], "t-4")
        self.assertEqual(listed(resourceIds=["t-1", "none"]), ["t-1"])
        self.assertEqual(c.get_discovered_resource_counts(resourceTypes=[kind])["resourceCounts"], [{"resourceType": kind, "count": 4}])
        got = c.batch_get_resource_config(resourceKeys=[{"resourceType": kind, "resourceId": i} for i in ("t-3", "none")])
        self.assertEqual([(i["resourceId"], json.loads(i["configuration"])) for i in got["baseConfigurationItems"]], [("t-3", {"n": 3})])
        self.assertEqual(got["unprocessedResourceKeys"], [{"resourceType": kind, "resourceId": "none"}])
        self.assertNotIn("tags", got["baseConfigurationItems"][0])
        for code, call in [
            ("ValidationException", lambda: c.list_discovered_resources(resourceType=kind, resourceIds=["t-1"], resourceName="x")), ("InvalidLimitException", lambda: c.list_discovered_resources(resourceType=kind, limit=101)),
            ("InvalidNextTokenException", lambda: c.list_discovered_resources(resourceType=kind, nextToken="forged")), ("InvalidLimitException", lambda: c.get_discovered_resource_counts(limit=101)),
            ("InvalidNextTokenException", lambda: c.get_discovered_resource_counts(nextToken="forged")), ("ValidationException", lambda: c.batch_get_resource_config(resourceKeys=[{"resourceType": kind, "resourceId": str(i)} for i in range(101)])),
        ]:
            with self.subTest(code), self.refused(code):
                call()

    def test_put_refused(self):
        put = lambda c, **more: c.put_resource_config(**{"ResourceType": THING, "SchemaVersionId": "1", "ResourceId": "bad", "Configuration": "{}", **more})
        for more in ({"Configuration": "["}, {"Configuration": '{"a":"' + "x" * (64 << 10) + '"}'}):
            with self.subTest(str(more)[:40]), self.refused("ValidationException"):
                put(self.config, **more)
        unrecorded = client("config", "ap-south-2")
        with self.refused("NoRunningConfigurationRecorderException"):
            put(unrecorded)
        with self.refused("NoRunningConfigurationRecorderException"):
            unrecorded.delete_resource_config(ResourceType=THING, ResourceId="bad")

    def test_compliance_history(self):
        """Each change of a resource's compliance is an item of AWS::Config::ResourceCompliance."""
        c, kind, id = self.config, "AWS::Config::ResourceCompliance", f"{VOLUME}/vol-h"
        c.put_config_rule(ConfigRule={"ConfigRuleName": "encrypted", "Source": {"Owner": "AWS", "SourceIdentifier": "ENCRYPTED_VOLUMES"}})
        self.addCleanup(c.delete_config_rule, ConfigRuleName="encrypted")
        verdicts = []
        for encrypted in (True, False, True):
            self.resource(VOLUME, "vol-h", volume(encrypted))
            verdicts.append("COMPLIANT" if encrypted else "NON_COMPLIANT")
            get = lambda: [json.loads(i["configuration"]) for i in self.history(id, kind, chronologicalOrder="Forward")]
            items = until(lambda: self.or_none(get), lambda got: got is not None and [i["complianceType"] for i in got] == verdicts)
        self.assertEqual((items[1]["targetResourceId"], items[1]["targetResourceType"]), ("vol-h", VOLUME))
        self.assertEqual([(r["configRuleName"], r["complianceType"]) for r in items[1]["configRuleList"]], [("encrypted", "NON_COMPLIANT")])
        rows = [json.loads(r) for r in pages(c, "select_resource_config", "Results", Expression=f"SELECT configuration.complianceType WHERE resourceType = '{kind}' AND configuration.targetResourceId = 'vol-h'")]
        self.assertEqual(rows, [{"configuration": {"complianceType": "COMPLIANT"}}])
        with self.refused("ResourceNotDiscoveredException"):
            self.history(f"{VOLUME}/none", kind)

    def or_none(self, get):
        try:
            return get()
        except self.config.exceptions.ResourceNotDiscoveredException:
            return None


class StoredQueries(Case):
    region = "il-central-1"

    def put(self, name, text="SELECT resourceId", **more):
        return self.config.put_stored_query(StoredQuery={"QueryName": name, "Expression": text, **more})["QueryArn"]

    def test_life(self):
        c = self.config
        arn = self.put("one", "SELECT resourceId WHERE resourceType = 'AWS::S3::Bucket'", Description="Buckets")
        self.assertRegex(arn, rf"^arn:aws:config:{self.region}:{ACCOUNT}:stored-query/one/query-[a-z0-9]+$")
        for i in range(4):
            self.put(f"q{i}")
        q = c.get_stored_query(QueryName="one")["StoredQuery"]
        self.assertEqual((q["QueryArn"], q["Description"], q["Expression"]), (arn, "Buckets", "SELECT resourceId WHERE resourceType = 'AWS::S3::Bucket'"))
        self.assertEqual(self.put("one", "SELECT arn"), arn)
        names, token, turns = [], {}, 0
        while turns == 0 or token:
            page = c.list_stored_queries(MaxResults=2, **token)
            names, turns = names + [q["QueryName"] for q in page["StoredQueryMetadata"]], turns + 1
            token = {"NextToken": page["NextToken"]} if page.get("NextToken") else {}
        self.assertEqual((sorted(names), turns), (["one", "q0", "q1", "q2", "q3"], 3))
        for n in names:
            c.delete_stored_query(QueryName=n)
        for call in (c.get_stored_query, c.delete_stored_query):
            with self.refused("ResourceNotFoundException", "one"):
                call(QueryName="one")
        with self.refused("InvalidNextTokenException"):
            c.list_stored_queries(NextToken="forged")
        self.put("one")
        self.addCleanup(c.delete_stored_query, QueryName="one")
        for more in ({"text": "SELECT arn WHERE"}, {"name": "a b"}, {"QueryId": "query-other"}):
            with self.subTest(more), self.refused("ValidationException"):
                self.put(**{"name": "one", **more})
        with self.refused("ValidationException"):
            c.put_stored_query(StoredQuery={"QueryName": "t", "Expression": "SELECT arn"}, Tags=[{"Key": f"k{i}", "Value": ""} for i in range(51)])

    def test_mistakes(self):
        c = self.config
        with self.refused("InvalidExpressionException", "line 1, column"):
            c.select_resource_config(Expression="SELECT FROM")
        with self.refused("InvalidLimitException"):
            c.select_resource_config(Expression="SELECT arn", Limit=101)
        with self.refused("InvalidNextTokenException"):
            c.select_resource_config(Expression="SELECT arn", NextToken="forged")


class Aggregators(Case):
    """An aggregator of accounts in a region of its own: our own, one member that allows it, one that does not at first."""

    region = "eu-south-1"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = client("config", cls.region, OTHER)
        cls.config.put_configuration_aggregator(ConfigurationAggregatorName="some", AccountAggregationSources=[{"AccountIds": [ACCOUNT, OTHER], "AwsRegions": ["us-east-1", "eu-central-1"]}])
        cls.addClassCleanup(cls.config.delete_configuration_aggregator, ConfigurationAggregatorName="some")
        cls.theirs = {r: client("config", r, OTHER) for r in ("us-east-1", "eu-central-1")}

    def sources(self):
        return {(s["SourceId"], s["AwsRegion"]): s["LastUpdateStatus"] for s in pages(self.config, "describe_configuration_aggregator_sources_status", "AggregatedSourceStatusList", ConfigurationAggregatorName="some")}

    def accounts(self):
        return {r["AccountId"] for r in pages(self.config, "describe_aggregate_compliance_by_config_rules", "AggregateComplianceByConfigRules", ConfigurationAggregatorName="some")}

    def test_authorization(self):
        c, us = self.config, self.theirs["us-east-1"]
        self.assertEqual(self.accounts(), {ACCOUNT})
        self.assertEqual(self.sources()[OTHER, "us-east-1"], "FAILED")
        self.assertIn((ACCOUNT, self.region), [(p["RequesterAccountId"], p["RequesterAwsRegion"]) for p in pages(us, "describe_pending_aggregation_requests", "PendingAggregationRequests")])
        with self.refused("ValidationException"):
            us.put_aggregation_authorization(AuthorizedAccountId="12", AuthorizedAwsRegion=self.region)
        a = us.put_aggregation_authorization(AuthorizedAccountId=ACCOUNT, AuthorizedAwsRegion=self.region)["AggregationAuthorization"]
        self.assertEqual((a["AuthorizedAccountId"], a["AuthorizedAwsRegion"]), (ACCOUNT, self.region))
        self.assertIn(a, list(pages(us, "describe_aggregation_authorizations", "AggregationAuthorizations")))
        self.assertNotIn((ACCOUNT, self.region), [(p["RequesterAccountId"], p["RequesterAwsRegion"]) for p in pages(us, "describe_pending_aggregation_requests", "PendingAggregationRequests")])
        self.assertEqual((self.sources()[OTHER, "us-east-1"], self.sources()[OTHER, "eu-central-1"]), ("SUCCEEDED", "FAILED"))
        self.assertEqual(self.accounts(), {ACCOUNT, OTHER})
        us.delete_aggregation_authorization(AuthorizedAccountId=ACCOUNT, AuthorizedAwsRegion=self.region)
        self.assertEqual(self.accounts(), {ACCOUNT})
        self.theirs["eu-central-1"].delete_pending_aggregation_request(RequesterAccountId=ACCOUNT, RequesterAwsRegion=self.region)
        for call in (us.describe_aggregation_authorizations, us.describe_pending_aggregation_requests):
            with self.refused("InvalidNextTokenException"):
                call(NextToken="forged")
            with self.refused("InvalidLimitException"):
                call(Limit=101)

    def test_reads(self):
        """What the aggregate tells is what the accounts tell."""
        c, name = self.config, "some"
        own = client("config", "us-east-1")
        counts = c.get_aggregate_discovered_resource_counts(ConfigurationAggregatorName=name, Filters={"AccountId": ACCOUNT, "Region": "us-east-1", "ResourceType": VOLUME})
        listed = [r["resourceId"] for r in pages(own, "list_discovered_resources", "resourceIdentifiers", resourceType=VOLUME)]
        self.assertEqual(counts["TotalDiscoveredResources"], len(listed))
        found = list(pages(c, "list_aggregate_discovered_resources", "ResourceIdentifiers", ConfigurationAggregatorName=name, ResourceType=VOLUME, Filters={"Region": "us-east-1"}, PaginationConfig={"PageSize": 2}))
        self.assertEqual(sorted(r["ResourceId"] for r in found), sorted(listed))
        item = c.get_aggregate_resource_config(ConfigurationAggregatorName=name, ResourceIdentifier=found[0])["ConfigurationItem"]
        self.assertEqual(item, own.get_resource_config_history(resourceType=VOLUME, resourceId=found[0]["ResourceId"], limit=1)["configurationItems"][0])
        missing = {**found[0], "ResourceId": "none"}
        got = c.batch_get_aggregate_resource_config(ConfigurationAggregatorName=name, ResourceIdentifiers=[found[0], missing])
        self.assertEqual(([i["resourceId"] for i in got["BaseConfigurationItems"]], got["UnprocessedResourceIdentifiers"]), ([found[0]["ResourceId"]], [missing]))

        rules = {r["ConfigRuleName"]: r["Compliance"] for r in pages(c, "describe_aggregate_compliance_by_config_rules", "AggregateComplianceByConfigRules", ConfigurationAggregatorName=name, Filters={"AccountId": ACCOUNT, "AwsRegion": "us-east-1"})}
        theirs = {r["ConfigRuleName"]: r["Compliance"] for r in pages(own, "describe_compliance_by_config_rule", "ComplianceByConfigRules")}
        self.assertEqual({k: v["ComplianceType"] for k, v in rules.items()}, {k: theirs[k]["ComplianceType"] for k in rules})
        failing = next(k for k, v in rules.items() if v["ComplianceType"] == "NON_COMPLIANT")
        details = {r["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"] for r in pages(c, "get_aggregate_compliance_details_by_config_rule", "AggregateEvaluationResults", ConfigurationAggregatorName=name, ConfigRuleName=failing, AccountId=ACCOUNT, AwsRegion="us-east-1", ComplianceType="NON_COMPLIANT")}
        self.assertEqual(details, {r["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"] for r in pages(own, "get_compliance_details_by_config_rule", "EvaluationResults", ConfigRuleName=failing, ComplianceTypes=["NON_COMPLIANT"])})
        by_region = c.get_aggregate_config_rule_compliance_summary(ConfigurationAggregatorName=name, GroupByKey="AWS_REGION")["AggregateComplianceCounts"]
        self.assertEqual({g["GroupName"] for g in by_region}, {"us-east-1", "eu-central-1"})
        packs = {p["ConformancePackName"]: p["Compliance"]["ComplianceType"] for p in pages(c, "describe_aggregate_compliance_by_conformance_packs", "AggregateComplianceByConformancePacks", ConfigurationAggregatorName=name, Filters={"AwsRegion": "us-east-1"})}
        for p in pages(own, "get_conformance_pack_compliance_summary", "ConformancePackComplianceSummaryList", ConformancePackNames=sorted(packs)[:5]):
            self.assertEqual(packs[p["ConformancePackName"]], p["ConformancePackComplianceStatus"])
        self.assertTrue(c.get_aggregate_conformance_pack_compliance_summary(ConfigurationAggregatorName=name, GroupByKey="ACCOUNT_ID")["AggregateConformancePackComplianceSummaries"])

    def test_refused(self):
        c, none = self.config, {"ConfigurationAggregatorName": "none"}
        resource = {"SourceAccountId": ACCOUNT, "SourceRegion": "us-east-1", "ResourceId": "none", "ResourceType": VOLUME}
        rule = {"ConfigRuleName": "r", "AccountId": ACCOUNT, "AwsRegion": "us-east-1"}
        for call, more in [
            (c.delete_configuration_aggregator, {}), (c.describe_configuration_aggregator_sources_status, {}), (c.describe_aggregate_compliance_by_config_rules, {}),
            (c.get_aggregate_compliance_details_by_config_rule, rule), (c.get_aggregate_config_rule_compliance_summary, {}), (c.describe_aggregate_compliance_by_conformance_packs, {}),
            (c.get_aggregate_conformance_pack_compliance_summary, {}), (c.get_aggregate_discovered_resource_counts, {}), (c.list_aggregate_discovered_resources, {"ResourceType": VOLUME}),
            (c.get_aggregate_resource_config, {"ResourceIdentifier": resource}), (c.batch_get_aggregate_resource_config, {"ResourceIdentifiers": [resource]}), (c.select_aggregate_resource_config, {"Expression": "SELECT arn"}),
        ]:
            with self.subTest(call.__name__), self.refused("NoSuchConfigurationAggregatorException", "none"):
                call(**none, **more)
        with self.refused("NoSuchConfigurationAggregatorException"):
            c.describe_configuration_aggregators(ConfigurationAggregatorNames=["none"])
        with self.refused("ResourceNotDiscoveredException"):
            c.get_aggregate_resource_config(ConfigurationAggregatorName="some", ResourceIdentifier=resource)
        with self.refused("InvalidNextTokenException"):
            c.describe_configuration_aggregators(NextToken="forged")
        source = {"RoleArn": f"arn:aws:iam::{OTHER}:role/config", "AllAwsRegions": True}
        with self.refused("OrganizationAccessDeniedException"):
            self.other.put_configuration_aggregator(ConfigurationAggregatorName="mine", OrganizationAggregationSource=source)
        for code, more in [("InvalidRoleException", {"OrganizationAggregationSource": {**source, "RoleArn": "arn:aws:iam::1:user/u"}}), ("InvalidParameterValueException", {}),
                           ("InvalidParameterValueException", {"AccountAggregationSources": [{"AccountIds": [ACCOUNT], "AllAwsRegions": True, "AwsRegions": ["us-east-1"]}]}), ("InvalidParameterValueException", {"AccountAggregationSources": [{"AccountIds": [ACCOUNT]}]})]:
            with self.subTest(more), self.refused(code):
                c.put_configuration_aggregator(ConfigurationAggregatorName="bad", **more)

    def test_limit(self):
        c = client("config", "eu-south-2")
        put = lambda n: c.put_configuration_aggregator(ConfigurationAggregatorName=n, AccountAggregationSources=[{"AccountIds": [ACCOUNT], "AllAwsRegions": True}])
        for i in range(50):
            put(f"a{i}")
            self.addCleanup(c.delete_configuration_aggregator, ConfigurationAggregatorName=f"a{i}")
        with self.refused("LimitExceededException"):
            put("more")
        put("a0")


class Connectors(Case):
    region = "ap-northeast-1"
    azure = {"azure": {"tenantIdentifier": "11111111-2222-4333-8444-555555555555", "clientIdentifier": "21111111-2222-4333-8444-555555555555"}}

    def test_life(self):
        c = self.config
        made = c.put_connector(ConnectorConfiguration=self.azure, Tags=[{"Key": "team", "Value": "sre"}])
        self.assertEqual(c.get_connector(Arn=made["Arn"])["Connector"]["connectorConfiguration"], self.azure)
        with self.refused("ConflictException"):
            c.put_connector(ConnectorConfiguration=self.azure)
        self.assertEqual([x["arn"] for x in c.list_connectors()["ConnectorSummaries"]], [made["Arn"]])
        c.delete_connector(Arn=made["Arn"])
        for call in (c.get_connector, c.delete_connector):
            with self.refused("ResourceNotFoundException"):
                call(Arn=made["Arn"])
        with self.refused("ValidationException"):
            c.list_connectors(NextToken="forged")


if __name__ == "__main__":
    unittest.main(verbosity=1)
