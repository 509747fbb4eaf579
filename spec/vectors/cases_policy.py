"""Section 13: genesis, policy log entries, admissions, policy heads."""

import hashlib

from records import DROP, changed
from sealing import (CITY, CLUB, COMPANY, NOW, POLICY_ROOT, STRANGER, UNIVERSITY, Book, Key, b64, compact, cosignature, digest,
                     joined, head_of, leaf, seal, sig_line, token_id, tree_hash, urn)

COUNCIL = [CITY, UNIVERSITY, COMPANY]
SIGNED = NOW - 1800
KINDS = {CITY: "municipality", UNIVERSITY: "university", COMPANY: "company", CLUB: "club", STRANGER: "school"}
BALLOT = {n: Key(n.name + " ballot") for n in KINDS}


def member(node, **changes):
    return changed({
        "node": node.id, "name": {"ja": "架空の" + node.name, "en": "Example " + node.name}, "kind": KINDS[node],
        "role": "council" if node in COUNCIL else "member", "status": "active", "root": node.root.x, "ballot": BALLOT[node].x,
    }, **changes)


def register(*members, threshold=2):
    return {"threshold": threshold, "members": list(members) or [member(n) for n in COUNCIL + [CLUB]]}


CHARTER = {
    "rules": [{"id": "outcomes-first", "title": {"ja": "成果が先", "en": "Outcomes first"},
               "text": {"ja": "測れる成果を先に決める。", "en": "A measurable outcome comes first."}}],
    "autoRule": {"enabled": True, "kinds": ["school", "club"]},
}


def drafted(series, body, *, fed, version=1, prev="", drafter=CITY, key=None, **changes):
    """A document; fed is left out of a genesis, which cannot name itself."""
    d = {
        "fed": fed or DROP, "iss": drafter.id, "iat": NOW - 3600, "jti": urn("document " + series + str(version)), "series": series,
        "type": series, "version": version, "prev": prev, "validFrom": NOW - 1800, "title": {"ja": "題", "en": "Title"},
        "text": {"ja": "本文。", "en": "Text."}, "body": body,
    }
    return seal(key or BALLOT[drafter], "policy+jwt", changed(changed({}, **d), **changes))


class Log:
    """A policy log as it grows: what the next document and ballot must name."""

    def __init__(self, name, body):
        self.name, self.register, self.heads = name, "", {}
        self.founding = drafted("genesis", body, fed="")
        self.fed = token_id(self.founding)
        founders = [n for n in KINDS if any(m["node"] == n.id and m["role"] == "council" for m in body["register"]["members"])]
        self.genesis = entry_of(self.founding, [self.vote(n, self.founding, "genesis") for n in founders])
        self.entries = []
        self.register = self.fed
        self.heads = {"genesis": (self.fed, 1), "register": (self.fed, 1), "charter": (self.fed, 1)}

    def vote(self, node, document, series, /, key=None, **changes):
        ballot = {"iss": node.id, "iat": SIGNED, "document": token_id(document), "series": series,
                  "prev": self.heads.get(series, ("", 0))[0], "register": self.register, "choice": "yes"}
        if self.register:
            ballot["fed"] = self.fed
        return seal(key or BALLOT[node], "ballot+jwt", changed(ballot, **changes))

    def draft(self, series, /, body=None, **changes):
        prev, version = self.heads.get(series, ("", 0))
        more = {"fed": self.fed, "prev": prev, "version": version + 1, **changes}
        return drafted(series, {} if body is None else body, **more)

    def votes(self, document, series, nodes=COUNCIL, /, **changes):
        return [self.vote(n, document, series, **changes) for n in nodes]

    def adopt(self, series, body=None):
        document = self.draft(series, body=body)
        self.entries.append(entry_of(document, self.votes(document, series)))
        self.heads[series] = (token_id(document), self.heads.get(series, ("", 0))[1] + 1)
        if series == "register":
            self.register = token_id(document)
        return document

    def context(self):
        return {"log": {"name": self.name, "fed": self.fed, "genesis": self.genesis, "entries": list(self.entries)}}

    def root(self, *more):
        octets = [self.genesis, *self.entries, *more]
        return tree_hash([leaf({"id": digest(o), "state": "live"}) for o in octets])


def entry_of(document, votes):
    return "".join(line + "\n" for line in [document] + sorted(votes))


def founded(register_body=None, charter=None, name="founded"):
    return Log(name, {"development": False, "register": register_body or register(), "charter": charter or CHARTER})


def forms(b):
    log = founded()
    token = log.draft("rubric", body={"levels": 4})
    votes = sorted(log.votes(token, "rubric"))
    good = entry_of(token, votes)

    def lines(document, votes):
        return "".join(line + "\n" for line in [document] + votes)

    def add(name, requirement, what, text, **more):
        b.add("entry-" + name, "entry", requirement, what, keys=None, input={"entry": text}, **more)

    add("form", "", "a document and three ballots in order", good, shows="REQ-POL-007")
    add("unsorted", "REQ-POL-007", "ballots out of order", lines(token, votes[::-1]))
    add("no-last-line-feed", "REQ-POL-007", "no line feed at the end", good[:-1])
    add("crlf", "REQ-POL-007", "lines that end in CR LF", good.replace("\n", "\r\n"), also=["REQ-OPEN-001"])
    add("blank-end", "REQ-POL-007", "a blank line at the end", good + "\n")
    add("blank-between", "REQ-POL-007", "a blank line after the document", lines(token, [""] + votes))
    add("blank-first", "REQ-POL-007", "a blank line before the document", "\n" + good)
    add("comment", "REQ-POL-007", "a line that is no token", good + "# agreed\n")
    add("space-line", "REQ-POL-007", "a line of one space", good + " \n")
    add("nothing", "REQ-POL-007", "no octets", "")
    texts = {"title": {"ja": "題", "en": "Title"}, "text": {"ja": "本文。", "en": "Text."}}
    for part, value in texts.items():
        for lang in ("ja", "en"):
            other = log.draft("rubric", **{part: changed(value, **{lang: DROP})})
            add("no-%s-%s" % (part, lang), "REQ-POL-013", "a document without %s in %s" % (part, lang), entry_of(other, log.votes(other, "rubric")))
        other = log.draft("rubric", **{part: DROP})
        add("no-" + part, "REQ-POL-013", "a document without " + part, entry_of(other, log.votes(other, "rubric")))
    for member_, value in [("version", "1"), ("validFrom", "2026-04-01"), ("title", "Title"), ("jti", 1)]:
        other = log.draft("rubric", **{member_: value})
        add("type-" + member_.lower(), "REQ-POL-013", "a document with %s of the wrong JSON type" % member_, entry_of(other, log.votes(other, "rubric")))
    for member_, value in [("iat", "now"), ("choice", True), ("prev", 0)]:
        wrong = log.votes(token, "rubric", COUNCIL[:2]) + [log.vote(COMPANY, token, "rubric", **{member_: value})]
        add("ballot-type-" + member_, "REQ-POL-005", "a ballot with %s of the wrong JSON type" % member_, entry_of(token, wrong))
    twice = seal(BALLOT[CITY], "policy+jwt", compact({"fed": log.fed, "series": "x", "title": texts["title"], "text": texts["text"]})[:-1] + ',"series":"x"}')
    add("twice-member", "REQ-OPEN-008", "a document with series twice", entry_of(twice, log.votes(twice, "x")))


def genesis(b):
    def add(name, requirement, what, log, fed=None, text=None, **more):
        b.add("genesis-" + name, "genesis", requirement, what, judge="book", keys=None,
              input={"entry": text or log.genesis, "fed": fed or log.fed}, **more)

    log = founded()
    lines = log.genesis.split("\n")[:-1]
    add("good", "", "a council of three and a club", log, shows="REQ-POL-011")
    add("one", "", "a council of one", founded(register(member(CITY), threshold=1)), shows="REQ-POL-014")
    add("fed", "REQ-POL-011", "another id is pinned", log, fed=digest("another genesis"))
    add("ballot-missing", "REQ-POL-011", "a founder has not voted", log, text="".join(line + "\n" for line in lines[:-1]))
    no = [log.founding] + [seal(BALLOT[n], "ballot+jwt", {"iss": n.id, "iat": SIGNED, "document": log.fed, "series": "genesis", "prev": "",
                                                          "register": "", "choice": "no" if n is COMPANY else "yes"}) for n in COUNCIL]
    add("ballot-no", "REQ-POL-011", "a founder has voted no", log, text=entry_of(no[0], no[1:]))
    for name, what, members, threshold in registers():
        add(name, "REQ-POL-014", "a first register " + what, founded(register(*members, threshold=threshold)))


def registers():
    """Registers that REQ-POL-014 refuses: name, what is wrong, members, threshold."""
    council = [member(n) for n in COUNCIL]
    club = member(CLUB)
    return [
        ("threshold", "with a threshold of one in three", council + [club], 1),
        ("threshold-zero", "with a threshold of zero", council + [club], 0),
        ("council-two", "with a council of two", council[:2], 2),
        ("council-four", "with a council of four", council + [member(CLUB, role="council")], 3),
        ("council-suspended", "with a council of three of whom one is suspended", council[:2] + [member(COMPANY, status="suspended")], 2),
        ("threshold-above", "with a threshold of four in a council of three", council + [club], 4),
        ("role-unknown", "with a member of another role", council + [member(CLUB, role="guest")], 2),
        ("no-ballot-key", "with a council member without a ballot key", council[:2] + [member(COMPANY, ballot=DROP)], 2),
        ("no-root-key", "with a member without a root key", council + [member(CLUB, root=DROP)], 2),
        ("no-name", "with a member without a name in ja", council + [member(CLUB, name={"en": "Example"})], 2),
        ("node-twice", "that lists a node twice", council + [club, member(CLUB, ballot=Key("club second ballot").x)], 2),
        ("ballot-twice", "that lists a ballot key twice", council + [member(CLUB, ballot=BALLOT[CITY].x)], 2),
    ]


def entries(b):
    log = founded()
    log.adopt("rubric", {"levels": 4})
    log.adopt("rubric", {"levels": 5})

    def add(name, requirement, what, document, votes, at=log, **more):
        b.add("entry-" + name, "entry", requirement, what, judge="book", keys=None,
              input={"entry": entry_of(document, votes)}, context=at.context(), **more)

    doc = log.draft("indicators", body={"list": []})

    def vote(node, **changes):
        return log.vote(node, doc, "indicators", **changes)

    yes = [vote(n) for n in COUNCIL]
    add("three", "", "three yes ballots of three", doc, yes, shows="REQ-POL-002")
    add("two", "", "two yes ballots of three", doc, yes[:2], shows="REQ-POL-002")
    add("two-and-no", "", "two yes ballots and a no", doc, yes[:2] + [vote(COMPANY, choice="no")], shows="REQ-POL-002")
    add("next-version", "", "the next version of a series", *pair(log, "rubric"), shows="REQ-POL-012")
    # REQ-POL-001
    for name, what, changes in [("drafter-other-key", "signed by another member's ballot key", {"key": BALLOT[UNIVERSITY]}),
                                ("drafter-record-key", "signed by the drafter's record key", {"key": CITY.key}),
                                ("drafter-stranger", "drafted by a node that the register does not list", {"drafter": STRANGER})]:
        other = log.draft("indicators", **changes)
        add(name, "REQ-POL-001", "a document " + what, other, log.votes(other, "indicators"))
    forged = joined(head_of(BALLOT[CITY], "policy+jwt"), {"fed": log.fed, "iss": CITY.id, "iat": SIGNED, "jti": urn("forged"), "series": "indicators",
                    "type": "indicators", "version": 1, "prev": "", "validFrom": SIGNED, "title": {"ja": "題", "en": "Title"},
                    "text": {"ja": "本文。", "en": "Text."}, "body": {}}, BALLOT[COMPANY].sign)
    add("drafter-forged", "REQ-POL-001", "a document signed by another key than its kid names", forged, log.votes(forged, "indicators"), also=["REQ-OPEN-014"])
    # REQ-POL-002
    add("none", "REQ-POL-002", "no ballot", doc, [])
    add("one", "REQ-POL-002", "one yes ballot", doc, yes[:1])
    add("one-and-no", "REQ-POL-002", "a yes and two no", doc, [yes[0], vote(UNIVERSITY, choice="no"), vote(COMPANY, choice="no")])
    add("outside-council", "REQ-POL-002", "a yes of the council and one of a member outside it", doc, [yes[0], vote(CLUB)])
    # REQ-POL-003: two good ballots stand beside each bad one.
    for name, what, bad in [("stranger", "a ballot of a node that the register does not list", vote(STRANGER)),
                            ("ballot-record-key", "a ballot signed by a record key", vote(COMPANY, key=COMPANY.key)),
                            ("ballot-other-key", "a ballot signed by another member's ballot key", vote(COMPANY, key=BALLOT[CITY]))]:
        add(name, "REQ-POL-003", what, doc, yes[:2] + [bad])
    add("ballot-forged", "REQ-POL-003", "a ballot with the signature of another", doc,
        yes[:2] + [yes[2].rsplit(".", 1)[0] + "." + yes[1].rsplit(".", 1)[1]], also=["REQ-OPEN-014"])
    # REQ-POL-004
    add("ballot-twice", "REQ-POL-004", "two ballots of one member", doc, yes + [vote(CITY, iat=SIGNED + 1)])
    add("ballot-repeated", "REQ-POL-004", "one ballot on two lines", doc, yes + yes[:1])
    add("ballot-yes-and-no", "REQ-POL-004", "a yes and a no of one member", doc, yes + [vote(CITY, choice="no")])
    # REQ-POL-005
    for member_, value in [("fed", digest("another federation")), ("document", digest("another document")), ("series", "charter"), ("prev", log.fed)]:
        add("ballot-" + member_, "REQ-POL-005", "a ballot for another " + member_, doc, yes[:2] + [vote(COMPANY, **{member_: value})])
    # REQ-POL-006
    def both(name, requirement, what, series, ballots=None, at=log, shows="", **changes):
        other = at.draft(series, **changes)
        prev = changes.get("prev", at.heads.get(series, ("", 0))[0])
        add(name, requirement, what, other, at.votes(other, series, prev=prev, **(ballots or {})), at, shows=shows)

    first = token_id(log.entries[0].split("\n")[0])
    both("prev-older", "REQ-POL-006", "prev is the version before the newest", "rubric", prev=first)
    both("prev-empty", "REQ-POL-006", "an empty prev in a series that has a document", "rubric", prev="")
    both("prev-unknown", "REQ-POL-006", "a prev that is no document", "indicators", prev=digest("no document"))
    both("register-unknown", "REQ-POL-006", "ballots under a register that is not the one now", "indicators", {"register": digest("a register")})
    moved = founded(name="second-register")
    moved.adopt("register", register(*[member(n) for n in COUNCIL], threshold=3))
    both("register-older", "REQ-POL-006", "ballots under the register before the one now", "indicators", {"register": moved.fed}, at=moved)
    other = moved.draft("indicators")
    add("register-new-threshold", "REQ-POL-002", "two yes ballots where the register now asks for three", other,
        moved.votes(other, "indicators", COUNCIL[:2]), moved)
    # REQ-POL-012
    both("version-skipped", "REQ-POL-012", "version 4 after version 2", "rubric", version=4)
    both("version-same", "REQ-POL-012", "version 2 after version 2", "rubric", version=2)
    both("version-first", "REQ-POL-012", "version 2 without one before", "indicators", version=2)
    both("type-other", "REQ-POL-012", "another type than the version before", "rubric", type="programme")
    # REQ-POL-014
    for name, what, members, threshold in registers():
        body = register(*members, threshold=threshold)
        both("register-" + name, "REQ-POL-014", "a register " + what, "register", body=body)
    both("register-good", "", "a second register with the club gone", "register", body=register(*[member(n, status="left") if n is CLUB else member(n) for n in COUNCIL + [CLUB]]))
    bodies(both)
    # REQ-POL-024
    both("fed-other", "REQ-POL-024", "a document for another federation", "indicators", fed=digest("another federation"))
    both("fed-none", "REQ-POL-024", "a document without fed", "indicators", fed=DROP)
    # REQ-POL-025; the series are new, so that prev and version are those of a first document.
    for name, what, series, type_ in [("second-register", "a register in a second series", "register-b", "register"), ("second-safety", "a safety document in a second series", "safety-b", "safety"),
                                      ("safety-other-type", "another type in the series safety", "safety", "notes"), ("no-series", "an empty series", "", "notes"),
                                      ("no-type", "an empty type", "notes", "")]:
        both(name, "REQ-POL-025", what, series, type=type_)
    both("second-matrix", "", "a second series of conflict matrices", "conflict-matrix-b", type="conflict-matrix", body={"rows": []}, shows="REQ-POL-025")
    other = drafted("genesis", {"development": False, "register": register(), "charter": CHARTER}, fed=log.fed, version=2, prev=log.fed)
    add("genesis-again", "REQ-POL-011", "a second genesis", other, log.votes(other, "genesis"))
    # REQ-POL-020
    sealed = {"digest": digest("sealed"), "readers": [CITY.id]}
    both("confidential", "", "a confidential document that shows its digest", "red-list", body=sealed)
    rows = [{"partyA": "https://a.example", "partyB": "https://b.example", "validFrom": NOW, "reasonCode": "competitor"}]
    both("confidential-open", "REQ-POL-020", "a confidential document that shows its body", "red-list", body={**sealed, "rows": rows})


GUIDELINE = {
    "classes": [{"id": "shared", "text": {"ja": "同意した相手に渡すデータ", "en": "Data given to whom the person agreed to"}}],
    "purposes": [{"id": "matching", "kinds": ["talent", "availability"], "text": {"ja": "仕事を探すため", "en": "To find work"}}],
    "retentionDays": 400, "disclosureLogDays": 1095, "withdrawalDeadline": 86400, "erasureDeadline": 604800, "k": 10,
}
SAFETY = {
    "minRest": "PT11H", "utcOffset": "+09:00", "night": {"from": "22:00", "until": "05:00"}, "minorAge": 18, "minorNight": "deny",
    "minorOvertime": "deny", "adultNight": "flag", "overtime": {"monthHours": 100, "averageHours": 80, "months": 6}, "tripInsurance": True,
}
ROW = {"partyA": "https://a.example", "partyB": "https://b.example", "relation": "competitor", "effect": "deny", "validFrom": NOW, "reasonCode": "market"}


def bodies(both):
    """REQ-POL-023: a good body of each type, and bodies that break one rule."""
    for series, body in [("data-guideline", GUIDELINE), ("safety", SAFETY), ("conflict-matrix", {"rows": [ROW]}), ("charter", CHARTER)]:
        both("body-" + series, "", "a body of the type " + series, series, body=body, shows="REQ-POL-023")
    both("body-unknown-member", "", "an unknown member of a body is ignored", "safety", body={**SAFETY, "note": "x"}, shows="REQ-POL-023")
    both("body-ended", "", "a version that ends its series may have any body", "safety", body={}, validUntil=NOW - 1800, shows="REQ-POL-023")
    both("body-ended-register", "REQ-POL-014", "a register has its body whatever its end", "register", body={}, validUntil=NOW - 1800)
    purpose, rule = GUIDELINE["purposes"][0], CHARTER["rules"][0]
    for name, what, series, body in [
        ("array", "a body that is an array", "indicators", []), ("text", "a body that is a string", "indicators", "x"), ("number", "a body that is a number", "indicators", 1),
        ("guideline-empty", "a guideline without anything", "data-guideline", {}), ("guideline-k", "k of zero", "data-guideline", {**GUIDELINE, "k": 0}),
        ("guideline-deadline", "a withdrawal deadline of zero", "data-guideline", {**GUIDELINE, "withdrawalDeadline": 0}),
        ("guideline-purpose-twice", "one purpose twice", "data-guideline", {**GUIDELINE, "purposes": [purpose, purpose]}),
        ("guideline-no-kinds", "a purpose for no kind", "data-guideline", {**GUIDELINE, "purposes": [{**purpose, "kinds": []}]}),
        ("guideline-one-language", "a purpose in one language", "data-guideline", {**GUIDELINE, "purposes": [{**purpose, "text": {"ja": "仕事"}}]}),
        ("guideline-case", "K with a capital", "data-guideline", {**changed(GUIDELINE, k=DROP), "K": 10}),
        ("safety-rest", "a rest of eight hours", "safety", {**SAFETY, "minRest": "PT8H"}), ("safety-rest-text", "a rest that is no duration", "safety", {**SAFETY, "minRest": "11h"}),
        ("safety-offset", "an offset that is a name", "safety", {**SAFETY, "utcOffset": "Asia/Tokyo"}), ("safety-night", "a night without an end", "safety", {**SAFETY, "night": {"from": "22:00"}}),
        ("safety-effect", "an effect that is none", "safety", {**SAFETY, "adultNight": "warn"}),
        ("safety-months", "an average over seven months", "safety", {**SAFETY, "overtime": {**SAFETY["overtime"], "months": 7}}),
        ("matrix-one-party", "a row of one party", "conflict-matrix", {"rows": [{**ROW, "partyB": ROW["partyA"]}]}),
        ("matrix-relation", "a relation that is none", "conflict-matrix", {"rows": [{**ROW, "relation": "friend"}]}),
        ("matrix-effect", "the effect flag, which a row has not", "conflict-matrix", {"rows": [{**ROW, "effect": "flag"}]}),
        ("matrix-times", "a row that ends before it begins", "conflict-matrix", {"rows": [{**ROW, "validUntil": NOW - 1}]}),
        ("charter-rule-twice", "one common rule twice", "charter", {**CHARTER, "rules": [rule, rule]}),
        ("charter-kind", "an auto-rule for a kind that is none", "charter", {**CHARTER, "autoRule": {"enabled": True, "kinds": ["association"]}}),
        ("red-list-digest", "a digest of 42 characters", "red-list", {"digest": digest("sealed")[:-1], "readers": []}),
    ]:
        both("body-" + name, "REQ-POL-023", what, series, body=body)


def pair(log, series, **changes):
    document = log.draft(series, **changes)
    return document, log.votes(document, series)


def confidential(b):
    log = founded(name="red-list")
    body = hashlib.sha256(b"32 random octets").digest() + compact({"rows": []}).encode()
    log.adopt("red-list", {"digest": digest(body), "readers": []})

    def add(name, requirement, what, octets, **more):
        b.add("confidential-" + name, "confidential", requirement, what, judge="book", keys=None, context=log.context(),
              input={"digest": digest(body), "body": b64(octets)}, **more)

    add("good", "", "the body of the document", body, shows="REQ-POL-019")
    add("changed", "REQ-POL-019", "an octet more than the document's body", body + b" ")
    add("other-octets", "REQ-POL-019", "other random octets before the same body", hashlib.sha256(b"x").digest() + body[32:])
    add("no-octets", "REQ-POL-019", "the body without the random octets", body[32:])


def admissions(b):
    log = founded()
    closed = founded(charter={**CHARTER, "autoRule": {"enabled": False, "kinds": ["school"]}}, name="no-auto-rule")

    def add(name, requirement, what, by=CITY, key=None, keys=None, at=log, **changes):
        claims = changed({"fed": at.fed, "iss": by.id, "iat": SIGNED, "jti": urn("admission"), "node": STRANGER.id, "root": STRANGER.root.x,
                          "name": {"ja": "架空の学校", "en": "Example School"}, "kind": "school", "register": at.register}, **changes)
        text = seal(key or by.key, "member+jwt", claims) + "\n" + (keys or by.history()) + "\n"
        b.add("admission-" + name, "entry", requirement, what, judge="book", keys=None, input={"entry": text}, context=at.context(),
              shows="" if requirement else "REQ-POL-021")

    add("good", "", "a council node admits a school")
    add("kind", "REQ-POL-021", "the auto-rule does not speak of foundations", kind="foundation")
    add("rule-off", "REQ-POL-021", "the auto-rule is off", at=closed)
    add("by-member", "REQ-POL-021", "a member outside the council admits", by=CLUB)
    add("retired-key", "REQ-POL-021", "signed by a key that was retired before", key=CITY.old)
    add("tls-key", "REQ-POL-021", "signed by a TLS key", key=CITY.tls)
    add("ballot-key", "REQ-POL-021", "signed by a ballot key", key=BALLOT[CITY])
    add("other-history", "REQ-POL-021", "under the key history of another node", keys=UNIVERSITY.history())
    add("false-history", "REQ-POL-021", "under a key history that the pinned root key did not sign",
        keys=seal(CITY.key, "keys+jwt", {"iss": CITY.id, "iat": NOW - 3600, "serial": 4, "keys": CITY.key_list()}))
    add("known", "REQ-POL-021", "a council member is admitted once more", node=COMPANY.id, root=COMPANY.root.x, kind="club")


def checkpoints(b):
    fed, nodes = digest("genesis"), COUNCIL
    text = "fukusen/policy/%s\n%d\n%s\n" % (fed, 7, b64(POLICY_ROOT))
    council = [n.keys() for n in nodes]

    def add(name, requirement, what, lines, text=text, **more):
        b.add("checkpoint-" + name, "checkpoint", requirement, what, keys=None,
              input={"note": text + "\n" + "".join(lines), "fed": fed, "council": council}, **more)

    a, u, c = (cosignature(n, text) for n in nodes)
    add("three", "", "cosignatures of all three council nodes", [a, u, c], shows="REQ-POL-008")
    add("two", "", "cosignatures of two of three", [a, c], shows="REQ-POL-008")
    add("stranger-too", "", "cosignatures of two and of a node outside the council", [a, cosignature(STRANGER, text), u], shows="REQ-POL-008")
    add("one", "REQ-POL-008", "one cosignature of three", [a])
    add("none", "REQ-POL-008", "no cosignature", [])
    add("one-twice", "REQ-POL-008", "one council node cosigned twice", [a, cosignature(CITY, text, at=NOW - 4)])
    add("strangers", "REQ-POL-008", "one council node and one outside", [a, cosignature(STRANGER, text)])
    add("name", "REQ-POL-008", "a node cosigned under another's name", [a, cosignature(CITY, text, name=UNIVERSITY.host)])
    add("revoked", "REQ-POL-008", "the second cosignature by a revoked key", [a, cosignature(UNIVERSITY, text, key=UNIVERSITY.revoked)])
    add("tls", "REQ-POL-008", "the second cosignature by a TLS key", [a, cosignature(UNIVERSITY, text, key=UNIVERSITY.tls)])
    add("other-text", "REQ-POL-008", "the second cosignature is of another head", [a, cosignature(UNIVERSITY, text.replace("\n7\n", "\n8\n"))])
    add("bare-text", "REQ-POL-008", "the second cosignature is over the text without the line of its time", [a, cosignature(UNIVERSITY, text, message=text)])
    add("time", "REQ-POL-008", "the second cosignature names another time than it signed",
        [a, cosignature(UNIVERSITY, text, message="cosignature/v1\ntime %d\n%s" % (NOW - 6, text))])
    add("type", "REQ-POL-008", "the second cosignature has the key hash of signature type 0x01", [a, cosignature(UNIVERSITY, text, kind=1)])
    plain = sig_line(UNIVERSITY.host, 1, UNIVERSITY.key.public, UNIVERSITY.key.sign(text.encode()))
    add("plain", "REQ-POL-008", "the second is a plain note signature", [a, plain])
    other = text.replace(fed, digest("another federation"))
    add("fed", "REQ-POL-008", "the head of another federation", [cosignature(n, other) for n in nodes], other)


    log = founded(name="headed")
    log.adopt("rubric", {"levels": 4})

    def headed(name, requirement, what, size, root, before=(), **more):
        t = "fukusen/policy/%s\n%d\n%s\n" % (log.fed, size, b64(root))
        context = log.context()
        if before:
            context["before"] = list(before)
        b.add("checkpoint-" + name, "checkpoint", requirement, what, keys=None, judge="book", context=context,
              input={"note": note_of(t, nodes), "fed": log.fed, "council": council}, **more)

    def note_of(t, nodes):
        return t + "\n" + "".join(cosignature(n, t) for n in nodes)

    headed("of-log", "", "the head of the log's two entries", 2, log.root(), shows="REQ-POL-010")
    headed("root", "REQ-POL-010", "another root than that of the log's two entries", 2, POLICY_ROOT)
    now = "fukusen/policy/%s\n2\n%s\n" % (log.fed, b64(log.root()))
    headed("forked", "REQ-POL-009", "another root for a size whose head was accepted", 2, POLICY_ROOT,
           before=[note_of(now, nodes)], also=["REQ-POL-010"])


def books():
    b = Book("policy", "Section 13: genesis, entries, admissions, confidential bodies, policy heads.")
    forms(b)
    genesis(b)
    entries(b)
    confidential(b)
    admissions(b)
    checkpoints(b)
    return [b]
