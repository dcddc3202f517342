"""Seeds the worlds, records and judges them twice, and compares."""

import argparse
import importlib
import json
import pathlib
import pkgutil
import sys

from peers import compare, prowler, services, tickmark, world


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path, help="write the table of agreements here, as TSV")
    parser.add_argument("services", nargs="*")
    args = parser.parse_args()
    names = args.services or sorted(m.name for m in pkgutil.iter_modules(services.__path__))
    modules = [importlib.import_module(f"peers.services.{n}") for n in names]
    pairs = [compare.Pair(*p) for m in modules for p in m.PAIRS]
    results = compare.Results(pairs)
    for w in world.WORLDS:
        with world.started(args.bin, args.work / w) as server:
            c = world.Clients(server, w)
            for m in modules:
                m.seed(c)
            recorded = [i for m in modules for i in m.record(c)]
            items = list({json.dumps(i, sort_keys=True): i for i in recorded}.values())  # two modules may record one resource
            ours = tickmark.judge(args.bin, args.work / w, items, pairs)
            theirs = prowler.scan(args.bin, args.work / w, server, sorted({p.check for p in pairs}))
        results.add(w, items, ours, theirs)
    sys.exit(results.report(args.write))


if __name__ == "__main__":
    main()
