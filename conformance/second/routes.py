"""The paths of the contract: method, path, who may ask, the role an operation belongs to, and its limits."""

import re

import federation
import operations
import peopleweb
import policyweb

CLERK = ("person", "clerk")
STAFF = ("operator", "council")
JSON, TEXT, ICAL, JOSE = "application/json", "text/plain", "text/calendar", "application/jose"


class Route:
    """`who` is public, feed (a node where the log asks for one), node, bearer, or either."""

    def __init__(self, method, path, handler, who="public", roles=(), body=0, media=None, role=None):
        self.method, self.path, self.handler, self.who, self.roles = method, path, handler, who, roles
        self.body, self.media, self.role = body, media, role
        pattern = re.escape(path).replace(r"\{index\}", "(?P<index>.+)")
        self.pattern = re.compile(re.sub(r"\\\{([a-z]+)\\\}", r"(?P<\1>[^/]+)", pattern) + r"\Z")


PUBLISHER, VOTER = "availability-publisher", "policy-voter"
ISSUER, FOLLOWER = "evaluation-issuer", "policy-follower"
P = "/v1/people/{person}"
ROUTES = [
    Route("GET", "/.well-known/fukusen", federation.statement),
    Route("GET", "/.well-known/fukusen/keys", federation.key_history),
    Route("GET", "/.well-known/did.json", federation.did),
    Route("GET", "/v1/feed/{log}", federation.feed, "feed"),
    Route("GET", "/v1/feed/{log}/snapshot", federation.snapshot, "feed"),
    Route("PUT", "/v1/feed/{log}/ack", federation.ack, "node", body=4096, media=JSON),
    Route("POST", "/v1/nudge", federation.nudge, "node"),
    Route("GET", "/v1/held", federation.held, "node"),
    Route("POST", "/v1/conformance", federation.countersign, "either", ("operator",), 65536, JOSE),
    Route("GET", "/v1/status/{list}", None, role=ISSUER),
    Route("GET", "/v1/policy", policyweb.overview),
    Route("GET", "/v1/policy/documents/{id}", policyweb.document),
    Route("POST", "/v1/policy/entries", None, "either", STAFF, 1 << 20, TEXT, VOTER),
    Route("POST", "/v1/policy/cosignatures", None, "node", (), 65536, TEXT, VOTER),
    Route("GET", "/v1/policy/tile/{level}/{index}", policyweb.tile, role=FOLLOWER),
    Route("GET", "/v1/policy/confidential/{digest}", policyweb.confidential, "node"),
    Route("GET", "/v1/policy/drafts", policyweb.drafts, "either", STAFF),
    Route("POST", "/v1/policy/drafts", policyweb.new_draft, "bearer", STAFF, 1310720, JSON),
    Route("GET", "/v1/policy/drafts/{id}", policyweb.draft, "either", STAFF),
    Route("POST", "/v1/policy/drafts/{id}/ballots", policyweb.ballot, "public", (), 69632, JSON),
    Route("GET", "/v1/health", operations.health),
    Route("GET", "/v1/peers", operations.peers, "bearer", ("operator",)),
    Route("POST", "/v1/peers/pull", operations.pull, "bearer", ("operator",), 65536, JSON),
    Route("GET", "/v1/refused", operations.refused, "bearer", ("operator",)),
    Route("GET", "/v1/parked", operations.parked, "bearer", ("operator",)),
    Route("GET", "/v1/proofs", operations.proofs, "bearer", ("operator",)),
    Route("GET", "/v1/people", peopleweb.people, "bearer", ("clerk",)),
    Route("POST", "/v1/people", peopleweb.new_person, "bearer", ("clerk",), 16384, JSON),
    Route("GET", P, peopleweb.person, "bearer", CLERK),
    Route("DELETE", P, peopleweb.erase, "bearer", CLERK),
    Route("GET", P + "/calendars", peopleweb.calendars, "bearer", CLERK, role=PUBLISHER),
    Route("PUT", P + "/calendars/{name}", peopleweb.put_calendar, "bearer", CLERK, 10485760, ICAL, PUBLISHER),
    Route("PUT", P + "/talent", peopleweb.put_talent, "bearer", CLERK, 65536, JSON, PUBLISHER),
    Route("GET", P + "/consents", peopleweb.consents, "bearer", CLERK, role=PUBLISHER),
    Route("POST", P + "/consents", peopleweb.new_consent, "bearer", CLERK, 65536, JSON, PUBLISHER),
    Route("DELETE", P + "/consents/{record}", peopleweb.withdraw, "bearer", CLERK, role=PUBLISHER),
    Route("POST", P + "/engagements", peopleweb.engage, "bearer", CLERK, 16384, JSON),
    Route("GET", P + "/busy", peopleweb.busy, "bearer", CLERK),
    Route("GET", P + "/disclosures", peopleweb.disclosures, "bearer", CLERK, role=PUBLISHER),
    Route("GET", P + "/receipts", peopleweb.receipts, "bearer", CLERK),
    Route("GET", P + "/evaluations", peopleweb.evaluations, "bearer", CLERK),
    Route("GET", P + "/export", peopleweb.export, "bearer", CLERK),
    Route("POST", "/v1/evaluations", None, "bearer", ("evaluator",), 65536, JSON, ISSUER),
    Route("DELETE", "/v1/evaluations/{id}", None, "bearer", ("evaluator",), role=ISSUER),
    Route("GET", "/v1/records", operations.records, "bearer", ("operator", "evaluator")),
]


def find(path):
    """The routes of a path by method, and what its variables hold."""
    for literal in (True, False):
        found, variables = {}, {}
        for route in ROUTES:
            if literal == ("{" in route.path):
                continue
            match = route.pattern.match(path)
            if match:
                found[route.method], variables = route, match.groupdict()
        if found:
            return found, variables
    return {}, {}
