"""What a consumer remembers decides about a record beside its octets: versions, subjects, members, policy."""

from claims import utc
from refusal import Refusal


class Memory:
    """Facts held in plain maps. A None fact is one that the consumer does not look at."""

    def __init__(self):
        self.policy_size = self.members = self.purposes = self.given = None
        self.conflicts, self.erased = [], set()
        self.versions, self.owners, self.sources = {}, {}, {}

    def remember(self, token, payload, kind):
        version = (payload["iss"], payload.get("aud"), payload["uid"], payload["sequence"])
        self.versions.setdefault(version, token.id)
        self.sources[token.id] = (payload["iss"], payload.get("aud"), kind)
        self.owners[payload["uid"]] = payload["iss"]
        if "sub" in payload:
            self.owners[payload["sub"]] = payload["iss"]

    def judge(self, token, p, kind):
        if token.id in self.erased:
            raise Refusal("REQ-ERA-005", "erased")
        if token.id in self.sources:
            return
        for name in ("sub", "uid"):
            if self.owners.get(p.get(name), p["iss"]) != p["iss"] and not (name == "sub" and self.gave(p)):
                raise Refusal("REQ-ENV-012", "wrong-subject", name)
        version = (p["iss"], p.get("aud"), p["uid"], p["sequence"])
        if self.versions.get(version, token.id) != token.id:
            raise Refusal("REQ-ENV-010", "equivocation", "sequence")
        if kind == "erasure":
            self.check_order(p)
        self.check_policy(p, kind)
        if kind == "vc":
            self.check_credential(p)

    def gave(self, p):
        """Whether this node itself gave the sub of p to its issuer."""
        return (p["iss"], p["sub"]) in (self.given or ())

    def check_order(self, p):
        if all(i in self.sources and not self.may_erase(i, p["iss"]) for i in p["ids"]):
            raise Refusal("REQ-ERA-002", "not-yours", "ids")

    def may_erase(self, record_id, issuer):
        source = self.sources.get(record_id)
        return source is None or source[0] == issuer or (source[2] == "vc" and source[1] == issuer)

    def check_policy(self, p, kind):
        if self.members is not None and p["iss"] not in self.members:
            raise Refusal("REQ-ENV-014", "not-a-member", "iss", park=True)
        if self.policy_size is not None and p["policy"] > self.policy_size:
            raise Refusal("REQ-ENV-009", "policy-ahead", "policy", park=True)
        if self.purposes is not None and "purpose" in p and p["purpose"] not in self.purposes.get(kind, []):
            raise Refusal("REQ-ENV-013", "purpose-not-allowed", "purpose", park=True)

    def check_credential(self, p):
        if self.given is not None and (p["iss"], p["sub"]) not in self.given:
            raise Refusal("REQ-EVL-011", "wrong-subject", "sub", park=True)
        at = utc(p["awardedDate"])
        for row in self.conflicts:
            if {row["partyA"], row["partyB"]} != {p["iss"], p["aud"]} or row["effect"] != "deny":
                continue
            if at is None or (row.get("validFrom", 0) <= at < row.get("validUntil", 1 << 60)):
                raise Refusal("REQ-EVL-012", "conflict-of-interest", "iss")
