"""Runs every vector of spec/vectors through this implementation and prints the counts.

A refusal has to name the requirement of the vector (or one of `also`) and its problem type.
"""

import base64
import collections
import glob
import json
import os
import sys

import certificate
import claims
import keys
import memory
import merkle
import notes
import pages
import policy
import policybody
import proof
import records
import statement
from refusal import Refusal, Skip

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "spec", "vectors")


class Bench:
    """The histories and logs of one file of vectors."""

    def __init__(self, data):
        self.roots = {k: (h["node"], h["root"]) for k, h in data["histories"].items()}
        self.histories = {}
        for name, h in data["histories"].items():
            self.histories[name] = keys.open_history(h["jwt"], h["node"], h["root"]) if h["jwt"] else None
        self.logs = data.get("logs", {})

    def history(self, vector):
        return self.histories.get(vector["keys"]) if vector["keys"] else None

    def book(self, name):
        log = self.logs[name]
        book = policy.Book(log["fed"])
        book.found(log["genesis"])
        for entry in log["entries"]:
            book.apply(entry)
        return book


def record(bench, v, i, c):
    mind = memory.Memory()
    mind.policy_size, mind.members, mind.purposes = c.get("policySize"), c.get("members"), c.get("purposes")
    mind.conflicts, mind.erased = c.get("conflicts", []), set(c.get("erased", []))
    if "given" in c:
        mind.given = {(g["to"], g["subject"]) for g in c["given"]}
    for place, raw in enumerate(c.get("before", [])):
        name = c["beforeKeys"][place] if "beforeKeys" in c else v["keys"]
        history = bench.histories[name]
        p, kind, token = records.judge(raw, history.node, v["audience"], history, v["now"])
        mind.remember(token, p, kind)
    p, kind, token = records.judge(i["token"], v["issuer"], v["audience"], bench.history(v), v["now"],
                                   i.get("kind"), i.get("id"), i.get("vouched", False))
    mind.judge(token, p, kind)


def head(bench, v, i, c):
    history = bench.history(v)
    found = notes.open_head(i["note"], v["issuer"], i["log"], history, v["now"])
    for note in c.get("before", []):
        notes.follow_head(found, notes.open_head(note, v["issuer"], i["log"], history, v["now"]))


def key_history(bench, v, i, c):
    node, root = bench.roots[v["keys"]]
    found = keys.open_history(i["token"], node, root)
    for raw in c.get("before", []):
        keys.accept(found, keys.open_history(raw, node, root))


def page(bench, v, i, c):
    octets = base64.b64decode(i["pageBase64"]) if "pageBase64" in i else i["page"].encode()
    octets += b" " * i.get("pad", 0)
    tree = merkle.Tree(merkle.entry_leaf(e["id"], e["state"]) for e in i.get("entries", []))
    before = None
    for note in c.get("before", []):
        before = notes.open_head(note, v["issuer"], i["log"], bench.history(v), v["now"])
    pages.judge_page(octets, v["issuer"], i["log"], i["next"], i["limit"], tree, bench.history(v), v["now"], before)


def request(bench, v, i, c):
    def history_of(iss):
        if iss != v["issuer"]:
            raise KeyError(iss)
        return bench.history(v)

    seen, body = set(), base64.b64decode(i["body"])
    for raw in c.get("before", []):
        p = proof.open_proof(raw, i["method"], i["uri"], body, v["audience"], history_of, v["now"])
        seen.add((p["iss"], p["jti"]))
    p = proof.open_proof(i["token"], i["method"], i["uri"], body, v["audience"], history_of, v["now"])
    if (p["iss"], p["jti"]) in seen:
        raise Refusal("REQ-REQ-007", "replayed", "jti")


def entry(bench, v, i, c):
    if "log" in c:
        bench.book(c["log"]).apply(i["entry"])
    else:
        policy.open_entry(i["entry"])


def checkpoint(bench, v, i, c):
    council = [bench.histories[name] for name in i["council"]]
    found = notes.open_policy_head(i["note"], i["fed"], [council])
    for note in c.get("before", []):
        before = notes.open_policy_head(note, i["fed"], [council])
        if before.size == found.size and before.root != found.root:
            raise Refusal("REQ-POL-009", "policy-forked")
    if "log" in c:
        book = bench.book(c["log"])
        if book.size == found.size and book.tree.root() != found.root:
            raise Refusal("REQ-POL-010", "bad-root")


def node_id(bench, v, i, c):
    if not claims.is_node_id(i["nodeId"], i["development"]):
        raise Refusal("REQ-STM-007", "bad-node-id")


RUN = {
    "record": record, "head": head, "keys": key_history, "page": page, "request": request, "entry": entry,
    "checkpoint": checkpoint, "node-id": node_id,
    "certificate": lambda b, v, i, c: certificate.open_certificate(i["token"], v["audience"], v["now"]),
    "statement": lambda b, v, i, c: statement.open_statement(i["token"], v["issuer"], b.history(v), v["now"]),
    "snapshot": lambda b, v, i, c: pages.judge_snapshot(i["snapshot"]),
    "genesis": lambda b, v, i, c: policy.Book(i["fed"]).found(i["entry"]),
    "confidential": lambda b, v, i, c: policybody.open_confidential(base64.b64decode(i["body"]), i["digest"]),
}


def verdict(bench, v):
    try:
        RUN[v["about"]](bench, v, v["input"], v.get("context", {}))
        return "admit", "", ""
    except Skip:
        return "skip", "", ""
    except Refusal as fault:
        return "park" if fault.park else "refuse", fault.requirement, fault.problem


def agrees(v, got):
    if got[0] != v["verdict"]:
        return False
    if v["verdict"] in ("admit", "skip"):
        return True
    if got[1] == v["requirement"]:
        return got[2] == v["problem"]
    return got[1] in v.get("also", [])


def main():
    right, wrong = collections.Counter(), 0
    for path in sorted(glob.glob(os.path.join(VECTORS, "*.json"))):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        bench = Bench(data)
        for v in data["vectors"]:
            got = verdict(bench, v)
            if agrees(v, got):
                right[v["about"]] += 1
                continue
            wrong += 1
            print(f"WRONG {os.path.basename(path)} {v['name']} ({v['what']}): "
                  f"{v['verdict']} {v['requirement']} expected, got {' '.join(got)}")
    print("vectors: " + ", ".join(f"{about} {n}" for about, n in sorted(right.items())))
    print(f"vectors: {sum(right.values())} right, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
