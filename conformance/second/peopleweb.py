"""What the people of this node and its clerks do."""

import json
import re
import secrets
import uuid

import ical
import publish
import records
from claims import is_int, is_language, is_node_id
from home import now
from problems import Problem
from refusal import Refusal

import web

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\Z")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+\Z")
STATES = {"given": "ConsentGiven", "withdrawn": "ConsentWithdrawn", "expired": "ConsentExpired"}


def members_of(body, required, optional=()):
    """The contract's closed objects: unknown members and missing ones make the body invalid (section 10)."""
    if set(body) - set(required) - set(optional):
        raise Problem("invalid")
    for name in required:
        if name not in body:
            raise Problem("invalid", field=name)


def get_person(ask):
    row = ask.home.store.one("SELECT id, body FROM people WHERE id = ?", ask.variables["person"])
    if row is None:
        raise Problem("not-found")
    return {"id": row["id"], **json.loads(row["body"])}


def check_name(body, member):
    value = body[member]
    if not isinstance(value, dict):
        raise Problem("invalid", field=member)
    members_of(value, ("family", "given"))
    if not all(isinstance(v, str) and 0 < len(v) <= 100 for v in value.values()):
        raise Problem("invalid", field=member)
    return value


def people(ask):
    limit, after = ask.number("limit", 100, 1, 500), ask.number("after", 0, 0, 1 << 52)
    rows = [{"id": r["id"], **json.loads(r["body"])} for r in ask.home.store.all("SELECT id, body FROM people")]
    rows.sort(key=lambda p: (p["kana"]["family"], p["kana"]["given"], p["id"]))
    result = {"items": rows[after:after + limit]}
    if len(rows) > after + limit:
        result["next"] = str(after + limit)
    return web.reply(result)


def new_person(ask):
    body = ask.json()
    members_of(body, ("name", "kana"), ("demo",))
    kept = {"name": check_name(body, "name"), "kana": check_name(body, "kana"), "demo": body.get("demo", False)}
    if not isinstance(kept["demo"], bool):
        raise Problem("invalid", field="demo")
    person = "p-" + secrets.token_hex(8)
    ask.home.store.do("INSERT INTO people (id, body) VALUES (?, ?)", person, json.dumps(kept))
    return web.reply({"id": person}, 201)


def person(ask):
    return web.reply(get_person(ask))


def erase(ask):
    return web.reply(publish.erase(ask.home, get_person(ask)["id"]), 202)


def calendars(ask):
    who = get_person(ask)["id"]
    rows = ask.home.store.all("SELECT name, summary FROM calendars WHERE person = ? ORDER BY name", who)
    return web.reply({"items": [{"name": r["name"], **json.loads(r["summary"])} for r in rows]})


def put_calendar(ask):
    who, name, home = get_person(ask)["id"], ask.variables["name"], ask.home
    if not NAME.match(name):
        raise Problem("bad-request", field="name")
    try:
        text = ask.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("bad-request") from None
    first = now()
    try:
        periods, events, faults = ical.expand(text, publish.ZONE, first, first + publish.SPAN)
    except ical.CannotRead as fault:
        where = f" (line {fault.line})" if fault.line else ""
        raise Problem("invalid", field=fault.field, detail=(
            f"This node cannot expand {fault.field}{where}, and so does not take the calendar.",
            f"このノードは{fault.field}を展開できないため、この暦を受け取りません{where}。")) from None
    except ValueError:
        raise Problem("invalid", field="RECURRENCE-ID") from None
    busy_count = len(ical.coalesce(periods, first, first + publish.SPAN))
    summary = {"events": events, "busy": busy_count, "problems": len(faults), "updated": now()}
    with home.store:
        home.store.do("INSERT INTO calendars (person, name, text, summary) VALUES (?, ?, ?, ?) ON CONFLICT "
                      "(person, name) DO UPDATE SET text = excluded.text, summary = excluded.summary",
                      who, name, text, json.dumps(summary))
        publish.publish(home, who, ("availability",))
    return web.reply({"events": events, "busy": busy_count, "problems": faults})


def put_talent(ask):
    who, body, home = get_person(ask)["id"], ask.json(), ask.home
    if set(body) - {"skills", "region", "remote", "languages"}:
        raise Problem("invalid")
    try:
        records.check_talent_body(body, body)
    except Refusal as fault:
        raise Problem(fault.problem, 422, fault.requirement, fault.field or None) from None
    if not all(URI.match(s["uri"]) and len(s["uri"]) <= 512 for s in body["skills"]):
        raise Problem("invalid", requirement="REQ-TAL-002", field="uri")
    if len(body["languages"]) > 50:
        raise Problem("invalid", field="languages")
    with home.store:
        home.store.do("INSERT INTO talent (person, body) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET "
                      "body = excluded.body", who, json.dumps(body))
        sealed = publish.publish(home, who, ("talent",))
    return web.reply({"sealed": sealed})


def consent_record(home, row):
    state = "expired" if row["state"] == "given" and row["until"] <= now() else row["state"]
    return {"record_id": row["id"], "pii_principal_id": row["person"], "privacy_notice": home.id + "/",
            "language": row["language"], "purposes": json.loads(row["purposes"]), "lawful_basis": "consent",
            "pii_information": json.loads(row["kinds"]), "pii_controllers": [home.id], "storage_locations": ["JP"],
            "retention_period": f"P{(home.guideline() or {}).get('retentionDays', 400)}D", "jurisdiction": "JP",
            "recipient_third_parties": [row["recipient"]],
            "withdrawal_method": "DELETE /v1/people/{person}/consents/{record}",
            "event_time": publish.utc(row["at"]), "validity_duration": f"PT{max(0, row['until'] - row['at'])}S",
            "entity_id": row["person"], "event_type": "explicit", "event_state": STATES[state]}


def consents(ask):
    who = get_person(ask)["id"]
    rows = ask.home.store.all("SELECT * FROM consents WHERE person = ? ORDER BY rowid DESC", who)
    return web.reply({"items": [consent_record(ask.home, r) for r in rows]})


def words(body, name, most, allowed=None):
    value = body[name]
    good = isinstance(value, list) and 1 <= len(value) <= most and all(
        isinstance(v, str) and 0 < len(v) <= 64 and (allowed is None or v in allowed) for v in value)
    if not good or len(set(value)) != len(value):
        raise Problem("invalid", field=name)
    return value


def check_recipient(home, body, name, kinds, purposes):
    """The register and the data guideline in force have to allow what the person agrees to; without kinds, for any."""
    node = body[name]
    if not is_node_id(node, home.book.development) or node == home.id:
        raise Problem("invalid", field=name)
    if not is_int(body["until"]) or body["until"] <= now():
        raise Problem("invalid", field="until")
    if node not in home.active():
        raise Problem("not-a-member", 422, "REQ-ENV-014", name)
    listed = home.purposes()
    if any(all(p not in listed.get(k, []) for k in kinds or listed) for p in purposes):
        raise Problem("purpose-not-allowed", 422, "REQ-ENV-013", "purposes")
    return node


def keep_consent(home, who, node, kinds, purposes, until, language, sub=None):
    record = uuid.uuid4().urn
    home.store.do("INSERT INTO consents (id, person, recipient, kinds, purposes, until, language, at, state, sub) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'given', ?)", record, who, node, json.dumps(kinds),
                  json.dumps(purposes), until, language, now(), sub)
    return record


def new_consent(ask):
    who, body, home = get_person(ask)["id"], ask.json(), ask.home
    members_of(body, ("recipient", "kinds", "purposes", "until", "language"))
    kinds, purposes = words(body, "kinds", 3, records.PERSONAL), words(body, "purposes", 20)
    if not is_language(body["language"]):
        raise Problem("invalid", field="language")
    node = check_recipient(home, body, "recipient", None, purposes)
    with home.store:
        record = keep_consent(home, who, node, kinds, purposes, body["until"], body["language"])
        publish.publish(home, who, consent=record)
    row = home.store.one("SELECT * FROM consents WHERE id = ?", record)
    return web.reply(consent_record(home, row), 201)


def withdraw(ask):
    who, record = get_person(ask)["id"], ask.variables["record"]
    if ask.home.store.one("SELECT 1 FROM consents WHERE id = ? AND person = ?", record, who) is None:
        raise Problem("not-found")
    return web.reply(publish.withdraw(ask.home, record, "withdrawn"))


def engage(ask):
    who, body, home = get_person(ask)["id"], ask.json(), ask.home
    members_of(body, ("evaluator", "purpose", "until"))
    if not isinstance(body["purpose"], str) or not 0 < len(body["purpose"]) <= 64:
        raise Problem("invalid", field="purpose")
    node = check_recipient(home, body, "evaluator", ["vc"], [body["purpose"]])
    subject = uuid.uuid4().urn
    record = keep_consent(home, who, node, ["vc"], [body["purpose"]], body["until"], "ja", subject)
    return web.reply({"subject": subject, "consent": record}, 201)


def busy(ask):
    who = get_person(ask)["id"]
    first, last = (ask.number(n, None, 0, 253402300799) for n in ("from", "to"))
    for name, value in (("from", first), ("to", last)):
        if value is None:
            raise Problem("bad-request", field=name)
    if not 0 < last - first <= 56 * 86400:
        raise Problem("invalid", field="to")
    return web.reply({"utcStart": publish.utc(first), "utcEnd": publish.utc(last),
                      "busy": publish.busy_of(ask.home.store, who, first, last)})


def paged(ask, table, columns, where, value):
    limit, after = ask.number("limit", 100, 1, 500), ask.number("after", 1 << 52, 0, 1 << 52)
    rows = ask.home.store.all(f"SELECT rowid AS place, {columns} FROM {table} WHERE {where} AND rowid < ? "
                              "ORDER BY rowid DESC LIMIT ?", value, after, limit + 1)
    return rows[:limit], ({"next": str(rows[limit - 1]["place"])} if len(rows) > limit else {})


def disclosure(row):
    return {"at": row["at"], "recipient": row["recipient"], "n": row["n"], "id": row["id"], "kind": row["kind"],
            "purpose": row["purpose"], "consent": row["consent"]}


def disclosures(ask):
    who = get_person(ask)["id"]
    rows, more = paged(ask, "sealed", "*", "consent IS NOT NULL AND person = ?", who)
    return web.reply({"items": [disclosure(r) for r in rows], **more})


def receipt_line(row):
    line = {"node": row["node"], "ids": json.loads(row["ids"]), "due": row["due"],
            "overdue": row["receipt"] is None and row["due"] < now()}
    if row["order_id"]:
        line["order"] = row["order_id"]
    return {**line, **(json.loads(row["receipt"]) if row["receipt"] else {})}


def receipts(ask):
    """Also of a person who was erased here: what readers owe is known by the id alone."""
    who = ask.variables["person"]
    rows, more = paged(ask, "due", "*", "person = ?", who)
    if not rows:
        get_person(ask)
    return web.reply({"items": [receipt_line(r) for r in rows], **more})


def received_evaluations(home, who):
    items = []
    for row in home.store.all("SELECT r.* FROM received r JOIN consents c ON c.sub = r.sub AND c.recipient = r.node "
                              "WHERE c.person = ? AND r.kind = 'vc' AND r.body IS NOT NULL ORDER BY r.rowid DESC", who):
        body = json.loads(row["body"])
        items.append({"id": row["id"], "issuer": row["node"], "awardedDate": body["awardedDate"], "status": "unknown",
                      "name": body["credentialSubject"]["achievement"]["name"], "body": body})
    return items


def evaluations(ask):
    return web.reply({"items": received_evaluations(ask.home, get_person(ask)["id"])})


def export(ask):
    one, home = get_person(ask), ask.home
    who, store = one["id"], home.store
    result = {"at": now(), "person": one, "evaluations": received_evaluations(home, who)}
    talent = store.value("SELECT body FROM talent WHERE person = ?", who)
    if talent:
        result["talent"] = json.loads(talent)
    result["calendars"] = [{"name": r["name"], "text": r["text"]} for r in store.all(
        "SELECT name, text FROM calendars WHERE person = ? ORDER BY name", who)]
    result["consents"] = [consent_record(home, r) for r in store.all(
        "SELECT * FROM consents WHERE person = ? ORDER BY rowid DESC", who)]
    result["receipts"] = [receipt_line(r) for r in store.all("SELECT * FROM due WHERE person = ?", who)]
    sealed = store.all("SELECT * FROM sealed WHERE person = ? ORDER BY rowid DESC", who)
    result["disclosures"] = [disclosure(r) for r in sealed if r["consent"]]
    result["records"] = [view(home, r) for r in sealed if r["raw"]]
    return web.reply(result)


def view(home, row):
    payload = records.open_record(row["raw"])[0].payload
    return {"id": row["id"], "issuer": home.id, "audience": row["recipient"], "kind": row["kind"],
            "subject": payload["sub"], "body": payload}
