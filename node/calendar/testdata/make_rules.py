#!/usr/bin/python3
"""Writes rules.txt: recurrence rules with their dates as python3-dateutil works them out.

A second opinion on our own expansion: the examples of RFC 5545 section 3.8.5.3 and several hundred drawn at random
with a fixed seed. One line a rule: DTSTART | RRULE | the first dates, or all of them with a final "end".

Left out on purpose, because dateutil departs from RFC 5545 there: BYWEEKNO without BYDAY, BYDAY lists that mix
numbered and plain days, and DTSTART that is not itself an instance.
"""
import random
import signal
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr

FORM = "%Y%m%dT%H%M%S"
KEEP = 24
RFC = """
19970902T090000|FREQ=DAILY;COUNT=10
19970902T090000|FREQ=DAILY;UNTIL=19971224T000000
19970902T090000|FREQ=DAILY;INTERVAL=2
19970902T090000|FREQ=DAILY;INTERVAL=10;COUNT=5
19980101T090000|FREQ=YEARLY;UNTIL=20000131T140000;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA
19980101T090000|FREQ=DAILY;UNTIL=20000131T140000;BYMONTH=1
19970902T090000|FREQ=WEEKLY;COUNT=10
19970902T090000|FREQ=WEEKLY;UNTIL=19971224T000000
19970902T090000|FREQ=WEEKLY;INTERVAL=2;WKST=SU
19970902T090000|FREQ=WEEKLY;UNTIL=19971007T000000;WKST=SU;BYDAY=TU,TH
19970902T090000|FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH
19970901T090000|FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000;WKST=SU;BYDAY=MO,WE,FR
19970902T090000|FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH
19970905T090000|FREQ=MONTHLY;COUNT=10;BYDAY=1FR
19970905T090000|FREQ=MONTHLY;UNTIL=19971224T000000;BYDAY=1FR
19970907T090000|FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU
19970922T090000|FREQ=MONTHLY;COUNT=6;BYDAY=-2MO
19970928T090000|FREQ=MONTHLY;BYMONTHDAY=-3
19970902T090000|FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15
19970930T090000|FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1
19970910T090000|FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15
19970902T090000|FREQ=MONTHLY;INTERVAL=2;BYDAY=TU
19970610T090000|FREQ=YEARLY;COUNT=10;BYMONTH=6,7
19970310T090000|FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3
19970101T090000|FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200
19970519T090000|FREQ=YEARLY;BYDAY=20MO
19970512T090000|FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO
19970313T090000|FREQ=YEARLY;BYMONTH=3;BYDAY=TH
19970605T090000|FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8
19980213T090000|FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13
19970913T090000|FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13
19961105T090000|FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8
19970904T090000|FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3
19970929T090000|FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2
19970902T090000|FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000
19970902T090000|FREQ=MINUTELY;INTERVAL=15;COUNT=6
19970902T090000|FREQ=MINUTELY;INTERVAL=90;COUNT=4
19970902T090000|FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40
19970902T090000|FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16
19970805T090000|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO
19970805T090000|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU
20070115T090000|FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5
"""


def pick(rng, low, high, most, negative=False):
    chosen = rng.sample(range(low, high + 1), rng.randint(1, most))
    return ",".join(str(-n if negative and rng.random() < 0.3 else n) for n in chosen)


def days(rng, numbered):
    names = rng.sample(["MO", "TU", "WE", "TH", "FR", "SA", "SU"], rng.randint(1, 3))
    if numbered:
        names = [str(rng.choice([1, 2, 3, 4, 5, -1, -2])) + n for n in names]
    return ",".join(names)


def draw(rng):
    freq = rng.choice(["YEARLY"] * 4 + ["MONTHLY"] * 4 + ["WEEKLY"] * 3 + ["DAILY"] * 2 + ["HOURLY", "MINUTELY", "SECONDLY"])
    parts = ["FREQ=" + freq]
    if rng.random() < 0.5:
        parts.append("INTERVAL=%d" % rng.randint(1, 5))
    if rng.random() < 0.4:
        parts.append("WKST=" + rng.choice(["MO", "SU", "WE", "SA"]))
    if rng.random() < 0.3:
        parts.append("BYMONTH=" + pick(rng, 1, 12, 4))
    if freq == "YEARLY" and rng.random() < 0.25:
        parts.append("BYWEEKNO=" + pick(rng, 1, 53, 3, True))
        parts.append("BYDAY=" + days(rng, False))
    elif freq in ("YEARLY", "HOURLY", "MINUTELY", "SECONDLY") and rng.random() < 0.2:
        parts.append("BYYEARDAY=" + pick(rng, 1, 366, 6, True))
    else:
        if freq != "WEEKLY" and rng.random() < 0.35:
            parts.append("BYMONTHDAY=" + pick(rng, 1, 31, 5, True))
        if rng.random() < 0.5:
            parts.append("BYDAY=" + days(rng, freq in ("YEARLY", "MONTHLY") and rng.random() < 0.5))
    if rng.random() < 0.25:
        parts.append("BYHOUR=" + pick(rng, 0, 23, 3))
    if rng.random() < 0.2:
        parts.append("BYMINUTE=" + pick(rng, 0, 59, 3))
    if rng.random() < 0.1:
        parts.append("BYSECOND=" + pick(rng, 0, 59, 2))
    if any(p.startswith("BY") for p in parts) and rng.random() < 0.3:
        parts.append("BYSETPOS=" + rng.choice(["1", "-1", "2", "1,-1", "3", "-2"]))
    if rng.random() < 0.4:
        parts.append("COUNT=%d" % rng.randint(1, 20))
    return ";".join(parts)


class TooLong(Exception):
    """dateutil searches for dates that never come up to the year 9999; such rules are dropped."""


def too_long(signum, frame):
    raise TooLong


def dates(rule, start):
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        return list(islice(iter(rrulestr(rule, dtstart=start)), KEEP + 1))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main():
    signal.signal(signal.SIGALRM, too_long)
    rng = random.Random(5545)
    out = []
    for line in RFC.split():
        start, rule = line.split("|")
        out.append((datetime.strptime(start, FORM), rule))
    while len(out) < 440:
        rule = draw(rng)
        start = datetime(rng.randint(1990, 2030), rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), rng.choice([0, 15, 30]))
        try:
            if any(f in rule for f in ("HOURLY", "MINUTELY", "SECONDLY")) and "BYHOUR" in rule and "INTERVAL" in rule:
                continue  # dateutil may refuse or search for very long
            found = dates(rule, start)
            if not found or found[0].year > 2040:
                continue
            if dates(rule, found[0])[:1] != [found[0]]:
                continue  # the rule moves with its start; no synchronised DTSTART at hand
        except (ValueError, TooLong):
            continue
        out.append((found[0], rule))
    with open("rules.txt", "w") as f:
        for start, rule in out:
            try:
                found = dates(rule, start)
            except TooLong:
                continue
            told = [d.strftime(FORM) for d in found[:KEEP]]
            if len(found) <= KEEP:
                told.append("end")
            f.write("%s|%s|%s\n" % (start.strftime(FORM), rule, ",".join(told)))


if __name__ == "__main__":
    main()
