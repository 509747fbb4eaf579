"""Sections 1 and 5: node ids, statements, requests between nodes."""

from records import DROP, availability, changed
from sealing import CITY, CLUB, COMPANY, DAY, NOW, STRANGER, Book, Key, b64, digest, head_of, joined, log_for, seal, urn


def statement(**changes):
    return changed({
        "iss": CITY.id, "iat": NOW - 60, "exp": NOW + DAY, "fed": digest("genesis"), "name": {"ja": "見本市", "en": "Example City"},
        "kind": "municipality", "identifiers": [{"scheme": "jp-municipality", "value": "141003"},
                                                {"scheme": "jp-corporate-number", "value": "3000020141003"}],
        "keys": 4, "endpoints": {"feed": CITY.id + "/v1/feed"}, "spec": ["1.0"], "roles": ["publisher", "consumer"], "bundle": digest("bundle"),
    }, **changes)


def statement_book():
    b = Book("statement", "Section 1: node ids and statements.")

    def add(name, requirement, what, token=None, /, shows="", **changes):
        b.add("stm-" + name, "statement", requirement, what, shows=shows,
              input={"token": token or seal(CITY.key, "node+jwt", statement(**changes))})

    add("good", "", "a city's statement")
    add("unknown-member", "", "an unknown member is ignored", motto="x", shows="REQ-OPEN-016")
    add("typ", "REQ-OPEN-007", "typ keys+jwt", seal(CITY.key, "keys+jwt", statement()))
    add("origin", "REQ-STM-002", "another node's id as iss", iss=CLUB.id)
    add("origin-slash", "REQ-STM-002", "iss with a slash at its end", iss=CITY.id + "/")
    add("origin-port", "REQ-STM-002", "iss with another port", iss=CITY.id + ":8443")
    add("expired", "REQ-STM-003", "exp was a second ago", exp=NOW - 1)
    add("week", "", "exp exactly 604800 seconds after iat", exp=NOW - 60 + 604800, shows="REQ-STM-003")
    add("week-and-second", "REQ-STM-003", "exp 604801 seconds after iat", exp=NOW - 60 + 604801)
    add("no-name", "REQ-STM-004", "no name", name=DROP)
    add("no-ja", "REQ-STM-004", "no name in ja", name={"en": "Example City"})
    add("no-en", "REQ-STM-004", "no name in en", name={"ja": "見本市"})
    add("kind", "REQ-STM-004", "kind association", kind="association")
    add("kind-case", "REQ-STM-004", "kind Municipality with a capital", kind="Municipality")
    add("no-kind", "REQ-STM-004", "no kind", kind=DROP)
    add("spec-other", "REQ-STM-005", "spec lists 1.1 and 2.0 only", spec=["1.1", "2.0"])
    add("spec-none", "REQ-STM-005", "spec lists nothing", spec=[])
    add("spec-missing", "REQ-STM-005", "no spec", spec=DROP)
    add("spec-both", "", "spec lists 1.0 among others", spec=["2.0", "1.0"], shows="REQ-STM-005")
    for name, value in [("letter", "J127310001234"), ("prefecture", "B148310001234"), ("short", "B12731000123"), ("small", "b127310001234")]:
        add("identifier-school-" + name, "REQ-STM-006", "the jp-school %s, which has not the form" % value,
            identifiers=[{"scheme": "jp-school", "value": value}])
    add("identifier-school", "", "a school code", identifiers=[{"scheme": "jp-school", "value": "B127310001234"}], shows="REQ-STM-006")
    add("identifier-other", "", "a scheme that the standard does not name", identifiers=[{"scheme": "lei", "value": "x"}], shows="REQ-STM-006")
    for name, scheme, value in [("municipality", "jp-municipality", "141004"), ("municipality-short", "jp-municipality", "14100"),
                                ("corporate", "jp-corporate-number", "4000020141003"), ("corporate-inner", "jp-corporate-number", "2000020141004"),
                                ("corporate-short", "jp-corporate-number", "300002014100")]:
        add("identifier-" + name, "REQ-STM-006", "the %s %s, whose check digit is wrong" % (scheme, value),
            identifiers=[{"scheme": scheme, "value": value}])
    add("identifiers-none", "", "no identifiers", identifiers=[], shows="REQ-STM-006")
    node_ids(b)
    return b


def node_ids(b):
    def add(name, requirement, what, node, development=False):
        b.add("node-id-" + name, "node-id", requirement, what, keys=None, shows="" if requirement else "REQ-STM-007",
              input={"nodeId": node, "development": development})

    for name, what, node in [("plain", "an https origin", "https://city.example"), ("port", "a port", "https://city.example:8443"),
                             ("deep", "a deep host", "https://node.desk.city-hall.example"), ("digit", "a host that begins with a digit", "https://1city.example"),
                             ("port-80", "port 80, which https has not by default", "https://city.example:80"),
                             ("port-65535", "the highest port", "https://city.example:65535")]:
        add(name, "", what, node)
    add("localhost", "", "localhost under a development genesis", "http://localhost:8101", True)
    add("https-development", "", "an https origin under a development genesis", "https://city.example", True)
    for name, what, node in [
        ("http", "http", "http://city.example"), ("slash", "a slash at the end", "https://city.example/"), ("path", "a path", "https://city.example/node"),
        ("query", "a query", "https://city.example?x=1"), ("fragment", "a fragment", "https://city.example#x"), ("user", "a user", "https://me@city.example"),
        ("password", "a user and password", "https://me:x@city.example"), ("capital-host", "a capital letter in the host", "https://City.example"),
        ("capital-scheme", "a capital letter in the scheme", "HTTPS://city.example"), ("port-443", "the default port", "https://city.example:443"),
        ("port-empty", "an empty port", "https://city.example:"), ("port-0", "port 0", "https://city.example:0"), ("port-zero", "a port with a leading zero", "https://city.example:08443"),
        ("port-65536", "a port that is none", "https://city.example:65536"), ("port-text", "a port of letters", "https://city.example:https"),
        ("ipv4", "an IPv4 address", "https://192.0.2.1"), ("ipv4-port", "an IPv4 address with a port", "https://192.0.2.1:8443"),
        ("ipv6", "an IPv6 address", "https://[2001:db8::1]"), ("ipv6-port", "an IPv6 address with a port", "https://[2001:db8::1]:8443"),
        ("space", "a space at the end", "https://city.example "), ("line", "a line feed at the end", "https://city.example\n"), ("bare", "a bare host", "city.example"),
        ("no-host", "no host", "https://"), ("opaque", "no slashes", "https:city.example"), ("backslash", "a backslash", "https:\\\\city.example"),
        ("empty", "nothing", ""), ("did", "a did:web", "did:web:city.example"), ("localhost", "localhost without a development genesis", "http://localhost:8101")]:
        add("bad-" + name, "REQ-STM-007", what, node)
    for name, what, node in [("127", "127.0.0.1 under a development genesis", "http://127.0.0.1:8101"), ("localhost-no-port", "localhost without a port", "http://localhost"),
                             ("localhost-80", "localhost with the default port of http", "http://localhost:80"), ("localhost-slash", "localhost with a slash at the end", "http://localhost:8101/"),
                             ("localhost-path", "localhost with a path", "http://localhost:8101/a"), ("localhost-like", "a host that begins with localhost", "http://localhost.city.example:8101"),
                             ("localhost-user", "localhost as a user", "http://localhost:8101@city.example"), ("http-development", "another host over http under a development genesis", "http://city.example:8101")]:
        add("bad-" + name, "REQ-STM-007", what, node, True)


BODY = b'{"note":"an answer"}'


def request(method="GET", uri=CITY.id + "/v1/feed/" + log_for(COMPANY) + "?after=4&limit=100", body=b"", key=None, typ="req+jwt", header=None, **changes):
    """The input of a request vector: company asks city."""
    claims = {"iss": COMPANY.id, "aud": CITY.id, "htm": method, "htu": uri, "iat": NOW - 5, "exp": NOW + 25, "jti": urn("request")}
    if body:
        claims["sha-256"] = digest(body)
    key = key or COMPANY.key
    claims = changed(claims, **{"sha-256" if n == "sha256" else n: v for n, v in changes.items()})
    return {"method": method, "uri": uri, "body": b64(body), "token": joined(header or head_of(key, typ), claims, key.sign)}


def request_book():
    b = Book("request", "Section 5: requests between nodes. Company asks city; audience is the server.")

    def add(name, requirement, what, input, **more):
        b.add("req-" + name, "request", requirement, what, issuer=COMPANY, audience=CITY, input=input, **more)

    def seen(i, **change):
        return {**i, **change}

    post = {"method": "POST", "uri": CITY.id + "/v1/nudge", "body": BODY}
    good = request()
    add("get", "", "a GET with a query", good)
    add("post", "", "a POST with the digest of its body", request(**post))
    add("unknown-member", "", "an unknown member is ignored", request(nonce="x"), shows="REQ-OPEN-016")
    add("typ", "REQ-OPEN-007", "a proof of typ JWT", request(typ="JWT"))
    add("record-as-proof", "REQ-OPEN-007", "a record in place of a proof", {**good, "token": seal(COMPANY.key, "availability+jwt", availability(iss=COMPANY.id, aud=CITY.id))})
    add("alg-none", "REQ-OPEN-004", "a proof with alg none", request(header={**head_of(COMPANY.key, "req+jwt"), "alg": "none"}))
    add("jwk", "REQ-OPEN-005", "a proof with its own key in the header",
        request(header={**head_of(COMPANY.key, "req+jwt"), "jwk": {"kty": "OKP", "crv": "Ed25519", "x": COMPANY.key.x}}))
    add("line-end", "REQ-OPEN-001", "a line feed after the proof", seen(good, token=good["token"] + "\n"))
    add("aud", "REQ-REQ-002", "for another server", request(aud=CLUB.id))
    add("aud-self", "REQ-REQ-002", "for the caller itself", request(aud=COMPANY.id))
    add("aud-none", "REQ-REQ-002", "for nobody", request(aud=DROP))
    add("aud-slash", "REQ-REQ-002", "aud with a slash at its end", request(aud=CITY.id + "/"))
    add("method", "REQ-REQ-003", "a proof for POST on a GET", request(htm="POST"))
    add("method-case", "REQ-REQ-003", "htm in small letters", request(htm="get"))
    add("method-none", "REQ-REQ-003", "no htm", request(htm=DROP))
    base = CITY.id + "/v1/feed/" + log_for(COMPANY)
    for name, what, uri in [("query-missing", "htu without the query", base), ("query-other", "htu with another query", base + "?after=5&limit=100"),
                            ("query-order", "htu with the query in another order", base + "?limit=100&after=4"), ("query-more", "htu with more in its query", good["uri"] + "&x=1"),
                            ("path", "htu with another path", CITY.id + "/v1/feed/" + log_for(CLUB) + "?after=4&limit=100"),
                            ("host", "htu at another host", good["uri"].replace("city", "club")), ("scheme", "htu over http", good["uri"].replace("https", "http")),
                            ("relative", "htu without the origin", good["uri"][len(CITY.id):]), ("port", "htu with the default port", good["uri"].replace(".example", ".example:443")),
                            ("fragment", "htu with a fragment", good["uri"] + "#x"), ("none", "an empty htu", "")]:
        add("uri-" + name, "REQ-REQ-003", what, request(htu=uri))
    add("behind-60", "", "iat exactly 60 seconds behind the clock", request(iat=NOW - 60, exp=NOW), shows="REQ-REQ-004")
    add("ahead-60", "", "iat exactly 60 seconds ahead of the clock", request(iat=NOW + 60, exp=NOW + 120), shows="REQ-REQ-004")
    add("expired-within", "", "exp past by less than 60 seconds", request(iat=NOW - 60, exp=NOW - 59), shows="REQ-REQ-004")
    add("behind-61", "REQ-REQ-004", "iat 61 seconds behind the clock", request(iat=NOW - 61, exp=NOW - 1))
    add("ahead-61", "REQ-REQ-004", "iat 61 seconds ahead of the clock", request(iat=NOW + 61, exp=NOW + 121))
    add("hour", "REQ-REQ-004", "a clock that is an hour behind", request(iat=NOW - 3600, exp=NOW - 3540))
    add("milliseconds", "REQ-REQ-004", "times in milliseconds", request(iat=NOW * 1000, exp=NOW * 1000 + 30))
    add("life-60", "", "exp exactly 60 seconds after iat", request(exp=NOW + 55), shows="REQ-REQ-005")
    add("exp-none", "REQ-REQ-005", "no exp", request(exp=DROP))
    add("exp-iat", "REQ-REQ-005", "exp equals iat", request(exp=NOW - 5))
    add("exp-before", "REQ-REQ-005", "exp before iat", request(exp=NOW - 6))
    add("life-61", "REQ-REQ-005", "exp 61 seconds after iat", request(exp=NOW + 56))
    bare = urn("request")[len("urn:uuid:"):]
    for name, what, value in [("none", "no jti", DROP), ("bare", "a bare UUID as jti", bare), ("capitals", "a jti in capital letters", "urn:uuid:" + bare.upper()),
                              ("text", "a jti that is a word", "1"), ("number", "a jti that is a number", 1)]:
        add("jti-" + name, "REQ-REQ-005", what, request(jti=value))
    add("iat-text", "REQ-REQ-005", "iat as a string", request(iat=str(NOW - 5)))
    add("digest-none", "REQ-REQ-006", "a body and no digest", request(**post, sha256=DROP))
    add("digest-other", "REQ-REQ-006", "the digest of another body", request(**post, sha256=digest(b"{}")))
    add("digest-swapped", "REQ-REQ-006", "a body that was changed on its way", seen(request(**post), body=b64(BODY + b" ")))
    add("digest-base64", "REQ-REQ-006", "the digest in standard base64", request(**post, sha256=digest(BODY) + "="))
    add("digest-empty", "REQ-REQ-006", "the digest of no octets for a body", request(**post, sha256=digest(b"")))
    add("digest-of-nothing", "", "the digest of no octets where there is no body", request(sha256=digest(b"")), shows="REQ-REQ-006")
    add("digest-lost-body", "REQ-REQ-006", "a body that was taken away on its way", seen(request(**post), body=""))
    add("stranger", "REQ-REQ-008", "a caller that the register does not list", request(iss=STRANGER.id, key=STRANGER.key))
    add("stranger-slash", "REQ-REQ-008", "iss with a slash at its end", request(iss=COMPANY.id + "/"))
    for name, what, key in [("retired", "a retired key", COMPANY.old), ("revoked", "a revoked key", COMPANY.revoked), ("coming", "a key that begins tomorrow", COMPANY.next),
                            ("tls", "a TLS key", COMPANY.tls), ("root", "the root key", COMPANY.root), ("other", "a key of another node", CLUB.key)]:
        add("key-" + name, "REQ-REQ-009", "signed by " + what, request(key=key))
    forged = joined(head_of(COMPANY.key, "req+jwt"), {"iss": COMPANY.id, "aud": CITY.id, "htm": "GET", "htu": good["uri"], "iat": NOW - 5,
                                                        "exp": NOW + 25, "jti": urn("request")}, CLUB.key.sign)
    add("forged", "REQ-REQ-009", "signed by another node under the caller's kid", seen(good, token=forged), also=["REQ-OPEN-014"])
    add("replayed", "REQ-REQ-007", "a write whose proof was accepted before", request(**post), judge="memory", context={"before": [request(**post)["token"]]})
    return b


RUNNER, OTHER = Key("runner"), Key("another runner")


def certificate(**changes):
    return changed({
        "target": COMPANY.id, "iat": NOW - 60, "exp": NOW + 90 * DAY, "x": RUNNER.x, "spec": "1.0", "bundle": digest("bundle"),
        "suite": "1.0.0", "program": digest("program"), "level": "L2", "roles": ["availability-publisher"],
        "report": digest("report"), "evidence": digest("evidence"),
    }, **changes)


def certificate_book():
    b = Book("certificate", "Section 14: certificates of conformance.")

    def add(name, requirement, what, token=None, /, shows="", **changes):
        b.add("cert-" + name, "certificate", requirement, what, shows=shows, keys=None,
              input={"token": token or seal(RUNNER, "conformance+jwt", certificate(**changes))})

    add("good", "", "a certificate about the node that judges it")
    add("unknown-member", "", "an unknown member is ignored", motto="x", shows="REQ-OPEN-016")
    add("no-level", "", "a certificate that grants no level", level="", roles=[])
    add("typ", "REQ-OPEN-007", "typ countersign+jwt", seal(RUNNER, "countersign+jwt", certificate()))
    add("other-node", "REQ-CERT-002", "another node as target", target=CITY.id, shows="")
    add("target-slash", "REQ-CERT-002", "a target with a slash at its end", target=COMPANY.id + "/")
    add("no-target", "REQ-CERT-002", "no target", target=DROP)
    add("expired", "REQ-CERT-003", "exp is now", exp=NOW)
    add("no-exp", "REQ-CERT-003", "no exp", exp=DROP)
    add("longest", "", "exp exactly 15552000 seconds after iat", exp=NOW - 60 + 15552000, shows="REQ-CERT-003")
    add("too-long", "REQ-CERT-003", "exp 15552001 seconds after iat", exp=NOW - 60 + 15552001)
    add("ahead", "", "iat 60 seconds ahead", iat=NOW + 60, shows="REQ-CERT-003")
    add("too-far-ahead", "REQ-CERT-003", "iat 61 seconds ahead", iat=NOW + 61)
    add("no-x", "REQ-CERT-004", "no x", x=DROP)
    add("short-x", "REQ-CERT-004", "an x of 31 octets", x=RUNNER.x[:-2])
    add("other-kid", "REQ-CERT-004", "signed by the key in x, and kid names another",
        joined(head_of(OTHER, "conformance+jwt"), certificate(), RUNNER.sign))
    add("other-x", "REQ-CERT-004", "an x of another key than kid names", x=OTHER.x)
    add("level-type", "REQ-CERT-004", "a level that is a number", level=2)
    add("roles-type", "REQ-CERT-004", "roles that are one text", roles="availability-publisher")
    add("forged", "REQ-OPEN-014", "signed by another key than x",
        joined(head_of(RUNNER, "conformance+jwt"), certificate(), OTHER.sign))
    return b


def books():
    return [statement_book(), request_book(), certificate_book()]
