"""Judges items by Tickmark: the files are imported, the rules are put by the Config API, the verdicts are read from it."""

import json
import subprocess
import time

import boto3
from botocore.config import Config

from peers.world import ACCOUNT, REGION


def judge(root, work, items, pairs):
    """Verdicts: (rule name, resource id) -> COMPLIANT or NON_COMPLIANT. Rules are named by their pair."""
    source, data = work / "items.json", work / "data"
    source.write_text(json.dumps({"fileVersion": "1.0", "configSnapshotId": "peers", "configurationItems": items}))
    binary = str(root / "bin/tickmark")
    with open(work / "serve.log", "w") as log:
        p = subprocess.Popen([binary, "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--auth", "none", "--account", ACCOUNT, "--log-level", "warn"], stdout=log, stderr=log)
    try:
        c = client(data)
        answer = json.loads(subprocess.run([binary, "import", "config", str(source), "--data", str(data), "--output", "json"], check=True, capture_output=True, text=True).stdout)
        if answer["rejected"] or answer["items"] != len(items):
            raise SystemExit(f"import: {answer}, {len(items)} items recorded")
        verdicts = evaluate(c, pairs)
        (work / "ours.json").write_text(json.dumps({f"{rule} {id}": v for (rule, id), v in verdicts.items()}, indent=1))
        return verdicts
    finally:
        p.terminate()
        p.wait()


def client(data):
    """A client of the server, once it is up."""
    for _ in range(100):
        if (data / "server.json").exists():
            break
        time.sleep(0.1)
    address = json.loads((data / "server.json").read_text())["address"]
    return boto3.client("config", region_name=REGION, endpoint_url="http://" + address, config=Config(retries={"max_attempts": 2}))


def evaluate(c, pairs):
    c.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config"})
    rules = {p.name: p for p in pairs}
    for name, p in rules.items():
        rule = {"ConfigRuleName": name, "Source": {"Owner": "AWS", "SourceIdentifier": p.rule}}
        if p.params:
            rule["InputParameters"] = json.dumps(p.params)
        c.put_config_rule(ConfigRule=rule)
    wait(c, set(rules))
    verdicts = {}
    for name in rules:
        token = {}
        while True:
            page = c.get_compliance_details_by_config_rule(ConfigRuleName=name, Limit=100, **token)
            for e in page["EvaluationResults"]:
                q = e["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
                verdicts[name, q["ResourceId"]] = e["ComplianceType"], e.get("Annotation", "")
            if not page.get("NextToken"):
                break
            token = {"NextToken": page["NextToken"]}
    return verdicts


def wait(c, names):
    """Until every rule has been evaluated."""
    for _ in range(600):
        pages = c.get_paginator("describe_config_rule_evaluation_status").paginate()
        done = {s["ConfigRuleName"] for page in pages for s in page["ConfigRulesEvaluationStatus"] if s.get("LastSuccessfulEvaluationTime")}
        if names <= done:
            return
        time.sleep(0.2)
    raise SystemExit(f"not evaluated: {sorted(names - done)}")
