"""HTTP around the operations: limits, credentials, problems. Handlers get an Ask and give an Answer."""

import json
import socket
import threading
import traceback
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import problems
import proof
import routes
import strictjson
from home import ROLES, now, token_hash
from problems import Problem
from refusal import Refusal

TICKETS = threading.BoundedSemaphore(128)


class Ask:
    """One request: its route, variables, query, body, and who asks."""

    def __init__(self, home, route, variables, query, body, headers):
        self.home, self.route, self.query, self.body, self.headers = home, route, query, body, headers
        self.variables = {k: urllib.parse.unquote(v) for k, v in variables.items()}
        self.node = self.role = self.person = None

    def parameter(self, name):
        values = self.query.get(name)
        if values is None:
            return None
        if len(values) != 1:
            raise Problem("bad-request", field=name)
        return values[0]

    def number(self, name, default, least, most, requirement=None):
        text = self.parameter(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 16 or (len(text) > 1 and text[0] == "0"):
            raise Problem("bad-request", requirement=requirement, field=name)
        if not least <= int(text) <= most:
            raise Problem("bad-request", requirement=requirement, field=name)
        return int(text)

    def number_in_path(self, name, most):
        text = self.variables[name]
        if not text.isascii() or not text.isdigit() or len(text) > 4 or str(int(text)) != text or int(text) > most:
            raise Problem("bad-request", field=name)
        return int(text)

    def json(self):
        try:
            return strictjson.read(self.body)
        except Refusal:
            raise Problem("bad-request") from None


class Answer:
    def __init__(self, status, body=b"", media=None, headers=None):
        self.status, self.body, self.media, self.headers = status, body, media, headers or {}


def reply(value, status=200):
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    unread = False
    timeout = 60
    server_version, sys_version = "second", ""

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def log_message(self, *_):
        pass

    def send_error(self, code, message=None, explain=None):
        self.close_connection = True
        self.requestline = getattr(self, "requestline", "")
        self.request_version = getattr(self, "request_version", "") or "HTTP/1.1"
        self.command = getattr(self, "command", "") or "GET"
        name = {414: "too-large", 431: "too-large", 408: "unavailable"}.get(code, "bad-request")
        self.give_problem(Problem(name, status=code if 400 <= code < 501 else 400))

    def serve(self):
        if not TICKETS.acquire(blocking=False):
            self.close_connection = True
            return self.give_problem(Problem("unavailable", headers={"Retry-After": "1"}))
        try:
            self.unread = True
            self.give(self.answer())
        except Problem as fault:
            self.give_problem(fault)
        except Refusal as fault:
            self.give_problem(problems.of(fault))
        except (BrokenPipeError, ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:
            traceback.print_exc()
            self.give_problem(Problem("internal"))
        finally:
            TICKETS.release()

    def answer(self):
        if self.path.startswith(("http://", "https://")):
            self.path = "/" + self.path.split("://", 1)[1].partition("/")[2]
        path, _, query = self.path.partition("?")
        found, variables = routes.find(path)
        if not found:
            raise Problem("not-found", requirement="REQ-ERR-005")
        route = found.get(self.command)
        if route is None:
            raise Problem("not-allowed", requirement="REQ-ERR-005", headers={"Allow": ", ".join(sorted(found))})
        if route.role and route.role not in ROLES or route.handler is None:
            raise Problem("not-claimed", requirement="REQ-ERR-006")
        body = self.read_body(route)
        try:
            pairs = urllib.parse.parse_qs(query, keep_blank_values=True, max_num_fields=32, errors="strict")
        except ValueError:
            raise Problem("bad-request") from None
        ask = Ask(self.server.home, route, variables, pairs, body, self.headers)
        ask.reader = self.server.reader
        self.authenticate(ask)
        answer = route.handler(ask)
        if ask.node or "Fukusen-Heads" in self.headers:
            answer.headers.setdefault("Fukusen-Heads", ask.home.heads_header())
        return answer

    # Bodies

    def read_body(self, route):
        large = Problem("too-large", requirement="REQ-REQ-010")
        coded = self.headers.get_all("Content-Encoding")
        lengths, transfer = self.headers.get_all("Content-Length"), self.headers.get("Transfer-Encoding")
        if transfer is not None and (lengths or transfer.strip().lower() != "chunked"):
            self.close_connection = True
            raise Problem("bad-request")
        if lengths and (len(lengths) > 1 or not lengths[0].isascii() or not lengths[0].isdigit()):
            self.close_connection = True
            raise Problem("bad-request")
        length = int(lengths[0]) if lengths and len(lengths[0]) < 18 else (1 << 60 if lengths else 0)
        if length > route.body:
            raise large
        if coded and (length or transfer):
            raise Problem("bad-request", 415, "REQ-REQ-011")
        if transfer is not None:
            body = self.read_chunks(route.body, large)
        else:
            body = self.rfile.read(length) if length else b""
            if len(body) != length:
                raise ConnectionError
        self.unread = False
        said = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if route.media and said != route.media:
            raise Problem("bad-request", 415, "REQ-REQ-011")
        if route.media and not body:
            raise Problem("bad-request")
        return body

    def read_chunks(self, most, large):
        parts, total = [], 0
        while True:
            line = self.rfile.readline(1024).split(b";")[0].strip()
            try:
                size = int(line, 16) if line and len(line) < 16 else -1
            except ValueError:
                size = -1
            if size < 0:
                raise Problem("bad-request")
            if size == 0:
                break
            total += size
            if total > most:
                raise large
            parts.append(self.rfile.read(size))
            if self.rfile.readline(8).strip():
                raise Problem("bad-request")
        while self.rfile.readline(1024).strip():
            pass
        return b"".join(parts)

    # Credentials

    def authenticate(self, ask):
        who = ask.route.who
        given = self.headers.get_all("Authorization") or []
        if who == "public" or (who == "feed" and not given):
            return
        if not given:
            raise self.unknown(ask, "REQ-REQ-001")
        scheme, _, token = given[0].strip().partition(" ")
        scheme, token = scheme.lower(), token.strip(" ")
        allowed = {"feed": ("fukusen",), "node": ("fukusen",), "bearer": ("bearer",),
                   "either": ("fukusen", "bearer")}[who]
        if len(given) > 1 or scheme not in allowed:
            raise self.unknown(ask, "REQ-REQ-012")
        if scheme == "bearer":
            self.take_bearer(ask, token)
        else:
            self.take_proof(ask, token)

    def unknown(self, ask, requirement=None):
        scheme = "Bearer" if ask.route.who == "bearer" else "Fukusen"
        return Problem("not-authenticated", requirement=requirement, headers={"WWW-Authenticate": scheme})

    def take_bearer(self, ask, token):
        row = ask.home.store.one("SELECT role, person, expires FROM tokens WHERE hash = ?", token_hash(token))
        if row is None or row["expires"] <= now():
            raise self.unknown(ask)
        ask.role, ask.person = row["role"], row["person"]
        if ask.role not in ask.route.roles:
            raise Problem("forbidden")
        if ask.role == "person" and ask.variables.get("person") != ask.person:
            raise Problem("forbidden")

    def take_proof(self, ask, token):
        home = ask.home
        try:
            found = self.open_proof(ask, token)
        except Refusal as fault:
            more = {"now": now()} if fault.problem == "clock-skew" else {}
            raise Problem(fault.problem, 401, fault.requirement, fault.field or None,
                          {"WWW-Authenticate": "Fukusen"}, **more) from None
        member = home.member(found["iss"])
        if member is None or member["status"] != "active":
            raise Problem("unknown-issuer", 401, "REQ-REQ-008", "iss", {"WWW-Authenticate": "Fukusen"})
        if self.command != "GET":
            with home.store:
                if home.store.one("SELECT 1 FROM proofs WHERE iss = ? AND jti = ?", found["iss"], found["jti"]):
                    raise Problem("replayed", 401, "REQ-REQ-007", "jti", {"WWW-Authenticate": "Fukusen"})
                home.store.do("DELETE FROM proofs WHERE at < ?", now() - 600)
                home.store.do("INSERT INTO proofs (iss, jti, at) VALUES (?, ?, ?)", found["iss"], found["jti"], now())
        ask.node = found["iss"]

    def open_proof(self, ask, token):
        """Opens the proof; where the key is not known, the caller's key history is read once more."""
        peers, home = self.server.peers, ask.home

        def attempt():
            return proof.open_proof(token, self.command, home.id + self.path, ask.body, home.id,
                                    peers.history_for_request, now())
        try:
            return attempt()
        except Refusal as fault:
            if fault.requirement != "REQ-REQ-009" or not peers.refresh_for(token):
                raise
        return attempt()

    # Answers

    def give(self, answer):
        self.send_response(answer.status)
        if answer.media:
            self.send_header("Content-Type", answer.media)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def give_problem(self, fault):
        if self.unread and (self.headers.get("Content-Length", "0") != "0"
                                               or self.headers.get("Transfer-Encoding")):
            self.close_connection = True
        else:
            self.unread = False
        try:
            self.give(Answer(fault.status, fault.body(self.language()), "application/problem+json", fault.headers))
        except (BrokenPipeError, ConnectionError, TimeoutError):
            self.close_connection = True

    def finish(self):
        """After an answer that left a body unread, waits a moment so that the caller can read the answer."""
        if self.unread:
            try:
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_WR)
                self.connection.settimeout(0.5)
                for _ in range(64):
                    if not self.connection.recv(65536):
                        break
            except OSError:
                pass
        super().finish()

    def language(self):
        headers = getattr(self, "headers", None)
        return problems.language(", ".join(headers.get_all("Accept-Language") or []) if headers else "")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, home, peers, reader):
        super().__init__(address, Handler)
        self.home, self.peers, self.reader = home, peers, reader
