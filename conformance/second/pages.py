"""Feed pages and snapshots as a reader judges them, whole (sections 7 and 8)."""

import json

import merkle
import notes
import strictjson
from claims import is_int
from jose import digest, is_id
from refusal import Refusal

LONGEST = 40 << 20
STATES = ("live", "withdrawn", "erased")


def bad(requirement="REQ-FEED-014", problem="bad-page"):
    return Refusal(requirement, problem)


def read_page(octets):
    """REQ-FEED-013 and REQ-FEED-014."""
    if len(octets) > LONGEST:
        raise bad("REQ-FEED-013", "too-large")
    try:
        page = strictjson.read(octets, members=1 << 20)
    except Refusal:
        raise bad() from None
    if not isinstance(page.get("items"), list) or not isinstance(page.get("head"), str):
        raise bad()
    for item in page["items"]:
        if not isinstance(item, dict) or not is_int(item.get("n")) or item["n"] < 0 or not is_id(item.get("id")):
            raise bad()
        if not isinstance(item.get("kind"), str) or not isinstance(item.get("state"), str):
            raise bad()
        if not isinstance(item.get("record", ""), str) and item["record"] is not None:
            raise bad()
    return page


def check_items(items, following, limit, size):
    if len(items) > limit:
        raise bad("REQ-FEED-002")
    for place, item in enumerate(items):
        if item["n"] != following + place:
            raise bad("REQ-FEED-001")
        if item["state"] not in STATES:
            raise bad("REQ-FEED-003")
        if item["state"] != "live" and item.get("record") is not None:
            raise bad("REQ-FEED-004")
        if item["n"] >= size:
            raise bad("REQ-FEED-005")


def judge_page(octets, node, log, following, limit, tree, history, now, before=None):
    """The items and head of a page, and the tree with them. `tree` holds the `following` entries read so far."""
    page = read_page(octets)
    head = notes.open_head(page["head"], node, log, history, now)
    notes.follow_head(head, before)
    items = page["items"]
    check_items(items, following, limit, head.size)
    if before is not None and head.epoch > before.epoch:
        if following:
            return items, head, None
        first = items[0] if items else {}
        note = first.get("record") or ""
        if first.get("kind") != "head" or first.get("id") != digest(note.encode()):
            raise bad("REQ-EPOCH-003")
    grown = tree.copy()
    for item in items:
        grown.add(merkle.entry_leaf(item["id"], item["state"]))
    if grown.size > head.size or (grown.size == head.size and grown.root() != head.root):
        raise bad("REQ-HEAD-008", "bad-root")
    return items, head, grown


def judge_snapshot(text):
    """REQ-FEED-012: the lines are what the last one says of them."""
    octets = text if isinstance(text, bytes) else text.encode()
    lines = octets.split(b"\n")
    if len(lines) < 3 or lines[-1] != b"":
        raise bad("REQ-FEED-012")
    body = b"".join(line + b"\n" for line in lines[:-2])
    try:
        last = json.loads(lines[-2])
        entries = [json.loads(line) for line in lines[1:-2]]
    except ValueError:
        raise bad("REQ-FEED-012") from None
    if not isinstance(last, dict) or last.get("count") != len(entries) or last.get("sha256") != digest(body):
        raise bad("REQ-FEED-012")
    return entries
