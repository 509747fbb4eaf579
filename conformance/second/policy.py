"""The policy log: entries, the genesis, and the book that a follower keeps of them (section 13)."""

import keys
import merkle
import policybody
import strictjson
from claims import NODE_KINDS, both_texts, is_int, is_node_id, is_uuid
from jose import digest, is_id, open_token, public_x, thumbprint, unpack
from refusal import Refusal

DOCUMENT = {k: None for k in ("fed", "iss", "iat", "jti", "series", "type", "version", "prev", "validFrom",
                              "validUntil")}
DOCUMENT.update(title={"ja": None, "en": None}, text={"ja": None, "en": None})
BALLOT = {k: None for k in ("fed", "iss", "iat", "document", "series", "prev", "register", "choice")}
ADMISSION = {k: None for k in ("fed", "iss", "iat", "jti", "node", "root", "kind", "register")}
ADMISSION["name"] = {"ja": None, "en": None}


def bad(number, problem, field=""):
    return Refusal(f"REQ-POL-{number:03d}", problem, field)


class Document:
    def __init__(self, token, payload):
        self.token, self.id, self.payload = token, token.id, payload
        self.iss, self.series, self.type = payload["iss"], payload["series"], payload["type"]
        self.version, self.prev, self.body = payload["version"], payload["prev"], payload["body"]
        self.begin, self.end = payload["validFrom"], payload.get("validUntil")
        self.fed = payload.get("fed")
        self.ended = self.end is not None and self.end <= self.begin


def open_document(line):
    token = open_token(line, "policy+jwt", limit=524288, known=DOCUMENT)
    p = strictjson.clear(token.payload)
    for name in ("iss", "series", "type", "prev"):
        if not isinstance(p.get(name), str):
            raise bad(13, "bad-document", name)
    if not is_uuid(p.get("jti")):
        raise bad(13, "bad-document", "jti")
    for name in ("iat", "version", "validFrom"):
        if not is_int(p.get(name)):
            raise bad(13, "bad-document", name)
    if "validUntil" in p and not is_int(p["validUntil"]):
        raise bad(13, "bad-document", "validUntil")
    if "fed" in p and not isinstance(p["fed"], str):
        raise bad(13, "bad-document", "fed")
    for name in ("title", "text"):
        if not both_texts(p.get(name)):
            raise bad(13, "bad-document", name)
    if not isinstance(p.get("body"), dict):
        raise bad(23, "bad-document", "body")
    raw = token.payload["body"]
    try:
        strictjson.check_names(raw, policybody.KNOWN.get(p["type"]))
    except Refusal as fault:
        raise bad(23, "bad-document", fault.field) from None
    return Document(token, p)


def open_ballot(line):
    token = open_token(line, "ballot+jwt", known=BALLOT)
    p = strictjson.clear(token.payload)
    for name in ("iss", "document", "series", "prev", "register", "choice"):
        if not isinstance(p.get(name), str):
            raise bad(5, "bad-ballot", name)
    if not is_int(p.get("iat")) or not isinstance(p.get("fed", ""), str):
        raise bad(5, "bad-ballot", "iat")
    return token, p


def lines_of(octets):
    """REQ-POL-007: the lines of an entry."""
    fault = bad(7, "bad-entry")
    if not octets or len(octets) > 1 << 20 or not octets.endswith("\n") or not octets.isascii():
        raise fault
    lines = octets[:-1].split("\n")
    for line in lines:
        if line.count(".") != 2 or line.strip() != line or " " in line:
            raise fault
    if lines[1:] != sorted(lines[1:]):
        raise fault
    return lines


def is_admission(octets):
    lines = lines_of(octets)
    return unpack(lines[0], 524288)[0]["typ"] == "member+jwt", lines


def open_entry(octets):
    """The document and ballots of an entry, read but not yet judged."""
    lines = lines_of(octets)
    return open_document(lines[0]), [open_ballot(line) for line in lines[1:]]


class Book:
    """What the entries so far amount to. `apply` judges one entry and turns the page."""

    def __init__(self, fed=None):
        self.fed, self.development = fed, False
        self.newest, self.versions, self.admitted = {}, [], {}
        self.members, self.threshold, self.register_id = [], 0, ""
        self.tree, self.octets, self.councils = merkle.Tree(), [], []
        self.histories = {}

    @property
    def size(self):
        return self.tree.size

    def council(self):
        return [m["node"] for m in policybody.council_of(self.members)]

    def member(self, node):
        found = next((m for m in self.members if m["node"] == node), None)
        return found or self.admitted.get(node)

    def standing(self, now):
        """The members by the register in force; those of the auto-rule stay where it does not speak of them."""
        document = self.in_force("register", now)
        body = document.body if document else {"members": []}
        members = body.get("register", body)["members"]
        return {**self.admitted, **{m["node"]: m for m in members}}

    def ballot_key(self, node):
        found = self.member(node)
        return (found.get("ballot") if found else None)

    def signed(self, token, node, fault):
        x = self.ballot_key(node)
        if x is None or token.kid != thumbprint(x):
            raise fault
        try:
            token.verify(public_x(x))
        except Refusal:
            raise fault from None

    def found(self, octets):
        """Judges and applies the genesis."""
        document, ballots = open_entry(octets)
        fault = bad(11, "bad-genesis")
        if document.type != "genesis" or document.series != "genesis" or document.version != 1 or document.prev:
            raise fault
        if self.fed is not None and document.id != self.fed or document.fed is not None:
            raise fault
        body = document.body
        if not isinstance(body.get("development"), bool) or not isinstance(body.get("charter"), dict):
            raise bad(23, "bad-document", "body")
        if not isinstance(body.get("register"), dict):
            raise bad(14, "bad-document", "register")
        policybody.check_register(body["register"], body["development"])
        policybody.check_charter(body["charter"])
        self.members, self.threshold = body["register"]["members"], body["register"]["threshold"]
        self.development = body["development"]
        self.signed(document.token, document.iss, bad(1, "bad-entry", "iss"))
        yes = self.count(document, ballots, "", fault)
        if yes != set(self.council()):
            raise fault
        self.fed, self.register_id = document.id, document.id
        self.newest = {name: document for name in ("genesis", "register", "charter")}
        self.keep(octets, document)

    def keep(self, octets, document):
        self.octets.append(octets)
        self.tree.add(merkle.entry_leaf(digest(octets.encode()), "live"))
        if document is not None:
            self.versions.append(document)

    def count(self, document, ballots, register, missing=None):
        """The council nodes that said yes, after every ballot was judged."""
        seen, yes = set(), set()
        council = set(self.council())
        for token, p in ballots:
            if p["iss"] in seen:
                raise bad(4, "bad-ballot", "iss")
            seen.add(p["iss"])
            if p.get("fed") != document.fed or p["document"] != document.id:
                raise bad(5, "bad-ballot", "document")
            if p["series"] != document.series or p["prev"] != document.prev:
                raise bad(5, "bad-ballot", "series")
            self.signed(token, p["iss"], bad(3, "bad-ballot", "iss"))
            if p["register"] != register:
                raise bad(6, "stale-entry", "register")
            if p["choice"] == "yes" and p["iss"] in council:
                yes.add(p["iss"])
        return yes

    def charter(self):
        body = self.newest["charter"].body
        return body["charter"] if self.newest["charter"].type == "genesis" else body

    def apply(self, octets):
        """Judges one entry against the book and applies it."""
        if not self.octets:
            return self.found(octets)
        admission, lines = is_admission(octets)
        if admission:
            return self.admit(octets, lines)
        document, ballots = open_entry(octets)
        self.check_document(document)
        self.signed(document.token, document.iss, bad(1, "bad-entry", "iss"))
        yes = self.count(document, ballots, self.register_id)
        if len(yes) < self.threshold:
            raise bad(2, "too-few-ballots")
        self.newest[document.series] = document
        if document.type == "register":
            self.councils.append((self.size, self.council()))
            self.members, self.threshold = document.body["members"], document.body["threshold"]
            self.register_id = document.id
        return self.keep(octets, document)

    def check_document(self, document):
        if document.type == "genesis" or document.series == "genesis":
            raise bad(11, "bad-genesis")
        if document.fed != self.fed:
            raise bad(24, "bad-document", "fed")
        if not document.series or not document.type:
            raise bad(25, "bad-document", "series")
        single = document.type in policybody.SINGLE or document.series in policybody.SINGLE
        before = self.newest.get(document.series)
        if single and document.type != document.series:
            raise bad(25, "bad-document", "series")
        if document.prev != (before.id if before else ""):
            raise bad(6, "stale-entry", "prev")
        if document.version != (before.version + 1 if before else 1):
            raise bad(12, "bad-document", "version")
        if before and before.type not in ("genesis", document.type):
            raise bad(12, "bad-document", "type")
        policybody.check_body(document.type, document.body, document.token.payload["body"], document.ended,
                              self.development)

    def admit(self, octets, lines):
        """REQ-POL-021."""
        fault = bad(21, "bad-entry")
        if len(lines) != 2:
            raise bad(7, "bad-entry")
        token = open_token(lines[0], "member+jwt", known=ADMISSION)
        p = strictjson.clear(token.payload)
        if not isinstance(p.get("iss"), str) or p["iss"] not in self.council():
            raise fault
        try:
            history = keys.open_history(lines[1], p["iss"], self.member(p["iss"])["root"])
        except Refusal:
            raise fault from None
        if not is_int(p.get("iat")) or not is_uuid(p.get("jti")):
            raise fault
        key = history.current(token.kid, p["iat"])
        if key is None or p.get("fed") != self.fed:
            raise fault
        try:
            token.verify(key.public)
        except Refusal:
            raise fault from None
        if p.get("register") != self.register_id:
            raise bad(6, "stale-entry", "register")
        auto = self.charter()["autoRule"]
        if not auto["enabled"] or p.get("kind") not in auto["kinds"] or p.get("kind") not in NODE_KINDS:
            raise fault
        if not is_node_id(p.get("node"), self.development) or self.member(p["node"]):
            raise fault
        if public_x(p.get("root")) is None or not both_texts(p.get("name")):
            raise fault
        self.admitted[p["node"]] = {"node": p["node"], "name": p["name"], "kind": p["kind"], "role": "member",
                                    "status": "active", "root": p["root"]}
        return self.keep(octets, None)

    def of_series(self, series):
        """The versions of a series; the genesis is version 1 of register and of charter as well."""
        first = self.versions[:1] if series in ("register", "charter") else []
        return first + [d for d in self.versions if d.series == series]

    def status(self, document, now):
        """Where a version stands: accepted, effective, superseded or expired."""
        if document.ended:
            return "withdrawn"
        later = [d for d in self.of_series(document.series) if d.version > document.version and d.begin <= now]
        if document.begin > now:
            return "accepted"
        if later:
            return "superseded"
        return "expired" if document.end is not None and document.end <= now else "effective"

    def in_force(self, series, now):
        """The version of a series that is in force, or None."""
        come = [d for d in self.of_series(series) if d.begin <= now]
        newest = max(come, key=lambda d: d.version, default=None)
        if newest is None or newest.ended or (newest.end is not None and newest.end <= now):
            return None
        return newest

    def is_document(self, document_id):
        return next((d for d in self.versions if d.id == document_id), None) if is_id(document_id) else None
