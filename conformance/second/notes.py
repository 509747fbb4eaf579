"""Heads: C2SP signed notes of a reader's log, and cosigned heads of the policy log (sections 6 and 13)."""

import base64
import hashlib
import re

from claims import host_of
from jose import digest, verify_octets
from refusal import Refusal

DASH = "\u2014 "
NUMBER = re.compile(r"(?:0|[1-9][0-9]*)\Z")
MOST = 9007199254740991


def std64(octets):
    return base64.b64encode(octets).decode()


def unstd64(text, length=None):
    """Standard base64 with padding and no spare bits, or None."""
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    if std64(octets) != text or (length is not None and len(octets) != length):
        return None
    return octets


def key_hash(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def log_of(reader):
    """The name of a reader's log."""
    return "to-" + digest(reader.encode())


def split_note(note, fault, most=4096):
    """The text of a note with its last line feed, and its signature lines as (name, octets)."""
    if len(note.encode()) > most or "\n\n" not in note or not note.endswith("\n"):
        raise fault
    at = note.rindex("\n\n")
    text, lines = note[:at + 1], note[at + 2:].split("\n")[:-1]
    signatures = []
    for line in lines:
        name, _, encoded = line[len(DASH):].partition(" ")
        octets = unstd64(encoded)
        if not line.startswith(DASH) or not name or octets is None or len(octets) < 5:
            raise fault
        signatures.append((name, octets))
    if any(ord(c) < 32 for c in text.replace("\n", "")):
        raise fault
    return text, signatures


class Head:
    def __init__(self, note, origin, size, root, epoch, at, keys, policy_size, policy_root):
        self.note, self.origin, self.size, self.root = note, origin, size, root
        self.epoch, self.at, self.keys = epoch, at, keys
        self.policy_size, self.policy_root = policy_size, policy_root


def bad(number, problem="bad-head"):
    return Refusal(f"REQ-HEAD-{number:03d}", problem)


def number(text):
    if not NUMBER.match(text) or len(text) > 16 or int(text) > MOST:
        raise bad(4)
    return int(text)


def labelled(line, label):
    if not line.startswith(label + " "):
        raise bad(1)
    return line[len(label) + 1:]


def parse_head(note):
    text, signatures = split_note(note, bad(1))
    lines = text.split("\n")[:-1]
    if len(lines) != 7 or len(signatures) != 1:
        raise bad(1)
    root = unstd64(lines[2], 32)
    size_text, _, policy_text = labelled(lines[6], "policy").rpartition(" ")
    policy_root = unstd64(policy_text, 32)
    if root is None or policy_root is None:
        raise bad(1)
    words = [labelled(lines[i], w) for i, w in ((3, "epoch"), (4, "at"), (5, "keys"))]
    numbers = [number(t) for t in (lines[1], *words, size_text)]
    head = Head(note, lines[0], numbers[0], root, numbers[1], numbers[2], numbers[3], numbers[4], policy_root)
    return head, text, signatures[0]


def open_head(note, node, log, history, now):
    """A head of node's log that holds by itself; what was accepted before is judged by follow_head."""
    head, text, (name, octets) = parse_head(note)
    if head.origin != f"{host_of(node)}/v1/feed/{log}":
        raise bad(2)
    good = name == host_of(node) and len(octets) == 68 and history is not None and any(
        key_hash(name, 1, k.public) == octets[:4] and verify_octets(k.public, octets[4:], text.encode())
        for k in history.valid_at(head.at))
    if not good:
        raise bad(3, "bad-signature")
    if head.at > now + 60:
        raise bad(9)
    return head


def follow_head(head, before):
    """REQ-HEAD-005 to 007 against the last head that was accepted."""
    if before is None or head.epoch > before.epoch:
        return
    if head.epoch < before.epoch:
        raise bad(7, "log-rewound")
    if head.size < before.size:
        raise bad(5, "log-rewound")
    if head.size == before.size and head.root != before.root:
        raise bad(6, "log-forked")


def make_head(signer, node, log, size, root, epoch, at, keys, policy_size, policy_root):
    name = host_of(node)
    text = (f"{name}/v1/feed/{log}\n{size}\n{std64(root)}\nepoch {epoch}\nat {at}\nkeys {keys}\n"
            f"policy {policy_size} {std64(policy_root)}\n")
    signature = key_hash(name, 1, signer.public) + signer.sign(text.encode())
    return f"{text}\n{DASH}{name} {std64(signature)}\n"


class PolicyHead:
    def __init__(self, note, size, root):
        self.note, self.size, self.root = note, size, root


def cosigned_by(text, signatures, history):
    """Whether one of the signatures is a cosignature/v1 of the node whose history this is."""
    name = host_of(history.node)
    for said, octets in signatures:
        if said != name or len(octets) != 4 + 8 + 64:
            continue
        at = int.from_bytes(octets[4:12], "big")
        message = f"cosignature/v1\ntime {at}\n{text}".encode()
        for key in history.valid_at(at):
            if octets[:4] == key_hash(name, 4, key.public) and verify_octets(key.public, octets[12:], message):
                return True
    return False


def parse_policy_head(note, fed):
    fault = Refusal("REQ-POL-008", "bad-cosignature")
    text, signatures = split_note(note, fault, 65536)
    lines = text.split("\n")[:-1]
    root = unstd64(lines[2], 32) if len(lines) == 3 else None
    if root is None or lines[0] != f"fukusen/policy/{fed}" or not NUMBER.match(lines[1]) or len(lines[1]) > 16:
        raise fault
    if len(signatures) > 16:
        raise fault
    return PolicyHead(note, int(lines[1]), root), text, signatures


def open_policy_head(note, fed, councils):
    """A policy head with cosignatures by a majority of one of the councils, each a list of key histories or None."""
    head, text, signatures = parse_policy_head(note, fed)
    for council in councils:
        count = sum(1 for h in council if h is not None and cosigned_by(text, signatures, h))
        if council and count > len(council) // 2:
            return head
    raise Refusal("REQ-POL-008", "bad-cosignature")
