"""What one node asks of another: statement, keys, feeds, acknowledgements, nudges, held records."""

import json
import threading
import time

import certificate
import notes
from home import now
from jose import digest, is_id
from problems import Problem

import web

NUDGED, NUDGES = {}, threading.Lock()


def statement(ask):
    return web.Answer(200, ask.home.statement().encode(), "application/jose")


def key_history(ask):
    return web.Answer(200, ask.home.config["history"].encode(), "application/jose")


def did(ask):
    return web.Answer(200, json.dumps(ask.home.did()).encode(), "application/did+json")


def may_read(ask):
    """The log that is asked for, if the caller may read it (REQ-FEED-007, REQ-FEED-011)."""
    log = ask.variables["log"]
    if log in ("public", "policy"):
        return log
    if not log.startswith("to-") or not is_id(log[3:]):
        raise Problem("not-found", requirement="REQ-FEED-011")
    if ask.node is None:
        raise Problem("not-authenticated", requirement="REQ-REQ-001", headers={"WWW-Authenticate": "Fukusen"})
    if notes.log_of(ask.node) != log:
        raise Problem("forbidden", requirement="REQ-FEED-007")
    return log


def waiting_time(ask):
    """The seconds of Prefer: wait, at most 30; other preferences are ignored (RFC 7240)."""
    for header in ask.headers.get_all("Prefer") or []:
        for preference in header.split(","):
            name, _, value = preference.split(";")[0].partition("=")
            value = value.strip().strip('"')
            if name.strip().lower() == "wait" and value.isascii() and value.isdigit() and len(value) < 9:
                return min(int(value), 30)
    return 0


def feed(ask):
    log = may_read(ask)
    after = ask.number("after", None, 0, 9007199254740991, "REQ-FEED-008")
    limit = ask.number("limit", 100, 1, 500, "REQ-FEED-008")
    first, until = (0 if after is None else after + 1), time.monotonic() + waiting_time(ask)
    home = ask.home
    while True:
        seen = home.turn
        page = policy_page(home, first, limit) if log == "policy" else log_page(home, log, first, limit)
        left = until - time.monotonic()
        if page["items"] or left <= 0:
            return web.reply(page)
        with home.grown:
            home.grown.wait_for(lambda: home.turn != seen, left)


def policy_page(home, first, limit):
    """REQ-POL-017. Before this node has read a cosigned head it has nothing to show."""
    book, note = home.book, home.policy_note
    if note is None:
        raise Problem("unavailable", headers={"Retry-After": "1"})
    items = [{"n": n, "id": digest(book.octets[n].encode()), "kind": "policy", "state": "live",
              "record": book.octets[n]} for n in range(first, min(first + limit, book.size))]
    return {"items": items, "head": note}


def log_page(home, log, first, limit):
    with home.store.lock:
        rows = home.store.all(
            "SELECT e.n, e.id, e.kind, e.state, s.raw, s.n AS current FROM entries e LEFT JOIN sealed s "
            "ON s.id = e.id AND s.state = 'live' WHERE e.log = ? AND e.n >= ? ORDER BY e.n LIMIT ?", log, first, limit)
        items = [item_of(r) for r in rows]
        return {"items": items, "head": home.head(log)}


def item_of(row):
    item = {"n": row["n"], "id": row["id"], "kind": row["kind"], "state": row["state"]}
    if row["state"] == "live" and row["raw"] is not None and row["current"] == row["n"]:
        item["record"] = row["raw"]
    return item


def snapshot(ask):
    log = may_read(ask)
    home = ask.home
    if log == "policy":
        page = policy_page(home, 0, home.book.size)
    else:
        with home.store.lock:
            page = {"head": home.head(log), "items": [item_of(r) for r in home.store.all(
                "SELECT n, id, kind, 'live' AS state, raw, n AS current FROM sealed "
                "WHERE log = ? AND state = 'live' ORDER BY n", log)]}
    lines = [{"head": page["head"]}]
    lines += [{k: i[k] for k in ("n", "id", "kind", "record")} for i in page["items"] if "record" in i]
    body = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    last = {"count": len(lines) - 1, "sha256": digest(body)}
    return web.Answer(200, body + json.dumps(last).encode() + b"\n", "application/x-ndjson")


def ack(ask):
    log = ask.variables["log"]
    if log in ("public", "policy"):
        raise Problem("forbidden", requirement="REQ-FEED-007")
    may_read(ask)
    body = ask.json()
    if set(body) != {"next"} or isinstance(body["next"], bool) or not isinstance(body["next"], int) or body["next"] < 0:
        raise Problem("invalid", field="next")
    ask.home.store.do("INSERT INTO acks (log, next, at) VALUES (?, ?, ?) ON CONFLICT (log) DO UPDATE SET "
                      "next = excluded.next, at = excluded.at", log, body["next"], now())
    return web.Answer(204)


def nudge(ask):
    """REQ-FEED-015 and 016: a hint, at most once a second from one node."""
    with NUDGES:
        last, at = NUDGED.get(ask.node, 0.0), time.monotonic()
        if at - last < 1.0:
            raise Problem("too-many-requests", requirement="REQ-FEED-016", headers={"Retry-After": "1"})
        NUDGED[ask.node] = at
    ask.reader.ask_for(ask.node)
    return web.Answer(202)


def countersign(ask):
    """REQ-CERT-001: says that the certificate was shown to the holder of this node's record key."""
    token = certificate.open_certificate(ask.body.decode("ascii", "replace"), ask.home.id, now())
    return web.Answer(200, certificate.countersign(ask.home.signer, ask.home.id, token, now()).encode(),
                      "application/jose")


def held(ask):
    """REQ-HELD-001."""
    limit = ask.number("limit", 100, 1, 500, "REQ-FEED-008")
    after = ask.number("after", -1, 0, 9007199254740991)
    home = ask.home
    rows = home.store.all("SELECT rowid, id, kind, raw FROM received WHERE node = ? AND raw IS NOT NULL AND rowid > ? "
                          "ORDER BY rowid LIMIT ?", ask.node, after, limit + 1)
    result = {"items": [{"id": r["id"], "kind": r["kind"], "record": r["raw"]} for r in rows[:limit]]}
    if len(rows) > limit:
        result["next"] = str(rows[limit - 1]["rowid"])
    if after < 0:
        state = home.store.value("SELECT body FROM read_logs WHERE node = ?", ask.node)
        head = json.loads(state).get("head") if state else None
        if head:
            result["head"] = head
    return web.reply(result)
