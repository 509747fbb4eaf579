"""Sections 2, 4, 9 and 12: keys, envelope, erasure, and the kinds about people."""

from records import (CONTEXTS, DROP, LEVEL_FAIR, RESULTS, SKILLS, achievement, availability, changed, delivered, named, own,
                     record, status, subject)
from sealing import BORN, CITY, CLUB, COMPANY, DAY, NOW, UNIVERSITY, Book, digest, joined, seal, token_id, urn

WEEK = 604800


class Of:
    """Adds record vectors of one kind."""

    def __init__(self, book, kind, prefix):
        self.book, self.kind, self.prefix = book, kind, prefix

    def __call__(self, name, requirement, what, /, *, key=None, shows="", input=None, also=(), **changes):
        more = {n: changes.pop(n) for n in ("verdict", "judge", "context", "now", "keys") if n in changes}
        token = record(self.kind, key, **changes)
        self.book.add(self.prefix + name, "record", requirement, what, shows=shows, also=also,
                      input=delivered(token, self.kind, **(input or {})), **more)


def keys_book():
    b = Book("keys", "Section 2: key histories, and the key of a record.")

    def history(name, requirement, what, token=None, judge="octets", shows="", also=(), before=None, **changes):
        b.add("keys-" + name, "keys", requirement, what, judge=judge, shows=shows, also=also,
              keys={"node": CITY.id, "root": CITY.root.x, "jwt": ""}, input={"token": token or CITY.history(**changes)},
              context={"before": before} if before else None)

    first = CITY.key_list()
    one = {"kid": CITY.key.kid, "use": "record", "x": CITY.key.x, "from": BORN}

    def signed_by(key, kid=None, **changes):
        payload = {"iss": CITY.id, "iat": NOW - 3600, "serial": 4, "keys": first, **changes}
        return joined({"alg": "EdDSA", "kid": kid or key.kid, "typ": "keys+jwt"}, payload, key.sign)

    history("good", "", "a history of a current, a retired, a revoked and a coming record key and a TLS key", shows="REQ-KEY-002")
    history("unknown-members", "", "unknown members are ignored", shows="REQ-OPEN-016", note="x", keys=[{**one, "note": "x"}])
    history("other-root", "REQ-KEY-002", "signed by the root key of another node", signed_by(UNIVERSITY.root))
    history("record-key", "REQ-KEY-002", "signed by a record key of the node itself", signed_by(CITY.key))
    history("stranger-as-root", "REQ-KEY-002", "signed by another key under the kid of the pinned root key",
            signed_by(CITY.key, kid=CITY.root.kid), also=["REQ-OPEN-014"])
    history("other-node", "REQ-KEY-002", "signed by the pinned root key for another node", iss=UNIVERSITY.id)
    history("typ", "REQ-OPEN-007", "a history of typ node+jwt", seal(CITY.root, "node+jwt", {
        "iss": CITY.id, "iat": NOW - 3600, "serial": 4, "keys": first}))
    history("twice-member", "REQ-OPEN-008", "a history with serial twice",
            seal(CITY.root, "keys+jwt", '{"iss":"%s","iat":%d,"serial":4,"serial":5,"keys":[]}' % (CITY.id, NOW)))
    history("kid-other", "REQ-KEY-004", "the kid of another key", keys=[{**one, "kid": CITY.old.kid}])
    history("kid-order", "REQ-KEY-004", "a thumbprint over members in another order",
            keys=[{**one, "kid": digest('{"kty":"OKP","crv":"Ed25519","x":"%s"}' % one["x"])}])
    history("kid-of-octets", "REQ-KEY-004", "the digest of the key's octets as kid", keys=[{**one, "kid": digest(CITY.key.public)}])
    history("kid-name", "REQ-KEY-004", "a name as kid", keys=[{**one, "kid": "key-1"}])
    history("kid-second", "REQ-KEY-004", "a wrong kid behind a right one", keys=[one, {**first[0], "kid": CITY.tls.kid}])
    history("kid-twice", "REQ-KEY-005", "one kid twice", keys=[one, one])
    history("kid-two-uses", "REQ-KEY-005", "one kid twice, with both uses", keys=[one, {**one, "use": "tls"}])
    history("use", "REQ-KEY-006", "a use that is neither record nor tls", keys=[{**one, "use": "sign"}])
    history("use-case", "REQ-KEY-006", "use Record with a capital", keys=[{**one, "use": "Record"}])
    history("until-before-from", "REQ-KEY-006", "an until before its from", keys=[{**one, "until": BORN - 1}])
    history("until-equals-from", "", "a key for one second", shows="REQ-KEY-006", keys=[{**one, "until": BORN}])
    history("serial-lower", "REQ-KEY-003", "serial 3 after serial 4 was accepted", judge="memory", serial=3, before=[CITY.history()])
    history("serial-twice", "REQ-KEY-011", "another history with the serial of an accepted one", judge="memory",
            keys=[one], before=[CITY.history()])

    add = Of(b, "availability", "record-key-")
    add("current", "", "a record under a current key", shows="REQ-KEY-007")
    unlisted = UNIVERSITY.key
    add("unlisted", "REQ-KEY-007", "a key that the issuer's history does not list", key=unlisted, verdict="park")
    add("tls", "REQ-KEY-007", "a key that the history lists for TLS", key=CITY.tls, verdict="park")
    add("no-history", "REQ-KEY-007", "no key history of the issuer is known yet", verdict="park", keys=None)
    week = {"iat": NOW - 6 * DAY, "exp": NOW + 1}

    def span(**times):
        return CITY.keys_with({**one, **times})

    add("from-first", "", "issued in the first second of its key", shows="REQ-KEY-008", keys=span(**{"from": NOW - 60}))
    add("before-from", "REQ-KEY-008", "issued one second before its key begins", keys=span(**{"from": NOW - 59}))
    add("until-last", "", "issued in the last second of its key", shows="REQ-KEY-008", keys=span(until=NOW - 60))
    add("after-until", "REQ-KEY-008", "issued one second after its key ended", keys=span(until=NOW - 61))
    add("retired", "", "a retired key verifies what was issued in its time", shows="REQ-KEY-008", keys=span(until=NOW - DAY), **week)
    add("to-come", "REQ-KEY-008", "a key that begins tomorrow", key=CITY.next)
    add("revoked", "REQ-KEY-009", "a revoked key", key=CITY.revoked)
    add("revoked-vouched", "", "a revoked key, but the record stands under a head signed by a good one", key=CITY.revoked,
        shows="REQ-KEY-009", input={"vouched": True})
    return b


def envelope_book():
    b = Book("envelope", "Section 4: the members that every record carries.")
    av, vc, order, rc = Of(b, "availability", "env-"), Of(b, "vc", "env-vc-"), Of(b, "erasure", "env-order-"), Of(b, "receipt", "env-receipt-")
    for member in ("iss", "iat", "jti", "uid", "sequence", "policy"):
        av("without-" + member, "REQ-ENV-001", "no " + member, **{member: DROP})
        order("without-" + member, "REQ-ENV-001", "an erasure order without " + member, **{member: DROP})
        wrong = "7" if member in ("iat", "sequence", "policy") else 7
        av("type-" + member, "REQ-ENV-001", member + " of the wrong JSON type", **{member: wrong})
        av("null-" + member, "REQ-ENV-001", member + " null", **{member: None})
    for member in ("iat", "sequence", "policy"):
        for name, what, value in [("zero", "0", 0), ("minus", "-1", -1)]:
            av("%s-%s" % (member, name), "REQ-ENV-001", "%s %s" % (member, what), also=["REQ-KEY-008"] if member == "iat" else [], **{member: value})
    for name, what, value in [("zero", "0", 0), ("minus", "-1", -1)]:
        av("until-" + name, "REQ-ENV-002", "until " + what, also=["REQ-ENV-008"], until=value)
        order("sequence-" + name, "REQ-ENV-001", "an erasure order with sequence " + what, sequence=value)
    vc("without-sequence", "REQ-ENV-001", "a credential without sequence", sequence=DROP)
    vc("type-iat", "REQ-ENV-001", "a credential with iat as a string", iat="1775001540")
    rc("without-uid", "REQ-ENV-001", "a receipt without uid", uid=DROP)
    Of(b, "talent", "env-talent-")("type-policy", "REQ-ENV-001", "a talent record with policy as true", policy=True)
    for member in ("aud", "sub", "consent", "purpose", "until"):
        av("without-" + member, "REQ-ENV-002", "a record about a person without " + member, **{member: DROP})
        vc("without-" + member, "REQ-ENV-002", "a credential without " + member, **{member: DROP})
        Of(b, "talent", "env-talent-")("without-" + member, "REQ-ENV-002", "a talent record without " + member, **{member: DROP})
    av("issuer", "REQ-ENV-003", "a record that names another node as iss, signed by a key of the node it came from", iss=CLUB.id)
    av("issuer-slash", "REQ-ENV-003", "iss with a slash at its end", iss=CITY.id + "/")
    av("issuer-case", "REQ-ENV-003", "iss with a capital letter", iss="https://City.example")
    av("issuer-empty", "REQ-ENV-003", "an empty iss", iss="")
    order("issuer", "REQ-ENV-003", "an erasure order in the name of another node", iss=CLUB.id)
    av("audience", "REQ-ENV-004", "a record for another node", aud=CLUB.id)
    av("audience-issuer", "REQ-ENV-004", "a record for its own issuer", aud=CITY.id)
    av("audience-slash", "REQ-ENV-004", "aud with a slash at its end", aud=COMPANY.id + "/")
    av("audience-array", "REQ-ENV-004", "aud as an array of the one right node", aud=[COMPANY.id])
    av("audience-two", "REQ-ENV-004", "aud as an array of two nodes", aud=[COMPANY.id, CLUB.id])
    vc("audience-array", "REQ-ENV-004", "a credential with aud as an array", aud=[COMPANY.id])
    order("audience", "REQ-ENV-004", "an erasure order for another node", aud=CLUB.id)
    order("audience-array", "REQ-ENV-004", "an erasure order with aud as an array", aud=[COMPANY.id])
    order("audience-object", "REQ-ENV-004", "an erasure order with aud as an object", aud={"id": COMPANY.id})
    order("audience-missing", "REQ-ENV-004", "an erasure order for nobody", aud=DROP)
    rc("audience-missing", "REQ-ENV-004", "a receipt for nobody", aud=DROP)
    av("expired", "REQ-ENV-005", "exp is now", exp=NOW)
    av("expired-long", "REQ-ENV-005", "exp was an hour ago", iat=NOW - 7200, exp=NOW - 3600)
    av("expires-next", "", "exp is one second ahead", exp=NOW + 1, shows="REQ-ENV-005")
    vc("expired", "REQ-ENV-005", "a credential whose exp has passed", exp=NOW - 1)
    vc("expired-zero", "REQ-ENV-005", "a credential whose exp is 0", exp=0)
    order("expired", "REQ-ENV-005", "an erasure order whose exp has passed", exp=NOW - 1)
    av("ahead-60", "", "issued 60 seconds ahead of the clock", iat=NOW + 60, shows="REQ-ENV-006")
    av("ahead-61", "REQ-ENV-006", "issued 61 seconds ahead of the clock", iat=NOW + 61, verdict="park")
    order("ahead-61", "REQ-ENV-006", "an erasure order issued 61 seconds ahead", iat=NOW + 61, verdict="park")
    bare = urn("availability jti")[len("urn:uuid:"):]
    for name, what, value in [("bare", "a UUID without urn:uuid:", bare), ("capitals", "capital letters", "urn:uuid:" + bare.upper()),
                              ("scheme", "URN:UUID: in capitals", "URN:UUID:" + bare), ("braces", "braces", "urn:uuid:{%s}" % bare),
                              ("short", "a digit missing", "urn:uuid:" + bare[:-1]), ("long", "a digit too many", "urn:uuid:" + bare + "0"),
                              ("no-dashes", "no dashes", "urn:uuid:" + bare.replace("-", "")), ("letter", "a letter g", "urn:uuid:" + bare[:-1] + "g"),
                              ("line", "a line feed after it", "urn:uuid:" + bare + "\n"), ("empty", "no characters", "")]:
        av("jti-" + name, "REQ-ENV-007", "a jti with " + what, jti=value)
        av("consent-" + name, "REQ-ENV-007", "a consent with " + what, consent=value)
    order("jti-bare", "REQ-ENV-007", "an erasure order with a bare UUID as jti", jti=bare)
    av("until-is-exp", "", "exp equals until", until=NOW + DAY, shows="REQ-ENV-008")
    av("exp-after-until", "REQ-ENV-008", "exp one second after until", until=NOW + DAY - 1)
    vc("until-before-iat", "REQ-ENV-008", "until one second before iat", until=NOW - 61)
    vc("until-is-iat", "", "until equals iat", until=NOW - 60, shows="REQ-ENV-008")
    for member in ("uid", "sub"):
        for name, what, value in [("empty", "no characters", ""), ("256", "256 octets", "x" * 256), ("space", "a space", "a b"),
                                  ("line", "a line feed", "a\nb"), ("delete", "U+007F", "a\x7fb"), ("nbsp", "U+00A0", "a\u00a0b"),
                                  ("ideographic", "U+3000", "a\u3000b"), ("next-line", "U+0085", "a\u0085b"),
                                  ("256-octets", "86 characters of 3 octets", "\u3042" * 86)]:
            av("%s-%s" % (member, name), "REQ-ENV-016", "a %s of %s" % (member, what), **{member: value})
        av(member + "-255", "", "a %s of 255 octets" % member, shows="REQ-ENV-016", **{member: "x" * 255})
        av(member + "-kana", "", "a %s of 85 characters of 3 octets" % member, shows="REQ-ENV-016", **{member: "\u3042" * 85})
    vc("sub-empty", "REQ-ENV-016", "a credential with an empty sub", sub="", credentialSubject=subject(id=""))
    remembered(b, av, vc)
    return b


def remembered(b, av, vc):
    """Verdicts that need what the consumer holds: context says what that is."""
    token = record("availability")
    av("policy-held", "", "policy equals the policy log that the consumer holds", judge="memory", context={"policySize": 7}, shows="REQ-ENV-009")
    av("policy-ahead", "REQ-ENV-009", "policy is one more than the consumer's policy log", policy=8, judge="memory",
       context={"policySize": 7}, verdict="park")
    av("equivocation", "REQ-ENV-010", "a second record of one version", updated="2026-03-31T23:58:00Z", judge="memory",
       context={"before": [token]})
    av("version-next", "", "the next version of one uid", sequence=2, jti=urn("next jti"), judge="memory", context={"before": [token]}, shows="REQ-ENV-011")
    av("again", "", "the same record a second time", judge="memory", context={"before": [token]}, shows="REQ-ENV-015")
    theirs = seal(CLUB.key, "availability+jwt", availability(iss=CLUB.id))
    av("subject-of-another", "REQ-ENV-012", "a sub that is known under another node", uid=urn("own uid"), judge="memory",
       context={"before": [theirs], "beforeKeys": [CLUB.keys()]})
    av("uid-of-another", "REQ-ENV-012", "a uid that is known under another node", sub=urn("own sub"), judge="memory",
       context={"before": [theirs], "beforeKeys": [CLUB.keys()]})
    av("purpose", "REQ-ENV-013", "a purpose that the data guideline does not list", purpose="advertising", judge="memory",
       context={"purposes": {"availability": ["matching"]}}, verdict="park")
    av("member", "REQ-ENV-014", "an issuer that the register does not list as active", judge="memory",
       context={"members": [COMPANY.id, UNIVERSITY.id]}, verdict="park")


def erasure_book():
    b = Book("erasure", "Section 9: erasure orders and receipts.")
    order, rc = Of(b, "erasure", "order-"), Of(b, "receipt", "receipt-")
    ids = [digest("id %d" % n) for n in range(501)]
    order("good", "", "two ids")
    order("500", "", "500 ids", ids=ids[:500], shows="REQ-ERA-004")
    order("501", "REQ-ERA-004", "501 ids", ids=ids)
    order("none", "REQ-ERA-004", "no ids in the list", ids=[])
    order("without-ids", "REQ-ERA-004", "no list of ids", ids=DROP)
    order("subject", "REQ-ERA-004", "an order that names a subject", sub=urn("availability sub"))
    for name, what, value in [("short", "an id of 42 characters", ids[0][:-1]), ("long", "an id of 44 characters", ids[0] + "A"),
                              ("standard", "an id in the standard alphabet", "+/" + ids[0][2:]), ("padded", "an id of 42 characters and =", ids[0][:-1] + "="),
                              ("empty", "an empty id", ""), ("space", "a space in an id", " " + ids[0][1:])]:
        order("id-" + name, "REQ-ERA-004", what, ids=[ids[1], value])
    rc("erased", "", "a receipt for what was erased", shows="REQ-ERA-006")
    rc("withdrawn", "", "a receipt for a withdrawal", action="withdrawn", order=DROP, shows="REQ-ERA-006")
    rc("kept", "", "a receipt for what is kept", action="kept", basis="legal-duty", keptUntil=NOW + 365 * DAY, shows="REQ-ERA-006")
    for member in ("action", "ids", "at"):
        rc("without-" + member, "REQ-ERA-006", "no " + member, **{member: DROP})
    rc("action-other", "REQ-ERA-006", "action deleted", action="deleted")
    rc("action-case", "REQ-ERA-006", "action Erased with a capital", action="Erased")
    rc("kept-no-basis", "REQ-ERA-006", "kept without basis", action="kept", keptUntil=NOW + DAY)
    rc("kept-no-end", "REQ-ERA-006", "kept without keptUntil", action="kept", basis="legal-duty")
    # U+212A folds to k in Unicode; a careless decoder takes it for keptUntil.
    rc("kept-kelvin", "REQ-ERA-006", "kept with its end under a name that begins with U+212A", action="kept", basis="legal-duty",
       **{"\u212aeptUntil": NOW + DAY})
    gone = record("availability")
    b.add("erased-again", "record", "REQ-ERA-005", "a record whose id was erased arrives again", judge="memory",
          input=named(gone, "availability"), context={"erased": [token_id(gone)]})
    b.add("order-not-yours", "record", "REQ-ERA-002", "an order for a record that came from another node", judge="memory",
          input=delivered(record("erasure", ids=[token_id(seal(CLUB.key, "availability+jwt", availability(iss=CLUB.id)))]), "erasure"),
          context={"before": [seal(CLUB.key, "availability+jwt", availability(iss=CLUB.id))], "beforeKeys": [CLUB.keys()]})
    return b


def talent_book():
    b = Book("talent", "Section 12.1: talent.")
    add = Of(b, "talent", "talent-")
    skill = SKILLS[0]
    add("good", "", "two skills")
    add("30-days", "", "exp exactly 2592000 seconds after iat", exp=NOW - 60 + 2592000, shows="REQ-TAL-001")
    add("31-days", "REQ-TAL-001", "exp 2592001 seconds after iat", exp=NOW - 60 + 2592001)
    add("without-exp", "REQ-TAL-001", "no exp", exp=DROP)
    add("no-uri", "REQ-TAL-002", "a skill without uri", skills=[changed(skill, uri=DROP)])
    add("level-0", "REQ-TAL-002", "level 0", skills=[{**skill, "level": 0}])
    add("level-6", "REQ-TAL-002", "level 6", skills=[{**skill, "level": 6}])
    add("level-minus", "REQ-TAL-002", "level -1", skills=[{**skill, "level": -1}])
    add("level-text", "REQ-TAL-002", "a level that is a string", skills=[{**skill, "level": "4"}])
    add("no-level", "REQ-TAL-002", "a skill without level", skills=[changed(skill, level=DROP)])
    add("level-1-and-5", "", "levels 1 and 5", skills=[{**skill, "level": 1}, {**SKILLS[1], "level": 5}], shows="REQ-TAL-002")
    add("basis", "REQ-TAL-002", "another basis", skills=[{**skill, "basis": "exam"}])
    add("no-basis", "REQ-TAL-002", "a skill without basis", skills=[changed(skill, basis=DROP)])
    add("without-skills", "REQ-TAL-002", "no list of skills", skills=DROP)
    add("skills-null", "REQ-TAL-002", "skills null", skills=None)
    add("skills-object", "REQ-TAL-002", "skills as an object", skills={})
    add("skills-none", "", "an empty list of skills", skills=[], shows="REQ-TAL-002")
    for name, what, region in [("digit", "a wrong check digit", "141004"), ("five", "five digits", "14100"), ("seven", "seven digits", "1410030"),
                               ("wide", "full-width digits", "\uff11\uff14\uff11\uff10\uff10\uff13"), ("letters", "letters", "tokyo1"), ("empty", "no digits", "")]:
        add("region-" + name, "REQ-TAL-003", "a region of " + what, region=region)
    add("region-number", "REQ-TAL-003", "a region that is a number", region=141003)
    add("without-region", "REQ-TAL-003", "no region", region=DROP)
    for name, region in [("sapporo", "011002"), ("tokyo", "130001"), ("osaka", "271004"), ("chiyoda", "131016")]:
        add("region-" + name, "", "the region %s" % region, region=region, shows="REQ-TAL-003")
    add("extra", "REQ-TAL-004", "a member that the section does not define", name="Aoi Example")
    add("extra-null", "REQ-TAL-004", "such a member that is null", birthDate=None)
    add("extra-in-skill", "REQ-TAL-004", "such a member inside a skill", skills=[{**skill, "note": "captain of the team"}])
    add("without-remote", "REQ-TAL-005", "no remote", remote=DROP)
    add("without-languages", "REQ-TAL-005", "no list of languages", languages=DROP)
    add("languages-null", "REQ-TAL-005", "languages null", languages=None)
    add("languages-text", "REQ-TAL-005", "languages as one string", languages="ja")
    add("languages-none", "", "an empty list of languages", languages=[], shows="REQ-TAL-005")
    add("language-irregular", "REQ-TAL-005", "a grandfathered tag that the grammar does not give", languages=["i-klingon"])
    for tag in ("ja", "en-GB", "zh-Hant-TW", "de-DE-u-co-phonebk", "en-x-minato", "es-419", "sl-rozaj-biske", "sr-Latn"):
        add("language-" + tag.lower(), "", "the language tag " + tag, languages=[tag], shows="REQ-TAL-005")
    for name, tag in [("underscore", "ja_JP"), ("empty", ""), ("one-letter", "j"), ("dash", "en-"), ("native", "\u65e5\u672c\u8a9e"),
                      ("long", "ja-abcdefghi"), ("space", "en GB"), ("lone-x", "en-x")]:
        add("language-bad-" + name, "REQ-TAL-005", "what is not a language tag", languages=["ja", tag])
    add("twice", "REQ-TAL-006", "one skill twice", skills=[skill, {**skill, "level": 2}])
    many = [{**skill, "uri": "https://skills.example/%d" % n} for n in range(201)]
    add("200", "", "200 skills", skills=many[:200], shows="REQ-TAL-006")
    add("201", "REQ-TAL-006", "201 skills", skills=many)
    return b


def availability_book():
    b = Book("availability", "Section 12.2: availability.")
    add = Of(b, "availability", "avl-")

    def busy(*spans):
        return [{"utcStart": s, "utcEnd": e, "busyStatus": st} for s, e, st in spans]

    def at(hour, day=2):
        return "2026-04-%02dT%02d:00:00Z" % (day, hour)

    add("good", "", "three busy periods")
    add("empty", "", "no busy period at all", busy=[], shows="REQ-AVL-002")
    add("week", "", "exp exactly 604800 seconds after iat", exp=NOW - 60 + WEEK, shows="REQ-AVL-001")
    add("week-and-second", "REQ-AVL-001", "exp 604801 seconds after iat", exp=NOW - 60 + WEEK + 1)
    add("without-exp", "REQ-AVL-001", "no exp", exp=DROP)
    for member in ("utcStart", "utcEnd", "updated", "busy"):
        add("without-" + member.lower(), "REQ-AVL-002", "no " + member, **{member: DROP})
    for name, what, time in [("fraction", "a fraction of a second", "2026-04-01T00:00:00.0Z"), ("offset", "an offset", "2026-04-01T09:00:00+09:00"),
                             ("zero-offset", "+00:00 instead of Z", "2026-04-01T00:00:00+00:00"), ("small-z", "a small z", "2026-04-01T00:00:00z"),
                             ("small-t", "a small t", "2026-04-01t00:00:00Z"), ("space", "a space for T", "2026-04-01 00:00:00Z"),
                             ("local", "no zone", "2026-04-01T00:00:00"), ("day", "30 February", "2026-02-30T00:00:00Z"),
                             ("hour", "hour 24", "2026-03-31T24:00:00Z"), ("month", "month 13", "2025-13-01T00:00:00Z"),
                             ("minute", "minute 60", "2026-03-31T23:60:00Z"), ("basic", "the basic format", "20260401T000000Z"),
                             ("no-seconds", "no seconds", "2026-04-01T00:00Z")]:
        add("time-" + name, "REQ-AVL-002", "updated with " + what, updated=time)
    add("time-start", "REQ-AVL-002", "utcStart with an offset", utcStart="2026-04-01T09:00:00+09:00")
    add("time-number", "REQ-AVL-002", "updated as a number", updated=NOW)
    add("time-busy", "REQ-AVL-002", "a busy period that starts at hour 24", busy=[{"utcStart": "2026-04-01T24:00:00Z", "utcEnd": at(3), "busyStatus": "confirmed"}])
    add("busy-object", "REQ-AVL-002", "busy as an object", busy={})
    add("busy-null", "REQ-AVL-002", "busy null", busy=None)
    add("56-days", "", "a span of exactly 56 days", utcStart="2026-04-01T00:00:00Z", utcEnd="2026-05-27T00:00:00Z", shows="REQ-AVL-003")
    add("56-days-and-second", "REQ-AVL-003", "a span of 56 days and a second", utcEnd="2026-05-27T00:00:01Z")
    add("span-empty", "REQ-AVL-003", "a span that ends where it starts", utcEnd="2026-04-01T00:00:00Z", busy=[])
    add("span-reversed", "REQ-AVL-003", "a span that ends before it starts", utcEnd="2026-03-31T00:00:00Z", busy=[])
    add("unsorted", "REQ-AVL-004", "two periods in the wrong order", busy=busy((at(9), at(10), "confirmed"), (at(1), at(2), "confirmed")))
    add("overlap", "REQ-AVL-004", "two periods that overlap by an hour", busy=busy((at(1), at(3), "confirmed"), (at(2), at(4), "tentative")))
    add("overlap-same", "REQ-AVL-004", "two periods of one status that overlap", busy=busy((at(1), at(3), "confirmed"), (at(2), at(4), "confirmed")))
    add("overlap-within", "REQ-AVL-004", "a period inside another", busy=busy((at(1), at(9), "confirmed"), (at(2), at(3), "tentative")))
    add("overlap-equal", "REQ-AVL-004", "one period twice with two statuses", busy=busy((at(1), at(3), "confirmed"), (at(1), at(3), "tentative")))
    add("touching", "", "two touching periods of two statuses", busy=busy((at(1), at(2), "confirmed"), (at(2), at(3), "tentative")), shows="REQ-AVL-005")
    add("not-coalesced", "REQ-AVL-005", "two touching periods of one status", busy=busy((at(1), at(2), "tentative"), (at(2), at(3), "tentative")))
    add("not-coalesced-unknown", "REQ-AVL-005", "two touching periods of one unknown status",
        busy=busy((at(1), at(2), "out-of-office"), (at(2), at(3), "out-of-office")))
    add("not-coalesced-as-confirmed", "REQ-AVL-005", "an unknown status touches confirmed, as which it is taken",
        busy=busy((at(1), at(2), "confirmed"), (at(2), at(3), "out-of-office")))
    add("not-coalesced-two-unknown", "REQ-AVL-005", "two unknown statuses touch",
        busy=busy((at(1), at(2), "out-of-office"), (at(2), at(3), "on-leave")))
    add("not-coalesced-absent", "REQ-AVL-005", "no status touches confirmed, as which it is taken",
        busy=[{"utcStart": at(1), "utcEnd": at(2)}, *busy((at(2), at(3), "confirmed"))])
    add("touching-unknown", "", "an unknown status touches tentative", shows="REQ-AVL-005",
        busy=busy((at(1), at(2), "out-of-office"), (at(2), at(3), "tentative")))
    add("status-absent", "", "no busyStatus is taken as confirmed", busy=[{"utcStart": at(1), "utcEnd": at(2)}], shows="REQ-AVL-008")
    add("period-empty", "REQ-AVL-006", "a period that ends where it starts", busy=busy((at(1), at(1), "confirmed")))
    add("period-reversed", "REQ-AVL-006", "a period that ends before it starts", busy=busy((at(3), at(1), "confirmed")))
    add("period-before", "REQ-AVL-006", "a period that starts before the span", busy=busy(("2026-03-31T23:00:00Z", at(1), "confirmed")))
    add("period-after", "REQ-AVL-006", "a period that ends after the span", busy=busy(("2026-04-14T23:00:00Z", "2026-04-15T00:00:01Z", "confirmed")))
    add("period-whole", "", "a period as long as the span", busy=busy(("2026-04-01T00:00:00Z", "2026-04-15T00:00:00Z", "unavailable")), shows="REQ-AVL-006")
    period = {"utcStart": at(1), "utcEnd": at(2), "busyStatus": "confirmed"}
    for member, value in [("title", "Dentist"), ("location", "Town hall"), ("recurrenceRule", {"frequency": "weekly"}), ("event", None)]:
        add("period-" + member.lower(), "REQ-AVL-007", "a busy period with " + member, busy=[{**period, member: value}])
    add("status-unknown", "", "an unknown busyStatus is taken as confirmed", busy=busy((at(1), at(2), "working-elsewhere")), shows="REQ-AVL-008")
    for g in ("PT5M", "PT15M", "PT900S", "PT1H30M", "PT24H", "P1D", "PT300S", "PT1440M"):
        add("granularity-" + g.lower(), "", "a granularity of " + g, granularity=g, shows="REQ-AVL-009")
    add("granularity-none", "", "no granularity", granularity=DROP, shows="REQ-AVL-009")
    for g in ("PT4M", "PT299S", "PT1441M", "P2D", "P1DT1S", "P1W", "P", "PT", "P1DT", "15M", "PT15", "pt15m", "-PT15M", "PT15M ", "900", "",
              "PT15.5M", "PT0,5H", "PT0.5H", "P0.5D", "P1M", "P0Y1D"):
        add("granularity-bad-" + (g.strip().lower() or "empty") + ("-space" if g.endswith(" ") else ""), "REQ-AVL-009",
            "a granularity of %r" % g, granularity=g)
    add("extra", "REQ-AVL-012", "a member that the section does not define", title="Home calendar")
    add("extra-null", "REQ-AVL-012", "such a member that is null", location=None)
    add("extra-zone", "REQ-AVL-012", "a time zone", timeZone="Asia/Tokyo")
    return b


def evaluation_book():
    b = Book("evaluation", "Section 12.3: evaluation credentials.")
    add = Of(b, "vc", "evl-")
    add("good", "", "a value and a reached level")
    add("contexts-reversed", "REQ-EVL-001", "the two contexts in the other order", __context=CONTEXTS[::-1])
    add("contexts-three", "REQ-EVL-001", "a third context", __context=CONTEXTS + ["https://city.example/context"])
    add("contexts-one", "REQ-EVL-001", "one context", __context=CONTEXTS[:1])
    add("contexts-none", "REQ-EVL-001", "no @context", __context=DROP)
    add("contexts-old", "REQ-EVL-001", "the context of VC 1.1", __context=["https://www.w3.org/2018/credentials/v1", CONTEXTS[1]])
    add("type-one", "REQ-EVL-001", "type VerifiableCredential alone", type=["VerifiableCredential"])
    add("type-other", "REQ-EVL-001", "another second type", type=["VerifiableCredential", "AchievementCredential"])
    add("type-none", "REQ-EVL-001", "no type", type=DROP)
    add("vc-claim", "REQ-EVL-002", "a vc claim", vc={"type": ["VerifiableCredential"]})
    add("vc-claim-null", "REQ-EVL-002", "a vc claim that is null", vc=None)
    add("issuance-date", "REQ-EVL-002", "an issuanceDate", issuanceDate="2026-03-31T00:00:00Z")
    add("expiration-date", "REQ-EVL-002", "an expirationDate", expirationDate="2027-03-31T00:00:00Z")
    add("issuer-other", "REQ-EVL-003", "an issuer.id that is another node", issuer={"id": CLUB.id, "type": ["Profile"], "name": "x"})
    add("issuer-none", "REQ-EVL-003", "an issuer without id", issuer={"type": ["Profile"], "name": "x"})
    add("subject-other", "REQ-EVL-004", "a credentialSubject.id that is not sub", credentialSubject=subject(id=urn("someone else")))
    add("subject-none", "REQ-EVL-004", "a credentialSubject without id", credentialSubject=subject(id=DROP))
    add("id-other", "REQ-EVL-005", "an id that is not jti", id=urn("another"))
    add("id-none", "REQ-EVL-005", "no id", id=DROP)
    add("results-none", "REQ-EVL-006", "no result", credentialSubject=subject(result=[]))
    add("results-missing", "REQ-EVL-006", "no list of results", credentialSubject=subject(result=DROP))
    add("result-undescribed", "REQ-EVL-006", "a result that names no resultDescription of the achievement",
        credentialSubject=subject(result=[{**RESULTS[0], "resultDescription": "urn:result:other"}]))
    add("result-nameless", "REQ-EVL-006", "a result without resultDescription", credentialSubject=subject(result=[{"value": "1"}]))
    one = RESULTS[0]["resultDescription"]
    for name, what, result in [("empty", "a result without a value", {}), ("two", "a value and a status", {"value": "1", "status": "Completed"}),
                               ("number", "a value that is a number", {"value": 412}), ("boolean", "a status that is true", {"status": True}),
                               ("level-number", "an achievedLevel that is a number", {"achievedLevel": 3})]:
        add("result-" + name, "REQ-EVL-007", what, credentialSubject=subject(result=[{"resultDescription": one, **result}]))
    add("result-status", "", "a result with a status", credentialSubject=subject(result=[{"resultDescription": one, "status": "Completed"}]), shows="REQ-EVL-007")
    add("valid-from-none", "REQ-EVL-008", "no validFrom", validFrom=DROP)
    add("awarded-none", "REQ-EVL-008", "no awardedDate", awardedDate=DROP)
    add("achievement-none", "REQ-EVL-008", "no achievement", credentialSubject=subject(
        achievement=DROP), also=["REQ-EVL-006"])
    for member in ("id", "type", "name", "description", "criteria", "achievementType"):
        add("achievement-no-" + member.lower(), "REQ-EVL-008", "an achievement without " + member,
            credentialSubject=subject(achievement=achievement(**{member: DROP})))
    add("achievement-no-narrative", "REQ-EVL-008", "criteria without narrative", credentialSubject=subject(achievement=achievement(criteria={})))
    add("status-none", "REQ-EVL-009", "no credentialStatus", credentialStatus=DROP)
    add("status-type", "REQ-EVL-009", "a status of another type", credentialStatus=status(type="StatusList2021Entry"))
    add("status-purpose", "REQ-EVL-009", "a status for suspension", credentialStatus=status(statusPurpose="suspension"))
    add("status-index-none", "REQ-EVL-009", "a status without an index", credentialStatus=status(statusListIndex=DROP))
    add("status-index-9", "", "an index of nine digits", credentialStatus=status(statusListIndex="123456789"), shows="REQ-EVL-009")
    add("status-index-number", "REQ-EVL-009", "an index that is a number", credentialStatus=status(statusListIndex=94567), also=["REQ-EVL-008"])
    for name, index in [("10-digits", "1234567890"), ("minus", "-1"), ("point", "1.5"), ("hex", "0x1"), ("empty", "")]:
        add("status-index-" + name, "REQ-EVL-009", "the index %r" % index, credentialStatus=status(statusListIndex=index))
    add("status-list-none", "REQ-EVL-009", "a status without a list", credentialStatus=status(statusListCredential=DROP))
    add("status-list-elsewhere", "", "a list at another path of the issuer", shows="REQ-EVL-009",
        credentialStatus=status(statusListCredential="https://city.example/lists/a"))
    add("status-list-other", "REQ-EVL-009", "a list of another node", credentialStatus=status(statusListCredential="https://club.example/v1/status/1"))
    add("status-list-lookalike", "REQ-EVL-009", "a list at a host whose name begins like the issuer's",
        credentialStatus=status(statusListCredential="https://city.example.club.example/v1/status/1"))
    add("status-list-user", "REQ-EVL-009", "a list where the issuer's host is the user of another",
        credentialStatus=status(statusListCredential="https://city.example@club.example/v1/status/1"))
    add("own-none", "REQ-EVL-010", "no fukusen member", fukusen=DROP)
    for member in ("rubric", "policy", "conflictCheck"):
        add("own-no-" + member.lower(), "REQ-EVL-010", "fukusen without " + member, fukusen=own(**{member: DROP}))
    teamwork = RESULTS[1]["resultDescription"]
    add("level-fair", "", "another level of the rubric", shows="REQ-EVL-014",
        credentialSubject=subject(result=[{"resultDescription": teamwork, "achievedLevel": LEVEL_FAIR}]))
    add("level-unknown", "REQ-EVL-014", "a level that the rubric does not define",
        credentialSubject=subject(result=[{"resultDescription": teamwork, "achievedLevel": "urn:level:perfect"}]))
    add("level-of-score", "REQ-EVL-014", "a level for a result that has no rubric",
        credentialSubject=subject(result=[{"resultDescription": one, "achievedLevel": LEVEL_FAIR}]))
    add("subject-not-given", "REQ-EVL-011", "a sub that the home node did not give to this issuer", judge="memory",
        context={"given": [{"to": CLUB.id, "subject": urn("vc sub")}]}, verdict="park")
    add("conflict", "REQ-EVL-012", "the conflict matrix denies evaluation between these two parties", judge="memory",
        context={"conflicts": [{"partyA": CITY.id, "partyB": COMPANY.id, "relation": "competitor", "effect": "deny"}]})
    return b


def books():
    return [keys_book(), envelope_book(), erasure_book(), talent_book(), availability_book(), evaluation_book()]
