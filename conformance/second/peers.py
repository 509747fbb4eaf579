"""Asking other nodes: short, bounded, signed where it has to be, and never more often than needed."""

import http.client
import ssl
import threading
import time
import urllib.parse

import keys
import proof
import statement
import strictjson
from claims import is_int
from home import now
from jose import unb64
from refusal import Refusal

LONGEST = (40 << 20) + 1


class CannotReach(Exception):
    """The neighbour gave no usable answer; `wait` is for how long it asked to be left alone (REQ-FEED-019)."""

    def __init__(self, text, wait=0):
        super().__init__(text)
        self.wait = wait


def refused(what, status, headers):
    """An answer other than 200 as what cannot be reached, for 60 seconds at most."""
    after = headers.get("Retry-After", "")
    waits = status in (429, 503) and after.isascii() and after.isdigit()
    return CannotReach(f"{what} answered {status}", min(int(after[:9]), 60) if waits else 0)


def ask(node, path, headers=None, timeout=10.0, most=LONGEST):
    """GET at a node: the status, headers and body, at most `most` octets within the time limit."""
    where = urllib.parse.urlsplit(node)
    if where.scheme == "https":
        link = http.client.HTTPSConnection(where.netloc, timeout=timeout, context=ssl.create_default_context())
    else:
        link = http.client.HTTPConnection(where.netloc, timeout=timeout)
    until = time.monotonic() + timeout
    try:
        link.request("GET", path, headers={"Accept-Encoding": "identity", **(headers or {})})
        answer = link.getresponse()
        parts, total = [], 0
        while total < most:
            part = answer.read1(min(65536, most - total))
            if not part:
                break
            parts.append(part)
            total += len(part)
            if time.monotonic() > until:
                raise CannotReach("the answer does not end")
        return answer.status, answer.headers, b"".join(parts)
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise CannotReach(type(fault).__name__) from None
    finally:
        link.close()


class Peers:
    def __init__(self, home):
        self.home, self.lock, self.tried = home, threading.Lock(), {}

    def signed(self, node, path, timeout=10.0):
        """A GET with a proof; a server whose clock differs is asked once more by its own (REQ-REQ-013)."""
        home = self.home

        def attempt(at):
            token = proof.make_proof(home.signer, home.id, node, "GET", node + path, b"", at)
            return ask(node, path, {"Authorization": "Fukusen " + token, "Fukusen-Heads": home.heads_header()}, timeout)
        answer = attempt(now())
        if answer[0] == 401 and len(answer[2]) < 65536:
            try:
                problem = strictjson.read(answer[2])
            except Refusal:
                return answer
            if problem.get("type") == "urn:fukusen:problem:clock-skew" and is_int(problem.get("now")):
                return attempt(problem["now"])
        return answer

    def fetch_history(self, node, root=None):
        """Reads and keeps a node's key history; root is given while the register is not ours yet."""
        member = self.home.member(node)
        status, _, body = ask(node, "/.well-known/fukusen/keys", timeout=5.0, most=65537)
        if status != 200:
            raise CannotReach(f"keys answered {status}")
        history = keys.open_history(body.decode("ascii", "replace"), node, root or member["root"])
        if member is not None and (root is None or root == member["root"]):
            try:
                self.home.keep_history(history)
            except Refusal as fault:
                if fault.problem == "key-conflict":
                    self.home.prove(node, fault, [self.home.history(node)[0].raw, history.raw])
                raise
        return history

    def refresh(self, node, least=1.0):
        """Reads a history again, at most once in `least` seconds; whether it was read."""
        with self.lock:
            if time.monotonic() - self.tried.get(node, -1e9) < least:
                return False
            self.tried[node] = time.monotonic()
        try:
            self.fetch_history(node)
            return True
        except (Refusal, CannotReach):
            return False

    def hear_statement(self, node, history):
        """A neighbour's statement, None where it gives none, or a Refusal."""
        status, _, body = ask(node, "/.well-known/fukusen", timeout=5.0, most=65537)
        if status == 200:
            return statement.open_statement(body.decode("ascii", "replace"), node, history, now())
        return None

    def history_for_request(self, node):
        """A caller's history. Nothing is fetched for a node that the register does not list (REQ-REQ-008)."""
        if node not in self.home.members():
            raise KeyError(node)
        if node == self.home.id:
            return None
        history, at = self.home.history(node)
        if history is None or now() - at > 60:
            self.refresh(node)
            history, _ = self.home.history(node)
        return history

    def refresh_for(self, token):
        """Reads the history of the node that a proof names, if the register lists it."""
        try:
            node = strictjson.read(unb64(token.split(".")[1])).get("iss")
        except (Refusal, IndexError):
            return False
        return isinstance(node, str) and node in self.home.members() and self.refresh(node)
