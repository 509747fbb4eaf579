"""Valid records of each kind, to be changed in one place by a vector."""

import copy

from sealing import CITY, COMPANY, DAY, NOW, digest, seal, token_id, urn

DROP = object()  # the value of a member that is left out


def changed(value, /, **changes):
    out = copy.deepcopy(value)
    for name, new in changes.items():
        name = name.replace("__", "@")
        if new is DROP:
            out.pop(name, None)
        else:
            out[name] = new
    return out


def envelope(kind, node=CITY, reader=COMPANY, person=True):
    e = {
        "iss": node.id, "aud": reader.id, "iat": NOW - 60, "jti": urn(kind + " jti"),
        "uid": urn(kind + " uid"), "sequence": 1, "policy": 7,
    }
    if person:
        e.update(sub=urn(kind + " sub"), consent=urn(kind + " consent"), purpose="matching", until=NOW + 90 * DAY)
    return e


BUSY = [
    {"utcStart": "2026-04-02T00:00:00Z", "utcEnd": "2026-04-02T03:00:00Z", "busyStatus": "confirmed"},
    {"utcStart": "2026-04-02T03:00:00Z", "utcEnd": "2026-04-02T04:30:00Z", "busyStatus": "tentative"},
    {"utcStart": "2026-04-03T09:00:00Z", "utcEnd": "2026-04-03T12:00:00Z", "busyStatus": "unavailable"},
]


def availability(**changes):
    return changed({
        **envelope("availability"), "exp": NOW + DAY, "updated": "2026-03-31T23:59:00Z",
        "utcStart": "2026-04-01T00:00:00Z", "utcEnd": "2026-04-15T00:00:00Z", "busy": BUSY, "granularity": "PT15M",
    }, **changes)


SKILLS = [
    {"uri": "https://skills.example/coaching", "level": 4, "basis": "evaluated"},
    {"uri": "https://skills.example/bookkeeping", "level": 1, "basis": "self"},
]


def talent(**changes):
    return changed({
        **envelope("talent"), "exp": NOW + 7 * DAY, "skills": SKILLS, "region": "141003",
        "remote": True, "languages": ["ja", "en-GB"],
    }, **changes)


def erasure(**changes):
    return changed({**envelope("erasure", person=False), "ids": [digest("erased 1"), digest("erased 2")],
                    "basis": "consent-withdrawn"}, **changes)


def receipt(**changes):
    return changed({**envelope("receipt", person=False), "order": digest("order"), "action": "erased",
                    "ids": [digest("erased 1")], "at": NOW - 120}, **changes)


CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
LEVEL_GOOD, LEVEL_FAIR = "urn:level:good", "urn:level:fair"

ACHIEVEMENT = {
    "id": "https://city.example/achievements/market-day", "type": ["Achievement"], "name": "Market day",
    "description": "Planned and held a market day of the shopping street.",
    "criteria": {"narrative": "Visitors come back to the street."}, "achievementType": "Fieldwork",
    "resultDescription": [
        {"id": "urn:result:visitors", "type": ["ResultDescription"], "name": "Visitors", "resultType": "RawScore",
         "valueMin": "0", "requiredValue": "300"},
        {"id": "urn:result:teamwork", "type": ["ResultDescription"], "name": "Teamwork",
         "resultType": "RubricCriterionLevel", "rubricCriterionLevel": [
             {"id": LEVEL_GOOD, "type": ["RubricCriterionLevel"], "name": "Good"},
             {"id": LEVEL_FAIR, "type": ["RubricCriterionLevel"], "name": "Fair"}]},
    ],
}
RESULTS = [
    {"type": ["Result"], "resultDescription": "urn:result:visitors", "value": "412"},
    {"type": ["Result"], "resultDescription": "urn:result:teamwork", "achievedLevel": LEVEL_GOOD},
]


def subject(**changes):
    return changed({"id": urn("vc sub"), "achievement": ACHIEVEMENT, "result": RESULTS}, **changes)


def achievement(**changes):
    return changed(ACHIEVEMENT, **changes)


def status(**changes):
    return changed({"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "94567",
                    "statusListCredential": "https://city.example/v1/status/1"}, **changes)


def own(**changes):
    return changed({"rubric": {"document": digest("rubric"), "version": 1}, "policy": 7,
                    "conflictCheck": {"effect": "allow", "decision": digest("decision")}}, **changes)


def evaluation(**changes):
    e = envelope("vc")
    return changed({
        **e, "@context": CONTEXTS, "id": e["jti"], "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": CITY.id, "type": ["Profile"], "name": "Example City"},
        "validFrom": "2026-03-31T00:00:00Z", "awardedDate": "2026-03-30T00:00:00Z",
        "credentialSubject": subject(), "credentialStatus": status(), "fukusen": own(),
    }, **changes)


KINDS = {"availability": availability, "talent": talent, "vc": evaluation, "erasure": erasure, "receipt": receipt}


def record(kind, key=None, **changes):
    return seal(key or CITY.key, kind + "+jwt", KINDS[kind](**changes))


def delivered(token, kind=None, **more):
    """The input of a record vector: the token and what it was delivered under."""
    i = {"token": token}
    if kind:
        i["kind"] = kind
    i.update(more)
    return i


def named(token, kind):
    return delivered(token, kind, id=token_id(token))
