"""Scans the simulated cloud with Prowler."""

import json
import os
import subprocess

from peers.world import REGION


def scan(root, work, address, checks):
    """Findings: check -> list of (uid, name, PASS or FAIL, text)."""
    env = {**os.environ, "AWS_ENDPOINT_URL": address, "AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}
    command = [root / ".venv-prowler/bin/prowler", "aws", "-f", REGION, "-c", *checks, "--scan-unused-services", "--ignore-exit-code-3", "-M", "json-ocsf", "-o", work / "prowler", "-F", "out", "--no-banner"]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    out = work / "prowler/out.ocsf.json"
    if done.returncode or not out.exists():
        raise SystemExit(f"prowler: exit code {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    findings = {}
    for f in json.loads(out.read_text()):
        resource = f["resources"][0]
        findings.setdefault(f["metadata"]["event_code"], []).append((resource["uid"], resource.get("name", ""), f["status_code"], f["status_detail"]))
    (work / "theirs.json").write_text(json.dumps(findings, indent=1))
    return findings
