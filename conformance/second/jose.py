"""Compact JWS with Ed25519, opened strictly (section 3), and sealed."""

import base64
import hashlib
import json
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import strictjson
from refusal import Refusal

ORDER = 2**252 + 27742317777372353535851937790883648493
PART = re.compile(r"[A-Za-z0-9_-]+\Z")
ID = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def digest(octets):
    return b64(hashlib.sha256(octets).digest())


def unb64(text):
    """Decodes base64url without padding, and nothing that decodes to the same octets in another spelling."""
    if not PART.match(text) or len(text) % 4 == 1:
        raise Refusal("REQ-OPEN-001", "bad-token")
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(octets) != text:
        raise Refusal("REQ-OPEN-002", "bad-token")
    return octets


def is_id(value):
    return isinstance(value, str) and bool(ID.match(value))


def thumbprint(x):
    """RFC 7638 over an Ed25519 key."""
    return digest(('{"crv":"Ed25519","kty":"OKP","x":"%s"}' % x).encode())


def public_x(x):
    """The 32 octets of an x, or None."""
    try:
        octets = unb64(x) if isinstance(x, str) else b""
    except Refusal:
        return None
    return octets if len(octets) == 32 else None


def verify_octets(key, signature, message):
    """RFC 8032 5.1.7 without the cofactor: the encoding of [S]B - [k]A is compared with R, as OpenSSL does it."""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


class Token:
    """One opened token: nothing in it is believed before verify."""

    def __init__(self, raw, header, payload, signature):
        self.raw, self.header, self.payload, self.signature = raw, header, payload, signature
        self.input = raw[:raw.rindex(".")].encode()
        self.id = digest(self.input)
        self.kid, self.typ = header["kid"], header["typ"]

    def verify(self, key):
        if len(self.signature) != 64 or int.from_bytes(self.signature[32:], "little") >= ORDER:
            raise Refusal("REQ-OPEN-015", "bad-signature")
        if not verify_octets(key, self.signature, self.input):
            raise Refusal("REQ-OPEN-014", "bad-signature")


def check_header(header):
    for name in header:
        if name not in ("alg", "kid", "typ"):
            raise Refusal("REQ-OPEN-005", "bad-header")
    if header.get("alg") != "EdDSA":
        raise Refusal("REQ-OPEN-004", "bad-header", "alg")
    for name in ("kid", "typ"):
        if not isinstance(header.get(name), str):
            raise Refusal("REQ-OPEN-006", "bad-header", name)


def unpack(raw, limit=65536):
    """The header of a token and the octets of its other parts."""
    if len(raw) > limit:
        raise Refusal("REQ-OPEN-003", "too-large")
    parts = raw.split(".")
    if len(parts) != 3:
        raise Refusal("REQ-OPEN-001", "bad-token")
    header, payload, signature = (unb64(p) for p in parts)
    header = strictjson.read(header)
    check_header(header)
    return header, payload, signature


def open_token(raw, typ=None, limit=65536, known=None):
    """Opens raw strictly; typ is what the place of use calls for."""
    header, payload, signature = unpack(raw, limit)
    if typ is not None and header["typ"] != typ:
        raise Refusal("REQ-OPEN-007", "bad-header", "typ")
    payload = strictjson.read(payload)
    strictjson.check_names(payload, known)
    return Token(raw, header, payload, signature)


class Signer:
    """A private key with its x and kid."""

    def __init__(self, seed):
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        raw = self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.seed, self.public, self.x = seed, raw, b64(raw)
        self.kid = thumbprint(self.x)

    def sign(self, octets):
        return self.key.sign(octets)

    def seal(self, typ, payload):
        """A compact JWS, and its id."""
        head = compact({"alg": "EdDSA", "kid": self.kid, "typ": typ})
        signed = b64(head) + "." + b64(compact(payload))
        return signed + "." + b64(self.sign(signed.encode())), digest(signed.encode())


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
