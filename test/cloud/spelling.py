"""Compares the members that internal/cloud answers ("service Operation path" a line) with boto3's models: documents
select with boto3's spelling. A path that boto3 has and we spell otherwise is an error; newer members on either side,
which differ with the versions of the SDKs, are only counted."""

import collections
import sys

import botocore.session

NAMES = {}


def paths(shape, prefix="", inside=()):
    """All member paths of a shape; a structure inside itself is not opened again."""
    if shape.type_name == "list":
        yield from paths(shape.member, prefix, inside)
    elif shape.type_name == "map":
        yield from paths(shape.value, prefix, inside)
    elif shape.type_name == "structure" and shape.name not in inside:
        for name, member in shape.members.items():
            yield prefix + name
            yield from paths(member, prefix + name + ".", (*inside, shape.name))


def main(file):
    ours = collections.defaultdict(set)
    with open(file) as lines:
        for line in lines:
            service, operation, path = line.split()
            ours[service, operation].add(path)
    session = botocore.session.get_session()
    models = {}
    same, wrong, only = 0, [], 0
    for (service, operation), members in sorted(ours.items()):
        name = NAMES.get(service, service)
        model = models.setdefault(name, session.get_service_model(name))
        shape = model.operation_model(operation).output_shape
        theirs = set(paths(shape)) if shape else set()
        folded = {p.lower(): p for p in theirs}
        for path in members:
            if path in theirs:
                same += 1
            elif path.lower() in folded:
                wrong.append(f"{service}:{operation} {path}, boto3: {folded[path.lower()]}")
            else:
                only += 1
    for w in wrong:
        print("spelt otherwise:", w)
    print(f"{len(ours)} operations, {same} members spelt as boto3 spells them, {len(wrong)} otherwise, {only} that its models lack")
    return 1 if wrong or same < 5000 or only > same // 20 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
