"""Sections 6 to 8: heads, feed pages, items, snapshots, new epochs."""

from curve import L
from records import DROP, changed, record
from sealing import (BORN, CITY, CLUB, COMPANY, DAY, EPOCH, NOW, POLICY_ROOT, Book, b64, compact, digest, head_note, head_text, log_for, root_of,
                     sig_line, signed, token_id, urn)


def entry(name, state="live"):
    return {"id": digest("entry " + name), "state": state}


ENTRIES = [entry("a"), entry("b", "withdrawn"), entry("c"), entry("d", "erased"), entry("e")]


def spare(text):
    """Padded standard base64 with its last unused bit set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = text.rstrip("=")
    return bare[:-1] + alphabet[alphabet.index(bare[-1]) + 1] + "=" * (len(text) - len(bare))


def head_book():
    b = Book("head", "Section 6: heads of a reader's log. City's log for company.")

    def add(name, requirement, what, note, log=None, **more):
        b.add("head-" + name, "head", requirement, what, input={"note": note, "log": log or log_for(COMPANY)}, **more)

    good = head_note(ENTRIES)
    text = head_text(ENTRIES)
    lines = text.split("\n")[:-1]
    sig = good.split("\n\n")[1]

    def resigned(t, key=CITY.key, name=CITY.host, kind=1):
        return signed(t, key, name, kind)

    add("good", "", "a head of five entries", good)
    add("empty", "", "a head of an empty log", head_note([]))
    add("without-signature", "REQ-HEAD-001", "no signature", text)
    add("without-blank", "REQ-HEAD-001", "no empty line before the signature", text + sig)
    add("two-blanks", "REQ-HEAD-001", "two empty lines before the signature", text + "\n\n" + sig)
    add("no-last-line-feed", "REQ-HEAD-001", "no line feed at the end", good[:-1])
    two = sig + sig_line(CLUB.host, 1, CLUB.key.public, CLUB.key.sign(text.encode()))
    add("two-signatures", "REQ-HEAD-001", "a second signature, of another node", text + "\n" + two)
    add("one-twice", "REQ-HEAD-001", "the signature line twice", text + "\n" + sig + sig)
    root = b64(root_of(ENTRIES))
    add("root-spare", "REQ-HEAD-001", "a root with an unused bit set", head_note(ENTRIES, root=spare(root)))
    add("policy-root-spare", "REQ-HEAD-001", "a policy root with an unused bit set", head_note(ENTRIES, proot=spare(b64(POLICY_ROOT))))
    octets = sig.strip().rsplit(" ", 1)[1]
    assert len(octets) % 4 == 0 and octets.endswith("=")
    add("signature-spare", "REQ-HEAD-001", "a signature with an unused bit set", good.replace(octets, spare(octets)))
    add("long", "REQ-HEAD-001", "a note of more than 4096 octets", head_note(ENTRIES, origin=CITY.host + "/v1/feed/" + "x" * 4096), also=["REQ-HEAD-002"])
    add("octets-after", "REQ-HEAD-001", "a line after the signature", good + "x\n")
    add("crlf", "REQ-HEAD-001", "lines that end in CR LF", resigned(text.replace("\n", "\r\n")))
    add("hyphen", "REQ-HEAD-001", "a hyphen in place of the dash", good.replace("\u2014", "-"))
    for n, name in enumerate(["origin", "size", "root", "epoch", "at", "keys", "policy"]):
        rest = lines[:n] + lines[n + 1:]
        add("without-" + name, "REQ-HEAD-001", "no %s line" % name, resigned("\n".join(rest) + "\n"))
    add("order", "REQ-HEAD-001", "at before epoch", resigned("\n".join(lines[:3] + [lines[4], lines[3]] + lines[5:]) + "\n"))
    add("twice", "REQ-HEAD-001", "the keys line twice", resigned("\n".join(lines[:6] + [lines[5]] + lines[6:]) + "\n"))
    add("eighth", "REQ-HEAD-001", "an eighth line", resigned(text + "more 1\n"))
    add("policy-no-root", "REQ-HEAD-001", "a policy line without a root", resigned("\n".join(lines[:6] + ["policy 7"]) + "\n"))
    add("label", "REQ-HEAD-001", "Epoch with a capital", resigned(text.replace("epoch", "Epoch")))
    url_root = entries_whose_root(lambda r: "+" in r or "/" in r)
    plain = b64(root_of(url_root))
    add("root-url-alphabet", "REQ-HEAD-001", "a root in the URL alphabet", head_note(url_root, root=plain.replace("+", "-").replace("/", "_")))
    add("root-short", "REQ-HEAD-001", "a root of 31 octets", head_note(ENTRIES, root=b64(root_of(ENTRIES)[:31])))
    add("root-no-padding", "REQ-HEAD-001", "a root without padding", head_note(ENTRIES, root=b64(root_of(ENTRIES)).rstrip("=")))
    add("root-hex", "REQ-HEAD-001", "a root in hexadecimal", head_note(ENTRIES, root=root_of(ENTRIES).hex()))
    host = CITY.host
    for name, what, origin in [("other-log", "the log of another reader", host + "/v1/feed/" + log_for(CLUB)), ("public", "the public log", host + "/v1/feed/public"),
                               ("other-node", "a log of another node", CLUB.host + "/v1/feed/" + log_for(COMPANY)),
                               ("scheme", "an origin with a scheme", CITY.id + "/v1/feed/" + log_for(COMPANY)), ("short", "the bare host", host),
                               ("slash", "an origin with a slash at its end", host + "/v1/feed/" + log_for(COMPANY) + "/"),
                               ("capital", "a capital letter in the host", "City.example/v1/feed/" + log_for(COMPANY))]:
        add("origin-" + name, "REQ-HEAD-002", what, head_note(ENTRIES, origin=origin))
    add("public", "", "the head of the public log, asked for as such", head_note(ENTRIES, origin=host + "/v1/feed/public"), log="public", shows="REQ-HEAD-002")
    for name, what, key in [("stranger", "a key of another node", CLUB.key), ("root-key", "the node's root key", CITY.root), ("tls", "the node's TLS key", CITY.tls),
                            ("revoked", "a revoked key", CITY.revoked), ("retired", "a retired key", CITY.old), ("coming", "a key that begins after the head's time", CITY.next)]:
        add("signed-" + name, "REQ-HEAD-003", "signed by " + what, head_note(ENTRIES, key=key))
    add("retired-in-time", "", "a retired key signed while it was current", head_note(ENTRIES, key=CITY.old, at=NOW - 10 * DAY), shows="REQ-HEAD-003")
    add("retired-too-late", "REQ-HEAD-003", "a retired key signed one second late", head_note(ENTRIES, key=CITY.old, at=NOW - 10 * DAY + 1))
    add("before-key", "REQ-HEAD-003", "a head from before its key", head_note(ENTRIES, at=BORN - 1))
    add("no-keys", "REQ-HEAD-003", "no key history is known", good, keys=None)
    add("name", "REQ-HEAD-003", "signed under another node's name", resigned(text, name=CLUB.host))
    add("name-scheme", "REQ-HEAD-003", "signed under the node id in place of the host", resigned(text, name=CITY.id))
    add("type", "REQ-HEAD-003", "a key hash of signature type 0x04", resigned(text, kind=4))
    other = head_text(ENTRIES[:4])
    add("signature-other", "REQ-HEAD-003", "the signature of another head", text + "\n" + signed(other, CITY.key, host).split("\n\n")[1])
    octets = CITY.key.sign(text.encode())
    high = octets[:32] + (int.from_bytes(octets[32:], "little") + L).to_bytes(32, "little")
    add("signature-high", "REQ-HEAD-003", "S above the group order", text + "\n" + sig_line(host, 1, CITY.key.public, high))
    add("signature-short", "REQ-HEAD-003", "a signature of 63 octets", text + "\n" + sig_line(host, 1, CITY.key.public, octets[:63]))
    add("changed", "REQ-HEAD-003", "a size changed after signing", good.replace("\n5\n", "\n6\n", 1))
    for field, label in [("size", "size"), ("epoch", "epoch"), ("at", "at"), ("keys", "keys serial"), ("psize", "policy size")]:
        add(field + "-above", "REQ-HEAD-004", "a %s above 9007199254740991" % label, head_note(ENTRIES, **{field: "9007199254740992"}))
        value = {"size": "5", "epoch": str(EPOCH), "at": str(NOW - 5), "keys": "4", "psize": "7"}[field]
        for name, what, bad in [("plus", "a plus sign", "+" + value), ("minus", "a minus sign", "-" + value), ("zero", "a leading zero", "0" + value),
                                ("space-before", "a space before it", " " + value), ("space-after", "a space after it", value + " ")]:
            add("%s-%s" % (field, name), "REQ-HEAD-004", "a %s with %s" % (label, what), head_note(ENTRIES, **{field: bad}))
    add("zero", "", "keys 0 and policy 0 are plain numbers", head_note(ENTRIES, keys=0, psize=0), shows="REQ-HEAD-004")
    add("ahead-60", "", "at 60 seconds ahead of the clock", head_note(ENTRIES, at=NOW + 60), shows="REQ-HEAD-009")
    add("ahead-61", "REQ-HEAD-009", "at 61 seconds ahead of the clock", head_note(ENTRIES, at=NOW + 61))
    add("smaller", "REQ-HEAD-005", "a smaller size than a head accepted in this epoch", head_note(ENTRIES[:4]), judge="memory", context={"before": [good]})
    forked = ENTRIES[:4] + [entry("another")]
    add("forked", "REQ-HEAD-006", "another root for a size that was accepted in this epoch", head_note(forked), judge="memory", context={"before": [good]})
    add("older-epoch", "REQ-HEAD-007", "a lower epoch than one accepted", head_note(ENTRIES, epoch=EPOCH - 1), judge="memory", context={"before": [good]})
    add("newer-epoch", "", "a higher epoch may begin with a smaller size", head_note(ENTRIES[:1], epoch=EPOCH + 1), judge="memory",
        context={"before": [good]}, shows="REQ-HEAD-005")
    return b


def entries_whose_root(good):
    for n in range(50):
        found = [entry("root %d" % n)]
        if good(b64(root_of(found))):
            return found
    raise AssertionError


def item(n, token=None, state="live", kind="availability", **changes):
    """An item and its entry; a token makes it one with a body."""
    i = {"n": n, "id": token_id(token) if token else digest("item %d" % n), "kind": kind, "state": state}
    if token:
        i["record"] = token
    return changed(i, **changes)


def entries_of(items):
    return [{"id": i["id"], "state": i["state"]} for i in items]


def page_book():
    b = Book("page", "Section 7 and 8: feed pages, items, snapshots. City's log for company.")
    tokens = [record("availability", uid=urn("page %d" % n), jti=urn("page jti %d" % n), sub=urn("page sub %d" % n)) for n in range(4)]
    items = [item(0, tokens[0]), item(1, state="withdrawn"), item(2, tokens[2]), item(3, state="erased"), item(4)]

    def add(name, requirement, what, items=items, *, page=None, start=0, limit=100, before=(), log=None, head=None, all=None, more=None, pad=0, **rest):
        entries = entries_of(list(before) + list(items)) if all is None else all
        if page is None:
            page = compact({"items": items, "head": head or head_note(entries), **(more or {})})
        i = {"log": log or log_for(COMPANY), "next": start, "limit": limit}
        i.update({"pageBase64": b64(page)} if isinstance(page, bytes) else {"page": page})
        if before:
            i["entries"] = entries_of(before)
        if pad:
            i["pad"] = pad
        b.add("page-" + name, "page", requirement, what, input=i, **rest)

    head = head_note(entries_of(items))
    add("good", "", "five entries to the end of the log")
    add("empty-log", "", "an empty log", [])
    add("at-end", "", "nothing new", [], before=items, start=5, shows="REQ-FEED-001")
    add("next", "", "the last two of five", items[3:], before=items[:3], start=3, shows="REQ-HEAD-008")
    add("part", "", "the first two of five", items[:2], all=entries_of(items), limit=2, shows="REQ-FEED-002")
    many = [item(n) for n in range(500)]
    add("500", "", "500 items where 500 were asked for", many, limit=500, shows="REQ-FEED-002")
    add("order-of-members", "", "members in another order, with white space",
        page='{ "head" : %s,\n "items" : [] }' % compact(head_note([])), shows="REQ-FEED-014")
    add("begins-late", "REQ-FEED-001", "the first item is one too far", items[1:], all=entries_of(items))
    add("begins-early", "REQ-FEED-001", "the first item was read before", items[2:], before=items[:3], start=3, all=entries_of(items))
    add("gap", "REQ-FEED-001", "one item is left out", [items[0], items[1], items[3], items[4]], all=entries_of(items))
    add("twice", "REQ-FEED-001", "one item stands twice", [items[0], items[1], items[1], items[2]], all=entries_of(items))
    add("descending", "REQ-FEED-001", "items in falling order", items[::-1], all=entries_of(items))
    add("too-many", "REQ-FEED-002", "three items where two were asked for", items[:3], all=entries_of(items), limit=2)
    add("501", "REQ-FEED-002", "501 items where 500 were asked for", [item(n) for n in range(501)], limit=500)
    for name, state in [("deleted", "deleted"), ("case", "Live"), ("empty", ""), ("parked", "parked")]:
        add("state-" + name, "REQ-FEED-003", "the state %r" % state, [{**items[4], "n": 0, "state": state}])
    for state in ("withdrawn", "erased"):
        add("body-" + state, "REQ-FEED-004", "a body beside the state " + state, [item(0, tokens[0], state=state)])
    add("beyond-head", "REQ-FEED-005", "an item that the head does not cover", items[:3], all=entries_of(items[:2]))
    add("beyond-empty-head", "REQ-FEED-005", "an item under the head of an empty log", items[:1], all=[])
    add("wrong-root", "REQ-HEAD-008", "an id that is not the one in the tree", [item(0)] + items[1:],
        all=entries_of(items))
    add("wrong-state", "REQ-HEAD-008", "a state that is not the one in the tree", items[:1] + [{**items[1], "state": "erased"}] + items[2:], all=entries_of(items))
    add("wrong-before", "REQ-HEAD-008", "a tree that does not hold what was read before", items[3:], before=items[:2] + [item(2)], start=3, all=entries_of(items))
    add("left-out", "REQ-HEAD-008", "a tree with one entry less than were given numbers", items[:4], all=[{"id": digest("other %d" % n), "state": "live"} for n in range(4)])
    rest = compact(items)
    for name, what, page in [
        ("array", "an array", "[" + compact({"items": items, "head": head}) + "]"), ("not-json", "what is not JSON", "items"), ("nothing", "no octets", ""),
        ("cut", "a page that does not end", compact({"items": items, "head": head})[:-1]), ("after", "an object after the page", compact({"items": items, "head": head}) + "{}"),
        ("head-twice", "head twice", '{"items":%s,"head":%s,"head":%s}' % (rest, compact(head), compact(head))),
        ("items-twice", "items twice", '{"items":%s,"items":%s,"head":%s}' % (rest, rest, compact(head))),
        ("n-twice", "n twice in an item", '{"items":[{"n":0,%s],"head":%s}' % (compact(items[0])[1:], compact(head_note(entries_of(items[:1]))))),
        ("record-twice", "record twice in an item", '{"items":[%s,"record":"x"}],"head":%s}' % (compact(items[0])[:-1], compact(head_note(entries_of(items[:1]))))),
        ("no-items", "no items", compact({"head": head_note([])})), ("null-items", "items null", compact({"items": None, "head": head_note([])})),
        ("items-object", "items as an object", compact({"items": {}, "head": head_note([])})), ("no-head", "no head", compact({"items": []})),
        ("null-head", "head null", compact({"items": [], "head": None})), ("head-object", "head as an object", compact({"items": [], "head": {"note": head}})),
        ("null-item", "an item that is null", compact({"items": [None], "head": head_note(entries_of(items[:1]))})),
        ("item-array", "an item that is an array", compact({"items": [[0, items[0]["id"]]], "head": head_note(entries_of(items[:1]))}))]:
        add("shape-" + name, "REQ-FEED-014", what, page=page)
    for member in ("n", "id", "kind"):
        add("item-no-" + member, "REQ-FEED-014", "an item without " + member, [changed(items[0], **{member: DROP})], all=entries_of(items[:1]))
    for name, what, value in [("short", "42 characters", items[0]["id"][:-1]), ("long", "44 characters", items[0]["id"] + "A"), ("empty", "no characters", ""),
                              ("standard", "a character of the standard alphabet", "+" + items[0]["id"][1:]), ("space", "a space", " " + items[0]["id"][1:])]:
        add("id-" + name, "REQ-FEED-014", "an item with an id of " + what, [{**items[4], "n": 0, "id": value}])
    add("no-state", "REQ-FEED-014", "an item without state", [changed(items[4], n=0, state=DROP)], all=entries_of(items[:1]), also=["REQ-FEED-003"])
    add("erased-no-kind", "REQ-FEED-014", "an erased item without kind", [changed(item(0, state="erased"), kind=DROP)], all=entries_of([item(0, state="erased")]))
    add("n-text", "REQ-FEED-014", "an n that is a string", [{**items[0], "n": "0"}], all=entries_of(items[:1]))
    add("n-fraction", "REQ-FEED-014", "an n with a fraction", [{**items[0], "n": 0.5}], all=entries_of(items[:1]))
    add("n-negative", "REQ-FEED-014", "an n below zero", [{**items[0], "n": -1}], all=entries_of(items[:1]), also=["REQ-FEED-001"])
    add("record-object", "REQ-FEED-014", "a record that is an object", [{**items[0], "record": {"token": tokens[0]}}], all=entries_of(items[:1]))
    add("invalid-utf8", "REQ-FEED-014", "octets that are not UTF-8", page=compact({"items": [], "head": head_note([]), "x": "@@"}).encode().replace(b"@@", b"\xff"))
    empty = compact({"items": [], "head": head_note([])})
    limit = 40 << 20
    add("40-mib", "", "a page of exactly 40 MiB, filled with spaces", page=empty, pad=limit - len(empty.encode()), shows="REQ-FEED-013")
    add("over-40-mib", "REQ-FEED-013", "a page of 40 MiB and one octet, filled with spaces", page=empty, pad=limit - len(empty.encode()) + 1)
    add("bad-head", "REQ-HEAD-003", "a head signed by another node", head=head_note(entries_of(items), key=CLUB.key))
    for name, kind in [("talent", "talent"), ("typ", "availability+jwt"), ("case", "Availability"), ("unknown", "weather")]:
        b.add("item-kind-" + name, "record", "REQ-FEED-010", "an availability record announced as " + kind, input={"token": tokens[0], "kind": kind, "id": token_id(tokens[0])})
    b.add("item-kind-right", "record", "", "an availability record announced as such", shows="REQ-FEED-010",
          input={"token": tokens[0], "kind": "availability", "id": token_id(tokens[0])})
    epochs(b, items, tokens)
    snapshots(b, items, tokens)
    return b


def epochs(b, items, tokens):
    before = head_note(entries_of(items))
    first = {"n": 0, "id": digest(before), "kind": "head", "state": "live", "record": before}
    again = item(1, tokens[0])

    def add(name, requirement, what, list, **more):
        note = head_note(entries_of(list), epoch=EPOCH + 100)
        b.add("epoch-" + name, "page", requirement, what, judge="memory", context={"before": [before]},
              input={"log": log_for(COMPANY), "next": 0, "limit": 100, "page": compact({"items": list, "head": note})}, **more)

    add("begins-with-head", "", "a new epoch begins with the last head of the one before", [first, again], shows="REQ-EPOCH-003")
    add("without-head", "REQ-EPOCH-003", "a new epoch begins with a record", [item(0, tokens[0])])
    add("head-id", "REQ-EPOCH-003", "the first item's id is not that of its note", [{**first, "id": digest("x")}, again])


def snapshots(b, items, tokens):
    live = [{"n": i["n"], "id": i["id"], "kind": i["kind"], "record": i["record"]} for i in items if "record" in i]
    lines = [compact({"head": head_note(entries_of(items))})] + [compact(i) for i in live]

    def ended(lines, **c):
        text = "".join(line + "\n" for line in lines)
        return text + compact({"count": len(lines) - 1, "sha256": digest(text), **c}) + "\n"

    def add(name, requirement, what, text, **more):
        b.add("snapshot-" + name, "snapshot", requirement, what, judge="memory", input={"log": log_for(COMPANY), "snapshot": text}, **more)

    good = ended(lines)
    add("good", "", "two live entries and the last line", good, shows="REQ-FEED-012")
    add("no-last-line", "REQ-FEED-012", "no last line", "".join(line + "\n" for line in lines))
    add("cut", "REQ-FEED-012", "one line lost", good.replace(lines[-1] + "\n", ""))
    add("changed", "REQ-FEED-012", "one octet changed in a line", good.replace('"kind":"availability"', '"kind": "availability"', 1))
    add("count", "REQ-FEED-012", "a count that is one less", ended(lines, count=len(live) - 1))


def books():
    return [head_book(), page_book()]
