"""The node from outside: a council of one and a reader, both played here, against a served node."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import ical
import keys
import merkle
import notes
import pages
import proof
import publish
import records
from jose import Signer, digest

HERE = os.path.dirname(os.path.abspath(__file__))
ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:a
DTSTART;TZID=Asia/Tokyo:{day}T190500
DTEND;TZID=Asia/Tokyo:{day}T205000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Rowing
END:VEVENT
END:VCALENDAR
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Side:
    """A node that the test plays: keys, and answers by path."""

    def __init__(self):
        self.port, self.root, self.key = free_port(), Signer(os.urandom(32)), Signer(os.urandom(32))
        self.ballot, self.answers = Signer(os.urandom(32)), {}
        self.id, self.at = f"http://localhost:{self.port}", int(time.time()) - 100
        self.sealed, self.log, self.sequence, self.says = [], "", 0, {}
        self.history = self.root.seal("keys+jwt", {"iss": self.id, "iat": self.at, "serial": 1, "keys": [
            {"kid": self.key.kid, "use": "record", "x": self.key.x, "from": self.at}]})[0]
        side = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = side.answer(self.path)
                self.send_response(200 if body else 404)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def member(self, role):
        return {"node": self.id, "name": {"ja": "試験", "en": "Test"}, "kind": "company", "role": role,
                "status": "active", "root": self.root.x, "ballot": self.ballot.x}

    def answer(self, path):
        path, _, query = path.partition("?")
        if path == "/.well-known/fukusen/keys":
            return self.history.encode()
        if path == "/.well-known/fukusen":
            at = int(time.time())
            return self.key.seal("node+jwt", {
                "iss": self.id, "iat": at, "exp": at + 600, "name": {"ja": "試験", "en": "Test"}, "kind": "company",
                "spec": ["1.0"], **self.says})[0].encode()
        after = next((int(p[6:]) for p in query.split("&") if p.startswith("after=")), -1)
        if path == "/v1/feed/policy" and "policy" in self.answers:
            return self.policy(after)
        if path == "/v1/feed/" + self.log:
            return self.feed(after)
        return None

    def policy(self, after):
        fed, entries = self.answers["policy"]
        tree = merkle.Tree(merkle.entry_leaf(digest(e.encode()), "live") for e in entries)
        text, at = f"fukusen/policy/{fed}\n{tree.size}\n{notes.std64(tree.root())}\n", int(time.time())
        signed = self.key.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        name = self.id.split("//")[1]
        line = notes.key_hash(name, 4, self.key.public) + at.to_bytes(8, "big") + signed
        items = [{"n": n, "id": digest(e.encode()), "kind": "policy", "state": "live", "record": e}
                 for n, e in enumerate(entries) if n > after]
        return json.dumps({"items": items, "head": f"{text}\n\u2014 {name} {notes.std64(line)}\n"}).encode()

    def feed(self, after):
        tree = merkle.Tree(merkle.entry_leaf(i["id"], i["state"]) for i in self.sealed)
        head = notes.make_head(self.key, self.id, self.log, tree.size, tree.root(), self.at, int(time.time()), 1, 1,
                               b"\0" * 32)
        return json.dumps({"items": [i for i in self.sealed if i["n"] > after], "head": head}).encode()

    def seal(self, kind, aud, claims):
        self.sequence += 1
        raw, record_id = self.key.seal(kind + "+jwt", {
            "iss": self.id, "aud": aud, "iat": int(time.time()), "jti": uuid.uuid4().urn, "uid": uuid.uuid4().urn,
            "sequence": self.sequence, "policy": 1, **claims})
        self.sealed.append({"n": len(self.sealed), "id": record_id, "kind": kind, "state": "live", "record": raw})
        return record_id


def entry_of(council, payload):
    raw, document = council.ballot.seal("policy+jwt", payload)
    vote = {"iss": council.id, "iat": council.at, "document": document, "series": payload["series"],
            "prev": payload["prev"], "register": payload.pop("register", ""), "choice": "yes"}
    if "fed" in payload:
        vote["fed"] = payload["fed"]
    return raw + "\n" + council.ballot.seal("ballot+jwt", vote)[0] + "\n", document


def document_of(council, series, body):
    two = {"ja": "題", "en": "Title"}
    return {"iss": council.id, "iat": council.at, "jti": uuid.uuid4().urn, "series": series, "type": series,
            "version": 1, "prev": "", "validFrom": council.at, "title": two, "text": two, "body": body}


GUIDELINE = {"classes": [], "retentionDays": 400, "disclosureLogDays": 400, "withdrawalDeadline": 60,
             "erasureDeadline": 60, "k": 10, "purposes": [
                 {"id": "matching", "kinds": ["talent", "availability", "proposal"],
                  "text": {"ja": "探す", "en": "To find"}}]}


class TestNode(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.council, cls.reader = Side(), Side()
        cls.folder, port = tempfile.mkdtemp(), free_port()
        cls.id = f"http://localhost:{port}"
        node = os.path.join(HERE, "node.py")
        root = subprocess.check_output([sys.executable, node, "init", "--dir", cls.folder, "--id", cls.id, "--listen",
                                        f"127.0.0.1:{port}"], text=True).strip()
        target = {**cls.reader.member("member"), "node": cls.id, "root": root}
        del target["ballot"]
        register = {"threshold": 1, "members": [cls.council.member("council"), cls.reader.member("member"), target]}
        genesis, fed = entry_of(cls.council, document_of(cls.council, "genesis", {
            "development": True, "register": register,
            "charter": {"rules": [], "autoRule": {"enabled": False, "kinds": []}}}))
        guideline = {"fed": fed, **document_of(cls.council, "data-guideline", GUIDELINE)}
        raw, document = cls.council.ballot.seal("policy+jwt", guideline)
        ballot = cls.council.ballot.seal("ballot+jwt", {
            "fed": fed, "iss": cls.council.id, "iat": cls.council.at, "document": document,
            "series": "data-guideline", "prev": "", "register": fed, "choice": "yes"})[0]
        cls.council.answers["policy"] = (fed, [genesis, f"{raw}\n{ballot}\n"])
        cls.reader.log = cls.council.log = notes.log_of(cls.id)
        with open(os.path.join(cls.folder, "genesis.txt"), "w", encoding="ascii") as file:
            file.write(genesis)
        cls.tokens = {role: subprocess.check_output(
            [sys.executable, node, "token", "--dir", cls.folder, "--role", role], text=True).strip()
            for role in ("clerk", "operator")}
        cls.process = subprocess.Popen([sys.executable, node, "serve", "--dir", cls.folder, "--every", "0.2"],
                                       stdout=subprocess.PIPE)
        cls.process.stdout.readline()
        cls.port, cls.history = port, None
        cls.wait(lambda: cls.ask("GET", "/v1/policy")[1]["size"] == 2)
        cls.history = keys.open_history(cls.ask("GET", "/.well-known/fukusen/keys")[2].decode(), cls.id, root)

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        cls.process.wait()
        cls.process.stdout.close()

    @classmethod
    def wait(cls, done, most=10.0):
        until = time.monotonic() + most
        while not done():
            if time.monotonic() > until:
                raise AssertionError("it did not come to pass")
            time.sleep(0.05)

    @classmethod
    def ask(cls, method, path, body=None, media="application/json", by=None, headers=None):
        octets = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        headers = {**({"Content-Type": media} if octets else {}), **(headers or {})}
        if isinstance(by, str):
            headers["Authorization"] = "Bearer " + cls.tokens[by]
        elif by is not None:
            headers["Authorization"] = "Fukusen " + proof.make_proof(by.key, by.id, cls.id, method, cls.id + path,
                                                                    octets, int(time.time()))
        link = http.client.HTTPConnection("127.0.0.1", cls.port, timeout=10)
        link.request(method, path, octets or None, headers)
        answer = link.getresponse()
        raw = answer.read()
        link.close()
        kind = answer.headers.get("Content-Type", "")
        return answer.status, json.loads(raw) if raw and "json" in kind and "ndjson" not in kind else None, raw

    def read(self):
        """The reader's log, judged whole: items and payloads by kind."""
        log = notes.log_of(self.reader.id)
        status, _, raw = self.ask("GET", f"/v1/feed/{log}?limit=500", by=self.reader)
        self.assertEqual(status, 200)
        items, _, _ = pages.judge_page(raw, self.id, log, 0, 500, merkle.Tree(), self.history, int(time.time()))
        found = [records.judge(i["record"], self.id, self.reader.id, self.history, int(time.time()), i["kind"],
                               i["id"])[0] for i in items if "record" in i]
        return items, found

    def load(self):
        status, body, _ = self.ask("POST", "/v1/people", {"name": {"family": "灘", "given": "櫂"},
                                                          "kana": {"family": "ナダ", "given": "カイ"}}, by="clerk")
        self.assertEqual(status, 201)
        path = "/v1/people/" + body["id"]
        day = time.strftime("%Y%m%d", time.gmtime(time.time() + 86400))
        status, body, raw = self.ask("PUT", path + "/calendars/club", ICS.format(day=day), "text/calendar", "clerk")
        self.assertEqual((status, body["events"], body["busy"], body["problems"]), (200, 1, 3, []), raw)
        talent = {"skills": [{"uri": "https://skills.example/coaching", "level": 4, "basis": "self"}],
                  "region": "141003", "remote": True, "languages": ["ja"]}
        self.assertEqual(self.ask("PUT", path + "/talent", talent, by="clerk")[0], 200)
        status, consent, raw = self.ask("POST", path + "/consents", {
            "recipient": self.reader.id, "kinds": ["availability", "talent"], "purposes": ["matching"],
            "until": int(time.time()) + 864000, "language": "ja"}, by="clerk")
        self.assertEqual(status, 201, raw)
        return path, consent["record_id"]

    def test_a_consent_gives_and_takes_back(self):
        path, consent = self.load()
        items, found = self.read()
        mine = [p for p in found if p["consent"] == consent]
        self.assertEqual(sorted("busy" in p for p in mine), [False, True])
        busy = next(p for p in mine if "busy" in p)["busy"]
        self.assertEqual([b["utcStart"][11:] + b["utcEnd"][11:] for b in busy], ["10:00:00Z12:00:00Z"] * 3)
        status, one, _ = self.ask("DELETE", f"{path}/consents/{consent}", by="clerk")
        self.assertEqual((status, one), (200, {"withdrawn": 2, "receiptsDue": 2}))
        self.assertEqual(self.ask("DELETE", f"{path}/consents/{consent}", by="clerk")[1], one)
        after, found = self.read()
        self.assertEqual(len(after), len(items) + 2)
        self.assertFalse([p for p in found if p["consent"] == consent])
        for item in after[-2:]:
            self.reader.seal("receipt", self.id, {"action": "withdrawn", "ids": [item["id"]], "at": int(time.time())})
        self.ask("POST", "/v1/nudge", by=self.reader)
        self.wait(lambda: all("action" in r for r in self.ask("GET", path + "/receipts", by="clerk")[1]["items"]))

    def test_an_erased_person_is_gone_and_an_order_stands(self):
        path, _ = self.load()
        status, body, _ = self.ask("DELETE", path, by="clerk")
        self.assertEqual((status, body["orders"], body["receiptsDue"]), (202, 1, 2))
        self.assertEqual(self.ask("GET", path, by="clerk")[0], 404)
        items, found = self.read()
        order = next(p for p in found if "ids" in p and p["ids"][0] in [i["id"] for i in items[-2:]])
        self.assertEqual([i["state"] for i in items[-2:]], ["erased", "erased"])
        self.assertEqual(set(order["ids"]), {i["id"] for i in items[-2:]})

    def test_what_the_node_holds_it_answers_and_forgets(self):
        until = int(time.time()) + 600
        record = self.reader.seal("talent", self.id, {
            "sub": uuid.uuid4().urn, "consent": uuid.uuid4().urn, "purpose": "matching", "until": until, "exp": until,
            "skills": [], "region": "141003", "remote": False, "languages": []})
        held = "/v1/held?limit=500"
        self.wait(lambda: record in [i["id"] for i in self.ask("GET", held, by=self.reader)[1]["items"]])
        order = self.reader.seal("erasure", self.id, {"ids": [record], "basis": "asked"})
        self.wait(lambda: [p for p in self.read()[1] if p.get("order") == order and p["action"] == "erased"])
        self.assertNotIn(record, [i["id"] for i in self.ask("GET", held, by=self.reader)[1]["items"]])

    def test_a_home_takes_the_subject_that_it_gave_from_the_node_that_it_gave_it_to(self):
        path, consent = self.load()
        given = next(p for p in self.read()[1] if p.get("consent") == consent)
        at = int(time.time())
        first, last, until = (publish.utc(at + s) for s in (86400, 90000, 3600))
        offer = {"sub": given["sub"], "consent": consent, "purpose": "matching", "until": given["until"], "gig": "A" * 43,
                 "units": [{"index": 0, "utcStart": first, "utcEnd": last}], "offerUntil": until}
        taken = self.reader.seal("proposal", self.id, offer)
        stolen = self.council.seal("proposal", self.id, offer)
        held = "/v1/held?limit=500"
        self.wait(lambda: taken in [i["id"] for i in self.ask("GET", held, by=self.reader)[1]["items"]])
        self.wait(lambda: (stolen, "REQ-ENV-012") in [(i["id"], i["requirement"]) for i in self.ask(
            "GET", "/v1/refused", by="operator")[1]["items"]])
        self.assertNotIn(stolen, [i["id"] for i in self.ask("GET", held, by=self.council)[1]["items"]])

    def test_strangers_and_the_impatient_are_refused(self):
        log = notes.log_of(self.reader.id)
        self.assertEqual(self.ask("GET", "/v1/feed/" + log)[0], 401)
        self.assertEqual(self.ask("GET", "/v1/feed/" + log, by=self.council)[1]["requirement"], "REQ-FEED-007")
        self.assertEqual(self.ask("GET", "/v1/held", by=Side())[1]["requirement"], "REQ-REQ-008")
        self.assertEqual(self.ask("GET", "/v1/feed/public?limit=501")[1]["field"], "limit")
        for method in ("PUT", "HEAD", "OPTIONS"):
            self.assertEqual(self.ask(method, "/v1/feed/public")[0], 405)
        self.assertEqual(self.ask("GET", "/v1/feed/" + notes.log_of("https://nobody.example"))[0], 401)
        own = notes.log_of(self.reader.id)
        self.assertEqual(self.ask("PUT", f"/v1/feed/{own}/ack", {"next": 0, "x": 1}, by=self.reader)[0], 422)
        words = self.ask("GET", "/v1/policy")[1]["words"]
        self.assertEqual([len(w) for w in words], [5] * 8)
        self.assertEqual(self.ask("GET", "/v1/status/1")[0], 501)
        self.assertEqual(self.ask("POST", "/v1/nudge", "x" * 10, by=self.council)[0], 413)
        one = self.ask("GET", "/v1/people", headers={"Accept-Language": "fr, ja;q=0.8, en;q=0.1"})
        self.assertIn("認証", one[1]["detail"])
        self.assertEqual(self.ask("POST", "/v1/nudge", by=self.council)[0], 202)
        self.assertEqual(self.ask("POST", "/v1/nudge", by=self.council)[0], 429)

    def test_a_neighbour_with_a_false_statement_is_read_and_not_fresh(self):
        def trust():
            self.ask("POST", "/v1/peers/pull", {"nodes": [self.reader.id]}, by="operator")
            peers = self.ask("GET", "/v1/peers", by="operator")[1]["items"]
            peer = next(p for p in peers if p["node"] == self.reader.id)
            return peer["trust"]["status"], peer["logs"][0].get("error")

        self.reader.says = {"spec": ["2.0"]}
        self.wait(lambda: trust() == ("stale", None))
        self.reader.says = {}
        self.wait(lambda: trust() == ("fresh", None))

    def test_the_newest_consent_and_its_first_listed_purpose_count(self):
        path, older = self.load()
        ask = {"recipient": self.reader.id, "kinds": ["talent"], "purposes": ["nothing", "matching"],
               "until": int(time.time()) + 864000, "language": "ja"}
        self.assertEqual(self.ask("POST", path + "/consents", ask, by="clerk")[0], 422)
        ask["purposes"] = ["matching"]
        newer = self.ask("POST", path + "/consents", ask, by="clerk")[1]["record_id"]
        _, found = self.read()
        talent = next(p for p in found if p.get("consent") == newer)
        self.assertEqual(talent["purpose"], "matching")
        self.assertFalse([p for p in found if p.get("consent") == older and "skills" in p])
        status, gone, _ = self.ask("DELETE", f"{path}/consents/{newer}", by="clerk")
        self.assertEqual((status, gone), (200, {"withdrawn": 2, "receiptsDue": 2}))

    def test_a_tile_of_the_policy_log(self):
        self.assertEqual(len(self.ask("GET", "/v1/policy/tile/0/000.p/2")[2]), 64)
        self.assertEqual(self.ask("GET", "/v1/policy/tile/0/000")[0], 404)
        self.assertEqual(self.ask("GET", "/v1/policy/tile/0/0")[0], 400)

    def test_a_snapshot_holds_what_is_live(self):
        self.load()
        log = notes.log_of(self.reader.id)
        raw = self.ask("GET", f"/v1/feed/{log}/snapshot", by=self.reader)[2]
        self.assertGreaterEqual(len(pages.judge_snapshot(raw)), 2)


class TestCalendars(unittest.TestCase):
    def test_a_rule_beyond_the_subset_is_refused_by_name(self):
        text = ICS.format(day="20260401").replace("FREQ=WEEKLY;COUNT=3", "FREQ=MONTHLY")
        with self.assertRaises(ical.CannotRead):
            ical.expand(text, publish.ZONE, 0, 1 << 31)

    def test_the_stronger_status_wins_and_touching_periods_join(self):
        joined = ical.coalesce([(0, 10, "tentative"), (5, 20, "confirmed"), (20, 30, "confirmed")], 0, 100)
        self.assertEqual(joined, [(0, 5, "tentative"), (5, 30, "confirmed")])

    def test_weeks_are_counted_from_the_first_day_of_the_week(self):
        text = ICS.format(day="20260401").replace("COUNT=3", "INTERVAL=2;BYDAY=MO,WE;UNTIL=20260420T000000Z")
        starts = [publish.utc(p[0])[:10] for p in ical.expand(text, publish.ZONE, 0, 1 << 31)[0]]
        self.assertEqual(starts, ["2026-04-01", "2026-04-13", "2026-04-15"])


if __name__ == "__main__":
    unittest.main()
