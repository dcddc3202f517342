"""Compares the verdicts subject by subject. A pair agrees when some subject passes in both, some fails in both, and
every other subject that both judge has the same verdict, or stands in differences.tsv with the reason."""

import fnmatch
import pathlib

from peers.world import ACCOUNT

HERE = pathlib.Path(__file__).parent
SAME = {"COMPLIANT": "PASS", "NON_COMPLIANT": "FAIL"}


class Pair:
    """A managed rule, the check of Prowler that asks the same, and the rule's parameters for it."""

    def __init__(self, rule, check, params=None):
        self.rule, self.check, self.params = rule, check, params
        self.name = f"{rule}--{check}"[:128]


def explained():
    """(rule, check, subject: a pattern of its id, name or tag Name) -> reason."""
    rows = {}
    for line in (HERE / "differences.tsv").read_text().splitlines()[1:]:
        rule, check, subject, reason = line.split("\t")
        rows[rule, check, subject] = reason
    return rows


class Results:
    def __init__(self, pairs):
        self.pairs = pairs
        self.passes, self.fails = {p: 0 for p in pairs}, {p: 0 for p in pairs}
        self.wrong = {p: [] for p in pairs}
        self.known, self.used = explained(), set()

    def add(self, world, items, ours, theirs):
        uids = {}
        for i in items:
            uids.setdefault(i["ARN"] or i["resourceId"], set()).add(i["resourceId"])
            uids.setdefault(i["resourceId"], set()).add(i["resourceId"])
            if i["resourceName"]:
                uids.setdefault(i["resourceName"], set()).add(i["resourceId"])
        near, parts = {}, {}  # id -> what it is related to, and what is related to it
        for i in items:
            near[i["resourceId"]] = [id for r in i["relationships"] for id in uids.get(r.get("resourceId", r.get("resourceName")), ())]
            for id in near[i["resourceId"]]:
                parts.setdefault(id, []).append(i["resourceId"])
        self.labels = {i["resourceId"]: {i["resourceId"], i["resourceName"] or "", i["tags"].get("Name", "")} for i in items}
        for p in self.pairs:
            mine = {id: v for (name, id), v in ours.items() if name == p.name}
            rest = []
            for uid, name, status, text in theirs.get(p.check, []):
                if status not in SAME.values():
                    continue  # Prowler leaves it to be looked at by hand
                found = uids.get(uid) or uids.get(name) or uids.get(uid.rsplit("/", 1)[-1], ())
                # A check may report its finding at a resource that uses the one we judge, or at the whole of which we judge a part.
                ids = []
                for candidates in (found, [id for f in found for id in near[f]], [id for f in found for id in parts.get(f, ())]):
                    ids = ids or [id for id in candidates if id in mine]
                for id in ids:
                    self.judge(p, world, uid, id, mine[id], status, text)
                if not ids:
                    rest.append((status, uid, text))
            if ACCOUNT in mine and rest:  # we judge the account: one of its resources that fails makes it fail
                status, uid, text = min(rest)
                self.judge(p, world, uid, ACCOUNT, mine[ACCOUNT], status, text)

    def judge(self, p, world, uid, id, mine, status, text):
        verdict, annotation = mine
        if SAME.get(verdict) == status:
            (self.passes if status == "PASS" else self.fails)[p] += 1
            return
        for rule, check, subject in self.known:
            if (rule, check) == (p.rule, p.check) and fnmatch.filter(self.labels.get(id, {id}), subject):
                self.used.add((rule, check, subject))
                return
        self.wrong[p].append(f"{world} {uid}: {verdict} ({annotation}), Prowler {status} ({text})")

    def report(self, table):
        agreed, rows = set(), []
        for p in self.pairs:
            ok = self.passes[p] and self.fails[p] and not self.wrong[p]
            if ok:
                agreed.add(p.rule)
            rows.append((p.rule, p.check, str(self.passes[p]), str(self.fails[p]), "agrees" if ok else "differs" if self.wrong[p] else "one-sided"))
            print(*rows[-1], sep="\t")
            for w in self.wrong[p]:
                print("   ", w)
        unused = set(self.known) - self.used if len(self.pairs) > 100 else set()
        for u in sorted(unused):
            print("differences.tsv explains what does not differ:", *u)
        rules = {p.rule for p in self.pairs}
        print(f"{len(agreed)} of {len(rules)} rules agree with Prowler with a pass and a fail each; {len(self.used)} differences explained")
        if table:
            table.write_text("rule\tcheck\tboth pass\tboth fail\tresult\n" + "".join("\t".join(r) + "\n" for r in sorted(rows)))
        return 1 if any(self.wrong.values()) or unused else 0
