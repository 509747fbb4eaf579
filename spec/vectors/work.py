"""Valid records of gigs and what follows from them, and of clubs' calendars."""

from records import KINDS, changed, envelope
from sealing import DAY, NOW, digest, urn

OUTCOME = {"statement": "More visitors come to the market day.", "measure": "visitors", "unit": "people",
           "target": "300", "due": "2026-04-20T09:00:00Z", "evidence": "Count at the gate."}
UNITS = {"count": 3, "unitDuration": "PT1H30M", "sittings": 2}
NEEDS = [{"uri": "https://skills.example/coaching", "minLevel": 3}]
PAY = {"amount": 12000, "currency": "JPY", "per": "unit", "basis": "contract"}
INSURANCE = {"kind": "travel", "insurer": "Example Insurance", "validUntil": "2026-05-01T00:00:00Z"}

SITTINGS = [
    {"index": 0, "utcStart": "2026-04-10T00:00:00Z", "utcEnd": "2026-04-10T01:30:00Z"},
    {"index": 1, "utcStart": "2026-04-10T01:30:00Z", "utcEnd": "2026-04-10T03:00:00Z"},
    {"index": 2, "utcStart": "2026-04-12T09:00:00Z", "utcEnd": "2026-04-12T10:30:00Z"},
]


def gig(**changes):
    return changed({
        **envelope("gig", person=False), "exp": NOW + 30 * DAY, "title": "Plan a market day", "outcome": OUTCOME,
        "units": UNITS, "window": {"utcStart": "2026-04-08T00:00:00Z", "utcEnd": "2026-04-20T00:00:00Z"},
        "skills": NEEDS, "place": "141003", "remote": False, "pay": PAY, "places": 2,
        "safety": {"night": False, "trip": False, "minAge": 18},
    }, **changes)


def proposal(**changes):
    return changed({
        **envelope("proposal"), "gig": digest("gig"), "units": SITTINGS, "offerUntil": "2026-04-03T00:00:00Z",
        "decision": digest("decision"),
    }, **changes)


def hold(**changes):
    return changed({
        **envelope("hold"), "purpose": "engagement", "proposal": digest("proposal"), "status": "confirmed", "units": SITTINGS,
        "timeZone": "Asia/Tokyo", "freeBusyRef": {"uid": urn("availability uid"), "sequence": 1},
        "party": {"name": "Example Person", "contact": "https://city.example/contact"}, "engagementSubject": urn("engagement"),
        "travel": {"utcStart": "2026-04-09T23:30:00Z", "utcEnd": "2026-04-10T00:00:00Z"},
    }, **changes)


def risk(**changes):
    return changed({
        **envelope("risk"), "purpose": "engagement", "hold": digest("hold"), "severity": "medium",
        "what": "The hall may not be free.", "ask": "Is another hall near?", "by": "2026-04-05T00:00:00Z",
    }, **changes)


def delivery(**changes):
    return changed({
        **envelope("delivery"), "purpose": "engagement", "hold": digest("hold"), "units": [0, 1, 2], "hours": "4.5",
        "outcome": {"value": "312", "evidence": "Count at the gate."},
    }, **changes)


def acceptance(**changes):
    return changed({
        **envelope("acceptance"), "purpose": "engagement", "delivery": digest("delivery"), "answer": "accepted",
    }, **changes)


ENTRIES = [
    {"id": "practice-1", "name": "Practice", "startDate": "2026-04-10T06:00:00Z", "duration": "PT2H"},
    {"id": "trip-1", "name": "Regatta", "startDate": "2026-04-18T00:00:00Z", "duration": "P2D", "trip": True, "place": "Example Lake"},
]


def calendar(**changes):
    return changed({
        **envelope("calendar", person=False), "exp": NOW + 60 * DAY, "name": "Rowing club", "type": "Event", "entries": ENTRIES,
    }, **changes)


KINDS.update(gig=gig, proposal=proposal, hold=hold, risk=risk, delivery=delivery, acceptance=acceptance, calendar=calendar)
