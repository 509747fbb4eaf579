"""Statements: what a node says of itself (section 1)."""

import strictjson
from claims import NODE_KINDS, both_texts, is_identifier, is_int
from jose import open_token
from refusal import Refusal

KNOWN = {"iss": None, "iat": None, "exp": None, "fed": None, "name": {"ja": None, "en": None}, "kind": None,
         "identifiers": {"scheme": None, "value": None}, "keys": None, "endpoints": None, "spec": None,
         "roles": None, "bundle": None, "maintenance": None}


def bad(number, field):
    return Refusal(f"REQ-STM-{number:03d}", "bad-statement", field)


def check_statement(payload, origin, now):
    if payload.get("iss") != origin:
        raise bad(2, "iss")
    iat, exp = payload.get("iat"), payload.get("exp")
    if not is_int(iat) or not is_int(exp) or exp <= now or exp - iat > 604800:
        raise bad(3, "exp")
    if not both_texts(payload.get("name")):
        raise bad(4, "name")
    if payload.get("kind") not in NODE_KINDS:
        raise bad(4, "kind")
    if not isinstance(payload.get("spec"), list) or "1.0" not in payload["spec"]:
        raise bad(5, "spec")
    listed = payload.get("identifiers", [])
    if not isinstance(listed, list):
        raise bad(6, "identifiers")
    for one in listed:
        if not isinstance(one, dict) or not is_identifier(one.get("scheme"), one.get("value")):
            raise bad(6, "identifiers")


def open_statement(raw, origin, history, now):
    token = open_token(raw, "node+jwt", known=KNOWN)
    key = history.current(token.kid, now) if history else None
    if key is None:
        raise Refusal("REQ-OPEN-014", "bad-signature", "kid")
    token.verify(key.public)
    payload = strictjson.clear(token.payload)
    check_statement(payload, origin, now)
    return payload
