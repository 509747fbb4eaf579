"""Evaluations: the subset of Open Badges 3.0 that travels between nodes (section 12.3)."""

import re

from refusal import Refusal

CONTEXTS = ["https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
ACHIEVEMENT = {"id": None, "type": None, "name": None, "description": None, "criteria": {"narrative": None},
               "achievementType": None,
               "resultDescription": {"id": None, "rubricCriterionLevel": {"id": None}}}
KNOWN = {"@context": None, "id": None, "type": None, "issuer": {"id": None}, "validFrom": None, "validUntil": None,
         "awardedDate": None, "vc": None, "issuanceDate": None, "expirationDate": None,
         "credentialSubject": {"id": None, "achievement": ACHIEVEMENT,
                               "result": {"resultDescription": None, "value": None, "achievedLevel": None,
                                          "status": None}},
         "credentialStatus": {"type": None, "statusPurpose": None, "statusListIndex": None,
                              "statusListCredential": None},
         "fukusen": {"rubric": {"document": None, "version": None}, "policy": None,
                     "conflictCheck": {"effect": None, "decision": None}, "dispute": None}}


def bad(number, field, problem="bad-credential"):
    return Refusal(f"REQ-EVL-{number:03d}", problem, field)


def part(value, name):
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def text(value, name):
    return isinstance(value.get(name), str) and value[name] != ""


def check(p, raw):
    if p.get("@context") != CONTEXTS:
        raise bad(1, "@context")
    if p.get("type") != TYPES:
        raise bad(1, "type")
    for name in ("vc", "issuanceDate", "expirationDate"):
        if name in raw:
            raise bad(2, name)
    if part(p, "issuer").get("id") != p["iss"]:
        raise bad(3, "issuer", "wrong-issuer")
    subject = part(p, "credentialSubject")
    if subject.get("id") != p["sub"]:
        raise bad(4, "credentialSubject", "wrong-subject")
    if p.get("id") != p["jti"]:
        raise bad(5, "id")
    for name in ("validFrom", "awardedDate"):
        if not text(p, name):
            raise bad(8, name)
    check_achievement(part(subject, "achievement"))
    check_results(subject)
    check_status(part(p, "credentialStatus"), p["iss"])
    check_own(part(p, "fukusen"))


def check_achievement(achievement):
    for name in ("id", "name", "description", "achievementType"):
        if not text(achievement, name):
            raise bad(8, name)
    if not achievement.get("type") or not isinstance(achievement["type"], (list, str)):
        raise bad(8, "type")
    if not text(part(achievement, "criteria"), "narrative"):
        raise bad(8, "criteria")


def check_results(subject):
    described = part(subject, "achievement").get("resultDescription")
    described = {d["id"]: d for d in described if isinstance(d, dict) and isinstance(d.get("id"), str)} \
        if isinstance(described, list) else {}
    results = subject.get("result")
    if not isinstance(results, list) or not results:
        raise bad(6, "result")
    for result in results:
        name = result.get("resultDescription") if isinstance(result, dict) else None
        if not isinstance(name, str) or name not in described:
            raise bad(6, "result")
        given = [k for k in ("value", "achievedLevel", "status") if k in result]
        if len(given) != 1 or not isinstance(result[given[0]], str):
            raise bad(7, "result")
        if given[0] == "achievedLevel":
            levels = described[name].get("rubricCriterionLevel")
            ids = [v.get("id") for v in levels if isinstance(v, dict)] if isinstance(levels, list) else []
            if result["achievedLevel"] not in ids:
                raise bad(14, "achievedLevel")


def check_status(status, issuer):
    if status.get("type") != "BitstringStatusListEntry" or status.get("statusPurpose") != "revocation":
        raise bad(9, "credentialStatus")
    index, where = status.get("statusListIndex"), status.get("statusListCredential")
    if not isinstance(index, str) or not re.match(r"[0-9]{1,9}\Z", index):
        raise bad(9, "statusListIndex")
    if not isinstance(where, str) or not where.startswith(issuer + "/"):
        raise bad(9, "statusListCredential")


def check_own(own):
    if not part(own, "rubric"):
        raise bad(10, "rubric")
    if "policy" not in own:
        raise bad(10, "policy")
    if not part(own, "conflictCheck"):
        raise bad(10, "conflictCheck")
