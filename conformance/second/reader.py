"""Reading neighbours' logs and trusting nothing in them: each record is judged, none stops the feed (sections 7-9)."""

import concurrent.futures
import json
import threading
import time
import traceback
import uuid

import memory
import merkle
import notes
import pages
import records
from home import now
from peers import CannotReach, refused
from refusal import Refusal, Skip

PARKED_MOST = 10000


class Recall(memory.Memory):
    """What this node remembers, asked of its store."""

    def __init__(self, home):
        super().__init__()
        self.store, self.home = home.store, home.id
        self.policy_size, self.members, self.purposes = home.book.size, home.active(), home.purposes()
        self.given = {(r["recipient"], r["sub"]) for r in home.store.all(
            "SELECT recipient, sub FROM consents WHERE sub IS NOT NULL")}
        for document in home.book.versions:
            if document.type == "conflict-matrix" and home.book.in_force(document.series, now()) is document:
                self.conflicts += document.body.get("rows", [])

    def judge(self, token, p, kind):
        self.erased = {r["id"] for r in self.store.all("SELECT id FROM erased WHERE id = ?", token.id)}
        if kind != "vc" and self.named(p.get("sub")):
            self.owners[p["sub"]] = self.home
        for row in self.store.all("SELECT * FROM received WHERE id = ? OR (uid = ? AND sequence = ?) OR uid = ? OR "
                                  "(sub IS NOT NULL AND sub = ?)", token.id, p["uid"], p["sequence"], p["uid"],
                                  p.get("sub")):
            self.sources[row["id"]] = (row["node"], p.get("aud"), row["kind"])
            self.owners.setdefault(row["uid"], row["node"])
            if row["sub"]:
                self.owners.setdefault(row["sub"], row["node"])
            self.versions.setdefault((row["node"], p.get("aud"), row["uid"], row["sequence"]), row["id"])
        if kind == "erasure":
            for record_id in p["ids"]:
                row = self.store.one("SELECT node, kind FROM received WHERE id = ?", record_id)
                if row:
                    self.sources[record_id] = (row["node"], None, row["kind"])
        super().judge(token, p, kind)

    def named(self, sub):
        """Whom this node gave a sub: in its own records, or for an engagement."""
        return {r["recipient"] for r in self.store.all(
            "SELECT recipient FROM subjects WHERE sub = ? UNION SELECT recipient FROM consents WHERE sub = ?", sub, sub)}

    def gave(self, p):
        return p["iss"] in self.named(p["sub"])


class Reader:
    """Reads neighbours side by side; a pull that is under way is not doubled, but done once more where asked again."""

    def __init__(self, home, peers):
        self.home, self.peers, self.store = home, peers, home.store
        self.pool, self.guard = concurrent.futures.ThreadPoolExecutor(8), threading.Lock()
        self.busy, self.heard, self.later = {}, {}, {}

    def ask_for(self, node, force=True):
        """Reads a neighbour soon; with force its keys and its statement are asked for again too."""
        with self.guard:
            if node in self.busy:
                self.busy[node] |= force
                return
            self.busy[node] = False
        self.pool.submit(self.work, node, force)

    def read_all(self):
        for node in self.home.active():
            if node != self.home.id and time.monotonic() >= self.later.get(node, 0):
                self.ask_for(node, force=False)

    def work(self, node, force):
        again = True
        while again:
            try:
                self.read(node, force)
            except Exception:
                traceback.print_exc()
            with self.guard:
                again = force = self.busy[node]
                if again:
                    self.busy[node] = False
                else:
                    del self.busy[node]

    def state(self, node):
        found = self.store.value("SELECT body FROM read_logs WHERE node = ?", node)
        return json.loads(found) if found else {"next": 0, "size": 0, "at": 0}

    def keep_state(self, node, state):
        state = {k: v for k, v in state.items() if k != "told"}
        self.store.do("INSERT INTO read_logs (node, body) VALUES (?, ?) ON CONFLICT (node) DO UPDATE SET "
                      "body = excluded.body", node, json.dumps(state))

    def read(self, node, force):
        """Pages of one neighbour until its head is reached or something is wrong."""
        state = self.state(node)
        try:
            history = self.history(node, force)
            self.hear(node, state, history, force)
            while not state.get("stopped") and self.read_page(node, state, history):
                pass
        except CannotReach as fault:
            self.later[node] = time.monotonic() + fault.wait
            state["error"] = str(fault)
            self.keep_state(node, state)
        except Refusal as fault:
            state["error"] = fault.problem
            if fault.problem in ("log-forked", "log-rewound", "bad-root"):
                state["stopped"] = fault.problem == "log-forked"
                self.home.prove(node, fault, [n for n in (state.get("head"), state.get("told")) if n])
            self.keep_state(node, state)

    def history(self, node, force):
        history, at = self.home.history(node)
        if history is None or force or now() - at > 30:
            self.peers.refresh(node, 0.0 if force else 5.0)
            history, _ = self.home.history(node)
        if history is None:
            raise CannotReach("no key history")
        return history

    def hear(self, node, state, history, force):
        """The neighbour's statement, when it is time to ask; a refused one stops nothing (section 1)."""
        if not force and time.monotonic() - self.heard.get(node, -1e9) < 10 and state.get("statement") == "good":
            return
        self.heard[node] = time.monotonic()
        try:
            state["statement"] = "good" if self.peers.hear_statement(node, history) else "none"
        except Refusal:
            state["statement"] = "refused"
        except CannotReach:
            state["statement"] = "none"
            raise

    def fetch(self, node, log, after):
        status, headers, body = self.peers.signed(node, f"/v1/feed/{log}?{after}limit=100")
        if status != 200:
            raise refused("the feed", status, headers)
        return body

    def read_page(self, node, state, history):
        """Reads and keeps one page; whether there is more."""
        log, following = notes.log_of(self.home.id), state["next"]
        body = self.fetch(node, log, f"after={following - 1}&" if following else "")
        before = notes.parse_head(state["head"])[0] if state.get("head") else None
        tree = merkle.Tree(merkle.entry_leaf(r["id"], r["state"]) for r in self.store.all(
            "SELECT id, state FROM read_entries WHERE node = ? ORDER BY n", node))
        told = notes.parse_head(pages.read_page(body)["head"])[0]
        state["told"] = told.note
        if told.keys > history.serial and self.peers.refresh(node, 0.0):
            history = self.history(node, False)
        items, head, grown = pages.judge_page(body, node, log, following, 100, tree, history, now(), before)
        if grown is None:
            # a restored neighbour: its log is read from the start
            following, body = 0, self.fetch(node, log, "")
            items, head, _ = pages.judge_page(body, node, log, 0, 100, merkle.Tree(), history, now(), before)
        if before is not None and head.epoch > before.epoch:
            state["restart"] = True
        with self.store:
            if following == 0:
                self.store.do("DELETE FROM read_entries WHERE node = ?", node)
            for item in items:
                self.store.do("INSERT INTO read_entries (node, n, id, state) VALUES (?, ?, ?, ?)",
                              node, item["n"], item["id"], item["state"])
                self.take(node, log, item, history)
            state.update(next=following + len(items), size=head.size, at=now(), head=head.note)
            state.pop("error", None)
            if state["next"] == head.size and state.pop("restart", False):
                self.end_epoch(node)
            self.keep_state(node, state)
        return bool(items) and state["next"] < head.size

    def end_epoch(self, node):
        """REQ-EPOCH-004: what the new log does not list as live is withdrawn."""
        for row in self.store.all("SELECT id FROM received WHERE node = ? AND state = 'live' AND id NOT IN "
                                  "(SELECT id FROM read_entries WHERE node = ? AND state = 'live')", node, node):
            self.forget(row["id"], "withdrawn")

    def take(self, node, log, item, history):
        if item["state"] == "live":
            if item.get("record") and item["kind"] != "head":
                self.judge(node, log, item, history)
            return
        known = self.store.one("SELECT state FROM received WHERE id = ? AND node = ?", item["id"], node)
        self.store.do("DELETE FROM findings WHERE sort = 'parked' AND id = ? AND node = ?", item["id"], node)
        if known and known["state"] in ("live", "disputed"):
            self.forget(item["id"], item["state"])
            if item["state"] == "withdrawn":
                self.answer(node, None, "withdrawn", [item["id"]])

    def forget(self, record_id, state):
        self.store.do("UPDATE received SET state = ?, raw = NULL, body = NULL, sub = NULL WHERE id = ?",
                      state, record_id)

    def answer(self, node, order, action, ids):
        claims = {"action": action, "ids": ids, "at": now()}
        if order:
            claims["order"] = order
        self.home.seal("receipt", node, claims, uuid.uuid4().urn)
        self.home.announce()

    def judge(self, node, log, item, history):
        try:
            payload, kind, token = records.judge(item["record"], node, self.home.id, history, now(), item["kind"],
                                                 item["id"], vouched=True)
            Recall(self.home).judge(token, payload, kind)
        except Skip:
            return
        except Refusal as fault:
            self.refuse(node, log, item, fault)
            return
        if not self.store.one("SELECT 1 FROM received WHERE id = ?", item["id"]):
            self.admit(node, item, payload, kind)

    def refuse(self, node, log, item, fault):
        sort = "parked" if fault.park else "refused"
        body = {"at": now(), "node": node, "log": log, "n": item["n"], "id": item["id"], "kind": item["kind"],
                "requirement": fault.requirement, "problem": fault.problem}
        if fault.field:
            body["field"] = fault.field
        self.store.do("DELETE FROM findings WHERE sort IN ('parked', 'refused') AND id = ? AND node = ?",
                      item["id"], node)
        count = self.store.value("SELECT COUNT(*) FROM findings WHERE sort = ? AND node = ?", sort, node)
        if count < PARKED_MOST:
            self.home.evidence(sort, node, item["id"], body, json.dumps(item) if fault.park else None)
        if fault.problem == "equivocation":
            self.dispute(node, item)

    def dispute(self, node, item):
        """REQ-ENV-010: the uid is unknown until a higher sequence comes; both ids are kept."""
        payload = records.open_record(item["record"])[0].payload
        first = self.store.value("SELECT id FROM received WHERE node = ? AND uid = ? AND sequence = ? AND id <> ?",
                                 node, payload["uid"], payload["sequence"], item["id"])
        self.store.do("INSERT OR IGNORE INTO received (id, node, n, kind, uid, sequence, state) VALUES "
                      "(?, ?, ?, ?, ?, ?, 'disputed')", item["id"], node, item["n"], item["kind"], payload["uid"],
                      payload["sequence"])
        self.home.prove(node, Refusal("REQ-ENV-010", "equivocation"), [], [first, item["id"]])

    def admit(self, node, item, p, kind):
        self.store.do("INSERT OR IGNORE INTO received (id, node, n, kind, uid, sequence, sub, expires, body, raw, "
                      "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live')", item["id"], node, item["n"], kind, p["uid"],
                      p["sequence"], p.get("sub"), p.get("exp"), json.dumps(p), item["record"])
        self.store.do("DELETE FROM findings WHERE sort = 'parked' AND id = ? AND node = ?", item["id"], node)
        if kind == "erasure":
            self.obey(node, item["id"], p["ids"])
        elif kind == "receipt":
            self.settle(node, p)

    def obey(self, node, order, ids):
        """REQ-ERA-001 to 003."""
        gone = []
        for record_id in ids:
            row = self.store.one("SELECT node, kind FROM received WHERE id = ?", record_id)
            mine = self.store.one("SELECT recipient, kind FROM sealed WHERE id = ?", record_id)
            if row and row["node"] != node or mine and (mine["kind"] != "vc" or mine["recipient"] != node):
                continue
            gone.append(record_id)
            self.forget(record_id, "erased")
            self.store.do("DELETE FROM findings WHERE id = ?", record_id)
            self.store.do("INSERT OR IGNORE INTO erased (id, at) VALUES (?, ?)", record_id, now())
        if gone:
            self.answer(node, order, "erased", gone)

    def settle(self, node, p):
        """Notes what a reader answered to an order or a withdrawal."""
        said = {k: p[k] for k in ("action", "at", "basis", "keptUntil") if k in p}
        for row in self.store.all("SELECT place, order_id, ids FROM due WHERE node = ? AND receipt IS NULL", node):
            if row["order_id"] != p.get("order") or not set(json.loads(row["ids"])) <= set(p["ids"]):
                continue
            self.store.do("UPDATE due SET receipt = ? WHERE place = ?", json.dumps(said), row["place"])

    def try_again(self):
        """Parked records are judged again: keys, policy or time may have moved (REQ-ERR-007)."""
        log = notes.log_of(self.home.id)
        for row in self.store.all("SELECT node, raw FROM findings WHERE sort = 'parked' AND raw IS NOT NULL"):
            history, _ = self.home.history(row["node"])
            with self.store:
                self.judge(row["node"], log, json.loads(row["raw"]), history)
