"""CloudTrail Lake with boto3: event data stores, queries and their signed results, channels, imports, dashboards."""

import base64
import csv
import gzip
import hashlib
import io
import json
import unittest

from configtest import ACCOUNT, MEMBER, Case, client, pages, until

REGION = "sa-east-1"


def record(event, time="2026-01-10T00:00:00Z", account=ACCOUNT):
    return {"eventVersion": "1.08", "eventID": event, "eventTime": time, "eventName": "RunInstances", "eventSource": "ec2.amazonaws.com",
            "awsRegion": REGION, "recipientAccountId": account, "userIdentity": {"type": "IAMUser", "userName": "ana"},
            "requestParameters": {"instanceType": "t3.micro", "tagSpecificationSet": {"items": [{"key": "team"}]}}}


def der(data):
    """The numbers of an RSAPublicKey: a SEQUENCE of two INTEGERs."""
    def element(b, at):
        size, at = b[at + 1], at + 2
        if size & 0x80:
            n = size & 0x7f
            size, at = int.from_bytes(b[at:at + n], "big"), at + n
        return b[at:at + size], at + size
    body, _ = element(data, 0)
    modulus, at = element(body, 0)
    exponent, _ = element(body, at)
    return int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")


def signed(key, text, signature):
    """Whether an RSA PKCS #1 v1.5 signature with SHA-256 is good."""
    n, e = der(key)
    size = (n.bit_length() + 7) // 8
    want = b"\x00\x01" + b"\xff" * (size - 54) + b"\x00" + bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(text.encode()).digest()
    return pow(int(signature, 16), e, n).to_bytes(size, "big") == want


class Lake(Case):
    region = REGION

    @classmethod
    def setUpClass(cls):
        cls.c = client("cloudtrail", REGION)
        cls.s3 = client("s3", REGION)
        cls.s3.create_bucket(Bucket="boto-lake", CreateBucketConfiguration={"LocationConstraint": REGION})
        cls.store = cls.c.create_event_data_store(Name="boto", TerminationProtectionEnabled=False, StartIngestion=False)["EventDataStoreArn"]
        cls.id = cls.store.rsplit("/", 1)[1]
        key = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/01/10/{ACCOUNT}_CloudTrail_{REGION}_20260110T0005Z_A.json.gz"
        cls.s3.put_object(Bucket="boto-lake", Key=key, Body=gzip.compress(json.dumps({"Records": [record("boto-1"), record("boto-2", "2026-01-10T01:00:00Z")]}).encode()))
        cls.imported = cls.bring("boto-lake")

    @classmethod
    def bring(cls, where):
        i = cls.c.start_import(Destinations=[cls.store], ImportSource={"S3": {
            "S3LocationUri": f"s3://{where}", "S3BucketRegion": REGION, "S3BucketAccessRoleArn": f"arn:aws:iam::{ACCOUNT}:role/import"}})["ImportId"]
        return until(lambda: cls.c.get_import(ImportId=i), lambda i: i["ImportStatus"] not in ("INITIALIZING", "IN_PROGRESS"))

    def run_query(self, statement, **more):
        query = self.c.start_query(QueryStatement=statement, **more)["QueryId"]
        done = until(lambda: self.c.describe_query(QueryId=query), lambda q: q["QueryStatus"] not in ("QUEUED", "RUNNING") and q.get("DeliveryStatus") != "PENDING")
        self.assertEqual(done["QueryStatus"], "FINISHED", done)
        return query, done

    def rows(self, statement):
        query, _ = self.run_query(statement)
        rows, more = [], {}
        while True:  # boto3 has no paginator for it
            page = self.c.get_query_results(QueryId=query, MaxQueryResults=1, **more)
            rows += [{k: v for cell in row for k, v in cell.items()} for row in page["QueryResultRows"]]
            if "NextToken" not in page:
                return rows
            more = {"NextToken": page["NextToken"]}

    def test_import(self):
        self.assertEqual(self.imported["ImportStatus"], "COMPLETED", self.imported)
        self.assertEqual(self.imported["ImportStatistics"]["EventsCompleted"], 2)
        self.assertEqual(self.rows(f"SELECT eventID, eventTime FROM {self.id} ORDER BY eventTime"), [
            {"eventID": "boto-1", "eventTime": "2026-01-10 00:00:00.000"}, {"eventID": "boto-2", "eventTime": "2026-01-10 01:00:00.000"}])

    def test_import_of_another_account(self):
        self.s3.put_object(Bucket="boto-lake", Key="theirs/log.json", Body=json.dumps({"Records": [record("theirs", account=MEMBER)]}))
        i = self.bring("boto-lake/theirs")
        self.assertEqual(i["ImportStatus"], "FAILED")
        failures = list(pages(self.c, "list_import_failures", "Failures", ImportId=i["ImportId"]))
        self.assertEqual([f["Location"] for f in failures], ["s3://boto-lake/theirs/log.json"])
        self.assertIn(MEMBER, failures[0]["ErrorMessage"])

    def test_values(self):
        self.assertEqual(self.rows(f"""
            SELECT userIdentity.userName, element_at(requestParameters, 'instanceType') AS type, errorCode, count(*),
                   json_extract_scalar(element_at(requestParameters, 'tagSpecificationSet'), '$.items[0].key') AS tag
            FROM "{self.id}" GROUP BY 1, 2, 3, 5"""), [{"userName": "ana", "type": "t3.micro", "errorCode": "", "_col3": "2", "tag": "team"}])

    def test_refusals(self):
        with self.refused("InvalidQueryStatementException", "line 1:8"):
            self.c.start_query(QueryStatement=f"SELECT nothing FROM {self.id}")
        with self.refused("InvalidQueryStatementException", "SELECT"):
            self.c.start_query(QueryStatement=f"DELETE FROM {self.id}")
        with self.refused("EventDataStoreNotFoundException"):
            self.c.start_query(QueryStatement="SELECT 1 FROM 00000000-0000-0000-0000-000000000000")
        with self.refused("EventDataStoreNotFoundException"):
            client("cloudtrail", REGION, MEMBER).start_query(QueryStatement=f"SELECT 1 FROM {self.id}")
        with self.refused("QueryIdNotFoundException"):
            self.c.get_query_results(QueryId="00000000-0000-0000-0000-000000000000")

    def test_verify_query_results(self):
        """What `aws cloudtrail verify-query-results` does: hashes of the files, the signature over them, the published key."""
        query, done = self.run_query(f"SELECT eventID, errorCode FROM {self.id} ORDER BY eventID", DeliveryS3Uri="s3://boto-lake/results")
        self.assertEqual(done["DeliveryStatus"], "SUCCESS")
        keys = [o["Key"] for o in self.s3.list_objects(Bucket="boto-lake", Prefix=f"results/AWSLogs/{ACCOUNT}/CloudTrail-Lake/Query/").get("Contents", []) if query in o["Key"]]
        self.assertEqual([k.rsplit("/", 1)[1] for k in keys], ["result_1.csv.gz", "result_sign.json"])
        files = {k.rsplit("/", 1)[1]: self.s3.get_object(Bucket="boto-lake", Key=k)["Body"].read() for k in keys}
        sign = json.loads(files["result_sign.json"])
        hashes = [hashlib.sha256(files[f["fileName"]]).hexdigest() for f in sign["files"]]
        self.assertEqual(hashes, [f["fileHashValue"] for f in sign["files"]])
        known = {k["Fingerprint"]: k["Value"] for k in self.c.list_public_keys(StartTime=sign["queryCompleteTime"], EndTime=sign["queryCompleteTime"])["PublicKeyList"]}
        self.assertTrue(signed(known[sign["publicKeyFingerprint"]], " ".join(hashes), sign["hashSignature"]))
        self.assertFalse(signed(known[sign["publicKeyFingerprint"]], " ".join(hashes) + "0", sign["hashSignature"]))
        self.assertEqual(list(csv.reader(io.StringIO(gzip.decompress(files["result_1.csv.gz"]).decode()))), [["eventID", "errorCode"], ["boto-1", ""], ["boto-2", ""]])

    def test_channel(self):
        store = self.c.create_event_data_store(Name="outside", AdvancedEventSelectors=[{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}])["EventDataStoreArn"]
        channel = self.c.create_channel(Name="boto", Source="Custom", Destinations=[{"Type": "EVENT_DATA_STORE", "Location": store}])["ChannelArn"]
        data = json.dumps({"version": "1", "UID": "1", "eventSource": "shop.example", "eventName": "Sold", "eventTime": "2026-01-10T00:00:00Z",
                           "userIdentity": {"type": "Customer", "principalId": "ana"}, "recipientAccountId": ACCOUNT})
        event = {"id": "1", "eventData": data, "eventDataChecksum": base64.b64encode(hashlib.sha256(data.encode()).digest()).decode()}
        door = client("cloudtrail-data", REGION)
        first = door.put_audit_events(channelArn=channel, auditEvents=[event, {"id": "2", "eventData": "{}"}])
        again = door.put_audit_events(channelArn=channel, auditEvents=[event])
        self.assertEqual(first["successful"], again["successful"])
        self.assertEqual([f["id"] for f in first["failed"]], ["2"])
        rows = self.rows(f"SELECT eventID, eventCategory FROM {store.rsplit('/', 1)[1]}")
        self.assertEqual(rows, [{"eventID": first["successful"][0]["eventID"], "eventCategory": "ActivityAuditLog"}])
        with self.assertRaises(door.exceptions.ChannelInsufficientPermission):
            client("cloudtrail-data", REGION, MEMBER).put_audit_events(channelArn=channel, auditEvents=[event])

    def test_dashboard(self):
        self.c.create_dashboard(Name="boto", Widgets=[{
            "QueryStatement": f"SELECT eventName, count(*) AS events FROM {self.id} WHERE eventTime > ? GROUP BY 1", "QueryParameters": ["$StartTime$"], "ViewProperties": {"View": "Table"}}])
        refresh = self.c.start_dashboard_refresh(DashboardId="boto", QueryParameterValues={"$StartTime$": "2026-01-01"})["RefreshId"]
        alias = self.c.get_dashboard(DashboardId="boto")["Widgets"][0]["QueryAlias"]
        done = until(lambda: self.c.describe_query(QueryAlias=alias, RefreshId=refresh), lambda q: q["QueryStatus"] not in ("QUEUED", "RUNNING"))
        self.assertEqual(self.c.get_query_results(QueryId=done["QueryId"])["QueryResultRows"], [[{"eventName": "RunInstances"}, {"events": "2"}]], done)


if __name__ == "__main__":
    unittest.main(verbosity=1)
