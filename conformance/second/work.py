"""Work and what follows from it: gigs, proposals, holds, reds, deliveries, acceptances, calendars (12.4 to 12.10).

A shape says once what a kind may hold: the JSON type of each member, by which the names of REQ-OPEN-009 and of the
closed kinds are known as well.
"""

import re
import unicodedata

from claims import duration, is_int, municipality, utc
from jose import is_id
from refusal import Refusal

SPAN = {"utcStart": str, "utcEnd": str}
UNITS = [{"index": int, **SPAN}]
SHAPES = {
    "gig": {"title": str,
            "outcome": {"statement": str, "measure": str, "unit": str, "target": str, "due": str, "evidence": str},
            "units": {"count": int, "unitDuration": str, "sittings": int}, "window": SPAN,
            "skills": [{"uri": str, "minLevel": int}], "place": str, "remote": bool,
            "pay": {"amount": int, "currency": str, "per": str, "basis": str}, "places": int,
            "safety": {"night": bool, "trip": bool, "insurance": {"kind": str, "insurer": str, "validUntil": str},
                       "minAge": int}},
    "proposal": {"gig": str, "units": UNITS, "offerUntil": str, "decision": str},
    "hold": {"proposal": str, "status": str, "units": UNITS, "timeZone": str, "releaseAt": str,
             "freeBusyRef": {"uid": str, "sequence": int}, "party": {"name": str, "contact": str},
             "engagementSubject": str, "travel": SPAN},
    "risk": {"hold": str, "severity": str, "what": str, "ask": str, "by": str},
    "delivery": {"hold": str, "units": [int], "hours": str, "outcome": {"value": str, "evidence": str}},
    "acceptance": {"delivery": str, "answer": str, "reason": str},
    "calendar": {"name": str, "type": str,
                 "entries": [{"id": str, "name": str, "startDate": str, "duration": str, "remainingUses": int,
                              "trip": bool, "place": str}]},
}
PERSONAL = ("proposal", "hold", "risk", "delivery", "acceptance")
YEAR = 34560000
DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?\Z")
CURRENCY = re.compile(r"[A-Z]{3}\Z")
ZONE = re.compile(r"UTC\Z|[A-Z][A-Za-z0-9_+-]+(?:/[A-Z][A-Za-z0-9_+-]+){1,2}\Z")


def bad(requirement, field="", problem="bad-claims"):
    return Refusal(f"REQ-{requirement}", problem, field)


def names(shape):
    """A shape as REQ-OPEN-009 wants it: a name, and the names inside it."""
    if isinstance(shape, list):
        return names(shape[0])
    return {k: names(v) for k, v in shape.items()} if isinstance(shape, dict) else None


def fits(value, shape):
    """Whether all that is there has the JSON type of its place."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(fits(value[k], s) for k, s in shape.items() if k in value)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(v, shape[0]) for v in value)
    return is_int(value) if shape is int else isinstance(value, shape)


def check_shape(p, kind, requirement, needed):
    for name in needed:
        if name not in p:
            raise bad(requirement, name)
    for name, shape in SHAPES[kind].items():
        if name in p and not fits(p[name], shape):
            raise bad(requirement, name)


def check_closed(value, known, requirement):
    for item in value if isinstance(value, list) else [value]:
        for name in item if isinstance(item, dict) and known else ():
            if name not in known:
                raise bad(requirement, "", "closed-kind")
            check_closed(item[name], known[name], requirement)


def is_text(value, most):
    return isinstance(value, str) and 0 < len(value) <= most and not any(
        c != "\n" and unicodedata.category(c) == "Cc" for c in value)


def is_decimal(value):
    return isinstance(value, str) and bool(DECIMAL.match(value))


def lasts(value, least, most):
    length = duration(value)
    return length is not None and least <= length <= most


def check_public(p, raw, requirement):
    """What a gig and a calendar have in common: an end that is not far, and nobody in it."""
    if raw.get("sub") is not None:
        raise bad(requirement, "sub")
    if p["exp"] - p["iat"] > YEAR:
        raise bad(requirement, "exp")


def check_gig(p, raw):
    check_shape(p, "gig", "GIG-001",
                ("exp", "title", "outcome", "units", "window", "skills", "pay", "places"))
    check_public(p, raw, "GIG-001")
    if not is_text(p["title"], 200):
        raise bad("GIG-010", "title")
    check_outcome(p["outcome"])
    check_time(p["units"], p["window"])
    check_skills(p["skills"])
    if "place" in p and not municipality(p["place"]) or "place" not in p and not p.get("remote"):
        raise bad("GIG-006", "place")
    check_pay(p["pay"])
    if not 1 <= p["places"] <= 1000:
        raise bad("GIG-008", "places")
    check_safety(p.get("safety", {}))


def check_outcome(outcome):
    for name, most in (("statement", 1000), ("measure", 200), ("unit", 50)):
        if not is_text(outcome.get(name), most):
            raise bad("GIG-002", name)
    if not is_decimal(outcome.get("target")):
        raise bad("GIG-002", "target")
    if utc(outcome.get("due")) is None:
        raise bad("GIG-002", "due")
    if "evidence" in outcome and not is_text(outcome["evidence"], 1000):
        raise bad("GIG-002", "evidence")


def check_time(units, window):
    count = units.get("count", 0)
    if not 1 <= count <= 200:
        raise bad("GIG-003", "count")
    if not lasts(units.get("unitDuration"), 900, 86400):
        raise bad("GIG-003", "unitDuration")
    if not 1 <= units.get("sittings", 0) <= count:
        raise bad("GIG-003", "sittings")
    first, last = utc(window.get("utcStart")), utc(window.get("utcEnd"))
    if first is None or last is None:
        raise bad("GIG-004", "window")
    if not count * duration(units["unitDuration"]) <= last - first <= 400 * 86400:
        raise bad("GIG-004", "window")


def check_skills(skills):
    if len(skills) > 20 or len({s.get("uri") for s in skills}) != len(skills):
        raise bad("GIG-005", "skills")
    for skill in skills:
        if not skill.get("uri"):
            raise bad("GIG-005", "uri")
        if not 1 <= skill.get("minLevel", 0) <= 5:
            raise bad("GIG-005", "minLevel")


def check_pay(pay):
    if pay.get("amount", -1) < 0:
        raise bad("GIG-007", "amount")
    if not CURRENCY.match(pay.get("currency", "")):
        raise bad("GIG-007", "currency")
    if pay.get("per") not in ("unit", "hour", "month", "gig"):
        raise bad("GIG-007", "per")
    if pay.get("basis") not in ("employment", "contract"):
        raise bad("GIG-007", "basis")


def check_safety(safety):
    if not 0 <= safety.get("minAge", 0) <= 99:
        raise bad("GIG-009", "minAge")
    insurance = safety.get("insurance")
    if insurance is None:
        if safety.get("trip"):
            raise bad("GIG-009", "insurance")
        return
    if not insurance.get("kind") or not insurance.get("insurer") or utc(insurance.get("validUntil")) is None:
        raise bad("GIG-009", "insurance")


def check_units(units, requirement):
    if not 1 <= len(units) <= 200:
        raise bad(requirement, "units")
    last = None
    for place, unit in enumerate(units):
        first, stop = utc(unit.get("utcStart")), utc(unit.get("utcEnd"))
        if unit.get("index") != place or first is None or stop is None or stop <= first:
            raise bad(requirement, "units")
        if last is not None and first < last:
            raise bad(requirement, "units")
        last = stop


def check_proposal(p, raw):
    check_shape(p, "proposal", "PRP-001", ("gig", "units", "offerUntil"))
    if not is_id(p["gig"]) or not is_id(p.get("decision", p["gig"])):
        raise bad("PRP-001", "gig")
    check_units(p["units"], "PRP-002")
    until = utc(p["offerUntil"])
    if until is None or not 0 < until - p["iat"] <= 1209600 or until > utc(p["units"][0]["utcStart"]):
        raise bad("PRP-003", "offerUntil")


def check_hold(p, raw):
    check_shape(p, "hold", "HLD-001", ("proposal", "status", "units", "timeZone"))
    if not is_id(p["proposal"]):
        raise bad("HLD-001", "proposal")
    if not ZONE.match(p["timeZone"]):
        raise bad("HLD-001", "timeZone")
    reference = p.get("freeBusyRef")
    if reference is not None and (not reference.get("uid") or reference.get("sequence", 0) < 1):
        raise bad("HLD-001", "freeBusyRef")
    if p["status"] not in ("tentative", "confirmed", "cancelled"):
        raise bad("HLD-002", "status")
    check_units(p["units"], "HLD-003")
    check_travel(p)
    if utc(p.get("releaseAt")) is None if p["status"] == "tentative" else "releaseAt" in p:
        raise bad("HLD-004", "releaseAt")
    check_party(p)


def check_travel(p):
    if "travel" in p:
        first, last = utc(p["travel"].get("utcStart")), utc(p["travel"].get("utcEnd"))
        if first is None or last is None or last <= first:
            raise bad("HLD-003", "travel")


def check_party(p):
    if p["status"] != "confirmed":
        for name in ("engagementSubject", "party"):
            if name in p:
                raise bad("HLD-005", name)
        return
    if not p.get("engagementSubject"):
        raise bad("HLD-005", "engagementSubject")
    if "party" in p and not p["party"].get("name"):
        raise bad("HLD-005", "party")


def check_risk(p, raw):
    check_shape(p, "risk", "RSK-001", ("hold", "severity", "what", "ask", "by"))
    if not is_id(p["hold"]):
        raise bad("RSK-001", "hold")
    if p["severity"] not in ("low", "medium", "high"):
        raise bad("RSK-002", "severity")
    for name in ("what", "ask"):
        if not is_text(p[name], 1000):
            raise bad("RSK-002", name)
    if utc(p["by"]) is None:
        raise bad("RSK-002", "by")


def check_delivery(p, raw):
    check_shape(p, "delivery", "DLV-001", ("hold", "units", "hours", "outcome"))
    if not is_id(p["hold"]):
        raise bad("DLV-001", "hold")
    units = p["units"]
    if not 1 <= len(units) <= 200 or units[0] < 0 or units[-1] > 199:
        raise bad("DLV-002", "units")
    if any(second <= first for first, second in zip(units, units[1:])):
        raise bad("DLV-002", "units")
    if not is_decimal(p["hours"]) or p["hours"].startswith("-"):
        raise bad("DLV-002", "hours")
    if not is_decimal(p["outcome"].get("value")):
        raise bad("DLV-002", "value")
    if "evidence" in p["outcome"] and not is_text(p["outcome"]["evidence"], 1000):
        raise bad("DLV-002", "evidence")


def check_acceptance(p, raw):
    check_shape(p, "acceptance", "ACC-001", ("delivery", "answer"))
    if not is_id(p["delivery"]):
        raise bad("ACC-001", "delivery")
    if p["answer"] not in ("accepted", "disputed"):
        raise bad("ACC-001", "answer")
    if "reason" in p and not is_text(p["reason"], 1000) or "reason" not in p and p["answer"] == "disputed":
        raise bad("ACC-002", "reason")


def check_calendar(p, raw):
    check_shape(p, "calendar", "CAL-001", ("exp", "name", "type", "entries"))
    check_public(p, raw, "CAL-001")
    if not is_text(p["name"], 200):
        raise bad("CAL-001", "name")
    if p["type"] not in ("Event", "Slot"):
        raise bad("CAL-001", "type")
    entries = p["entries"]
    if len(entries) > 500 or len({e.get("id") for e in entries}) != len(entries):
        raise bad("CAL-002", "entries")
    for entry in entries:
        if not 1 <= len(entry.get("id", "").encode()) <= 255:
            raise bad("CAL-002", "id")
        if not is_text(entry.get("name"), 200):
            raise bad("CAL-002", "name")
        if utc(entry.get("startDate")) is None:
            raise bad("CAL-002", "startDate")
        if not lasts(entry.get("duration"), 60, 56 * 86400):
            raise bad("CAL-002", "duration")
        if entry.get("remainingUses", 0) < 0:
            raise bad("CAL-002", "remainingUses")


CHECKS = {"gig": check_gig, "proposal": check_proposal, "hold": check_hold, "risk": check_risk,
          "delivery": check_delivery, "acceptance": check_acceptance, "calendar": check_calendar}
CLOSED = {"proposal": "PRP-004", "hold": "HLD-006", "risk": "RSK-003", "delivery": "DLV-003",
          "acceptance": "ACC-003"}
KNOWN = {kind: names(shape) for kind, shape in SHAPES.items()}


def check(kind, known, p, raw):
    """Judges a record of one of these kinds; known are all the names that it may have, its envelope's too."""
    if kind in CLOSED:
        check_closed(raw, known, CLOSED[kind])
    CHECKS[kind](p, raw)
