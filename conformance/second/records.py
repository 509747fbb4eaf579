"""Records: opening one that stands in a neighbour's log, and the claims every record has (sections 3, 4, 9, 12)."""

import functools

import credential
import strictjson
import work
from claims import duration, is_int, is_language, is_name, is_uuid, municipality, utc
from jose import digest, is_id, open_token, unpack
from refusal import Refusal, Skip

ENVELOPE = ("iss", "iat", "jti", "uid", "sequence", "policy", "aud", "exp")
PERSON = ("sub", "consent", "purpose", "until")
SUBJECT = {k: None for k in ENVELOPE + PERSON}
KNOWN = {
    "talent": {**SUBJECT, "skills": {"uri": None, "level": None, "basis": None}, "region": None, "remote": None,
               "languages": None},
    "availability": {**SUBJECT, "updated": None, "utcStart": None, "utcEnd": None, "granularity": None,
                     "busy": {"utcStart": None, "utcEnd": None, "busyStatus": None}},
    "vc": {**SUBJECT, **credential.KNOWN},
    "erasure": {**SUBJECT, "ids": None, "basis": None},
    "receipt": {**SUBJECT, "order": None, "action": None, "ids": None, "basis": None, "keptUntil": None, "at": None},
    **{kind: {**SUBJECT, **names} for kind, names in work.KNOWN.items()},
}
# the kinds that a person consents to, and all that are about a person
PERSONAL = ("talent", "availability", "vc")
ABOUT = PERSONAL + work.PERSONAL


def bad(requirement, field="", problem="bad-claims"):
    return Refusal(requirement, problem, field)


def open_record(raw, kind=None, record_id=None):
    """Opens a record under the id and kind of its item; Skip for a kind that is not known."""
    header, _, _ = unpack(raw)
    typ = header["typ"]
    if not typ.endswith("+jwt") or len(typ) == 4:
        raise Refusal("REQ-OPEN-007", "bad-header", "typ")
    name = typ[:-4]
    if kind is not None and kind != name:
        raise Refusal("REQ-FEED-010", "bad-kind", "kind")
    token = None
    if name in KNOWN:
        token = open_token(raw, known=KNOWN[name])
    if record_id is not None:
        if digest(raw[:raw.rindex(".")].encode()) != record_id:
            raise Refusal("REQ-OPEN-017", "bad-token", "id")
    if token is None:
        raise Skip(name)
    return token, name


def check_key(token, history, now, vouched):
    """REQ-KEY-007 to 009 and the signature."""
    key = history.record(token.kid) if history else None
    if key is None:
        raise Refusal("REQ-KEY-007", "unknown-key", "kid", park=True)
    token.verify(key.public)
    if key.revoked and not vouched:
        raise Refusal("REQ-KEY-009", "revoked-key", "kid")
    iat = token.payload.get("iat")
    if is_int(iat) and not key.in_time(iat):
        raise Refusal("REQ-KEY-008", "key-out-of-time", "iat")


def check_envelope(p, kind, issuer, audience, now):
    for name, right in (("iss", str), ("jti", str), ("uid", str)):
        if not isinstance(p.get(name), right):
            raise bad("REQ-ENV-001", name)
    for name in ("iat", "sequence", "policy"):
        if not is_int(p.get(name)) or p[name] < 1:
            raise bad("REQ-ENV-001", name)
    for name in ("sub", "consent", "purpose", "exp", "until"):
        if name in p and not (is_int(p[name]) if name in ("exp", "until") else isinstance(p[name], str)):
            raise bad("REQ-ENV-002" if kind in ABOUT and name != "exp" else "REQ-ENV-001", name)
    if not is_uuid(p["jti"]):
        raise bad("REQ-ENV-007", "jti")
    if not is_name(p["uid"]):
        raise bad("REQ-ENV-016", "uid")
    if p["iss"] != issuer:
        raise bad("REQ-ENV-003", "iss", "wrong-issuer")
    if kind in ABOUT:
        check_person(p)
    if p.get("aud") != audience:
        raise bad("REQ-ENV-004", "aud", "wrong-audience")
    if "exp" in p and p["exp"] <= now:
        raise bad("REQ-ENV-005", "exp", "expired")


def check_person(p):
    if "aud" not in p:
        raise bad("REQ-ENV-002", "aud")
    for name in ("sub", "consent", "purpose"):
        if not isinstance(p.get(name), str):
            raise bad("REQ-ENV-002", name)
    if not p["purpose"]:
        raise bad("REQ-ENV-002", "purpose")
    if not is_int(p.get("until")) or p["until"] < 1:
        raise bad("REQ-ENV-002", "until")
    if not is_uuid(p["consent"]):
        raise bad("REQ-ENV-007", "consent")
    if not is_name(p["sub"]):
        raise bad("REQ-ENV-016", "sub")
    if p["until"] < p["iat"] or p.get("exp", 0) > p["until"]:
        raise bad("REQ-ENV-008", "until")


def check_life(p, requirement, most):
    if "exp" not in p or p["exp"] - p["iat"] > most:
        raise bad(requirement, "exp")


def closed(value, names, requirement):
    for name in value:
        if name not in names:
            raise bad(requirement, "", "closed-kind")


def check_talent(p, raw):
    closed(raw, KNOWN["talent"], "REQ-TAL-004")
    check_life(p, "REQ-TAL-001", 2592000)
    check_talent_body(p, raw)


def check_talent_body(p, raw):
    """What a talent record says, without its envelope; also what a person is asked for."""
    skills = p.get("skills")
    if not isinstance(skills, list):
        raise bad("REQ-TAL-002", "skills")
    for skill, whole in zip(skills, raw.get("skills", [])):
        if not isinstance(skill, dict):
            raise bad("REQ-TAL-002", "skills")
        closed(whole, ("uri", "level", "basis"), "REQ-TAL-004")
        if not isinstance(skill.get("uri"), str) or not skill["uri"]:
            raise bad("REQ-TAL-002", "uri")
        if not is_int(skill.get("level")) or not 1 <= skill["level"] <= 5:
            raise bad("REQ-TAL-002", "level")
        if skill.get("basis") not in ("self", "evaluated"):
            raise bad("REQ-TAL-002", "basis")
    if len(skills) > 200 or len({s["uri"] for s in skills}) != len(skills):
        raise bad("REQ-TAL-006", "skills")
    if not municipality(p.get("region")):
        raise bad("REQ-TAL-003", "region")
    if not isinstance(p.get("remote"), bool):
        raise bad("REQ-TAL-005", "remote")
    languages = p.get("languages")
    if not isinstance(languages, list) or not all(is_language(t) for t in languages):
        raise bad("REQ-TAL-005", "languages")


def check_availability(p, raw):
    closed(raw, KNOWN["availability"], "REQ-AVL-012")
    check_life(p, "REQ-AVL-001", 604800)
    times = {name: utc(p.get(name)) for name in ("utcStart", "utcEnd", "updated")}
    for name, value in times.items():
        if value is None:
            raise bad("REQ-AVL-002", name)
    busy = p.get("busy")
    if not isinstance(busy, list):
        raise bad("REQ-AVL-002", "busy")
    begin, end = times["utcStart"], times["utcEnd"]
    if not 0 < end - begin <= 56 * 86400:
        raise bad("REQ-AVL-003", "utcEnd")
    if "granularity" in p:
        step = duration(p["granularity"])
        if step is None or not 300 <= step <= 86400:
            raise bad("REQ-AVL-009", "granularity")
    check_busy(busy, raw["busy"], begin, end)


def check_busy(busy, raw, begin, end):
    last, last_status = None, None
    for period, whole in zip(busy, raw):
        if not isinstance(period, dict):
            raise bad("REQ-AVL-002", "busy")
        closed(whole, ("utcStart", "utcEnd", "busyStatus"), "REQ-AVL-007")
        first, stop = utc(period.get("utcStart")), utc(period.get("utcEnd"))
        if first is None or stop is None:
            raise bad("REQ-AVL-002", "busy")
        if stop <= first or first < begin or stop > end:
            raise bad("REQ-AVL-006", "busy")
        status = period.get("busyStatus")
        status = status if status in ("confirmed", "tentative", "unavailable") else "confirmed"
        if last is not None and first < last:
            raise bad("REQ-AVL-004", "busy")
        if first == last and status == last_status:
            raise bad("REQ-AVL-005", "busy")
        last, last_status = stop, status


def check_ids(ids, requirement):
    if not isinstance(ids, list) or not 1 <= len(ids) <= 500 or not all(is_id(i) for i in ids):
        raise bad(requirement, "ids")


def check_order(p, raw):
    if "sub" in raw:
        raise bad("REQ-ERA-004", "sub")
    check_ids(p.get("ids"), "REQ-ERA-004")


def check_receipt(p, raw):
    if p.get("action") not in ("withdrawn", "erased", "kept"):
        raise bad("REQ-ERA-006", "action")
    check_ids(p.get("ids"), "REQ-ERA-006")
    if not is_int(p.get("at")):
        raise bad("REQ-ERA-006", "at")
    if p["action"] == "kept" and not (isinstance(p.get("basis"), str) and is_int(p.get("keptUntil"))):
        raise bad("REQ-ERA-006", "basis")


CHECKS = {"talent": check_talent, "availability": check_availability, "vc": credential.check,
          "erasure": check_order, "receipt": check_receipt,
          **{kind: functools.partial(work.check, kind, KNOWN[kind]) for kind in work.CHECKS}}


def judge(raw, issuer, audience, history, now, kind=None, record_id=None, vouched=False):
    """Everything that the octets alone decide: the payload, its kind and its token, or a Refusal."""
    token, name = open_record(raw, kind, record_id)
    check_key(token, history, now, vouched)
    payload = strictjson.clear(token.payload)
    check_envelope(payload, name, issuer, audience, now)
    CHECKS[name](payload, token.payload)
    if payload["iat"] > now + 60:
        raise Refusal("REQ-ENV-006", "not-yet", "iat", park=True)
    return payload, name, token
