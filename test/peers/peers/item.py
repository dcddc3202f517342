"""Configuration items from the answers of describe calls."""

import datetime
import functools
import json
import pathlib

from peers.world import ACCOUNT, REGION

SCHEMA = pathlib.Path(__file__).parents[3] / "internal/inventory/schema/resource-properties.json"

CAPTURED = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def item(type, id, configuration, *, name=None, arn="", region=REGION, supplementary=None, tags=None, relationships=(), created=None):
    """One item in the form of a snapshot file."""
    return {
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": stamp(CAPTURED),
        "configurationItemStatus": "OK",
        "configurationStateId": str(int(CAPTURED.timestamp() * 1000)),
        "awsAccountId": ACCOUNT,
        "awsRegion": region,
        "availabilityZone": "Regional" if region != "global" else "Not Applicable",
        "resourceType": type,
        "resourceId": id,
        "resourceName": name,
        "ARN": arn,
        "resourceCreationTime": stamp(created) if created else None,
        "tags": tags or {},
        "relatedEvents": [],
        "relationships": list(relationships),
        "configuration": plain(configuration),
        "supplementaryConfiguration": plain(supplementary or {}),
    }


def fact(kind, configuration, *, region="global", id=ACCOUNT):
    """An account fact: docs/format/account-facts.md."""
    return item("Tickmark::Account::" + kind, id, configuration, region=region)


def service(name, enabled, details=None, region=REGION):
    """Whether a service is on in a region."""
    return fact("Service", {"service": name, "enabled": enabled, "details": details or {}}, region=region, id=f"{ACCOUNT}/{name}")


def camel(v):
    """The describe shape as AWS Config writes it: the first letter of every key in lower case."""
    if isinstance(v, dict):
        return {k[:1].lower() + k[1:]: camel(x) for k, x in v.items()}
    if isinstance(v, list):
        return [camel(x) for x in v]
    return v


def pascal(v):
    """The CloudFormation shape of an answer in camelCase."""
    if isinstance(v, dict):
        return {k[:1].upper() + k[1:]: pascal(x) for k, x in v.items()}
    if isinstance(v, list):
        return [pascal(x) for x in v]
    return v


@functools.cache
def spelling(type):
    """The schema's keys of a type, by their path in lower case."""
    keys = {}
    for path in json.loads(SCHEMA.read_text())["types"].get(type, {}):
        parts = path.split(".")
        for n in range(1, len(parts) + 1):
            keys[".".join(parts[:n]).lower()] = parts[n - 1]
    return keys


def shaped(type, v, path="configuration", style=None):
    """The describe answer as AWS Config writes the type: keys in the spelling of its published schema. Other keys are in
    the style of the type: CloudFormation's, as they are, or else in camelCase."""
    keys = spelling(type)
    if style is None:
        style = "cfn" if any(k.isupper() for k in (keys[p][0] for p in keys if p.count(".") == 1)) else "camel"
    if isinstance(v, dict):
        out = {}
        for k, x in v.items():
            below = f"{path}.{k}"
            out[keys.get(below.lower(), k if style == "cfn" else k[:1].lower() + k[1:])] = shaped(type, x, below, style)
        return out
    if isinstance(v, list):
        return [shaped(type, x, path, style) for x in v]
    return v


def tags(list):
    """Tags in any of the shapes that calls give them in, as a map."""
    if isinstance(list, dict):
        return list
    return {t.get("Key", t.get("key", t.get("TagKey"))): t.get("Value", t.get("value", t.get("TagValue", ""))) for t in list or []}


def relation(type, id=None, name=None, label="Is associated with "):
    r = {"resourceType": type, "name": label}
    if id:
        r["resourceId"] = id
    if name:
        r["resourceName"] = name
    return r


def stamp(t):
    return t if isinstance(t, str) else t.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def plain(v):
    """What JSON can hold."""
    return json.loads(json.dumps(v, default=lambda x: stamp(x) if isinstance(x, datetime.datetime) else str(x)))
