"""Small judgements about single values, shared by all kinds: types, times, durations, names, codes."""

import calendar
import re
import unicodedata

UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
UTC = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z\Z")
DURATION = re.compile(r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?\Z")
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\Z")
SCHOOL = re.compile(r"[A-H][12](?:0[1-9]|[1-3][0-9]|4[0-7])[1-3][0-9]{8}\Z")
LANGTAG = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+)\Z")
NODE_KINDS = ("municipality", "company", "university", "school", "club", "foundation")


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_uuid(value):
    return isinstance(value, str) and bool(UUID.match(value))


def is_language(value):
    return isinstance(value, str) and value.isascii() and bool(LANGTAG.match(value.lower()))


def is_name(value):
    """REQ-ENV-016: 1 to 255 octets without white space and control characters."""
    if not isinstance(value, str) or not 0 < len(value.encode()) <= 255:
        return False
    return not any(c.isspace() or unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") for c in value)


def both_texts(value):
    """{ja, en}, neither empty."""
    return isinstance(value, dict) and all(isinstance(value.get(k), str) and value[k] for k in ("ja", "en"))


def utc(value):
    """A UTCDateTime in seconds, or None."""
    found = UTC.match(value) if isinstance(value, str) else None
    if not found:
        return None
    year, month, day, hour, minute, second = (int(g) for g in found.groups())
    # the calendar repeats after 400 years, and Python has no year 0
    shift = 12622780800 if year == 0 else 0
    year = year or 400
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    return calendar.timegm((year, month, day, hour, minute, second)) - shift


def duration(value):
    """Whole days, hours, minutes and seconds in seconds, or None."""
    found = DURATION.match(value) if isinstance(value, str) and len(value) < 32 else None
    if not found or value.endswith(("P", "T")):
        return None
    day, hour, minute, second = (int(g or 0) for g in found.groups())
    return day * 86400 + hour * 3600 + minute * 60 + second


def municipality(value):
    """Six digits of which the last is the check digit (JIS X 0402)."""
    if not isinstance(value, str) or not re.match(r"[0-9]{6}\Z", value):
        return False
    total = sum(int(d) * w for d, w in zip(value, (6, 5, 4, 3, 2)))
    return (11 - total % 11) % 10 == int(value[5])


def corporate(value):
    """Thirteen digits of which the first is the check digit; a local government's number ends in its code."""
    if not isinstance(value, str) or not re.match(r"[0-9]{13}\Z", value):
        return False
    if value[1:7] == "000020" and not municipality(value[7:]):
        return False
    total = sum(int(d) * (1 if i % 2 == 0 else 2) for i, d in enumerate(reversed(value[1:])))
    return 9 - total % 9 == int(value[0])


def is_identifier(scheme, value):
    if scheme == "jp-municipality":
        return municipality(value)
    if scheme == "jp-corporate-number":
        return corporate(value)
    if scheme == "jp-school":
        return isinstance(value, str) and bool(SCHOOL.match(value))
    return True


def is_node_id(value, development=False):
    """REQ-STM-007."""
    if not isinstance(value, str) or not value.isascii():
        return False
    local = re.match(r"http://localhost:([1-9][0-9]{0,4})\Z", value)
    if local:
        return development and 0 < int(local.group(1)) < 65536 and local.group(1) != "80"
    found = re.match(r"https://([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?\Z", value)
    if not found or not HOST.match(found.group(1)):
        return False
    if re.match(r"[0-9]+\Z", found.group(1).rsplit(".", 1)[-1]):
        return False
    port = found.group(2)
    return port is None or (int(port) < 65536 and port != "443")


def host_of(node):
    """<host[:port]> of a node id, as heads and notes name it."""
    return node.split("://", 1)[1]
