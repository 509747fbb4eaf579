"""A small honest subset of RFC 5545: what it cannot expand it refuses by name, and in doubt the person is busy.

Read are VEVENTs with DTSTART, DTEND or DURATION, in UTC, with a TZID of the IANA database or floating, DAILY and
WEEKLY rules with COUNT, UNTIL, INTERVAL, BYDAY and WKST, EXDATE, RECURRENCE-ID, STATUS and TRANSP.
"""

import datetime
import re
import zoneinfo

UTC, DAY = datetime.timezone.utc, datetime.timedelta(days=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RANK = {"tentative": 1, "unavailable": 2, "confirmed": 3}
TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?\Z")
DURATION = re.compile(r"([+-]?)P(?:([0-9]+)W|(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?)\Z")
MOST_EVENTS, MOST_TURNS = 5000, 20000


class CannotRead(Exception):
    """The file, or a rule in it, is beyond this reader."""

    def __init__(self, field, line=None):
        super().__init__(field)
        self.field, self.line = field, line


def unfold(text):
    """Content lines as (line number, name, parameters, value)."""
    lines = []
    for at, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if raw[:1] in (" ", "\t") and lines:
            lines[-1][1].append(raw[1:])
        elif raw:
            lines.append((at, [raw]))
    for at, parts in lines:
        head, quoted, cut = "".join(parts), False, None
        for place, c in enumerate(head):
            quoted ^= c == '"'
            if c == ":" and not quoted:
                cut = place
                break
        if cut is None:
            raise CannotRead("line", at)
        name, *parameters = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*\Z)', head[:cut])
        pairs = (p.partition("=") for p in parameters)
        yield at, name.upper(), {k.upper(): v.strip('"') for k, _, v in pairs}, head[cut + 1:]


class Event:
    def __init__(self, line):
        self.line, self.has = line, {}

    def first(self, name):
        return self.has.get(name, [None])[0]

    def word(self, name):
        found = self.first(name)
        return found[2].strip().upper() if found else ""


def read_events(text):
    stack, events = [], []
    for line, name, parameters, value in unfold(text):
        if name == "BEGIN":
            stack.append(value.strip().upper())
            if len(stack) == 1 and stack[0] != "VCALENDAR":
                raise CannotRead("VCALENDAR", line)
            if stack[1:] == ["VEVENT"]:
                events.append(Event(line))
        elif name == "END":
            if not stack or stack.pop() != value.strip().upper():
                raise CannotRead("END", line)
        elif not stack:
            raise CannotRead("VCALENDAR", line)
        elif stack[1:] == ["VEVENT"]:
            events[-1].has.setdefault(name, []).append((line, parameters, value))
        if len(events) > MOST_EVENTS:
            raise CannotRead("VEVENT", line)
    if stack or not text.strip():
        raise CannotRead("VCALENDAR")
    return events


def read_time(line, parameters, value, home):
    """A local or absolute time with its zone, and whether it is a date."""
    found = TIME.match(value.strip())
    if not found:
        raise ValueError("a time that cannot be read")
    y, mo, d, h, mi, s, z = found.groups()
    try:
        local = datetime.datetime(int(y), int(mo), int(d), int(h or 0), int(mi or 0), min(int(s or 0), 59))
    except ValueError:
        raise ValueError("a time that does not exist") from None
    if z:
        return local.replace(tzinfo=UTC), False
    zone = home
    if "TZID" in parameters:
        try:
            zone = zoneinfo.ZoneInfo(parameters["TZID"].lstrip("/"))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise CannotRead("TZID", line) from None
    return local.replace(tzinfo=zone), h is None


def read_duration(value):
    found = DURATION.match(value.strip())
    if not found or found.group(1) == "-" or value.strip().endswith(("P", "T")):
        raise ValueError("a duration that cannot be read")
    w, d, h, m, s = (int(g or 0) for g in found.groups()[1:])
    return datetime.timedelta(weeks=w, days=d, hours=h, minutes=m, seconds=s)


def span_of(event, home):
    """Start, nominal length and whether it is whole days; ValueError where the event makes no sense."""
    start = event.first("DTSTART")
    if start is None:
        raise ValueError("the event has no beginning")
    begin, whole = read_time(*start, home)
    if event.first("DTEND"):
        end, _ = read_time(*event.first("DTEND"), home)
        # a length of clock time for whole days, of elapsed time otherwise
        length = (end.replace(tzinfo=None) - begin.replace(tzinfo=None)) if whole \
            else end.astimezone(UTC) - begin.astimezone(UTC)
    elif event.first("DURATION"):
        length = read_duration(event.first("DURATION")[2])
    else:
        length = DAY if whole else datetime.timedelta(0)
    return begin, length, whole


def read_rule(line, value, begin, home):
    parts = dict(p.upper().partition("=")[::2] for p in value.strip().split(";") if p)
    for name in parts:
        if name not in ("FREQ", "COUNT", "UNTIL", "INTERVAL", "BYDAY", "WKST"):
            raise CannotRead("RRULE", line)
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    interval, count = parts.get("INTERVAL", "1"), parts.get("COUNT")
    if parts.get("FREQ") not in ("DAILY", "WEEKLY") or any(d not in DAYS for d in days):
        raise CannotRead("RRULE", line)
    if not re.match(r"[1-9][0-9]{0,3}\Z", interval) or (count and not re.match(r"[1-9][0-9]{0,4}\Z", count)):
        raise CannotRead("RRULE", line)
    if parts.get("WKST", "MO") not in DAYS:
        raise CannotRead("RRULE", line)
    until = None
    if "UNTIL" in parts:
        try:
            until, whole = read_time(line, {}, parts["UNTIL"], begin.tzinfo)
        except ValueError:
            raise CannotRead("RRULE", line) from None
        until = until + DAY - datetime.timedelta(seconds=1) if whole else until
    return parts["FREQ"], int(interval), int(count) if count else None, until, days, parts.get("WKST", "MO")


def turns(begin, rule, before):
    """The starts of a recurring event up to `before`, in local time so that clocks may change."""
    freq, interval, count, until, days, first_day = rule
    wanted = [DAYS.index(d) for d in days]
    week_of = begin - DAY * ((begin.weekday() - DAYS.index(first_day)) % 7)
    given, day = 0, 0
    while True:
        start = begin + DAY * day
        day += 1
        if start.astimezone(UTC) >= before or day > MOST_TURNS or (until and start.astimezone(UTC) > until):
            return
        if freq == "DAILY":
            hit = (day - 1) % interval == 0 and (not wanted or start.weekday() in wanted)
        else:
            weeks = (start.replace(tzinfo=None) - week_of.replace(tzinfo=None)).days // 7
            hit = weeks % interval == 0 and start.weekday() in (wanted or [begin.weekday()])
        if hit:
            given += 1
            yield start
            if count and given >= count:
                return


def starts_of(event, begin, home, before):
    if event.first("RDATE") or len(event.has.get("RRULE", [])) > 1 or event.first("EXRULE"):
        raise CannotRead("RDATE", event.line)
    out = set()
    for line, parameters, value in event.has.get("EXDATE", []):
        for one in value.split(","):
            out.add(read_time(line, parameters, one, home)[0].astimezone(UTC))
    rule = event.first("RRULE")
    starts = turns(begin, read_rule(rule[0], rule[2], begin, home), before) if rule else [begin]
    return [s for s in starts if s.astimezone(UTC) not in out]


def status_of(event):
    if event.word("TRANSP") == "TRANSPARENT" or event.word("STATUS") == "CANCELLED":
        return None
    return "tentative" if event.word("STATUS") == "TENTATIVE" else "confirmed"


def expand(text, home, first, last):
    """Busy periods (start, end, status) in seconds that touch the span, the number of events, and the problems."""
    before = datetime.datetime.fromtimestamp(last, UTC)
    events, problems, periods, moved = read_events(text), [], [], set()
    for event in events:
        again, uid = event.first("RECURRENCE-ID"), event.first("UID")
        if again and uid:
            moved.add((uid[2], read_time(*again, home)[0].astimezone(UTC)))
    for event in events:
        try:
            begin, length, whole = span_of(event, home)
            starts, status = starts_of(event, begin, home, before), status_of(event)
        except ValueError as fault:
            problems.append({"line": event.line, "component": "VEVENT", "reason": str(fault)})
            continue
        if length < datetime.timedelta(0):
            problems.append({"line": event.line, "component": "VEVENT", "reason": "the event ends before it begins"})
            length = datetime.timedelta(0)
        uid = event.first("UID")
        for start in starts:
            instant = start.astimezone(UTC)
            if status is None or (not event.first("RECURRENCE-ID") and uid and (uid[2], instant) in moved):
                continue
            end = (start + length) if whole else instant + length
            # an instant without length is a moment for which the person is busy
            stop = max(int(end.timestamp()), int(instant.timestamp()) + 1)
            if stop > first and instant.timestamp() < last:
                periods.append((int(instant.timestamp()), stop, status))
    return periods, len(events), problems


def coalesce(periods, first, last, step=1):
    """Rounds outwards to step, clips to the span, lets the stronger status win, and joins what touches."""
    rounded = []
    for begin, end, status in periods:
        begin, end = max(begin // step * step, first), min(-(-end // step) * step, last)
        if begin < end:
            rounded.append((begin, end, status))
    changes = {}
    for begin, end, status in rounded:
        changes.setdefault(begin, []).append((status, 1))
        changes.setdefault(end, []).append((status, -1))
    result, open_now, since = [], {s: 0 for s in RANK}, None
    for at in sorted(changes):
        status = max((s for s in RANK if open_now[s]), key=RANK.get, default=None)
        if status is not None:
            if result and result[-1][1] == since and result[-1][2] == status:
                result[-1] = (result[-1][0], at, status)
            else:
                result.append((since, at, status))
        for name, change in changes[at]:
            open_now[name] += change
        since = at
    return result
