"""Certificates of conformance, judged and countersigned (section 14)."""

import strictjson
from claims import is_int
from jose import open_token, public_x, thumbprint
from refusal import Refusal

WORDS = ("target", "x", "spec", "bundle", "suite", "program", "level", "report", "evidence")
KNOWN = {k: None for k in (*WORDS, "iat", "exp", "roles")}


def bad(number, field):
    return Refusal(f"REQ-CERT-{number:03d}", "bad-certificate", field)


def open_certificate(raw, me, now):
    """The opened certificate about me, or a Refusal."""
    token = open_token(raw, "conformance+jwt", known=KNOWN)
    p = strictjson.clear(token.payload)
    for name in WORDS:
        if not isinstance(p.get(name, ""), str):
            raise bad(4, name)
    for name in ("iat", "exp"):
        if name in p and not is_int(p[name]):
            raise bad(4, name)
    roles = p.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(r, str) for r in roles):
        raise bad(4, "roles")
    public = public_x(p.get("x"))
    if public is None or token.kid != thumbprint(p["x"]):
        raise bad(4, "x")
    token.verify(public)
    if p.get("target") != me:
        raise bad(2, "target")
    if "iat" not in p or p["iat"] > now + 60:
        raise bad(3, "iat")
    if "exp" not in p or p["exp"] <= now or p["exp"] - p["iat"] > 15552000:
        raise bad(3, "exp")
    return token


def countersign(signer, me, token, now):
    return signer.seal("countersign+jwt", {"iss": me, "iat": now, "certificate": token.id})[0]
