"""Section 12.4 to 12.10: gigs, proposals, holds and what follows, calendars."""

from cases_records import Of
from records import DROP, changed
from sealing import DAY, NOW, Book, digest, urn
from work import ENTRIES, INSURANCE, NEEDS, OUTCOME, PAY, SITTINGS, UNITS

DAYS400 = 34560000
NOT_IDS = [("short", "42 characters", digest("gig")[:-1]), ("standard", "the standard alphabet", "+/" + digest("gig")[2:]),
           ("empty", "no characters", "")]
NOT_TIMES = [("offset", "an offset", "2026-04-02T09:00:00+09:00"), ("fraction", "a fraction", "2026-04-02T00:00:00.5Z"),
             ("date", "a date alone", "2026-04-02"), ("day", "30 February", "2026-02-30T00:00:00Z"), ("empty", "nothing", "")]
NOT_DECIMALS = [("word", "a word", "many"), ("comma", "a comma", "1,5"), ("exponent", "an exponent", "3e2"), ("plus", "a plus", "+300"),
                ("point", "no digits after the point", "3."), ("long", "16 digits", "1234567890123456"),
                ("fine", "seven digits after the point", "0.1234567"), ("wide", "full-width digits", "\uff13\uff10"), ("empty", "nothing", "")]


def texts(add, name, requirement, most, make):
    """A text of its greatest length, and what is no such text."""
    add(name + "-longest", "", "%s of %d code points" % (name, most), shows=requirement, **make("\u5e02" * most))
    add(name + "-long", requirement, "%s of %d code points" % (name, most + 1), **make("\u5e02" * (most + 1)))
    add(name + "-empty", requirement, "an empty " + name, **make(""))
    add(name + "-control", requirement, "a control character in " + name, **make("one\u0007two"))


def gig_book():
    b = Book("gig", "Section 12.4: gigs.")
    add = Of(b, "gig", "gig-")

    def outcome(**c):
        return {"outcome": changed(OUTCOME, **c)}

    def units(**c):
        return {"units": changed(UNITS, **c)}

    add("good", "", "a gig of three units in two sittings")
    for member in ("exp", "title", "outcome", "units", "window", "skills", "pay", "places"):
        add("without-" + member, "REQ-GIG-001", "no " + member, also=["REQ-GIG-010", "REQ-GIG-008"], **{member: DROP})
    add("title-number", "REQ-GIG-001", "a title that is a number", title=7)
    add("skills-object", "REQ-GIG-001", "skills as an object", skills={})
    add("places-text", "REQ-GIG-001", "places as a string", places="2")
    add("target-number", "REQ-GIG-001", "a target that is a number", **outcome(target=300))
    add("remote-text", "REQ-GIG-001", "remote as a string", remote="yes")
    add("400-days", "", "exp exactly 34560000 seconds after iat", exp=NOW - 60 + DAYS400, shows="REQ-GIG-001")
    add("400-days-and-second", "REQ-GIG-001", "exp 34560001 seconds after iat", exp=NOW - 60 + DAYS400 + 1)
    add("subject", "REQ-GIG-001", "a gig that names a person", sub=urn("gig sub"))
    for member, most in (("statement", 1000), ("measure", 200), ("unit", 50), ("evidence", 1000)):
        texts(add, member, "REQ-GIG-002", most, lambda t, m=member: outcome(**{m: t}))
        if member != "evidence":
            add("without-" + member, "REQ-GIG-002", "an outcome without " + member, **outcome(**{member: DROP}))
    for member in ("target", "due"):
        add("without-" + member, "REQ-GIG-002", "an outcome without " + member, **outcome(**{member: DROP}))
    for name, what, value in NOT_DECIMALS:
        add("target-" + name, "REQ-GIG-002", "a target with " + what, **outcome(target=value))
    for value in ("0", "-2.5", "007", "123456789012345.123456"):
        add("target-" + value, "", "the target " + value, shows="REQ-GIG-002", **outcome(target=value))
    for name, what, value in NOT_TIMES:
        add("due-" + name, "REQ-GIG-002", "due with " + what, **outcome(due=value))
    add("evidence-none", "", "an outcome without evidence", shows="REQ-GIG-002", **outcome(evidence=DROP))
    for n in (1, 200):
        add("count-%d" % n, "", "%d units" % n, shows="REQ-GIG-003", **units(count=n, sittings=1),
            window={"utcStart": "2026-04-08T00:00:00Z", "utcEnd": "2026-05-08T00:00:00Z"})
    for n in (0, -1, 201):
        add("count-%d" % n, "REQ-GIG-003", "%d units" % n, **units(count=n))
    for name, what, value in [("14", "14 minutes", "PT14M"), ("day", "a day and a second", "P1DT1S"), ("week", "a week", "P1W"),
                              ("none", "no duration", "90"), ("empty", "nothing", "")]:
        add("length-" + name, "REQ-GIG-003", "units of " + what, **units(unitDuration=value))
    add("length-15", "", "units of 15 minutes", shows="REQ-GIG-003", **units(unitDuration="PT15M"))
    add("sittings-0", "REQ-GIG-003", "no sitting", **units(sittings=0))
    add("sittings-4", "REQ-GIG-003", "more sittings than units", **units(sittings=4))
    add("sittings-3", "", "a sitting for each unit", shows="REQ-GIG-003", **units(sittings=3))

    def window(start, end):
        return {"window": {"utcStart": start, "utcEnd": end}}

    add("window-exact", "", "a window with just room for all units", shows="REQ-GIG-004", **window("2026-04-08T00:00:00Z", "2026-04-08T04:30:00Z"))
    add("window-short", "REQ-GIG-004", "a window a second shorter than its units", **window("2026-04-08T00:00:00Z", "2026-04-08T04:29:59Z"))
    add("window-reversed", "REQ-GIG-004", "a window that ends before it starts", **window("2026-04-08T00:00:00Z", "2026-04-07T00:00:00Z"))
    add("window-400-days", "", "a window of exactly 400 days", shows="REQ-GIG-004", **window("2026-04-08T00:00:00Z", "2027-05-13T00:00:00Z"))
    add("window-long", "REQ-GIG-004", "a window of 400 days and a second", **window("2026-04-08T00:00:00Z", "2027-05-13T00:00:01Z"))
    for name, what, value in NOT_TIMES:
        add("window-" + name, "REQ-GIG-004", "a window that starts with " + what, **window(value, "2026-04-20T00:00:00Z"))
    add("window-open", "REQ-GIG-004", "a window without an end", window={"utcStart": "2026-04-08T00:00:00Z"})
    need = NEEDS[0]
    add("skill-no-uri", "REQ-GIG-005", "a skill without uri", skills=[changed(need, uri=DROP)])
    add("skill-0", "REQ-GIG-005", "level 0", skills=[{**need, "minLevel": 0}])
    add("skill-6", "REQ-GIG-005", "level 6", skills=[{**need, "minLevel": 6}])
    add("skill-no-level", "REQ-GIG-005", "a skill without minLevel", skills=[changed(need, minLevel=DROP)])
    add("skill-twice", "REQ-GIG-005", "one skill twice", skills=[need, {**need, "minLevel": 1}])
    many = [{"uri": "https://skills.example/%d" % n, "minLevel": 1} for n in range(21)]
    add("skills-20", "", "20 skills", skills=many[:20], shows="REQ-GIG-005")
    add("skills-21", "REQ-GIG-005", "21 skills", skills=many)
    add("skills-none", "", "no skill is asked for", skills=[], shows="REQ-GIG-005")
    add("nowhere", "REQ-GIG-006", "neither a place nor remote", place=DROP)
    add("nowhere-empty", "REQ-GIG-006", "an empty place", place="")
    add("remote-only", "", "remote and no place", place=DROP, remote=True, shows="REQ-GIG-006")
    add("place-only", "", "a place, and nothing about remote", remote=DROP, shows="REQ-GIG-006")
    add("place-digit", "REQ-GIG-006", "a place with a wrong check digit", place="141004")
    add("place-five", "REQ-GIG-006", "a place of five digits, remote as well", place="14100", remote=True)
    for member in ("amount", "currency", "per", "basis"):
        add("pay-no-" + member, "REQ-GIG-007", "pay without " + member, pay=changed(PAY, **{member: DROP}))
    for name, what, c in [("minus", "less than nothing", {"amount": -1}), ("small", "a currency in small letters", {"currency": "jpy"}),
                          ("two", "a currency of two letters", {"currency": "JP"}), ("day", "pay per day", {"per": "day"}),
                          ("gift", "the basis gift", {"basis": "gift"})]:
        add("pay-" + name, "REQ-GIG-007", what, pay=changed(PAY, **c))
    add("pay-0", "", "unpaid work", pay=changed(PAY, amount=0, per="gig"), shows="REQ-GIG-007")
    for per in ("hour", "month"):
        add("pay-" + per, "", "pay per " + per, pay=changed(PAY, per=per, basis="employment"), shows="REQ-GIG-007")
    for n in (1, 1000):
        add("places-%d" % n, "", "%d places" % n, places=n, shows="REQ-GIG-008")
    for n in (0, -1, 1001):
        add("places-%d" % n, "REQ-GIG-008", "%d places" % n, places=n)

    def safety(**c):
        return {"safety": c}

    add("safety-none", "", "nothing about safety", safety=DROP, shows="REQ-GIG-009")
    add("trip", "", "a trip with an insurance", shows="REQ-GIG-009", **safety(trip=True, insurance=INSURANCE))
    add("trip-uninsured", "REQ-GIG-009", "a trip without an insurance", **safety(trip=True))
    for member in ("kind", "insurer", "validUntil"):
        add("insurance-no-" + member.lower(), "REQ-GIG-009", "an insurance without " + member,
            **safety(trip=True, insurance=changed(INSURANCE, **{member: DROP})))
    add("age-minus", "REQ-GIG-009", "a least age of -1", **safety(minAge=-1))
    add("age-100", "REQ-GIG-009", "a least age of 100", **safety(minAge=100))
    add("age-99", "", "a least age of 99", shows="REQ-GIG-009", **safety(minAge=99))
    texts(add, "title", "REQ-GIG-010", 200, lambda t: {"title": t})
    add("unknown", "", "an unknown member is ignored", note="x", shows="REQ-OPEN-016")
    add("sub-null", "", "a sub that is null, which counts as absent", sub=None, shows="REQ-GIG-001")
    return b


def unit_cases(add, requirement):
    one, two = SITTINGS[:2]
    add("units-one", "", "one unit", units=[one], shows=requirement)
    add("units-none", requirement, "an empty list of units", units=[])
    add("units-201", requirement, "201 units", units=[
        {"index": n, "utcStart": "2026-04-%02dT%02d:%02d:00Z" % (5 + n // 96, n % 96 // 4, n % 4 * 15),
         "utcEnd": "2026-04-%02dT%02d:%02d:59Z" % (5 + n // 96, n % 96 // 4, n % 4 * 15)} for n in range(201)])
    add("units-from-1", requirement, "units numbered from 1", units=[{**one, "index": 1}, {**two, "index": 2}])
    add("units-unnumbered", requirement, "a unit without index", units=[changed(one, index=DROP)])
    add("units-null-index", requirement, "a unit whose index is null", units=[{**one, "index": None}])
    add("units-gap", requirement, "a number left out", units=[one, {**two, "index": 2}])
    add("units-reversed", requirement, "a unit that ends where it starts", units=[{**one, "utcEnd": one["utcStart"]}])
    add("units-over", requirement, "a unit that starts before the one before it ends",
        units=[one, {**two, "utcStart": "2026-04-10T01:29:59Z"}])
    add("units-order", requirement, "units out of order", units=[{**SITTINGS[2], "index": 0}, {**one, "index": 1}])
    add("units-time", requirement, "a unit with an offset", units=[{**one, "utcStart": "2026-04-10T09:00:00+09:00"}])
    add("units-open", requirement, "a unit without an end", units=[changed(one, utcEnd=DROP)])


def proposal_book():
    b = Book("proposal", "Section 12.5: proposals.")
    add = Of(b, "proposal", "prp-")
    add("good", "", "three units")
    add("no-decision", "", "a proposal without its decision", decision=DROP, shows="REQ-PRP-001")
    for member in ("gig", "units", "offerUntil"):
        add("without-" + member.lower(), "REQ-PRP-001", "no " + member, also=["REQ-PRP-002", "REQ-PRP-003"], **{member: DROP})
    for name, what, value in NOT_IDS:
        add("gig-" + name, "REQ-PRP-001", "a gig of " + what, gig=value)
    add("decision-short", "REQ-PRP-001", "a decision of 42 characters", decision=digest("decision")[:-1])
    add("decision-empty", "REQ-PRP-001", "an empty decision", decision="")
    add("units-object", "REQ-PRP-001", "units as an object", units={})
    add("index-text", "REQ-PRP-001", "an index that is a string", units=[{**SITTINGS[0], "index": "0"}])
    add("until-number", "REQ-PRP-001", "offerUntil as a number", offerUntil=NOW + DAY)
    unit_cases(add, "REQ-PRP-002")
    for name, what, value in NOT_TIMES:
        add("until-" + name, "REQ-PRP-003", "offerUntil with " + what, offerUntil=value)
    add("until-past", "REQ-PRP-003", "an offer that ends when it is made", offerUntil="2026-03-31T23:59:00Z")
    add("until-long", "REQ-PRP-003", "an offer of 14 days and a second", offerUntil="2026-04-14T23:59:01Z",
        units=[{"index": 0, "utcStart": "2026-05-01T00:00:00Z", "utcEnd": "2026-05-01T01:30:00Z"}])
    add("until-14-days", "", "an offer of 14 days", offerUntil="2026-04-14T23:59:00Z", shows="REQ-PRP-003",
        units=[{"index": 0, "utcStart": "2026-05-01T00:00:00Z", "utcEnd": "2026-05-01T01:30:00Z"}])
    add("until-start", "", "an offer that ends when its first unit starts", offerUntil="2026-04-10T00:00:00Z", shows="REQ-PRP-003")
    add("until-after-start", "REQ-PRP-003", "an offer that ends a second after its first unit starts", offerUntil="2026-04-10T00:00:01Z")
    add("extra", "REQ-PRP-004", "a member that the section does not define", name="Aoi Example")
    add("extra-in-unit", "REQ-PRP-004", "such a member inside a unit", units=[{**SITTINGS[0], "place": "Example Hall"}])
    return b


def hold_book():
    b = Book("hold", "Section 12.6: holds.")
    add = Of(b, "hold", "hld-")
    held = {"party": DROP, "engagementSubject": DROP}
    add("good", "", "a confirmed hold")
    add("tentative", "", "a tentative hold", status="tentative", releaseAt="2026-04-03T00:00:00Z", shows="REQ-HLD-002", **held)
    add("cancelled", "", "a cancelled hold", status="cancelled", shows="REQ-HLD-002", **held)
    for member in ("proposal", "status", "units", "timeZone"):
        add("without-" + member.lower(), "REQ-HLD-001", "no " + member, also=["REQ-HLD-002", "REQ-HLD-003"], **{member: DROP})
    for name, what, value in NOT_IDS:
        add("proposal-" + name, "REQ-HLD-001", "a proposal of " + what, proposal=value)
    for name, what, value in [("offset", "an offset", "+09:00"), ("small", "small letters", "asia/tokyo"), ("empty", "no name", ""), ("short", "JST", "JST")]:
        add("zone-" + name, "REQ-HLD-001", "a time zone with " + what, timeZone=value)
    for value in ("UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+9"):
        add("zone-" + value.lower().replace("/", "-"), "", "the time zone " + value, timeZone=value, shows="REQ-HLD-001")
    add("status-number", "REQ-HLD-001", "a status that is a number", status=1)
    add("ref-no-uid", "REQ-HLD-001", "a freeBusyRef without uid", freeBusyRef={"sequence": 1})
    add("ref-0", "REQ-HLD-001", "a freeBusyRef with sequence 0", freeBusyRef={"uid": urn("availability uid"), "sequence": 0})
    add("ref-none", "", "no freeBusyRef", freeBusyRef=DROP, shows="REQ-HLD-001")
    add("status-case", "REQ-HLD-002", "Confirmed with a capital", status="Confirmed")
    add("status-other", "REQ-HLD-002", "the status released", status="released", **held)
    unit_cases(add, "REQ-HLD-003")
    add("travel-none", "", "no travel", travel=DROP, shows="REQ-HLD-003")
    add("travel-reversed", "REQ-HLD-003", "travel that ends where it starts",
        travel={"utcStart": "2026-04-10T00:00:00Z", "utcEnd": "2026-04-10T00:00:00Z"})
    add("travel-open", "REQ-HLD-003", "travel without an end", travel={"utcStart": "2026-04-10T00:00:00Z"})
    add("tentative-for-ever", "REQ-HLD-004", "a tentative hold without releaseAt", status="tentative", **held)
    add("confirmed-released", "REQ-HLD-004", "a confirmed hold with releaseAt", releaseAt="2026-04-03T00:00:00Z")
    for name, what, value in NOT_TIMES:
        add("release-" + name, "REQ-HLD-004", "releaseAt with " + what, status="tentative", releaseAt=value, **held)
    add("no-subject", "REQ-HLD-005", "a confirmed hold without engagementSubject", engagementSubject=DROP)
    add("subject-early", "REQ-HLD-005", "a tentative hold with engagementSubject", status="tentative",
        releaseAt="2026-04-03T00:00:00Z", party=DROP)
    add("party-early", "REQ-HLD-005", "a tentative hold that says who", status="tentative",
        releaseAt="2026-04-03T00:00:00Z", engagementSubject=DROP)
    add("party-late", "REQ-HLD-005", "a cancelled hold that says who", status="cancelled", engagementSubject=DROP)
    add("party-no-name", "REQ-HLD-005", "a party without a name", party={"contact": "https://city.example/contact"})
    add("party-none", "", "a confirmed hold that does not say who", party=DROP, shows="REQ-HLD-005")
    add("extra", "REQ-HLD-006", "a member that the section does not define", title="Dentist")
    add("extra-in-unit", "REQ-HLD-006", "such a member inside a unit", units=[{**SITTINGS[0], "title": "Dentist"}])
    add("extra-in-party", "REQ-HLD-006", "such a member inside the party", party={"name": "Example Person", "birthDate": "2000-01-01"})
    add("extra-in-ref", "REQ-HLD-006", "such a member inside freeBusyRef", freeBusyRef={"uid": urn("availability uid"), "sequence": 1, "note": "x"})
    add("extra-in-travel", "REQ-HLD-006", "such a member inside travel",
        travel={"utcStart": "2026-04-09T23:30:00Z", "utcEnd": "2026-04-10T00:00:00Z", "from": "home"})
    return b


def risk_book():
    b = Book("risk", "Section 12.7: reds.")
    add = Of(b, "risk", "rsk-")
    add("good", "", "a red of medium severity")
    for member in ("hold", "severity", "what", "ask", "by"):
        add("without-" + member, "REQ-RSK-001", "no " + member, also=["REQ-RSK-002"], **{member: DROP})
    for name, what, value in NOT_IDS:
        add("hold-" + name, "REQ-RSK-001", "a hold of " + what, hold=value)
    add("severity-number", "REQ-RSK-001", "a severity that is a number", severity=3)
    for value in ("low", "high"):
        add("severity-" + value, "", "a red of severity " + value, severity=value, shows="REQ-RSK-002")
    add("severity-other", "REQ-RSK-002", "the severity red", severity="red")
    for member in ("what", "ask"):
        texts(add, member, "REQ-RSK-002", 1000, lambda t, m=member: {m: t})
    for name, what, value in NOT_TIMES:
        add("by-" + name, "REQ-RSK-002", "by with " + what, by=value)
    add("extra", "REQ-RSK-003", "a member that the section does not define", diagnosis="x")
    return b


def delivery_book():
    b = Book("delivery", "Section 12.8: deliveries.")
    add = Of(b, "delivery", "dlv-")
    add("good", "", "three units, 4.5 hours")
    for member in ("hold", "units", "hours", "outcome"):
        add("without-" + member, "REQ-DLV-001", "no " + member, also=["REQ-DLV-002"], **{member: DROP})
    for name, what, value in NOT_IDS:
        add("hold-" + name, "REQ-DLV-001", "a hold of " + what, hold=value)
    add("hours-number", "REQ-DLV-001", "hours that are a number", hours=4)
    add("units-text", "REQ-DLV-001", "units as strings", units=["0"])
    for name, what, value in [("none", "an empty list of units", []), ("twice", "one unit twice", [0, 0]), ("order", "units out of order", [1, 0]),
                              ("minus", "the unit -1", [-1]), ("200", "the unit 200", [200])]:
        add("units-" + name, "REQ-DLV-002", what, units=value)
    add("units-null", "REQ-DLV-001", "a unit that is null", units=[None])
    add("evidence-empty", "REQ-DLV-002", "an empty evidence", outcome={"value": "1", "evidence": ""})
    add("units-199", "", "the units 0 and 199", units=[0, 199], shows="REQ-DLV-002")
    for name, what, value in NOT_DECIMALS + [("minus", "a minus", "-1")]:
        add("hours-" + name, "REQ-DLV-002", "hours with " + what, hours=value)
    for name, what, value in NOT_DECIMALS:
        add("value-" + name, "REQ-DLV-002", "a value with " + what, outcome={"value": value})
    add("value-minus", "", "the value -3.25", outcome={"value": "-3.25"}, shows="REQ-DLV-002")
    add("evidence-long", "REQ-DLV-002", "evidence of 1001 code points", outcome={"value": "1", "evidence": "\u5e02" * 1001})
    add("extra", "REQ-DLV-003", "a member that the section does not define", name="Aoi Example")
    add("extra-in-outcome", "REQ-DLV-003", "such a member inside the outcome", outcome={"value": "1", "note": "x"})
    return b


def acceptance_book():
    b = Book("acceptance", "Section 12.9: acceptances.")
    add = Of(b, "acceptance", "acc-")
    add("good", "", "an accepted delivery")
    add("disputed", "", "a disputed delivery", answer="disputed", reason="Two units are missing.", shows="REQ-ACC-001")
    for member in ("delivery", "answer"):
        add("without-" + member, "REQ-ACC-001", "no " + member, **{member: DROP})
    for name, what, value in NOT_IDS:
        add("delivery-" + name, "REQ-ACC-001", "a delivery of " + what, delivery=value)
    add("answer-other", "REQ-ACC-001", "the answer late", answer="late")
    add("answer-true", "REQ-ACC-001", "an answer that is true", answer=True)
    add("no-reason", "REQ-ACC-002", "a dispute without a reason", answer="disputed")
    texts(add, "reason", "REQ-ACC-002", 1000, lambda t: {"answer": "disputed", "reason": t})
    add("thanks", "", "an accepted delivery with a reason", reason="Well done.", shows="REQ-ACC-002")
    add("extra", "REQ-ACC-003", "a member that the section does not define", grade="A")
    return b


def calendar_book():
    b = Book("calendar", "Section 12.10: calendars of clubs.")
    add = Of(b, "calendar", "cal-")
    one = ENTRIES[0]
    add("good", "", "a practice and a trip")
    add("slots", "", "slots of a facility", type="Slot", entries=[{**one, "remainingUses": 4}], shows="REQ-CAL-001")
    for member in ("exp", "name", "type", "entries"):
        add("without-" + member, "REQ-CAL-001", "no " + member, also=["REQ-CAL-002"], **{member: DROP})
    add("type-other", "REQ-CAL-001", "the type Course", type="Course")
    add("entries-object", "REQ-CAL-001", "entries as an object", entries={})
    add("400-days", "", "exp exactly 34560000 seconds after iat", exp=NOW - 60 + DAYS400, shows="REQ-CAL-001")
    add("400-days-and-second", "REQ-CAL-001", "exp 34560001 seconds after iat", exp=NOW - 60 + DAYS400 + 1)
    add("subject", "REQ-CAL-001", "a calendar that names a person", sub=urn("calendar sub"))
    texts(add, "name", "REQ-CAL-001", 200, lambda t: {"name": t})
    many = [{**one, "id": "e%d" % n} for n in range(501)]
    add("none", "", "no entries", entries=[], shows="REQ-CAL-002")
    add("500", "", "500 entries", entries=many[:500], shows="REQ-CAL-002")
    add("501", "REQ-CAL-002", "501 entries", entries=many)
    for member in ("id", "name", "startDate", "duration"):
        add("entry-no-" + member.lower(), "REQ-CAL-002", "an entry without " + member, entries=[changed(one, **{member: DROP})])
    add("entry-twice", "REQ-CAL-002", "one id twice", entries=[one, one])
    add("entry-id-long", "REQ-CAL-002", "an id of 256 octets", entries=[{**one, "id": "e" * 256}])
    for name, what, value in NOT_TIMES:
        add("entry-time-" + name, "REQ-CAL-002", "an entry that starts with " + what, entries=[{**one, "startDate": value}])
    for name, what, value in [("59", "59 seconds", "PT59S"), ("57", "57 days", "P57D"), ("month", "a month", "P1M"), ("empty", "nothing", "")]:
        add("entry-duration-" + name, "REQ-CAL-002", "an entry that lasts " + what, entries=[{**one, "duration": value}])
    add("entry-uses-minus", "REQ-CAL-002", "remainingUses of -1", entries=[{**one, "remainingUses": -1}])
    return b


def books():
    return [gig_book(), proposal_book(), hold_book(), risk_book(), delivery_book(), acceptance_book(), calendar_book()]
