"""Keys, tokens, notes and trees for the vectors, written from ../standard.md.

Every key comes from SHA-256 of its name, so that a run gives the same octets.
"""

import base64
import hashlib
import json
import pathlib
import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOW = 1775001600  # 2026-04-01T00:00:00Z, the reader's clock
DAY = 86400
BORN = NOW - 300 * DAY  # when the keys of the nodes begin
EPOCH = BORN
HERE = pathlib.Path(__file__).resolve().parent

REGISTER = {
    m[0]: "" if m[1] == "-" else m[1]
    for m in re.findall(
        r"(?m)^\*\*(REQ-[A-Z]+-\d{3})\*\* · \w+ · L\d · [a-z]+ · ([a-z-]+) — ",
        (HERE.parent / "standard.md").read_text(encoding="utf-8"),
    )
}


def b64u(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def b64(octets):
    return base64.b64encode(octets).decode()


def digest(octets):
    return b64u(hashlib.sha256(octets if isinstance(octets, bytes) else octets.encode()).digest())


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def urn(name):
    """A urn:uuid that depends on nothing but a name (version 4 in form)."""
    h = bytearray(hashlib.sha256(("uuid " + name).encode()).digest()[:16])
    h[6] = h[6] & 0x0F | 0x40
    h[8] = h[8] & 0x3F | 0x80
    t = h.hex()
    return f"urn:uuid:{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}"


def thumbprint(x):
    return digest('{"crv":"Ed25519","kty":"OKP","x":"%s"}' % x)


class Key:
    """One Ed25519 key; its seed is SHA-256 of its name."""

    def __init__(self, name):
        self.seed = hashlib.sha256(("fukusen vectors 1.0: " + name).encode()).digest()
        self._private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.x = b64u(self.public)
        self.kid = thumbprint(self.x)

    def sign(self, message):
        return self._private.sign(message)


def joined(header, payload, sign):
    """A compact JWS of header and payload, given as values, texts or octets."""
    parts = []
    for part in (header, payload):
        if not isinstance(part, (str, bytes)):
            part = compact(part)
        parts.append(b64u(part.encode() if isinstance(part, str) else part))
    signing = ".".join(parts)
    return signing + "." + b64u(sign(signing.encode()))


def head_of(key, typ, **more):
    return {"alg": "EdDSA", "kid": key.kid, "typ": typ, **more}


def seal(key, typ, payload):
    return joined(head_of(key, typ), payload, key.sign)


def token_id(token):
    return digest(token.rsplit(".", 1)[0])


class Node:
    """A fictional node: root key, record keys of several fates, TLS key."""

    def __init__(self, name):
        self.name, self.host = name, name + ".example"
        self.id = "https://" + self.host
        self.root = Key(name + " root")
        self.key = Key(name + " record")
        self.old = Key(name + " record retired")
        self.next = Key(name + " record to come")
        self.revoked = Key(name + " record revoked")
        self.tls = Key(name + " tls")

    def key_list(self):
        return [
            {"kid": self.old.kid, "use": "record", "x": self.old.x, "from": BORN, "until": NOW - 10 * DAY},
            {"kid": self.revoked.kid, "use": "record", "x": self.revoked.x, "from": BORN,
             "revoked": {"at": NOW - 3600, "reason": "lost"}},
            {"kid": self.key.kid, "use": "record", "x": self.key.x, "from": BORN},
            {"kid": self.next.kid, "use": "record", "x": self.next.x, "from": NOW + DAY},
            {"kid": self.tls.kid, "use": "tls", "x": self.tls.x, "from": BORN},
        ]

    def history(self, **changes):
        h = {"iss": self.id, "iat": NOW - 3600, "serial": 4, "keys": self.key_list()}
        h.update(changes)
        return seal(self.root, "keys+jwt", h)

    def keys(self, **changes):
        return {"node": self.id, "root": self.root.x, "jwt": self.history(**changes)}

    def keys_with(self, *entries):
        return self.keys(keys=list(entries))


CITY, UNIVERSITY, COMPANY, CLUB, STRANGER = map(Node, ["city", "university", "company", "club", "stranger"])


def log_for(reader):
    return "to-" + digest(reader.id)


# --- Merkle trees (RFC 6962 section 2.1) -------------------------------------


def leaf(entry):
    text = "fukusen/1 %s %s\n" % (entry["id"], entry["state"])
    return hashlib.sha256(b"\0" + text.encode()).digest()


def tree_hash(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def root_of(entries):
    return tree_hash([leaf(e) for e in entries])


# --- Signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) -------


def key_hash(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def sig_line(name, kind, public, octets):
    return "— %s %s\n" % (name, b64(key_hash(name, kind, public) + octets))


POLICY_ROOT = hashlib.sha256(b"the policy log's root in these vectors").digest()


def head_text(entries, node=CITY, reader=COMPANY, **c):
    """The seven lines; c overrides single values as texts."""
    v = {
        "origin": "%s/v1/feed/%s" % (node.host, log_for(reader)),
        "size": len(entries), "root": b64(root_of(entries)),
        "epoch": EPOCH, "at": NOW - 5, "keys": 4, "psize": 7, "proot": b64(POLICY_ROOT),
    }
    v.update(c)
    return ("{origin}\n{size}\n{root}\nepoch {epoch}\nat {at}\nkeys {keys}\npolicy {psize} {proot}\n").format(**v)


def signed(text, key, name, kind=1):
    return text + "\n" + sig_line(name, kind, key.public, key.sign(text.encode()))


def head_note(entries, node=CITY, reader=COMPANY, key=None, **c):
    return signed(head_text(entries, node, reader, **c), key or node.key, node.host)


def cosignature(node, text, at=NOW - 5, key=None, kind=4, message=None, name=None):
    key, name = key or node.key, name or node.host
    message = message or "cosignature/v1\ntime %d\n%s" % (at, text)
    return sig_line(name, kind, key.public, at.to_bytes(8, "big") + key.sign(message.encode()))


# --- Vectors ------------------------------------------------------------------


class Book:
    """Collects the vectors of one file."""

    def __init__(self, name, about):
        self.name, self.about, self.vectors = name, about, []

    def add(self, name, about, requirement, what, *, verdict=None, also=(), shows="", judge="octets",
            now=NOW, issuer=CITY, audience=COMPANY, keys="issuer", input=None, context=None):
        assert not requirement or requirement in REGISTER, requirement
        assert not shows or shows in REGISTER, shows
        verdict = verdict or ("refuse" if requirement else "admit")
        v = {"name": name, "about": about, "what": what, "verdict": verdict, "requirement": requirement,
             "problem": REGISTER[requirement] if requirement else ""}
        if also:
            v["also"] = list(also)
        if shows:
            v["shows"] = shows
        v.update(judge=judge, now=now, issuer=issuer.id, audience=audience.id,
                 keys=issuer.keys() if keys == "issuer" else keys, input=input)
        if context is not None:
            v["context"] = context
        self.vectors.append(v)

    def write(self):
        names = [v["name"] for v in self.vectors]
        assert len(names) == len(set(names)), [n for n in names if names.count(n) > 1]
        histories = {}
        for v in self.vectors:
            v["keys"] = self._named(histories, v["keys"])
            for place, member in ((v["input"], "council"), (v.get("context") or {}, "beforeKeys")):
                if member in place:
                    place[member] = [self._named(histories, k) for k in place[member]]
        logs = {}
        for v in self.vectors:
            if log := (v.get("context") or {}).get("log"):
                name = "%s-%d" % (log.pop("name"), 1 + len(log["entries"]))
                assert logs.setdefault(name, log) == log, name
                v["context"]["log"] = name
        whole = {"about": self.about, "histories": histories}
        if logs:
            whole["logs"] = logs
        whole["vectors"] = self.vectors
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        (HERE / (self.name + ".json")).write_text(text + "\n", encoding="utf-8")
        return len(names)

    @staticmethod
    def _named(histories, keys):
        """Gives a key history a name, so that a file holds it once."""
        if keys is None:
            return None
        for name, known in histories.items():
            if known == keys:
                return name
        base = keys["node"].removeprefix("https://").removesuffix(".example")
        name, n = base, 1
        while name in histories:
            n += 1
            name = "%s-%d" % (base, n)
        histories[name] = keys
        return name
