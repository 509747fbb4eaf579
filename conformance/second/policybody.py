"""Bodies of policy documents: the form that section 13.1 gives each type."""

import re

from claims import NODE_KINDS, both_texts, duration, is_int, is_node_id
from jose import digest, is_id, public_x
from refusal import Refusal

EFFECTS = ("allow", "flag", "disclose", "approve", "deny")
RELATIONS = ("competitor", "sponsor", "supplier", "employer", "regulator", "family")
MEMBER = {k: None for k in ("node", "name", "kind", "role", "status", "root", "ballot", "successor", "raft")}
REGISTER = {"threshold": None, "members": MEMBER}
CHARTER = {"rules": {"id": None, "title": None, "text": None}, "autoRule": {"enabled": None, "kinds": None}}
KNOWN = {
    "genesis": {"development": None, "register": REGISTER, "charter": CHARTER},
    "register": REGISTER,
    "charter": CHARTER,
    "data-guideline": {"classes": {"id": None, "text": None}, "purposes": {"id": None, "kinds": None, "text": None},
                       "retentionDays": None, "disclosureLogDays": None, "withdrawalDeadline": None,
                       "erasureDeadline": None, "k": None},
    "safety": {"minRest": None, "utcOffset": None, "night": {"from": None, "until": None}, "minorAge": None,
               "minorNight": None, "minorOvertime": None, "adultNight": None,
               "overtime": {"monthHours": None, "averageHours": None, "months": None}, "tripInsurance": None,
               "reporting": {"weekHours": None, "yearIncome": None}},
    "conflict-matrix": {"rows": {k: None for k in ("partyA", "partyB", "relation", "effect", "validFrom",
                                                   "validUntil", "reasonCode")}},
    "red-list": {"digest": None, "readers": None},
}
CONFIDENTIAL = ("red-list",)
SINGLE = ("genesis", "register", "charter", "data-guideline", "safety")


def bad(number=23, field="body"):
    return Refusal(f"REQ-POL-{number:03d}", "bad-document", field)


def need(condition, number=23, field="body"):
    if not condition:
        raise bad(number, field)


def listed(body, name):
    value = body.get(name)
    need(isinstance(value, list), field=name)
    need(all(isinstance(v, dict) for v in value), field=name)
    return value


def distinct(rows, name):
    ids = [r.get(name) for r in rows]
    need(all(isinstance(i, str) and i for i in ids) and len(set(ids)) == len(ids), field=name)


def check_register(body, development):
    """REQ-POL-014."""
    members = body.get("members")
    need(isinstance(members, list) and all(isinstance(m, dict) for m in members), 14, "members")
    for m in members:
        check_member(m, development)
    nodes = [m["node"] for m in members]
    ballots = [m["ballot"] for m in members if "ballot" in m]
    need(len(set(nodes)) == len(nodes), 14, "node")
    need(len(set(ballots)) == len(ballots), 14, "ballot")
    size = len(council_of(members))
    need(size in (1, 3, 5, 7), 14, "role")
    threshold = body.get("threshold")
    need(is_int(threshold) and size // 2 < threshold <= size, 14, "threshold")


def check_member(m, development):
    need(is_node_id(m.get("node"), development), 14, "node")
    need(both_texts(m.get("name")), 14, "name")
    need(m.get("kind") in NODE_KINDS, 14, "kind")
    need(m.get("role") in ("council", "member"), 14, "role")
    need(m.get("status") in ("active", "suspended", "left"), 14, "status")
    need(public_x(m.get("root")) is not None, 14, "root")
    if "ballot" in m or m["role"] == "council":
        need(public_x(m.get("ballot")) is not None, 14, "ballot")
    if "successor" in m:
        need(is_node_id(m["successor"], development), 14, "successor")
    if "raft" in m:
        need(isinstance(m["raft"], str) and m["raft"], 14, "raft")


def council_of(members):
    return [m for m in members if m["role"] == "council" and m["status"] == "active"]


def check_charter(body):
    rules = listed(body, "rules")
    distinct(rules, "id")
    for rule in rules:
        need(both_texts(rule.get("title")) and both_texts(rule.get("text")), field="rules")
    auto = body.get("autoRule")
    need(isinstance(auto, dict) and isinstance(auto.get("enabled"), bool), field="autoRule")
    kinds = auto.get("kinds")
    need(isinstance(kinds, list) and all(k in NODE_KINDS for k in kinds), field="kinds")


def check_guideline(body):
    classes, purposes = listed(body, "classes"), listed(body, "purposes")
    distinct(classes, "id")
    distinct(purposes, "id")
    for row in classes + purposes:
        need(both_texts(row.get("text")), field="text")
    for purpose in purposes:
        kinds = purpose.get("kinds")
        need(isinstance(kinds, list) and kinds and all(isinstance(k, str) and k for k in kinds), field="kinds")
    for name in ("retentionDays", "disclosureLogDays", "withdrawalDeadline", "erasureDeadline", "k"):
        need(is_int(body.get(name)) and body[name] > 0, field=name)


def is_clock(value):
    return isinstance(value, str) and bool(re.match(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z", value))


def check_safety(body):
    rest = duration(body.get("minRest"))
    need(rest is not None and 9 * 3600 <= rest <= 11 * 3600, field="minRest")
    offset = body.get("utcOffset")
    need(isinstance(offset, str) and re.match(r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]\Z", offset), field="utcOffset")
    night = body.get("night")
    need(isinstance(night, dict) and is_clock(night.get("from")) and is_clock(night.get("until")), field="night")
    need(is_int(body.get("minorAge")) and body["minorAge"] > 0, field="minorAge")
    for name in ("minorNight", "minorOvertime", "adultNight"):
        need(body.get(name) in EFFECTS, field=name)
    over = body.get("overtime")
    need(isinstance(over, dict), field="overtime")
    for name in ("monthHours", "averageHours"):
        need(is_int(over.get(name)) and over[name] > 0, field=name)
    need(is_int(over.get("months")) and 2 <= over["months"] <= 6, field="months")
    need(isinstance(body.get("tripInsurance"), bool), field="tripInsurance")
    reporting = body.get("reporting")
    if reporting is not None:
        need(isinstance(reporting, dict), field="reporting")
        for name in ("weekHours", "yearIncome"):
            need(is_int(reporting.get(name, 0)) and reporting.get(name, 0) >= 0, field="reporting")


def check_matrix(body):
    for row in listed(body, "rows"):
        a, b = row.get("partyA"), row.get("partyB")
        need(isinstance(a, str) and a and isinstance(b, str) and b and a != b, field="partyB")
        need(row.get("relation") in RELATIONS, field="relation")
        need(row.get("effect") in ("allow", "disclose", "approve", "deny"), field="effect")
        begin, end = row.get("validFrom"), row.get("validUntil")
        need(is_int(begin), field="validFrom")
        need(end is None or (is_int(end) and end > begin), field="validUntil")
        need(isinstance(row.get("reasonCode"), str) and row["reasonCode"], field="reasonCode")


def check_sealed(body, raw, development):
    """REQ-POL-020: digest and readers alone."""
    need(set(raw) <= {"digest", "readers"}, 20)
    need(is_id(body.get("digest")), field="digest")
    readers = body.get("readers")
    need(isinstance(readers, list) and all(is_node_id(r, development) for r in readers), field="readers")


def check_body(kind, body, raw, ended, development):
    if kind == "register":
        need(isinstance(body, dict), 14)
        return check_register(body, development)
    need(isinstance(body, dict))
    if ended and kind not in ("charter", "genesis", "red-list"):
        return None
    if kind == "red-list":
        return check_sealed(body, raw, development)
    checks = {"charter": check_charter, "data-guideline": check_guideline, "safety": check_safety,
              "conflict-matrix": check_matrix}
    return checks[kind](body) if kind in checks else None


def open_confidential(octets, expected):
    """REQ-POL-019: the clear body behind 32 random octets."""
    if len(octets) < 32 or digest(octets) != expected:
        raise bad(19)
    return octets[32:]
