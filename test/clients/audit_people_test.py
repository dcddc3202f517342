"""An audit by three people, start to finish, through the unmodified aws command: an owner, the delegate of one control set,
and an auditor who reads one assessment and verifies its report. Their users are made by `tickmark user add`."""

import json
import os
import subprocess
import tempfile
import time
import unittest
import urllib.request

ACCOUNT = "218007301253"
MINE, OTHER = "Accès / revue", "Other controls"
SOURCE = json.dumps([{"sourceName": "by hand", "sourceType": "MANUAL", "sourceSetUpOption": "Procedural_Controls_Mapping"}])


class People(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.credentials = os.path.join(self.dir.name, "credentials")
        self.calls, self.began = 0, time.monotonic()

    def tearDown(self):
        print(f"three people: {self.calls} aws commands in {time.monotonic() - self.began:.1f} s")

    def tickmark(self, *args, status=0):
        done = subprocess.run([os.environ["TICKMARK"], *args], capture_output=True, text=True)
        self.assertEqual(done.returncode, status, f"{args}: {done.stdout}{done.stderr}")
        return done.stdout

    def add(self, name, policy, *more):
        with open(self.credentials, "a") as f:
            f.write(self.tickmark("user", "add", name, "--policy", policy, "--data", os.environ["DATA"], *more))

    def aws(self, who, operation, refused=None, **args):
        """One aws command as somebody; who is None for root. The answer, or the message of the error that is wanted."""
        command = ["aws", "auditmanager", operation, "--output", "json"]
        for name, value in args.items():
            command += ["--" + name.replace("_", "-"), value if isinstance(value, str) else json.dumps(value)]
        return self.run_as(who, command, refused)

    def run_as(self, who, command, refused=None):
        env = dict(os.environ)
        if who:
            for v in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
                env.pop(v, None)
            env.update(AWS_SHARED_CREDENTIALS_FILE=self.credentials, AWS_PROFILE="tickmark-" + who, AWS_REGION="us-east-1")
        self.calls += 1
        done = subprocess.run(command, capture_output=True, text=True, env=env)
        if refused:
            self.assertNotEqual(done.returncode, 0, f"{who}: {command} went through")
            self.assertIn(refused, done.stderr, f"{who}: {command}")
            return done.stderr
        self.assertEqual(done.returncode, 0, f"{who}: {command}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip().startswith("{") else {}

    def download(self, url, name):
        path = os.path.join(self.dir.name, name)
        with urllib.request.urlopen(url) as answer, open(path, "wb") as f:
            f.write(answer.read())
        return path

    def test_audit(self):
        self.aws(None, "register-account")
        self.run_as(None, ["aws", "s3", "mb", "s3://people-reports"])
        self.add("olga", "ComplianceOwner")
        self.add("denis", "Delegate")

        # The owner sets the audit up and delegates one of its two control sets.
        controls = [self.aws("olga", "create-control", name=f"Revue des accès / {n}", control_mapping_sources=SOURCE)["control"]["id"] for n in (1, 2)]
        framework = self.aws("olga", "create-assessment-framework", name="People", control_sets=[
            {"name": MINE, "controls": [{"id": controls[0]}]}, {"name": OTHER, "controls": [{"id": controls[1]}]}])["framework"]["id"]
        a = self.aws("olga", "create-assessment", name="Three people", framework_id=framework, scope={"awsAccounts": [{"id": ACCOUNT}]},
                     assessment_reports_destination={"destinationType": "S3", "destination": "s3://people-reports"},
                     roles=[{"roleType": "PROCESS_OWNER", "roleArn": f"arn:aws:iam::{ACCOUNT}:user/olga"}])["assessment"]["metadata"]["id"]
        given = self.aws("olga", "batch-create-delegation-by-assessment", assessment_id=a, create_delegation_requests=[
            {"controlSetId": MINE, "roleArn": f"arn:aws:iam::{ACCOUNT}:user/denis", "roleType": "RESOURCE_OWNER", "comment": "Please look."}])
        self.assertEqual((given["errors"], given["delegations"][0]["status"]), ([], "IN_PROGRESS"))
        self.add("aude", "AuditorReadOnly", "--assessment", a)

        self.delegate(a, controls)
        report = self.owner(a)
        self.auditor(a, controls[0], report)
        closed = self.aws("denis", "get-assessment", assessment_id=a)["assessment"]  # what was his is complete
        self.assertEqual(closed["framework"]["controlSets"], [])

    def delegate(self, a, controls):
        """The delegate sees its set alone, adds evidence in two ways, comments, reviews, and hands the set back."""
        here = dict(assessment_id=a, control_set_id=MINE, control_id=controls[0])
        seen = self.aws("denis", "get-assessment", assessment_id=a)
        self.assertEqual(([s["id"] for s in seen["assessment"]["framework"]["controlSets"]], seen["userRole"]["roleType"]), ([MINE], "RESOURCE_OWNER"))
        self.aws("denis", "update-assessment", "AccessDenied", assessment_id=a, scope={}, assessment_name="Mine")
        self.aws("denis", "batch-import-evidence-to-assessment-control", "AccessDenied", assessment_id=a, control_set_id=OTHER,
                 control_id=controls[1], manual_evidence=[{"textResponse": "x"}])
        upload = self.aws("denis", "get-evidence-file-upload-url", file_name="revue.txt")
        request = urllib.request.Request(upload["uploadUrl"], data="Relevé d'accès".encode(), method="PUT")
        self.assertEqual(urllib.request.urlopen(request).status, 200)
        done = self.aws("denis", "batch-import-evidence-to-assessment-control", **here, manual_evidence=[
            {"textResponse": "Accès revus."}, {"evidenceFileName": upload["evidenceFileName"]}])
        self.assertEqual(done["errors"], [])
        done = self.aws("denis", "update-assessment-control", **here, comment_body="Vu.", control_status="REVIEWED")["control"]
        self.assertEqual((done["status"], done["comments"][0]["commentBody"], done["evidenceCount"]), ("REVIEWED", "Vu.", 2))
        self.aws("denis", "update-assessment-control-set-status", "AccessDenied", assessment_id=a, control_set_id=MINE, status="REVIEWED", comment="done")
        done = self.aws("denis", "update-assessment-control-set-status", assessment_id=a, control_set_id=MINE, status="UNDER_REVIEW", comment="done")
        self.assertEqual(done["controlSet"]["delegations"][0]["status"], "UNDER_REVIEW")

    def owner(self, a):
        """The owner completes the review, selects the evidence, and has a report made."""
        done = self.aws("olga", "update-assessment-control-set-status", assessment_id=a, control_set_id=MINE, status="REVIEWED", comment="thanks")["controlSet"]
        self.assertEqual((done["status"], done["delegations"][0]["status"], done["manualEvidenceCount"]), ("REVIEWED", "COMPLETE", 2))
        folders = self.aws("olga", "get-evidence-folders-by-assessment", assessment_id=a)["evidenceFolders"]
        self.assertEqual([(f["controlSetId"], f["totalEvidence"]) for f in folders], [(MINE, 2)])
        self.aws("olga", "associate-assessment-report-evidence-folder", assessment_id=a, evidence_folder_id=folders[0]["id"])
        report = self.aws("olga", "create-assessment-report", assessment_id=a, name="three-people")["assessmentReport"]["id"]
        for _ in range(20):
            found = [r for r in self.aws("olga", "list-assessment-reports")["assessmentReports"] if r["id"] == report]
            if found[0]["status"] != "IN_PROGRESS":
                break
            time.sleep(1)
        self.assertEqual(found[0]["status"], "COMPLETE")
        url = self.aws("olga", "get-assessment-report-url", assessment_id=a, assessment_report_id=report)["preSignedUrl"]["link"]
        self.download(url, "owner.zip")
        texts = [n["description"] for n in self.aws("olga", "list-notifications")["notifications"] if n["assessmentId"] == a]
        self.assertEqual(len(texts), 3, texts)  # delegated, handed back, completed
        return report

    def auditor(self, a, control, report):
        """The auditor reads this assessment and no other, changes nothing, and verifies the report without the server."""
        here = dict(assessment_id=a, control_set_id=MINE, control_id=control)
        self.assertEqual([m["id"] for m in self.aws("aude", "list-assessments")["assessmentMetadata"]], [a])
        self.aws("aude", "update-assessment-control", "AccessDenied", **here, comment_body="x")
        self.aws("aude", "batch-import-evidence-to-assessment-control", "AccessDenied", **here, manual_evidence=[{"textResponse": "x"}])
        self.aws("aude", "create-assessment-report", "AccessDenied", assessment_id=a, name="mine")
        self.aws("aude", "delete-assessment", "AccessDenied", assessment_id=a)
        log = self.aws("aude", "get-change-logs", assessment_id=a)["changeLogs"]
        self.assertEqual([e["action"] for e in log if e["objectType"] == "CONTROL_SET"], ["REVIEWED", "UNDER_REVIEW"])
        self.assertEqual({e["createdBy"].split("/")[-1] for e in log}, {"olga", "denis"})
        url = self.aws("aude", "get-assessment-report-url", assessment_id=a, assessment_report_id=report)["preSignedUrl"]["link"]
        path = self.download(url, "auditor.zip")
        with open(path, "rb") as mine, open(os.path.join(self.dir.name, "owner.zip"), "rb") as theirs:
            self.assertEqual(mine.read(), theirs.read())
        self.assertIn("INTACT", self.tickmark("verify", path, "--key", os.path.join(os.environ["DATA"], "ledger.pub")))
        with open(path, "r+b") as f:  # one byte of it changed
            f.seek(os.path.getsize(path) // 2)
            byte = f.read(1)
            f.seek(-1, os.SEEK_CUR)
            f.write(bytes([byte[0] ^ 1]))
        self.tickmark("verify", path, "--key", os.path.join(os.environ["DATA"], "ledger.pub"), status=1)


if __name__ == "__main__":
    unittest.main(verbosity=1)
