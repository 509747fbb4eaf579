"""Section 3: strict opening."""

import base64
import hashlib
import hmac

from records import availability, delivered, erasure, named, record
from sealing import CITY, NOW, UNIVERSITY, Book, b64, b64u, compact, digest, head_of, joined, seal

KEY = CITY.key
TYP = "availability+jwt"


def raw(header=None, payload=None, key=KEY, typ=TYP):
    """A record from a header and payload given as texts, octets or values."""
    return joined(head_of(key, typ) if header is None else header,
                  availability() if payload is None else payload, key.sign)


def text_of(value, **texts):
    """value as JSON with single members given as raw JSON text."""
    out = compact(value)
    for name, text in texts.items():
        out = out[:-1] + ',"%s":%s}' % (name, text)
    return out


def order(**texts):
    """An erasure order (an open kind) with unknown members given as raw text."""
    return seal(KEY, "erasure+jwt", text_of(erasure(), **texts))


def spare_bits(part):
    """The same octets with the unused bits of the last character set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(part) % 4 in (2, 3)
    other = part[:-1] + alphabet[alphabet.index(part[-1]) + 1]
    pad = "=" * (-len(part) % 4)
    assert base64.urlsafe_b64decode(part + pad) == base64.urlsafe_b64decode(other + pad)
    return other


def with_spare(which):
    """A record whose part has unused bits; signed as it stands, so that the
    signature verifies over these very octets."""
    for n in range(3):
        header = head_of(KEY, TYP)
        payload = availability(uid="spare-bits-" + "x" * n)
        parts = [b64u((compact(header) + " " * n).encode()), b64u(compact(payload).encode())]
        if which < 2:
            if len(parts[which]) % 4 == 0:
                continue
            parts[which] = spare_bits(parts[which])
        signing = ".".join(parts)
        sig = b64u(KEY.sign(signing.encode()))
        return signing + "." + (spare_bits(sig) if which == 2 else sig)
    raise AssertionError("no length with unused bits")


def standard_alphabet():
    for n in range(200):
        token = record("availability", uid="alphabet-%d" % n)
        sig = token.rsplit(".", 1)[1]
        if "-" in sig and "_" in sig:
            return token[: -len(sig)] + sig.replace("-", "+").replace("_", "/")
    raise AssertionError


def padded(which):
    """A token whose one part has the padding that its length calls for."""
    for n in range(3):
        spaces = " " * n
        parts = joined(compact(head_of(KEY, TYP)) + spaces, compact(availability(uid="padded")) + spaces, KEY.sign).split(".")
        if len(parts[which]) % 4:
            parts[which] += "=" * (-len(parts[which]) % 4)
            return ".".join(parts)
    raise AssertionError("no length that padding would fill")


def of_length(octets):
    """An erasure order with an unknown member that fills it to a length."""
    for fill in range(octets * 3 // 4 - 1200, octets):
        token = order(filler='"%s"' % ("x" * fill))
        if len(token) == octets:
            return token
        if len(token) > octets:
            # Base64 skips one length in four; a longer header moves the phase.
            header = compact(head_of(KEY, "erasure+jwt"))
            for n in range(1, 4):
                for back in range(0, 6):
                    body = text_of(erasure(), filler='"%s"' % ("x" * (fill - back)))
                    token = joined(header + " " * n, body, KEY.sign)
                    if len(token) == octets:
                        return token
            raise AssertionError(octets)
    raise AssertionError(octets)


def forms(b):
    good = record("availability", uid="strict-form")
    head, body, sig = good.split(".")
    flat = {"payload": body, "protected": head, "signature": sig}
    for name, what, token in [
        ("json-general", "JSON serialization, general", compact({"payload": body, "signatures": [
            {"protected": head, "signature": sig}]})),
        ("json-flattened", "JSON serialization, flattened", compact(flat)),
        ("line-feed", "a line feed after the token", good + "\n"),
        ("carriage-return", "CR LF after the token", good + "\r\n"),
        ("line-before", "a line feed before the token", "\n" + good),
        ("space-after", "a space after the token", good + " "),
        ("space-before", "a space before the token", " " + good),
        ("space-at-dot", "a space after a dot", head + ". " + body + "." + sig),
        ("space-inside", "a space inside the payload part", head + "." + body[:40] + " " + body[40:] + "." + sig),
        ("line-inside", "a line feed inside the payload part", head + "." + body[:40] + "\n" + body[40:] + "." + sig),
        ("tab-inside", "a tab inside the signature part", head + "." + body + "." + sig[:9] + "\t" + sig[9:]),
        ("padding-header", "padding on the header part", padded(0)),
        ("padding-payload", "padding on the payload part", padded(1)),
        ("padding-signature", "padding on the signature part", padded(2)),
        ("standard-alphabet", "the standard alphabet (+ and /) in the signature part", standard_alphabet()),
        ("empty-header", "an empty header part", "." + body + "." + sig),
        ("empty-payload", "an empty (detached) payload part", head + ".." + sig),
        ("empty-signature", "an empty signature part", head + "." + body + "."),
        ("two-parts", "two parts", head + "." + body),
        ("four-parts", "four parts", good + "." + sig),
        ("trailing-dot", "a dot after the token", good + "."),
        ("no-dots", "one part", head),
        ("nothing", "no octets at all", ""),
        ("lone-character", "a part whose length no base64url has", good[:-1] + sig[-1] + "AAA"),
        ("foreign-character", "a character outside the alphabet", good[:-1] + "!"),
        ("percent", "a percent-encoded dot", head + "%2E" + body + "." + sig),
    ]:
        b.add("open-" + name, "record", "REQ-OPEN-001", what, input=delivered(token))
    for which, part in enumerate(["header", "payload", "signature"]):
        b.add("open-unused-bits-" + part, "record", "REQ-OPEN-002",
              "unused bits of the last character of the %s are not zero; it decodes to the same octets" % part,
              input=delivered(with_spare(which)))
    b.add("open-longest", "record", "", "a token of exactly 65536 octets", shows="REQ-OPEN-003",
          input=delivered(of_length(65536)))
    b.add("open-too-long", "record", "REQ-OPEN-003", "a token of 65537 octets", input=delivered(of_length(65537)))


def headers(b):
    def add(name, requirement, what, header, sign=None, typ=TYP, payload=None):
        body = availability() if payload is None else payload
        b.add("open-" + name, "record", requirement, what, input=delivered(joined(header, body, sign or KEY.sign)))

    good = head_of(KEY, TYP)

    def alg(value):
        return {**good, "alg": value}

    add("alg-none", "REQ-OPEN-004", "alg none with a signature that would verify", alg("none"))
    add("alg-hs256", "REQ-OPEN-004", "HS256 with the public key as its secret", alg("HS256"),
        lambda m: hmac.new(KEY.public, m, hashlib.sha256).digest())
    add("alg-hs512", "REQ-OPEN-004", "HS512 with the public key as its secret: 64 octets, as a signature has", alg("HS512"),
        lambda m: hmac.new(KEY.public, m, hashlib.sha512).digest())
    add("alg-es256", "REQ-OPEN-004", "ES256", alg("ES256"))
    add("alg-rs256", "REQ-OPEN-004", "RS256", alg("RS256"))
    add("alg-ed25519", "REQ-OPEN-004", "Ed25519, the fully specified name of RFC 9864", alg("Ed25519"))
    add("alg-case", "REQ-OPEN-004", "EDDSA in capitals", alg("EDDSA"))
    add("alg-space", "REQ-OPEN-004", "EdDSA with a space after it", alg("EdDSA "))
    add("alg-empty", "REQ-OPEN-004", "an empty alg", alg(""))
    add("alg-missing", "REQ-OPEN-004", "no alg", {"kid": KEY.kid, "typ": TYP})
    add("alg-number", "REQ-OPEN-004", "an alg that is a number", alg(1))
    add("alg-array", "REQ-OPEN-004", "an alg that is an array of the right one", alg(["EdDSA"]))
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": KEY.x}
    for name, value in [("crit", ["exp"]), ("jku", "https://city.example/keys"), ("jwk", jwk),
                        ("x5u", "https://city.example/x5u"), ("x5c", [b64(b"certificate")]), ("b64", True),
                        ("x5t", digest("x5t")), ("x5t#S256", digest("x5t")), ("cty", "JWT"), ("zip", "DEF"),
                        ("iss", CITY.id), ("url", "https://city.example/"), ("nonce", "1"), ("x", None)]:
        add("header-" + name.replace("#", "-").lower(), "REQ-OPEN-005", "a header with the member " + name, {**good, name: value})
    add("header-b64-false", "REQ-OPEN-005", "b64 false, as RFC 7797 has it without crit", {**good, "b64": False})
    add("kid-missing", "REQ-OPEN-006", "no kid", {"alg": "EdDSA", "typ": TYP})
    add("kid-number", "REQ-OPEN-006", "a kid that is a number", {**good, "kid": 1})
    add("kid-null", "REQ-OPEN-006", "a kid that is null", {**good, "kid": None})
    add("kid-object", "REQ-OPEN-006", "a kid that is a key", {**good, "kid": jwk})
    add("typ-missing", "REQ-OPEN-006", "no typ", {"alg": "EdDSA", "kid": KEY.kid})
    add("typ-null", "REQ-OPEN-006", "a typ that is null", {**good, "typ": None})
    add("typ-array", "REQ-OPEN-006", "a typ that is an array", {**good, "typ": [TYP]})
    add("typ-jwt", "REQ-OPEN-007", "typ JWT", {**good, "typ": "JWT"})
    add("typ-bare", "REQ-OPEN-007", "typ availability without +jwt", {**good, "typ": "availability"})
    add("typ-case", "REQ-OPEN-007", "typ availability+JWT", {**good, "typ": "availability+JWT"})
    token = joined({**good, "typ": "weather+jwt"}, {"iss": CITY.id, "rain": True}, KEY.sign)
    b.add("open-unknown-kind", "record", "", "a kind that this version does not know: a leaf to count and skip",
          verdict="skip", shows="REQ-OPEN-007", input=delivered(token, "weather"))
    for typ in ("keys+jwt", "node+jwt", "req+jwt", "policy+jwt", "statuslist+jwt"):
        b.add("open-unknown-kind-" + typ[:-4], "record", "", "%s in a log: a token of this standard, and no record kind" % typ,
              verdict="skip", shows="REQ-OPEN-007", input=delivered(joined({**good, "typ": typ}, {"iss": CITY.id}, KEY.sign), typ[:-4]))
    b.add("open-header-order", "record", "", "header members in another order, with white space",
          input=delivered(joined('{ "typ":"%s",\n"kid" : "%s", "alg":"EdDSA" }' % (TYP, KEY.kid), availability(), KEY.sign)))
    b.add("open-header-escaped", "record", "", "a header written with escapes is the same header",
          input=delivered(joined(r'{"\u0061lg":"Ed\u0044SA","kid":"%s","typ":"availability\u002bjwt"}' % KEY.kid,
                                 availability(), KEY.sign)))


def json_rules(b):
    def open_kind(name, requirement, what, payload, **more):
        b.add("open-" + name, "record", requirement, what,
              input=delivered(seal(KEY, "erasure+jwt", payload)), **more)

    e = compact(erasure())
    good = compact(head_of(KEY, "erasure+jwt"))

    def bad_header(name, requirement, what, header, also=()):
        b.add("open-" + name, "record", requirement, what, also=also, input=delivered(joined(header, erasure(), KEY.sign)))

    # REQ-OPEN-008
    open_kind("twice", "REQ-OPEN-008", "one member twice with one value", e[:-1] + ',"basis":"consent-withdrawn"}')
    open_kind("twice-iss", "REQ-OPEN-008", "iss twice, the last one right", '{"iss":"%s",' % UNIVERSITY.id + e[1:])
    open_kind("twice-unknown", "REQ-OPEN-008", "an unknown member twice", text_of(erasure(), x="1", y="2")[:-1] + ',"x":1}')
    open_kind("twice-nested", "REQ-OPEN-008", "a member twice in an object inside", text_of(erasure(), x='{"a":1,"b":2,"a":1}'))
    open_kind("twice-in-array", "REQ-OPEN-008", "a member twice in an object inside an array", text_of(erasure(), x='[{"a":1,"a":2}]'))
    open_kind("twice-folded", "REQ-OPEN-008", "an unknown member twice but for case", text_of(erasure(), x="1", X="1"))
    open_kind("twice-folded-known", "REQ-OPEN-008", "BASIS beside basis", text_of(erasure(), BASIS='"x"'), also=["REQ-OPEN-009"])
    open_kind("twice-escaped", "REQ-OPEN-008", "two spellings of one name, one with an escape",
              text_of(erasure(), x="1")[:-1] + r',"\u0078":1}')
    bad_header("twice-alg", "REQ-OPEN-008", "a header with alg twice", '{"alg":"EdDSA",' + good[1:])
    bad_header("twice-alg-none", "REQ-OPEN-008", "a header with alg none and then EdDSA", '{"alg":"none",' + good[1:])
    bad_header("twice-alg-folded", "REQ-OPEN-008", "a header with ALG beside alg", '{"ALG":"EdDSA",' + good[1:],
               also=["REQ-OPEN-005", "REQ-OPEN-009"])
    # REQ-OPEN-009
    open_kind("case-exp", "REQ-OPEN-009", "Exp instead of exp", text_of(erasure(), Exp=str(NOW + 60)))
    open_kind("case-sub", "REQ-OPEN-009", "SUB in an order that may have no sub", text_of(erasure(), SUB='"x"'))
    b.add("open-case-nested", "record", "REQ-OPEN-009", "validuntil in a credential, all in lower case",
          input=delivered(record("vc", validuntil="2027-01-01T00:00:00Z")))
    b.add("open-case-escaped", "record", "REQ-OPEN-009", "eXp with its capital as an escape",
          input=delivered(order(**{r"e\u0058p": str(NOW + 60)})))
    # Two letters outside ASCII fold to ASCII ones in Unicode; a careless
    # decoder takes these members for iss and kept.
    open_kind("long-s", "", "a member written with U+017F is unknown, and is not iss", text_of(erasure(), **{"i\u017fs": '"x"'}),
              shows="REQ-OPEN-016")
    open_kind("long-s-basis", "", "the same where the real member stands before it",
              text_of(erasure(), **{"ba\u017fi\u017f": "1"}), shows="REQ-OPEN-016")
    open_kind("long-s-escaped", "", "the same as an escape", text_of(erasure(), **{r"id\u017F": "[]"}), shows="REQ-OPEN-016")
    # REQ-OPEN-010
    for name, number in [("fraction", "1.5"), ("whole-fraction", "1.0"), ("exponent", "1e3"), ("capital-exponent", "1E3"),
                         ("negative-exponent", "10e-1"), ("huge-exponent", "1e400"), ("minus-zero", "-0"),
                         ("minus-zero-fraction", "-0.0"), ("above", "9007199254740992"), ("below", "-9007199254740992"),
                         ("rounding", "9007199254740993"), ("sixty-four-bits", "18446744073709551615"),
                         ("hundred-digits", "1" + "0" * 99)]:
        open_kind("number-" + name, "REQ-OPEN-010", "the number " + number[:24], text_of(erasure(), x=number))
    open_kind("number-nested", "REQ-OPEN-010", "a fraction deep inside", text_of(erasure(), x='{"a":[0,{"b":0.5}]}'))
    b.add("open-number-iat", "record", "REQ-OPEN-010", "iat as a fraction that is whole",
          input=delivered(raw(payload=compact(availability()).replace('"iat":%d' % (NOW - 60), '"iat":%d.0' % (NOW - 60)))))
    for name, number in [("most", "9007199254740991"), ("least", "-9007199254740991"), ("zero", "0")]:
        open_kind("number-" + name, "", "the number " + number, text_of(erasure(), x=number), shows="REQ-OPEN-010")
    b.add("open-sequence-most", "record", "", "the highest sequence there is", shows="REQ-OPEN-010",
          input=delivered(record("availability", sequence=9007199254740991)))
    # REQ-OPEN-011
    for name, what, octets in [("utf8-lone", "a lone octet 0xFF", b"\xff"), ("utf8-overlong", "an overlong slash", b"\xc0\xaf"),
                               ("utf8-surrogate", "a surrogate written as UTF-8 octets", b"\xed\xa0\x80"),
                               ("utf8-cut", "a cut sequence", b"\xe3\x81"), ("utf8-above", "a code point above U+10FFFF", b"\xf4\x90\x80\x80")]:
        payload = text_of(erasure(), x='"@@"').encode().replace(b"@@", octets)
        open_kind(name, "REQ-OPEN-011", "a string with " + what, payload)
    open_kind("bom", "REQ-OPEN-011", "a byte order mark before the payload", b"\xef\xbb\xbf" + e.encode())
    bad_header("bom-header", "REQ-OPEN-011", "a byte order mark before the header", b"\xef\xbb\xbf" + good.encode())
    for name, what, escape in [("nul", "U+0000", r"\u0000"), ("high-surrogate", "a lone high surrogate", r"\ud83d"),
                               ("low-surrogate", "a lone low surrogate", r"\ude00"),
                               ("surrogates-swapped", "a pair in the wrong order", r"\ude00\ud83d"),
                               ("two-high-surrogates", "two high surrogates", r"\ud83d\ud83d"),
                               ("surrogate-then-text", "a high surrogate and then text", r"\ud83d-ude00")]:
        open_kind(name, "REQ-OPEN-011", "a string with " + what, text_of(erasure(), x='"a%sz"' % escape))
    open_kind("nul-name", "REQ-OPEN-011", "a member name with U+0000", text_of(erasure(), **{r"x\u0000": "1"}))
    open_kind("surrogate-name", "REQ-OPEN-011", "a member name with a lone surrogate", text_of(erasure(), **{r"x\ud800": "1"}))
    open_kind("surrogate-pair", "", "a pair of surrogates is one character", text_of(erasure(), x=r'"\ud83d\ude00"'), shows="REQ-OPEN-011")
    open_kind("bom-inside", "", "U+FEFF inside a string is a character", text_of(erasure(), x='"\ufeff"'), shows="REQ-OPEN-011")
    # REQ-OPEN-012; the payload itself is one level and its members count.
    open_kind("depth-16", "", "arrays to depth 16", text_of(erasure(), x="[" * 15 + "]" * 15), shows="REQ-OPEN-012")
    open_kind("depth-17", "REQ-OPEN-012", "arrays to depth 17", text_of(erasure(), x="[" * 16 + "]" * 16))
    open_kind("depth-16-objects", "", "objects to depth 16", text_of(erasure(), x='{"a":' * 14 + "{}" + "}" * 14), shows="REQ-OPEN-012")
    open_kind("depth-17-objects", "REQ-OPEN-012", "objects to depth 17", text_of(erasure(), x='{"a":' * 15 + "{}" + "}" * 15))
    open_kind("depth-20000", "REQ-OPEN-012", "arrays to depth 20000", text_of(erasure(), x="[" * 20000 + "]" * 20000))
    used = len(erasure()) + len(erasure()["ids"]) + 1
    open_kind("members-8192", "", "8192 members and elements in all", text_of(erasure(), x="[" + ",".join("0" * (8192 - used)) + "]"),
              shows="REQ-OPEN-012")
    open_kind("members-8193", "REQ-OPEN-012", "8193 members and elements in all",
              text_of(erasure(), x="[" + ",".join("0" * (8193 - used)) + "]"))
    # REQ-OPEN-013
    for name, what, payload in [
        ("array", "an array that holds the payload", "[" + e + "]"), ("string", "a string", '"x"'), ("number", "a bare number", "1"),
        ("null", "null", "null"), ("true", "a bare true", "true"), ("two-objects", "two objects", e + "{}"),
        ("octets-after", "a comma after the object", e + ","), ("nul-after", "an octet 0x00 after the object", e.encode() + b"\0"),
        ("cut", "an object that does not end", e[:-1]), ("comment", "a comment after the object", e + "//"),
        ("only-space", "white space alone", " "), ("form-feed", "a form feed before the object", "\f" + e),
        ("no-break-space", "U+00A0 before the object", "\u00a0" + e)]:
        open_kind("not-object-" + name, "REQ-OPEN-013", "a payload that is " + what, payload)
    for name, what, value in [("single-quotes", "single quotes", "'x'"), ("trailing-comma", "a comma before a bracket", "[1,]"),
                              ("leading-zero", "a number with a leading zero", "01"), ("plus", "a number with a plus sign", "+1"),
                              ("nan", "NaN", "NaN"), ("hex", "a hexadecimal number", "0x10"), ("bare-dot", "a number .5", ".5"),
                              ("raw-control", "a raw line feed in a string", '"a\nb"'), ("raw-nul", "a raw U+0000 in a string", '"a\0b"'),
                              ("bad-escape", "an escape that JSON has not", r'"\x41"'), ("True", "True with a capital", "True")]:
        open_kind("not-json-" + name.lower(), "REQ-OPEN-013", "what is not JSON: " + what, text_of(erasure(), x=value))
    bad_header("header-array", "REQ-OPEN-013", "a header in an array", "[" + good + "]")
    bad_header("header-octets-after", "REQ-OPEN-013", "octets after the header object", good + "}")
    open_kind("white-space", "", "JSON white space around and inside the object", "\r\n\t " + e.replace(",", " ,\n ") + " \n", shows="REQ-OPEN-013")
    open_kind("unknown-members", "", "unknown members of an open kind are ignored",
              text_of(erasure(), note='"x"', more='{"iss":"x","list":[1,null,true]}'), shows="REQ-OPEN-016")
    b.add("open-unknown-in-credential", "record", "", "unknown members of a credential are ignored", shows="REQ-OPEN-016",
          input=delivered(record("vc", description="a badge", credentialSchema=[{"id": "https://city.example/s", "type": "x"}])))


def ids(b):
    token = record("erasure")
    b.add("id-right", "record", "", "the id is the digest of the signing input", shows="REQ-OPEN-017", input=named(token, "erasure"))
    for name, what, wrong in [
        ("id-of-another", "the id of another record", digest(record("receipt").rsplit(".", 1)[0])),
        ("id-whole-token", "the digest of the whole token", digest(token)),
        ("id-payload", "the digest of the payload", digest(compact(erasure()))),
        ("id-hex", "the right digest in hexadecimal", hashlib.sha256(token.rsplit(".", 1)[0].encode()).hexdigest()),
        ("id-padded", "the right digest with padding", digest(token.rsplit(".", 1)[0]) + "="),
    ]:
        b.add(name, "record", "REQ-OPEN-017", what, input=delivered(token, "erasure", id=wrong))


def books():
    b = Book("open", "Section 3: what is refused before anything in a record is believed.")
    forms(b)
    headers(b)
    json_rules(b)
    ids(b)
    return [b]
