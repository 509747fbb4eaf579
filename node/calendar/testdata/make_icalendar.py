#!/usr/bin/python3
"""Writes icalendar.ics with python3-icalendar: a student's week with everything that makes calendars hard.

Times in Asia/Tokyo and, for an exchange seminar, in Europe/Berlin, both with their VTIMEZONE. People, titles and
places are fictional.
"""
from datetime import date, datetime, timedelta
from pathlib import Path

import pytz
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

TOKYO = pytz.timezone("Asia/Tokyo")
BERLIN = pytz.timezone("Europe/Berlin")
STAMP = datetime(2025, 12, 20, 3, 0, 0, tzinfo=pytz.utc)


def tokyo(*at):
    return TOKYO.localize(datetime(*at))


def berlin(*at):
    return BERLIN.localize(datetime(*at))


def event(uid, title, **props):
    e = Event()
    e.add("uid", uid + "@calendar.example")
    e.add("dtstamp", STAMP)
    e.add("summary", title)
    for name, value in props.items():
        name = name.replace("_", "-")
        for v in value if isinstance(value, tuple) else (value,):
            e.add(name, v)
    return e


def zones():
    tokyo_zone = Timezone()
    tokyo_zone.add("tzid", "Asia/Tokyo")
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=9))
    standard.add("tzname", "JST")
    tokyo_zone.add_component(standard)

    berlin_zone = Timezone()
    berlin_zone.add("tzid", "Europe/Berlin")
    summer = TimezoneDaylight()
    summer.add("dtstart", datetime(1981, 3, 29, 2))
    summer.add("rrule", vRecur(freq="yearly", bymonth=3, byday="-1su"))
    summer.add("tzoffsetfrom", timedelta(hours=1))
    summer.add("tzoffsetto", timedelta(hours=2))
    summer.add("tzname", "CEST")
    winter = TimezoneStandard()
    winter.add("dtstart", datetime(1996, 10, 27, 3))
    winter.add("rrule", vRecur(freq="yearly", bymonth=10, byday="-1su"))
    winter.add("tzoffsetfrom", timedelta(hours=2))
    winter.add("tzoffsetto", timedelta(hours=1))
    winter.add("tzname", "CET")
    berlin_zone.add_component(summer)
    berlin_zone.add_component(winter)
    return tokyo_zone, berlin_zone


def events():
    weekly = vRecur(freq="weekly", byday=["mo", "we"])
    yield event("lecture", "Sports science lecture", dtstart=tokyo(2026, 1, 5, 13), dtend=tokyo(2026, 1, 5, 14, 30),
                rrule=weekly, exdate=[tokyo(2026, 1, 12, 13), tokyo(2026, 1, 14, 13)], sequence=2,
                location="Fictional hall 3")
    # One lecture moved to the evening, another called off.
    yield event("lecture", "Sports science lecture (moved)", recurrence_id=tokyo(2026, 1, 19, 13), sequence=2,
                dtstart=tokyo(2026, 1, 19, 17), dtend=tokyo(2026, 1, 19, 18, 30))
    yield event("lecture", "Sports science lecture (called off)", recurrence_id=tokyo(2026, 1, 21, 13), sequence=3,
                dtstart=tokyo(2026, 1, 21, 13), dtend=tokyo(2026, 1, 21, 14, 30), status="CANCELLED")
    yield event("seminar", "Exchange seminar", dtstart=berlin(2026, 1, 8, 9), duration=timedelta(minutes=90),
                rrule=vRecur(freq="weekly"))
    yield event("exams", "Examination days", dtstart=date(2026, 2, 2), dtend=date(2026, 2, 5))
    yield event("birthday", "A birthday", dtstart=date(2026, 1, 23), rrule=vRecur(freq="yearly"), transp="TRANSPARENT")
    yield event("study", "Study group, perhaps", dtstart=tokyo(2026, 1, 9, 16), dtend=tokyo(2026, 1, 9, 18),
                rrule=vRecur(freq="weekly"), status="TENTATIVE")
    yield event("trip", "A trip that was cancelled", dtstart=tokyo(2026, 1, 10, 8), dtend=tokyo(2026, 1, 11, 20),
                status="CANCELLED")
    yield event("office", "Office hours", dtstart=datetime(2026, 1, 7, 1, tzinfo=pytz.utc),
                dtend=datetime(2026, 1, 7, 2, tzinfo=pytz.utc), rrule=vRecur(freq="monthly", byday="1we"),
                rdate=[datetime(2026, 1, 20, 1, tzinfo=pytz.utc)])


def main():
    calendar = Calendar()
    calendar.add("prodid", "-//fictional student//python3-icalendar//EN")
    calendar.add("version", "2.0")
    for part in (*zones(), *events()):
        calendar.add_component(part)
    Path(__file__).with_name("icalendar.ics").write_bytes(calendar.to_ical())


if __name__ == "__main__":
    main()
