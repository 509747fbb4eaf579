"""Following the policy log over HTTP: the council's word counts only as far as its signatures reach (section 13)."""

import time

import merkle
import notes
import pages
import policy
import policybody
import strictjson
from claims import is_int
from home import now
from jose import digest, is_id
from peers import CannotReach, ask, refused
from refusal import Refusal


class Follower:
    def __init__(self, home, peers):
        self.home, self.peers, self.told, self.later = home, peers, None, {}

    def follow(self):
        """Reads from the first council node that gives something good; whether the log grew.

        Two heads of one size end it: the node stays where it is until an operator removes policy-forked (REQ-POL-009).
        """
        if self.home.store.get("policy-forked"):
            return False
        for node in self.home.book.council():
            if node == self.home.id or time.monotonic() < self.later.get(node, 0):
                continue
            try:
                grown = self.read_from(node)
                self.home.store.put("policy-read", now())
                return grown
            except CannotReach as fault:
                self.later[node] = time.monotonic() + fault.wait
                continue
            except Refusal as fault:
                if fault.problem == "policy-forked":
                    self.home.store.put("policy-forked", True)
                    self.home.prove(node, fault, [n for n in (self.home.policy_note, self.told) if n])
        return False

    def read_from(self, node):
        """Reads on from where this node stands; entries are tried on a copy of the book."""
        book = self.home.book
        size, turns = book.size, len(book.councils)
        page = self.page(node, book)
        if page["items"]:
            book = policy.Book()
            for octets in self.home.book.octets:
                book.apply(octets)
        while page["items"]:
            for item in page["items"]:
                if digest(item["record"].encode()) != item["id"]:
                    raise Refusal("REQ-POL-010", "bad-root", "id")
                book.apply(item["record"])
            if notes.parse_policy_head(page["head"], book.fed)[0].size <= book.size:
                break
            page = self.page(node, book)
        changed = [before for _, before in book.councils[turns:]]
        councils = [self.histories(book, c) for c in [book.council(), *changed]]
        head = notes.open_policy_head(page["head"], book.fed, councils)
        self.check_root(book, head)
        return self.keep(book.octets[:head.size], head, size)

    def page(self, node, book):
        status, headers, body = ask(node, f"/v1/feed/policy?after={book.size - 1}&limit=100")
        if status != 200:
            raise refused("the policy feed", status, headers)
        page = strictjson.read(body, members=1 << 20)
        if not isinstance(page.get("items"), list) or not isinstance(page.get("head"), str):
            raise pages.bad()
        self.told = page["head"]
        for place, item in enumerate(page["items"]):
            good = isinstance(item, dict) and item.get("n") == book.size + place and is_id(item.get("id")) \
                and is_int(item["n"]) and item.get("kind") == "policy" and item.get("state") == "live" \
                and isinstance(item.get("record"), str)
            if not good:
                raise pages.bad()
        return page

    def histories(self, book, council):
        """The key histories of council nodes, read anew where this node has none or an old one."""
        result = []
        for node in council:
            member = book.member(node)
            history, at = self.home.history(node)
            if (history is None or now() - at > 30) and member is not None:
                try:
                    history = self.peers.fetch_history(node, member["root"])
                except (CannotReach, Refusal):
                    pass
            result.append(history)
        return result

    def check_root(self, book, head):
        if head.size > book.size:
            raise Refusal("REQ-POL-010", "bad-root")
        whole = merkle.Tree(merkle.entry_leaf(digest(o.encode()), "live")
                                   for o in book.octets[:head.size])
        if whole.root() != head.root:
            known = head.size <= self.home.book.size
            raise Refusal("REQ-POL-009", "policy-forked") if known else Refusal("REQ-POL-010", "bad-root")

    def keep(self, entries, head, size):
        """Only entries under an accepted head are kept (REQ-POL-015)."""
        home = self.home
        if head.size < size or (head.size == size and home.policy_note == head.note):
            return False
        book = home.book
        if head.size > size:
            book = policy.Book()
            for octets in entries:
                book.apply(octets)
        with home.store:
            for n in range(size, book.size):
                home.store.do("INSERT OR IGNORE INTO policy (n, octets) VALUES (?, ?)", n, book.octets[n])
            home.store.put("policy-head", head.note)
        home.book, home.policy_note = book, head.note
        home.announce()
        return book.size > size

    def fetch_bodies(self):
        """Asks the drafter and then the council for the confidential bodies that this node may read, and keeps those that hold."""
        home = self.home
        for document in home.book.versions:
            if document.type not in policybody.CONFIDENTIAL or home.id not in document.body.get("readers", []):
                continue
            wanted = document.body["digest"]
            if home.store.one("SELECT 1 FROM bodies WHERE digest = ?", wanted):
                continue
            for node in dict.fromkeys([document.iss, *home.book.council()]):
                try:
                    status, _, body = self.peers.signed(node, "/v1/policy/confidential/" + wanted)
                    if status != 200:
                        continue
                    policybody.open_confidential(body, wanted)
                except (CannotReach, Refusal):
                    continue
                home.store.do("INSERT OR IGNORE INTO bodies (digest, octets) VALUES (?, ?)", wanted, body)
                break
