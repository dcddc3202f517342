"""A brute-force evaluator of AWS Config's advanced queries over configuration items in the file form, standard library
only. It is written from the documented grammar and shares nothing with the server: it has no indexes, no pages and no
limits, and looks at every item for every statement.

Where the documentation leaves room, the reading is: NOT and != are complements; of a resource without the property a
plain comparison does not hold; a resource stands in the group of each value that it has, and in one without the property
when it has none; what is missing is ordered last; COUNT(property) counts resources."""

import datetime
import functools
import ipaddress
import itertools
import json
import re
from pathlib import Path

SCHEMA = json.loads((Path(__file__).parents[2] / "internal/inventory/schema/resource-properties.json").read_text())
COMMON = {"accountId": "awsAccountId", "arn": "ARN", "version": "configurationItemVersion"}  # query name -> file name
STAR = "accountId awsRegion arn availabilityZone configurationItemCaptureTime resourceCreationTime resourceId resourceName resourceType version".split()
GONE = ("ResourceDeleted", "ResourceNotRecorded", "ResourceDeletedNotRecorded")
TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)(?![\w.])|(<=|>=|!=|<>|[=<>(),*;])|([A-Za-z_][\w.:/@-]*))")


def kind(typ, path):
    """The published kind of a property of a type; None when there is none."""
    if path in SCHEMA["common"]:
        return SCHEMA["common"][path]
    known = SCHEMA["types"].get(typ, {})
    return known.get(path) or known.get(path + ".value") or known.get(path.removesuffix(".value"))


def view(item):
    """An item as queries see it."""
    out = {name: item.get(COMMON.get(name, name)) for name in (*STAR, "configurationItemStatus")}
    out = {k: v for k, v in out.items() if v not in (None, "")}
    out["configuration"] = item.get("configuration")
    supplement = {}
    for k, v in (item.get("supplementaryConfiguration") or {}).items():
        if isinstance(v, str) and v[:1] in ("{", "["):
            v = json.loads(v)
        supplement[k] = v
    out["supplementaryConfiguration"] = supplement
    out["tags"] = [{"tag": f"{k}={v}", "key": k, "value": v} for k, v in (item.get("tags") or {}).items()]
    out["relationships"] = [{("relationshipName" if k == "name" else k): v for k, v in r.items()} for r in item.get("relationships") or []]
    return out


def member(o, name):
    """A member of an object, the first letter in either case."""
    return o[name] if name in o else o.get(name[:1].swapcase() + name[1:])


def values(v, path):
    """The plain values to which a path leads, through arrays."""
    if isinstance(v, list):
        return [x for e in v for x in values(e, path)]
    if isinstance(v, dict):
        return values(member(v, path[0]), path[1:]) if path else values(v.get("value"), []) if not isinstance(v.get("value"), (dict, list)) else []
    return [] if v is None or path not in ([], ["value"]) else [v]


def of(resource, path):
    return values(resource, path.split("."))


def moment(v):
    """A date as seconds since 1970."""
    if isinstance(v, (int, float)):
        return float(v) / (1000 if abs(v) >= 1e11 else 1)
    try:
        t = datetime.datetime.fromisoformat(v.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (t if t.tzinfo else t.replace(tzinfo=datetime.timezone.utc)).timestamp()


def network(v):
    try:
        return ipaddress.ip_network(v, strict=False)
    except ValueError:
        return None


def number(v):
    try:
        return None if isinstance(v, bool) else float(v)
    except (TypeError, ValueError):
        return None


def compare(a, op, b, k):
    """Whether a value of an item stands so to a literal."""
    if k in ("ip", "cidr_block") and network(a) and network(str(b)):
        n, m = network(a), network(str(b))
        if n.version != m.version:
            return False
        first, last, low, high = n[0], n[-1], m[0], m[-1]
        return {"=": (first <= low and high <= last) or (k == "ip" and low <= first and last <= high),
                "<": first < low, ">": last > high, "<=": first <= high, ">=": last >= low}[op]
    if k == "date" and isinstance(b, str) and moment(b) is not None and moment(a) is not None:
        a, b = moment(a), moment(b)
    elif isinstance(a, bool) or isinstance(b, bool):
        return op == "=" and str(a).lower() == str(b).lower()
    elif isinstance(a, (int, float)) or k in ("integer", "float") or isinstance(b, (int, float)):
        if isinstance(a, str) and k not in ("integer", "float"):
            b = str(b)
        else:
            a, b = number(a), number(b)
            if a is None or b is None:
                return False
    return {"=": a == b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[op]


class Parser:
    def __init__(self, text):
        self.tokens, at = [], 0
        while text[at:].strip():
            m = TOKEN.match(text, at)
            if not m:
                raise ValueError(f"cannot read {text[at:]!r}")
            quoted, num, sign, word = m.groups()
            self.tokens.append(("text", quoted[1:-1].replace("''", "'")) if quoted is not None else ("number", float(num)) if num else ("sign", sign) if sign else ("word", word))
            at = m.end()
        self.tokens.append(("end", ""))

    def peek(self, *words):
        kind, text = self.tokens[0]
        return kind in ("word", "sign") and text.upper() in words

    def take(self, *words):
        if words and not self.peek(*words):
            raise ValueError(f"expected {words}, found {self.tokens[0]}")
        return self.tokens.pop(0)[1]

    def accept(self, word):
        return bool(self.peek(word) and self.take())

    def listed(self, one):
        out = [one()]
        while self.accept(","):
            out.append(one())
        return out

    def statement(self):
        self.take("SELECT")
        fields = list(itertools.chain(*self.listed(self.field)))
        where = self.either() if self.accept("WHERE") else lambda r: True
        group, order = [], []
        if self.accept("GROUP"):
            self.take("BY")
            group = self.listed(self.take)
        if self.accept("ORDER"):
            self.take("BY")
            order = self.listed(lambda: (self.field()[0], bool(self.accept("DESC")) or (self.accept("ASC"), False)[1]))
        self.accept(";")
        if self.tokens[0][0] != "end":
            raise ValueError(f"there is more: {self.tokens}")
        return fields, where, group, order

    def field(self):
        """Pairs of function and property."""
        if self.accept("*"):
            return [("", s) for s in STAR]
        name = self.take()
        if not self.accept("("):
            return [("", name)]
        path = self.take()
        self.take(")")
        return [(name.upper(), path)]

    def either(self):
        left = self.both()
        while self.accept("OR"):
            left = (lambda a, b: lambda r: a(r) or b(r))(left, self.both())
        return left

    def both(self):
        left = self.unit()
        while self.accept("AND"):
            left = (lambda a, b: lambda r: a(r) and b(r))(left, self.unit())
        return left

    def unit(self):
        if self.accept("NOT"):
            c = self.unit()
            return lambda r: not c(r)
        if self.accept("("):
            c = self.either()
            self.take(")")
            return c
        path = self.take().replace("relationships.name", "relationships.relationshipName")
        negated = self.accept("NOT")
        test = self.test()
        holds = lambda r: any(test(v, kind(r["resourceType"], path)) for v in of(r, path))
        if negated or getattr(test, "complement", False):
            return lambda r: not holds(r)
        return holds

    def literal(self):
        sort, value = self.tokens.pop(0)
        return value.lower() == "true" if sort == "word" else value

    def test(self):
        op = self.take().upper()
        if op == "IN":
            self.take("(")
            list_ = self.listed(self.literal)
            self.take(")")
            return lambda v, k: any(compare(v, "=", x, k) for x in list_)
        if op == "BETWEEN":
            low = self.literal()
            self.take("AND")
            high = self.literal()
            return lambda v, k: compare(v, ">=", low, k) and compare(v, "<=", high, k)
        if op == "LIKE":
            pattern = self.literal()
            expression = re.compile(re.escape(pattern[:-1]) + {"%": ".*", "_": "."}.get(pattern[-1], re.escape(pattern[-1])), re.DOTALL)
            return lambda v, k: isinstance(v, str) and expression.fullmatch(v) is not None
        value, complement = self.literal(), op in ("!=", "<>")
        test = lambda v, k: compare(v, "=" if complement else op, value, k)
        test.complement = complement
        return test


NOTHING = object()


def project(v, wanted):
    """What is wanted of a value: a tree of names, in which None is all. Arrays keep their nesting."""
    if wanted is None:
        return v
    if isinstance(v, list):
        return [{} if p is NOTHING else p for p in (project(e, wanted) for e in v)]
    if isinstance(v, dict):
        found = {k: project(member(v, k), rest) for k, rest in wanted.items() if k in v or k[:1].swapcase() + k[1:] in v}
        return {k: p for k, p in found.items() if p is not NOTHING} or NOTHING
    return {"value": v} if v is not None and "value" in wanted else NOTHING


def shape(paths):
    out = {}
    for p in paths:
        here, parts = out, p.split(".")
        for name in parts[:-1]:
            here = here.setdefault(name, {})
        here[parts[-1]] = None
    return out


def rank(v, k):
    """A key by which values are ordered."""
    if v is None:
        return (2,)
    n = moment(v) if k == "date" else None
    if n is None and (isinstance(v, (int, float)) and not isinstance(v, bool) or k in ("integer", "float")):
        n = number(v)
    if n is not None:
        return (0, n)
    if k in ("ip", "cidr_block") and network(v):
        return (1, network(v)[0].packed + network(v)[-1].packed)
    return (1, json.dumps(v) if isinstance(v, bool) else v)


def total(resources, function, path):
    if path == "*":
        return len(resources)
    found = [(rank(v, kind(r["resourceType"], path)), v) for r in resources for v in of(r, path)]
    if function == "COUNT":
        return sum(1 for r in resources if of(r, path))
    numbers = [k[1] for k, _ in found if k[0] == 0]
    if function in ("MIN", "MAX"):
        return (min if function == "MIN" else max)(found, key=lambda p: p[0])[1] if found else None
    return (sum(numbers) / (len(numbers) if function == "AVG" else 1)) if numbers else None


def ordered(rows, order, key):
    """Rows by their keys; what is missing comes last whichever way."""
    def compare_rows(a, b):
        for (_, descending), x, y in zip(order, key(a), key(b)):
            if x != y:
                less = x < y
                return (1 if less else -1) if descending and (2,) not in (x, y) else (-1 if less else 1)
        return 0
    return sorted(rows, key=functools.cmp_to_key(compare_rows))


def evaluate(statement, items):
    """The rows, and for each the key that ORDER BY gives it."""
    fields, where, group, order = Parser(statement).statement()
    found = [r for r in map(view, items) if where(r)]
    if not group and not any(f for f, _ in fields):
        def key(r):
            out = []
            for (_, path), descending in order:
                ranks = [rank(v, kind(r["resourceType"], path)) for v in of(r, path)]
                out.append((max if descending else min)(ranks) if ranks else (2,))
            return out
        found = ordered(found, order, key)
        wanted = shape(p for _, p in fields)
        rows = [project(r, wanted) for r in found]
        return [{} if r is NOTHING else r for r in rows], [key(r) for r in found]

    groups = {}
    for r in found:
        choices = [list(dict.fromkeys(json.dumps(v) for v in of(r, p))) or [None] for p in group]
        for combination in itertools.product(*choices):
            groups.setdefault(combination, []).append(r)
    if not group:
        groups = {(): found}
    rows = []
    for combination, members in groups.items():
        have = {p: json.loads(v) for p, v in zip(group, combination) if v is not None}
        row = {}
        for function, path in fields:
            if function:
                row[f"{function}({path})"] = total(members, function, path)
            elif path in have:
                here, parts = row, path.split(".")
                for name in parts[:-1]:
                    here = here.setdefault(name, {})
                here[parts[-1]] = have[path]
        sort = []
        for (function, path), _ in order:
            v = total(members, function, path) if function else have.get(path)
            sort.append(rank(v, kind(members[0]["resourceType"] if members else "", path)))
        rows.append((row, sort))
    rows = ordered(rows, order, lambda p: p[1])
    return [r for r, _ in rows], [k for _, k in rows]


def canonical(v):
    """A value as text that does not depend on the order of members and tags, on nulls or on how numbers are written."""
    def clean(x, name=""):
        if isinstance(x, dict):
            return {k: clean(y, k) for k, y in x.items() if y is not None}
        if isinstance(x, list):
            out = [clean(y) for y in x]
            return sorted(out, key=json.dumps) if name == "tags" else out
        if isinstance(x, float):
            return int(x) if x == int(x) else round(x, 9)
        return x
    return json.dumps(clean(v), sort_keys=True)
