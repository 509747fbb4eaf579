"""The node itself: its keys, its logs and heads, its copy of the policy log, and what it signs."""

import hashlib
import json
import os
import secrets
import threading
import time
import uuid

import keys
import merkle
import notes
import policy
from jose import Signer, b64, digest, unb64
from store import Store

ROLES = ["availability-publisher", "availability-consumer", "policy-follower"]
NAME = {"ja": "第二の実装", "en": "Second implementation"}


def now():
    return int(time.time())


def found(folder, node, listen, kind, specification):
    """Makes the keys of a new node; the root key signs the key history once and is needed no more."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, "node.json")
    if os.path.exists(path):
        raise SystemExit("init: the folder holds a node already")
    root, record = Signer(secrets.token_bytes(32)), Signer(secrets.token_bytes(32))
    at = now() - 60
    history = root.seal("keys+jwt", {"iss": node, "iat": at, "serial": 1, "keys": [
        {"kid": record.kid, "use": "record", "x": record.x, "from": at}]})[0]
    bundle = hashlib.sha256()
    for name in ("standard.md", "openapi.yaml"):
        with open(os.path.join(specification, name), "rb") as file:
            bundle.update(file.read())
    body = {"id": node, "listen": listen, "kind": kind, "epoch": at, "record": b64(record.seed), "root": root.x,
            "serial": 1, "history": history, "bundle": b64(bundle.digest())}
    write_private(os.path.join(folder, "root.key"), b64(root.seed) + "\n")
    write_private(path, json.dumps(body, indent=1))
    return root.x


def write_private(path, text):
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


class Home:
    def __init__(self, folder):
        with open(os.path.join(folder, "node.json"), encoding="utf-8") as file:
            self.config = json.load(file)
        self.id, self.epoch, self.serial = self.config["id"], self.config["epoch"], self.config["serial"]
        self.signer = Signer(unb64(self.config["record"]))
        self.store = Store(folder)
        self.grown, self.turn = threading.Condition(), 0
        self.wake = threading.Event()
        self.trees, self.sealed_statement = {}, (0, "")
        self.book, self.policy_note = self.load_book(folder), self.store.get("policy-head")

    def load_book(self, folder):
        rows = self.store.all("SELECT octets FROM policy ORDER BY n")
        entries = [r["octets"] for r in rows]
        if not entries:
            with open(os.path.join(folder, "genesis.txt"), encoding="ascii", newline="") as file:
                entries = [file.read()]
            policy.Book().found(entries[0])
            self.store.do("INSERT INTO policy (n, octets) VALUES (0, ?)", entries[0])
        book = policy.Book()
        for entry in entries:
            book.apply(entry)
        return book

    # What it says of itself

    def statement(self):
        at, raw = self.sealed_statement
        if now() - at > 3600:
            at = now()
            raw = self.signer.seal("node+jwt", {
                "iss": self.id, "iat": at, "exp": at + 86400, "fed": self.book.fed, "name": NAME,
                "kind": self.config["kind"], "identifiers": [], "keys": self.serial,
                "endpoints": {"feed": self.id + "/v1/feed"}, "spec": ["1.0"], "roles": ROLES,
                "bundle": self.config["bundle"]})[0]
            self.sealed_statement = (at, raw)
        return raw

    def did(self):
        did = "did:web:" + notes.host_of(self.id).replace(":", "%3A")
        key = f"{did}#{self.signer.kid}"
        return {"@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"], "id": did,
                "verificationMethod": [{"id": key, "type": "JsonWebKey", "controller": did, "publicKeyJwk": {
                    "kty": "OKP", "crv": "Ed25519", "x": self.signer.x, "kid": self.signer.kid}}],
                "assertionMethod": [key], "authentication": [key]}

    # The register in force

    def members(self):
        return self.book.standing(now())

    def member(self, node):
        """A node as the register in force has it; where that is silent, as the newest register has it."""
        return self.members().get(node) or self.book.member(node)

    def active(self):
        return [n for n, m in self.members().items() if m["status"] == "active"]

    # Its logs

    def readers(self):
        """The log of each member of the register, by name."""
        return {notes.log_of(n): n for n in self.members() if n != self.id}

    def tree(self, log):
        with self.store.lock:
            tree = self.trees.get(log)
            if tree is None:
                tree = merkle.Tree(merkle.entry_leaf(r["id"], r["state"]) for r in self.store.all(
                    "SELECT id, state FROM entries WHERE log = ? ORDER BY n", log))
                self.trees[log] = tree
            return tree

    def append(self, log, record_id, kind, state):
        """One more entry, inside the caller's transaction. The tree is read again if that fails."""
        n = self.store.value("SELECT COUNT(*) FROM entries WHERE log = ?", log)
        self.store.do("INSERT INTO entries (log, n, id, kind, state) VALUES (?, ?, ?, ?, ?)",
                      log, n, record_id, kind, state)
        self.trees.pop(log, None)
        return n

    def announce(self):
        """Wakes waiting readers; nobody waits for the store while holding this condition."""
        with self.grown:
            self.turn += 1
            self.grown.notify_all()

    def head(self, log):
        tree = self.tree(log)
        return notes.make_head(self.signer, self.id, log, tree.size, tree.root(), self.epoch, now(), self.serial,
                               self.book.size, self.book.tree.root())

    def heads_header(self):
        """The newest heads of public logs that this node holds: its own (REQ-HEAD-010)."""
        return b64(self.head("public").encode())

    # What it signs for one reader

    def seal(self, kind, recipient, claims, uid, **about):
        """Seals and appends one record in the caller's transaction; its id and number."""
        store, log = self.store, notes.log_of(recipient)
        last = store.value("SELECT MAX(sequence) FROM sealed WHERE uid = ?", uid) or 0
        sequence = max(last + 1, self.epoch)
        payload = {"iss": self.id, "aud": recipient, "iat": now(), "jti": uuid.uuid4().urn, "uid": uid,
                   "sequence": sequence, "policy": self.book.size, **claims}
        if kind == "vc":
            payload["id"] = payload["jti"]
        raw, record_id = self.signer.seal(kind + "+jwt", payload)
        n = self.append(log, record_id, kind, "live")
        store.do("UPDATE sealed SET state = 'replaced' WHERE uid = ? AND state = 'live'", uid)
        store.do("INSERT INTO sealed (id, log, n, kind, uid, sequence, recipient, person, consent, purpose, at, "
                 "expires, state, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?)",
                 record_id, log, n, kind, uid, sequence, recipient, about.get("person"), about.get("consent"),
                 about.get("purpose"), payload["iat"], payload.get("exp"), raw)
        return record_id, n

    def take_back(self, row, state):
        """Appends a sealed record's id as withdrawn or erased, and lets go of its body."""
        self.append(row["log"], row["id"], row["kind"], state)
        self.store.do("UPDATE sealed SET state = ?, raw = NULL WHERE id = ?", state, row["id"])

    # Whom it knows

    def history(self, node):
        """The key history that was accepted of a node, and when; (None, 0) without."""
        row = self.store.one("SELECT raw, at FROM histories WHERE node = ?", node)
        member = self.member(node)
        if row is None or member is None:
            return None, 0
        try:
            return keys.open_history(row["raw"], node, member["root"]), row["at"]
        except Exception:
            return None, 0

    def keep_history(self, history):
        before, _ = self.history(history.node)
        keys.accept(history, before)
        self.store.do("INSERT INTO histories (node, raw, at) VALUES (?, ?, ?) ON CONFLICT (node) DO UPDATE SET "
                      "raw = excluded.raw, at = excluded.at", history.node, history.raw, now())

    def guideline(self):
        document = self.book.in_force("data-guideline", now())
        return document.body if document else None

    def purposes(self):
        """Which purposes the data guideline in force lists for each kind."""
        result = {}
        for purpose in (self.guideline() or {}).get("purposes", []):
            for kind in purpose["kinds"]:
                result.setdefault(kind, []).append(purpose["id"])
        return result

    def evidence(self, sort, node, record_id, body, raw=None):
        self.store.do("INSERT INTO findings (sort, node, id, body, raw) VALUES (?, ?, ?, ?, ?)",
                      sort, node, record_id, json.dumps(body), raw)

    def prove(self, node, fault, notes_, ids=()):
        """Keeps evidence against a signer, once, byte for byte."""
        body = {"node": node, "requirement": fault.requirement, "problem": fault.problem}
        if notes_:
            body["notes"] = notes_
        if ids:
            body["ids"] = list(ids)
        kept = [json.loads(r["body"]) for r in self.store.all(
            "SELECT body FROM findings WHERE sort = 'proof' AND node = ?", node)]
        if any({k: v for k, v in one.items() if k != "at"} == body for one in kept):
            return
        self.evidence("proof", node, ids[-1] if ids else None, {"at": now(), **body})


def token_hash(token):
    return digest(token.encode())
