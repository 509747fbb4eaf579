"""Key histories: reading what a root key signed, and which key may say what when (section 2)."""

import strictjson
from claims import is_int
from jose import open_token, public_x, thumbprint
from refusal import Refusal

KNOWN = {"iss": None, "iat": None, "serial": None,
         "keys": {"kid": None, "use": None, "x": None, "from": None, "until": None,
                  "revoked": {"at": None, "reason": None}}}


class Key:
    def __init__(self, entry, public):
        self.kid, self.use, self.public = entry["kid"], entry["use"], public
        self.begin, self.end = entry["from"], entry.get("until")
        self.revoked = entry.get("revoked")

    def in_time(self, at):
        return self.begin <= at and (self.end is None or at <= self.end)


class History:
    def __init__(self, node, serial, keys, raw):
        self.node, self.serial, self.raw = node, serial, raw
        self.keys = {k.kid: k for k in keys}

    def record(self, kid):
        key = self.keys.get(kid)
        return key if key and key.use == "record" else None

    def current(self, kid, now):
        """A record key that is current and not revoked, or None."""
        key = self.record(kid)
        return key if key and key.in_time(now) and not key.revoked else None

    def valid_at(self, at):
        return [k for k in self.keys.values() if k.use == "record" and k.in_time(at) and not k.revoked]


def bad(number, field=""):
    return Refusal(f"REQ-KEY-{number:03d}", "bad-keys", field)


def read_key(entry):
    if not isinstance(entry, dict):
        raise bad(6, "keys")
    public = public_x(entry.get("x"))
    if public is None or not isinstance(entry.get("kid"), str) or entry["kid"] != thumbprint(entry["x"]):
        raise bad(4, "kid")
    begin, end, revoked = entry.get("from"), entry.get("until"), entry.get("revoked")
    if entry.get("use") not in ("record", "tls") or not is_int(begin) or (end is not None and not is_int(end)):
        raise bad(6, "use")
    if end is not None and end < begin:
        raise bad(6, "until")
    if revoked is not None and not (isinstance(revoked, dict) and is_int(revoked.get("at"))):
        raise bad(6, "revoked")
    return Key(entry, public)


def open_history(raw, node, root):
    """The key history of node under the root key that the register pins."""
    token = open_token(raw, "keys+jwt", known=KNOWN)
    public = public_x(root)
    if public is None or token.kid != thumbprint(root):
        raise bad(2, "kid")
    token.verify(public)
    payload = strictjson.clear(token.payload)
    if payload.get("iss") != node:
        raise bad(2, "iss")
    if not is_int(payload.get("serial")) or payload["serial"] < 1 or not is_int(payload.get("iat")):
        raise bad(2, "serial")
    if not isinstance(payload.get("keys"), list):
        raise bad(2, "keys")
    keys = [read_key(k) for k in payload["keys"]]
    if len({k.kid for k in keys}) != len(keys):
        raise bad(5, "kid")
    return History(node, payload["serial"], keys, raw)


def accept(history, before):
    """REQ-KEY-003 and REQ-KEY-011 against the history accepted before."""
    if before is None:
        return history
    if history.serial < before.serial:
        raise Refusal("REQ-KEY-003", "stale-keys", "serial")
    if history.serial == before.serial and history.raw != before.raw:
        raise Refusal("REQ-KEY-011", "key-conflict", "serial")
    return history
