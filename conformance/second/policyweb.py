"""The policy log as people and programs ask for it, and drafts that wait for ballots."""

import json
import re

import merkle
import policy
import policybody
from home import now
from jose import digest, is_id, open_token, unb64
from notes import std64
from problems import Problem
from refusal import Refusal

import web


def summary(home, document):
    p = document.payload
    result = {"id": document.id, "series": document.series, "type": document.type, "version": document.version,
              "status": home.book.status(document, now()), "validFrom": document.begin, "title": p["title"]}
    if document.end is not None:
        result["validUntil"] = document.end
    return result


def proquints(fed):
    """Eight words for the first 128 bits (section 13)."""
    words, octets = [], unb64(fed)[:16]
    for high, low in zip(octets[::2], octets[1::2]):
        bits = high << 8 | low
        words.append("".join(("bdfghjklmnprstvz" if width == 4 else "aiou")[bits >> place & (1 << width) - 1]
                             for place, width in ((12, 4), (10, 2), (6, 4), (4, 2), (0, 4))))
    return words


def overview(ask):
    book = ask.home.book
    return web.reply({"fed": book.fed, "words": proquints(book.fed), "size": book.size, "root": std64(book.tree.root()),
                      "development": book.development, "council": book.council(),
                      "documents": [summary(ask.home, d) for d in book.versions]})


def known_id(ask, name="id"):
    if not is_id(ask.variables[name]):
        raise Problem("bad-request", field=name)
    return ask.variables[name]


def document(ask):
    found = ask.home.book.is_document(known_id(ask))
    if found is None:
        raise Problem("not-found")
    p = {**found.payload, "id": found.id, "status": ask.home.book.status(found, now())}
    if found.type in policybody.CONFIDENTIAL:
        p["body"] = {k: v for k, v in p["body"].items() if k == "digest"}
    return web.reply(p)


def confidential(ask):
    """REQ-POL-018: for the council and the listed readers while they are active, and each giving is logged."""
    wanted, home = known_id(ask, "digest"), ask.home
    for found in home.book.versions:
        if found.type in policybody.CONFIDENTIAL and found.body.get("digest") == wanted:
            if ask.node not in home.book.council() and ask.node not in found.body["readers"]:
                break
            octets = home.store.value("SELECT octets FROM bodies WHERE digest = ?", wanted)
            if octets is not None:
                home.store.do("INSERT INTO givings (digest, node, at) VALUES (?, ?, ?)", wanted, ask.node, now())
                return web.Answer(200, octets, "application/octet-stream")
            raise Problem("not-found")
    raise Problem("forbidden", requirement="REQ-POL-018")


TILE = re.compile(r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?\Z")


def tile(ask):
    """REQ-POL-022: a C2SP tlog-tiles hash tile of the policy log."""
    level, found = ask.number_in_path("level", 63), TILE.match(ask.variables["index"])
    if not found or found.group(1).startswith("x000/"):
        raise Problem("bad-request", field="index")
    index, width = int(re.sub(r"[x/]", "", found.group(1))), int(found.group(2) or 256)
    book, span = ask.home.book, 1 << (8 * level)
    if span * (index * 256 + width) > book.size:
        raise Problem("not-found")
    leaves = [merkle.entry_leaf(digest(o.encode()), "live") for o in book.octets]
    first = index * 256
    hashes = [merkle.Tree(leaves[n * span:(n + 1) * span]).root() for n in range(first, first + width)]
    return web.Answer(200, b"".join(hashes), "application/octet-stream")


# Drafts

def state_of(book, found):
    if book.is_document(found.id):
        return "accepted"
    before = book.newest.get(found.series)
    return "open" if found.prev == (before.id if before else "") else "overtaken"


def votes(book, found, ballots):
    read = [policy.open_ballot(b) for b in ballots]
    return sum(1 for _, p in read if p["choice"] == "yes" and p["iss"] in book.council()
               and p["register"] == book.register_id)


def drafts(ask):
    book, items = ask.home.book, []
    for row in ask.home.store.all("SELECT id, document, ballots FROM drafts ORDER BY place DESC"):
        found = policy.open_document(row["document"])
        items.append({"id": found.id, "iss": found.iss, "series": found.series, "type": found.type,
                      "version": found.version, "status": state_of(book, found), "title": found.payload["title"],
                      "ballots": votes(book, found, json.loads(row["ballots"])), "needed": book.threshold})
    return web.reply({"items": items})


def get_draft(ask):
    row = ask.home.store.one("SELECT id, document, ballots FROM drafts WHERE id = ?", known_id(ask))
    if row is None:
        raise Problem("not-found")
    return policy.open_document(row["document"]), json.loads(row["ballots"])


def draft(ask):
    book = ask.home.book
    found, ballots = get_draft(ask)
    seen = [p for _, p in map(policy.open_ballot, ballots)]
    return web.reply({"id": found.id, "status": state_of(book, found), "document": found.token.raw,
                      "ballots": [{"iss": p["iss"], "choice": p["choice"], "iat": p["iat"]} for p in seen],
                      "needed": book.threshold})


def new_draft(ask):
    body, book = ask.json(), ask.home.book
    if not isinstance(body.get("document"), str) or set(body) - {"document", "confidential"}:
        raise Problem("invalid", field="document")
    if "confidential" in body:
        raise Problem("invalid", field="confidential",
                      detail=("This node keeps no confidential bodies.", "このノードは機密文書の本文を預かりません。"))
    found = policy.open_document(body["document"])
    if ask.home.store.one("SELECT 1 FROM drafts WHERE id = ?", found.id) is None:
        book.check_document(found)
        book.signed(found.token, found.iss, Refusal("REQ-POL-001", "bad-entry", "iss"))
        ask.home.store.do("INSERT OR IGNORE INTO drafts (id, document, ballots) VALUES (?, ?, '[]')",
                          found.id, found.token.raw)
    return web.reply({"id": found.id}, 201)


def ballot(ask):
    """Counts a ballot; the entry itself is for a council node to place."""
    body, home, book = ask.json(), ask.home, ask.home.book
    if set(body) != {"ballot"} or not isinstance(body["ballot"], str):
        raise Problem("invalid", field="ballot")
    with home.store:
        found, ballots = get_draft(ask)
        mine = policy.open_ballot(body["ballot"])
        book.count(found, [mine], book.register_id)
        others = [b for b in ballots if policy.open_ballot(b)[1]["iss"] != mine[1]["iss"]]
        same = [b for b in ballots if policy.open_ballot(b)[1]["iss"] == mine[1]["iss"]]
        if same and open_token(same[0]).id != mine[0].id:
            raise Problem("invalid", requirement="REQ-POL-004", field="ballot")
        ballots = others + [body["ballot"]]
        home.store.do("UPDATE drafts SET ballots = ? WHERE id = ?", json.dumps(ballots), found.id)
    return web.reply({"ballots": votes(book, found, ballots), "needed": book.threshold,
                      "accepted": book.is_document(found.id) is not None})
