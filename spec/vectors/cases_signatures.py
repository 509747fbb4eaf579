"""Section 3: signatures, and the acceptance rule for unusual points."""

import base64
import hashlib

import curve
from records import delivered, erasure, record
from sealing import BORN, CITY, UNIVERSITY, Book, b64u, compact, head_of, joined, thumbprint

KEY = CITY.key
OWN = curve.mul(curve.secret(KEY.seed)[0], curve.BASE)  # the point of KEY


def crafted(payload, r_point, r_scalar=0, key=KEY, public=None, a=None, kid=None, encode=None, accept=None):
    """A token whose R is chosen; S is made so that [S]B = [r]B + [k]aB."""
    public = public or key.public
    a = curve.secret(key.seed)[0] if a is None else a
    signing = b64u(compact({"alg": "EdDSA", "kid": kid or key.kid, "typ": "erasure+jwt"}).encode()) + "." + b64u(compact(payload).encode())
    r = encode or curve.encode(r_point)
    k = curve.challenge(r, public, signing.encode())
    if accept and not accept(k):
        return None
    return signing + "." + b64u(r + curve.scalar((r_scalar + k * a) % curve.L))


def searched(make):
    """The first token that make accepts among payloads that differ in uid."""
    return next(t for t in (make(erasure(uid="try-%d" % n)) for n in range(400)) if t)


def signatures(b):
    good = record("erasure")
    signing, sig = good.rsplit(".", 1)
    octets = base64.urlsafe_b64decode(sig + "==")
    r, s = octets[:32], int.from_bytes(octets[32:], "little")

    def add(name, requirement, what, token, **more):
        b.add("signature-" + name, "record", requirement, what, input=delivered(token), **more)

    def with_sig(o):
        return signing + "." + b64u(o)

    add("good", "", "the signature that the others are made from", good)
    add("r-changed", "REQ-OPEN-014", "one bit of R changed", with_sig(bytes([r[0] ^ 1]) + octets[1:]))
    add("s-changed", "REQ-OPEN-014", "S one more than it should be, still below the group order", with_sig(r + curve.scalar((s + 1) % curve.L)))
    add("s-negated", "REQ-OPEN-014", "S negated", with_sig(r + curve.scalar(curve.L - s)))
    add("zero", "REQ-OPEN-014", "64 octets of zero", with_sig(bytes(64)))
    add("other-key", "REQ-OPEN-014", "signed by another key than kid names", joined(head_of(KEY, "erasure+jwt"), erasure(), UNIVERSITY.key.sign))
    add("retired-key", "REQ-OPEN-014", "signed by the node's retired key under its current kid",
        joined(head_of(KEY, "erasure+jwt"), erasure(), CITY.old.sign))
    add("other-record", "REQ-OPEN-014", "the signature of another record", signing + "." + record("erasure", basis="subject-request").rsplit(".", 1)[1])
    add("payload-changed", "REQ-OPEN-014", "a payload changed after signing",
        ".".join([signing.split(".")[0], b64u(compact(erasure(basis="subject-request")).encode()), sig]))
    add("header-changed", "REQ-OPEN-014", "a header written in another order after signing",
        ".".join([b64u(compact({"typ": "erasure+jwt", "alg": "EdDSA", "kid": KEY.kid}).encode()), signing.split(".")[1], sig]))
    add("over-decoded", "REQ-OPEN-014", "a signature over the decoded payload", with_sig(KEY.sign(compact(erasure()).encode())))
    add("over-digest", "REQ-OPEN-014", "a signature over the digest of the signing input",
        with_sig(KEY.sign(hashlib.sha512(signing.encode()).digest())))
    for n, name in [(1, "s-plus-order"), (7, "s-plus-seven"), (15, "s-plus-fifteen")]:
        if s + n * curve.L < 1 << 256:
            add(name, "REQ-OPEN-015", "S plus %d times the group order: the same value, another spelling" % n,
                with_sig(r + curve.scalar(s + n * curve.L)))
    add("63-octets", "REQ-OPEN-015", "a signature of 63 octets", with_sig(octets[:63]))
    add("65-octets", "REQ-OPEN-015", "a signature with an octet after it", with_sig(octets + b"\0"))
    add("32-octets", "REQ-OPEN-015", "R alone", with_sig(r))
    add("128-octets", "REQ-OPEN-015", "the signature twice", with_sig(octets * 2))


def points(b):
    """The acceptance rule of section 3 on points that no honest signer makes."""
    def add(name, requirement, what, token, keys="issuer", public=KEY.public, point=OWN):
        # The rule itself, written out, must say what the vector says.
        signing, sig = token.rsplit(".", 1)
        octets = base64.urlsafe_b64decode(sig + "==")
        assert curve.verify(public, signing.encode(), octets, point) != bool(requirement), name
        b.add("point-" + name, "record", requirement, what, keys=keys, input=delivered(token),
              shows="" if requirement else "REQ-OPEN-014")

    def record_key(public):
        x = b64u(public)
        return thumbprint(x), CITY.keys_with({"kid": thumbprint(x), "use": "record", "x": x, "from": BORN})

    add("r-identity", "", "R is the identity, in its own encoding", crafted(erasure(), curve.IDENTITY))
    add("r-identity-high", "REQ-OPEN-014", "R is the identity written as y = p + 1",
        crafted(erasure(), None, encode=(curve.P + 1).to_bytes(32, "little")))
    add("r-identity-sign", "REQ-OPEN-014", "R is the identity with the sign bit of x set",
        crafted(erasure(), None, encode=(1 | 1 << 255).to_bytes(32, "little")))
    mixed = curve.add(curve.mul(12345, curve.BASE), curve.TORSION)
    add("r-mixed", "REQ-OPEN-014", "R has a part of order 8: it would verify with the cofactor only", crafted(erasure(), mixed, 12345))
    add("r-order-eight", "REQ-OPEN-014", "R is a point of order 8: it would verify with the cofactor only", crafted(erasure(), curve.TORSION))

    for name, what, identity in [
        ("a-identity", "the key is the identity, so that any message has a signature", curve.encode(curve.IDENTITY)),
        ("a-identity-high", "the key is the identity written as y = p + 1", (curve.P + 1).to_bytes(32, "little")),
    ]:
        kid, keys = record_key(identity)
        add(name, "", what + "; the rule of crypto/ed25519 accepts it",
            crafted(erasure(), curve.mul(777, curve.BASE), 777, public=identity, a=0, kid=kid), keys, identity, curve.IDENTITY)
    a = curve.secret(KEY.seed)[0]
    mixed = curve.add(OWN, curve.TORSION)
    public = curve.encode(mixed)
    kid, keys = record_key(public)
    for name, requirement, what, accept in [
        ("a-mixed-eighth", "", "a key with a part of order 8, where the challenge is a multiple of 8", lambda k: k % 8 == 0),
        ("a-mixed", "REQ-OPEN-014", "the same key, where the challenge is not: it would verify with the cofactor only", lambda k: k % 8),
    ]:
        add(name, requirement, what, searched(
            lambda p: crafted(p, curve.mul(99, curve.BASE), 99, public=public, a=a, kid=kid, accept=accept)), keys, public, mixed)
    public = curve.encode(curve.TORSION)
    kid, keys = record_key(public)
    add("a-order-eight", "REQ-OPEN-014", "a key of order 8 and a challenge that is not a multiple of 8", searched(
        lambda p: crafted(p, curve.mul(5, curve.BASE), 5, public=public, a=0, kid=kid, accept=lambda k: k % 8)), keys, public, curve.TORSION)
    add("a-order-eight-eighth", "", "a key of order 8 and a challenge that is a multiple of 8", searched(
        lambda p: crafted(p, curve.mul(5, curve.BASE), 5, public=public, a=0, kid=kid, accept=lambda k: k % 8 == 0)), keys, public, curve.TORSION)


def books():
    b = Book("signature", "Section 3: which signatures verify.")
    signatures(b)
    points(b)
    return [b]
