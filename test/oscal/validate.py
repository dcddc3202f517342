"""Validates OSCAL documents with trestle: the models of NIST's schemas, and trestle's own checks of ids and references."""

import json
import re
import sys
from pathlib import Path

from trestle.oscal.assessment_results import Model as AssessmentResults
from trestle.oscal.component import Model as ComponentDefinition
from trestle.oscal.poam import Model as Plan

MODELS = {
    "assessment-results": AssessmentResults,
    "component-definition": ComponentDefinition,
    "plan-of-action-and-milestones": Plan,
}


def walk(value, path=""):
    if isinstance(value, dict):
        for k, v in value.items():
            yield f"{path}/{k}", k, v
            yield from walk(v, f"{path}/{k}")
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from walk(v, f"{path}/{i}")


def check(file):
    doc = json.loads(file.read_text())
    (name,) = doc
    MODELS[name].parse_obj(doc)
    places = list(walk(doc))
    ids = [v for _, k, v in places if k == "uuid"]
    assert len(ids) == len(set(ids)), f"{file.name}: an id stands twice"
    for path, key, value in places:
        if key in ("observation-uuid", "risk-uuid"):
            assert value in ids, f"{file.name}: {path} refers to {value}, which is not in the document"
        if key == "href" and value.startswith("#"):
            assert value[1:] in ids, f"{file.name}: {path} refers to {value}, which is not in the document"
        assert value not in ("", [], {}), f"{file.name}: {path} is empty"
        if key == "last-modified":
            assert re.search(r"(Z|[+-]\d\d:\d\d)$", value), f"{file.name}: {path} has no time zone"
    return name


found = sorted(check(f) for f in Path(sys.argv[1]).glob("*.json"))
assert set(found) == set(MODELS), f"validated only {found}"
print(f"{len(found)} passed, 0 failed")
