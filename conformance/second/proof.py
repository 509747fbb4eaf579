"""Requests between nodes: the proof in the Authorization header, judged and made (section 5)."""

import uuid

import strictjson
from claims import is_int, is_uuid
from jose import digest, open_token
from refusal import Refusal

KNOWN = {k: None for k in ("iss", "aud", "htm", "htu", "iat", "exp", "jti", "sha-256")}
WORDS = ("iss", "aud", "htm", "htu", "jti", "sha-256")


def check_claims(payload, now):
    """REQ-REQ-005 and REQ-REQ-004."""
    for name in WORDS:
        if name in payload and not isinstance(payload[name], str):
            raise Refusal("REQ-REQ-005", "bad-claims", name)
    iat, exp = payload.get("iat"), payload.get("exp")
    for name, value in (("iat", iat), ("exp", exp)):
        if not is_int(value):
            raise Refusal("REQ-REQ-005", "bad-claims", name)
    if abs(now - iat) > 60 or now - exp > 60:
        raise Refusal("REQ-REQ-004", "clock-skew", "iat")
    if not iat < exp <= iat + 60:
        raise Refusal("REQ-REQ-005", "bad-claims", "exp")
    if not is_uuid(payload.get("jti")):
        raise Refusal("REQ-REQ-005", "bad-claims", "jti")


def check_target(payload, method, uri, body, me):
    if payload.get("aud") != me:
        raise Refusal("REQ-REQ-002", "wrong-target", "aud")
    if payload.get("htm") != method:
        raise Refusal("REQ-REQ-003", "wrong-target", "htm")
    if payload.get("htu") != uri:
        raise Refusal("REQ-REQ-003", "wrong-target", "htu")
    said = payload.get("sha-256")
    if (body and said is None) or (said is not None and said != digest(body)):
        raise Refusal("REQ-REQ-006", "bad-digest", "sha-256")


def open_proof(raw, method, uri, body, me, history_of, now):
    """The payload of a proof that holds. history_of(iss) is a History, None, or raises KeyError for a stranger."""
    token = open_token(raw, "req+jwt", known=KNOWN)
    payload = strictjson.clear(token.payload)
    if not isinstance(payload.get("iss"), str):
        raise Refusal("REQ-REQ-005", "bad-claims", "iss")
    try:
        history = history_of(payload["iss"])
    except KeyError:
        raise Refusal("REQ-REQ-008", "unknown-issuer", "iss") from None
    key = history.current(token.kid, now) if history else None
    if key is None:
        raise Refusal("REQ-REQ-009", "bad-signature", "kid")
    try:
        token.verify(key.public)
    except Refusal as fault:
        if fault.requirement == "REQ-OPEN-014":
            raise Refusal("REQ-REQ-009", "bad-signature") from None
        raise
    check_claims(payload, now)
    check_target(payload, method, uri, body, me)
    return payload


def make_proof(signer, me, audience, method, uri, body, now):
    payload = {"iss": me, "aud": audience, "htm": method, "htu": uri, "iat": now, "exp": now + 50,
               "jti": uuid.uuid4().urn}
    if body:
        payload["sha-256"] = digest(body)
    return signer.seal("req+jwt", payload)[0]
