"""What leaves the node about a person: sealed for each reader a consent names, and taken back when it ends."""

import datetime
import json
import uuid
import zoneinfo

import ical
from home import now

ZONE = zoneinfo.ZoneInfo("Asia/Tokyo")
STEP, SPAN = 900, 56 * 86400


def utc(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def busy_of(store, person, first, last, step=1):
    periods = []
    for row in store.all("SELECT text FROM calendars WHERE person = ?", person):
        periods += ical.expand(row["text"], ZONE, first, last)[0]
    return [{"utcStart": utc(b), "utcEnd": utc(e), "busyStatus": s}
            for b, e, s in ical.coalesce(periods, first, last, step)]


def subject_of(store, person, recipient):
    """One random subject for each audience."""
    store.do("INSERT OR IGNORE INTO subjects (person, recipient, sub) VALUES (?, ?, ?)",
             person, recipient, uuid.uuid4().urn)
    return store.value("SELECT sub FROM subjects WHERE person = ? AND recipient = ?", person, recipient)


def body_of(store, person, kind):
    """What a record of this kind says now, or None where there is nothing to say."""
    at = now()
    if kind == "talent":
        found = store.value("SELECT body FROM talent WHERE person = ?", person)
        return json.loads(found) if found else None
    if kind == "availability" and store.one("SELECT 1 FROM calendars WHERE person = ?", person):
        first = at // STEP * STEP
        last = first + SPAN
        return {"updated": utc(at), "utcStart": utc(first), "utcEnd": utc(last), "granularity": "PT15M",
                "busy": busy_of(store, person, first, last, STEP)}
    return None


LIVES = {"talent": 2592000, "availability": 604800}


def publish(home, person, kinds=("talent", "availability"), consent=None, stale_only=False):
    """Seals the person's records under the newest standing consent for each reader and kind, in one transaction, with
    the first purpose that the guideline lists (section 4); how many were sealed."""
    store, sealed = home.store, 0
    with store:
        purposes, members = home.purposes(), home.active()
        bodies, done = {kind: body_of(store, person, kind) for kind in kinds}, set()
        for row in store.all("SELECT * FROM consents WHERE person = ? AND state = 'given' AND until > ? "
                             "AND kinds <> '[\"vc\"]' ORDER BY rowid DESC", person, now() + 1):
            if (consent and row["id"] != consent) or row["recipient"] not in members:
                continue
            for kind in json.loads(row["kinds"]):
                if bodies.get(kind) is None or (row["recipient"], kind) in done:
                    continue
                done.add((row["recipient"], kind))
                purpose = next((p for p in json.loads(row["purposes"]) if p in purposes.get(kind, [])), None)
                end_purpose(home, row, kind, purpose)
                if purpose is None:
                    continue
                if stale_only and not is_stale(store, row["id"], kind, purpose):
                    continue
                seal_one(home, row, kind, purpose, bodies[kind])
                sealed += 1
    if sealed:
        home.announce()
    return sealed


def is_stale(store, consent, kind, purpose):
    """Half of its life is over, or it was never sealed."""
    row = store.one("SELECT at, expires FROM sealed WHERE consent = ? AND kind = ? AND purpose = ? AND state = 'live'",
                    consent, kind, purpose)
    return row is None or (now() - row["at"] > (row["expires"] - row["at"]) // 2 and now() - row["at"] > 3600)


def end_purpose(home, row, kind, purpose):
    """Takes back what was sealed under this consent for another purpose, which is gone."""
    if not home.store.one("SELECT 1 FROM sealed WHERE consent = ? AND kind = ? AND state = 'live' AND purpose IS NOT ?",
                          row["id"], kind, purpose):
        return
    for gone in home.store.all("SELECT * FROM sealed WHERE person = ? AND recipient = ? AND kind = ? AND state IN "
                               "('live', 'replaced') ORDER BY n", row["person"], row["recipient"], kind):
        home.take_back(gone, "withdrawn")
        owe(home, row["person"], row["recipient"], None, [gone["id"]], deadline(home, "withdrawalDeadline"))


def seal_one(home, row, kind, purpose, body):
    uid = home.store.value("SELECT uid FROM sealed WHERE person = ? AND recipient = ? AND kind = ?",
                           row["person"], row["recipient"], kind) or uuid.uuid4().urn
    claims = {"sub": subject_of(home.store, row["person"], row["recipient"]), "consent": row["id"],
              "purpose": purpose, "until": row["until"], "exp": min(now() + LIVES[kind], row["until"]), **body}
    home.seal(kind, row["recipient"], claims, uid, person=row["person"], consent=row["id"], purpose=purpose)


def owe(home, person, node, order, ids, deadline):
    home.store.do("INSERT INTO due (person, node, order_id, ids, due) VALUES (?, ?, ?, ?, ?)",
                  person, node, order, json.dumps(ids), deadline)


def deadline(home, name):
    return now() + (home.guideline() or {}).get(name, 604800)


def withdraw(home, consent, state):
    """Ends a consent and takes back all that rests on it, in one transaction; the answer to who asked."""
    store = home.store
    with store:
        row = store.one("SELECT * FROM consents WHERE id = ?", consent)
        if row["state"] != "given":
            return json.loads(row["answer"])
        rows = store.all("SELECT * FROM sealed WHERE state IN ('live', 'replaced') AND uid IN (SELECT uid FROM sealed "
                         "WHERE consent = ? AND state = 'live') ORDER BY n", consent)
        for sealed in rows:
            home.take_back(sealed, "withdrawn")
            owe(home, row["person"], row["recipient"], None, [sealed["id"]], deadline(home, "withdrawalDeadline"))
        answer = {"withdrawn": len(rows), "receiptsDue": len(rows)}
        store.do("UPDATE consents SET state = ?, answer = ? WHERE id = ?", state, json.dumps(answer), consent)
    home.announce()
    return answer


def erase(home, person):
    """Forgets a person here and orders every node that was given records to forget them too."""
    store, orders, until = home.store, 0, deadline(home, "erasureDeadline")
    with store:
        given, due = {}, 0
        for row in store.all("SELECT * FROM sealed WHERE person = ? AND state <> 'erased' ORDER BY log, n", person):
            given.setdefault(row["recipient"], []).append(row)
            due += 1
        for recipient, rows in given.items():
            for start in range(0, len(rows), 500):
                ids = [r["id"] for r in rows[start:start + 500]]
                order, _ = home.seal("erasure", recipient, {"ids": ids, "basis": "erasure-request"}, uuid.uuid4().urn)
                owe(home, person, recipient, order, ids, until)
                orders += 1
            for row in rows:
                home.take_back(row, "erased")
        for table in ("calendars", "talent", "consents", "subjects"):
            store.do(f"DELETE FROM {table} WHERE person = ?", person)
        store.do("UPDATE sealed SET consent = NULL, purpose = NULL WHERE person = ?", person)
        store.do("DELETE FROM tokens WHERE person = ?", person)
        store.do("DELETE FROM due WHERE person = ? AND order_id IS NULL AND receipt IS NULL", person)
        store.do("DELETE FROM people WHERE id = ?", person)
    home.announce()
    return {"orders": orders, "receiptsDue": due, "deadline": until}


def refresh(home):
    """Ends consents whose time is over, and seals again what grows old."""
    for row in home.store.all("SELECT id FROM consents WHERE state = 'given' AND until <= ?", now()):
        withdraw(home, row["id"], "expired")
    for row in home.store.all("SELECT id FROM people"):
        publish(home, row["id"], stale_only=True)
