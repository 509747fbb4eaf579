"""JSON as section 3 wants it read: one object, no second spelling of a member, whole numbers, real Unicode.

It refuses with the requirement numbers of section 3 and never guesses.
"""

import re

from refusal import Refusal

WHITE = re.compile(r"[ \t\n\r]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
HEX = re.compile(r"[0-9a-fA-F]{4}")
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
FOLD = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
MOST = 9007199254740991


def fold(name):
    """ASCII case folding only: U+017F and U+212A are other letters (section 3)."""
    return name.translate(FOLD)


def bad(number, field=""):
    return Refusal(f"REQ-OPEN-{number:03d}", "bad-json", field)


class Reader:
    def __init__(self, text, depth, members):
        self.text, self.at, self.depth, self.left = text, 0, depth, members

    def white(self):
        self.at = WHITE.match(self.text, self.at).end()

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ""

    def count(self):
        self.left -= 1
        if self.left < 0:
            raise bad(12)

    def value(self, level):
        self.white()
        c = self.peek()
        if c == "{":
            return self.object(level + 1)
        if c == "[":
            return self.array(level + 1)
        if c == '"':
            return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        return self.number()

    def number(self):
        found = NUMBER.match(self.text, self.at)
        if not found:
            raise bad(13)
        text, self.at = found.group(), found.end()
        if any(c in text for c in ".eE") or text == "-0" or len(text) > 17 or abs(int(text)) > MOST:
            raise bad(10)
        return int(text)

    def object(self, level):
        if level > self.depth:
            raise bad(12)
        self.at += 1
        result, seen = {}, set()
        self.white()
        if self.peek() == "}":
            self.at += 1
            return result
        while True:
            self.white()
            if self.peek() != '"':
                raise bad(13)
            name = self.string()
            if fold(name) in seen:
                raise bad(8, name if name.isascii() else "")
            seen.add(fold(name))
            self.count()
            self.white()
            if self.peek() != ":":
                raise bad(13)
            self.at += 1
            result[name] = self.value(level)
            self.white()
            c = self.peek()
            self.at += 1
            if c == "}":
                return result
            if c != ",":
                raise bad(13)

    def array(self, level):
        if level > self.depth:
            raise bad(12)
        self.at += 1
        result = []
        self.white()
        if self.peek() == "]":
            self.at += 1
            return result
        while True:
            self.count()
            result.append(self.value(level))
            self.white()
            c = self.peek()
            self.at += 1
            if c == "]":
                return result
            if c != ",":
                raise bad(13)

    def string(self):
        self.at += 1
        parts = []
        while True:
            run = PLAIN.match(self.text, self.at)
            parts.append(run.group())
            self.at = run.end()
            c = self.peek()
            if c == '"':
                self.at += 1
                return "".join(parts)
            if c != "\\":
                raise bad(13)
            parts.append(self.escape())

    def escape(self):
        c = self.text[self.at + 1:self.at + 2]
        if c in ESCAPES and c:
            self.at += 2
            return ESCAPES[c]
        if c != "u":
            raise bad(13)
        unit = self.unit()
        if unit == 0 or 0xDC00 <= unit < 0xE000:
            raise bad(11)
        if not 0xD800 <= unit < 0xDC00:
            return chr(unit)
        if not self.text.startswith("\\u", self.at):
            raise bad(11)
        low = self.unit()
        if not 0xDC00 <= low < 0xE000:
            raise bad(11)
        return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))

    def unit(self):
        found = HEX.match(self.text, self.at + 2)
        if not found:
            raise bad(13)
        self.at += 6
        return int(found.group(), 16)


def read(octets, depth=16, members=8192):
    """Reads exactly one object from octets."""
    if octets.startswith(b"\xef\xbb\xbf"):
        raise bad(11)
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise bad(11) from None
    reader = Reader(text, depth, members)
    reader.white()
    if reader.peek() != "{":
        raise bad(13)
    result = reader.object(1)
    reader.white()
    if reader.at != len(text):
        raise bad(13)
    return result


def clear(value):
    """A member that is null counts as absent (section 3); elements of arrays stay."""
    if isinstance(value, dict):
        return {k: clear(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [clear(v) for v in value]
    return value


def check_names(value, known):
    """REQ-OPEN-009: a defined name in another ASCII case. `known` maps a defined name to what stands inside it."""
    if isinstance(value, list):
        for item in value:
            check_names(item, known)
    if not isinstance(value, dict) or not known:
        return
    folded = {fold(k): k for k in known}
    for name, inner in value.items():
        right = folded.get(fold(name))
        if right is not None and right != name:
            raise bad(9, right)
        check_names(inner, known.get(name))
