"""How the node is, and what it met at its neighbours."""

import json

import notes
from claims import is_node_id
from home import now
from problems import Problem

import web


def health(ask):
    home = ask.home
    seen = home.store.get("policy-read", 0)
    policy = {"name": "policy", "status": "green" if now() - seen < 60 else "amber"}
    if home.store.get("policy-forked"):
        policy["status"] = "red"
    if seen:
        policy["age"] = max(0, now() - seen)
    checks = [{"name": "store", "status": "green"}, policy]
    return web.reply({"status": policy["status"], "ready": True, "version": "1.0.0", "checks": checks})


def peers(ask):
    home, items = ask.home, []
    for node in home.active():
        if node == home.id:
            continue
        history, at = home.history(node)
        row = home.store.value("SELECT body FROM read_logs WHERE node = ?", node)
        state, mine = json.loads(row) if row else {}, notes.log_of(node)
        read = home.store.one("SELECT next, at FROM acks WHERE log = ?", mine)
        size, following = home.tree(mine).size, read["next"] if read else 0
        out = {"log": mine, "direction": "out", "next": following, "size": size, "lag": max(0, size - following)}
        if read:
            out["at"] = read["at"]
        came = {"log": notes.log_of(home.id), "direction": "in", "next": state.get("next", 0),
                "size": state.get("size", 0), "lag": max(0, state.get("size", 0) - state.get("next", 0))}
        came.update({k: state[k] for k in ("at", "error") if state.get(k)})
        believed = now() - at < 600 and state.get("statement") == "good"
        trust = {"status": "unknown" if not history else "fresh" if believed else "stale"}
        if history:
            trust["keysAge"] = max(0, now() - at)
        count = {s: home.store.value("SELECT COUNT(*) FROM findings WHERE sort = ? AND node = ?", s, node)
                 for s in ("refused", "parked")}
        items.append({"node": node, "name": home.member(node)["name"], "logs": [came, out], **count,
                      "trust": trust})
    return web.reply({"items": items})


def pull(ask):
    home, body = ask.home, ask.json()
    if set(body) - {"nodes"}:
        raise Problem("invalid", field="nodes")
    neighbours = [n for n in home.active() if n != home.id]
    asked = body.get("nodes", neighbours)
    if not isinstance(asked, list) or len(asked) > 200 or not all(is_node_id(n, home.book.development) for n in asked):
        raise Problem("invalid", field="nodes")
    chosen = [n for n in asked if n in neighbours]
    for node in chosen:
        ask.reader.ask_for(node)
    home.wake.set()
    return web.reply({"nodes": chosen}, 202)


def findings(ask, sort):
    limit, after = ask.number("limit", 100, 1, 500), ask.number("after", 1 << 52, 0, 1 << 52)
    rows = ask.home.store.all("SELECT place, body FROM findings WHERE sort = ? AND place < ? "
                              "ORDER BY place DESC LIMIT ?", sort, after, limit + 1)
    result = {"items": [json.loads(r["body"]) for r in rows[:limit]]}
    if len(rows) > limit:
        result["next"] = str(rows[limit - 1]["place"])
    return web.reply(result)


def refused(ask):
    return findings(ask, "refused")


def parked(ask):
    return findings(ask, "parked")


def proofs(ask):
    return findings(ask, "proof")


def current(store, where="", values=()):
    """What neighbours say now: the newest live version of each uid, unless two claim to be it, unexpired."""
    return store.all("SELECT r.rowid, r.* FROM received r WHERE r.state = 'live' AND r.kind IN "
                     "('talent', 'availability', 'vc') AND (r.expires IS NULL OR r.expires > ?) AND NOT EXISTS "
                     "(SELECT 1 FROM received o WHERE o.node = r.node AND o.uid = r.uid AND o.id <> r.id "
                     "AND o.sequence >= r.sequence)" + where + " ORDER BY r.rowid", now(), *values)


def records(ask):
    limit, after = ask.number("limit", 100, 1, 500), ask.number("after", -1, 0, 1 << 52)
    where, values = " AND r.rowid > ?", [after]
    for name, column in (("kind", "r.kind"), ("issuer", "r.node")):
        if ask.parameter(name) is not None:
            where, values = where + f" AND {column} = ?", values + [ask.parameter(name)]
    rows = current(ask.home.store, where, values)
    items = [{"id": r["id"], "issuer": r["node"], "audience": ask.home.id, "kind": r["kind"], "subject": r["sub"],
              "body": json.loads(r["body"])} for r in rows[:limit]]
    result = {"items": items}
    if len(rows) > limit:
        result["next"] = str(rows[limit - 1]["rowid"])
    return web.reply(result)
