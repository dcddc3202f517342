"""Seeds a running moto_server with an account whose faults are known, and writes down what a scan must find.

    python test/scan/seed.py --endpoint http://127.0.0.1:5000 --expected FILE

Every module of `estate` makes resources of some services, in both regions, and says beside each which rules must find it
NON_COMPLIANT and which must find it COMPLIANT. What else a scan finds must be explained by explained.tsv."""

import argparse
import collections
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from estate import buckets, code, data, edge, identity, network, watch  # noqa: E402
from estate.world import ACCOUNT, REGIONS, World  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--expected", required=True, type=pathlib.Path)
    args = parser.parse_args()
    world = World(args.endpoint)
    for module in (network, buckets, identity, data, code, watch, edge):  # later ones use what earlier ones made
        module.seed(world)
    args.expected.write_text(json.dumps({"accountId": ACCOUNT, "regions": REGIONS, "resources": world.expected}, indent=1) + "\n")
    count = collections.Counter(r["resourceType"].split("::")[1] for r in world.expected)
    faults = sum(len(r["bad"]) for r in world.expected)
    passes = sum(len(r["good"]) for r in world.expected)
    print(f"{len(world.expected)} resources of {len(count)} services in {len(REGIONS)} regions: {faults} faults and {passes} passes are expected")


if __name__ == "__main__":
    main()
