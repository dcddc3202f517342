"""The unmodified aws command and boto3 speak Tickmark's own API once its model is installed."""

import json
import os
import subprocess
import unittest

import boto3
from botocore.exceptions import ClientError

MODELS = os.path.join(os.environ["WORK"], "models")


class OwnAPI(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["tickmark", "model", "--install", "--dir", MODELS], check=True, stdout=subprocess.DEVNULL)
        os.environ["AWS_DATA_PATH"] = MODELS
        every = boto3.client("auditmanager").list_assessments()["assessmentMetadata"]
        cls.assessment = next(a["id"] for a in every if a["name"].startswith("Sample organization"))

    def test_pages(self):
        own = boto3.client("tickmark")
        sources, token = [], None
        while True:
            page = own.get_assessment_sources(assessmentId=self.assessment, **({"nextToken": token} if token else {}))
            sources += page["sources"]
            token = page.get("nextToken")
            if not token:
                break
        self.assertGreater(len(sources), 100)
        self.assertTrue(any(s["evidenceCount"] > 0 and s["lastCollectedDay"] for s in sources))
        self.assertEqual(any(s["neverCollected"] and s["evidenceCount"] for s in sources), False)

    def test_error(self):
        with self.assertRaises(ClientError) as e:
            boto3.client("tickmark").get_assessment_sources(assessmentId="019bc186-de00-7000-8000-00000000ffff")
        self.assertEqual(e.exception.response["Error"]["Code"], "ResourceNotFoundException")

    def test_command(self):
        out = subprocess.run(
            ["aws", "tickmark", "get-assessment-sources", "--assessment-id", self.assessment, "--max-results", "3"],
            check=True, capture_output=True, text=True)
        self.assertEqual(len(json.loads(out.stdout)["sources"]), 3)


if __name__ == "__main__":
    unittest.main(verbosity=1)
