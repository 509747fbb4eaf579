"""Uses a node's calendars as a program of python3-caldav does, and says line by line what it saw."""

import sys
from datetime import datetime, timedelta, timezone

import caldav
from caldav.elements import dav
from caldav.lib.error import AuthorizationError, NotFoundError, PutError

url, password, day = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])


def event(uid, summary, start, more=""):
    form = "%Y%m%dT%H%M%SZ"
    end = start + timedelta(hours=1)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260401T000000Z\r\nSUMMARY:{summary}\r\n"
        f"DTSTART:{start.strftime(form)}\r\nDTEND:{end.strftime(form)}\r\n{more}"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


client = caldav.DAVClient(url=url, username="me", password=password)
principal = client.principal()
calendars = {str(c.url).rstrip("/").rsplit("/", 1)[-1]: c for c in principal.calendars()}
print("calendars", " ".join(sorted(calendars)))
own, held = calendars["own"], calendars["held"]

print("held", len(held.events()))
saved = own.save_event(event("py-1", "Lesson", day + timedelta(hours=6)))
own.save_event(event("py-2", "Weekly", day + timedelta(hours=10), "RRULE:FREQ=WEEKLY;COUNT=4\r\n"))
own.save_event(event("py-3", "Long ago", day - timedelta(days=400)))
print("own", len(own.events()))
found = own.date_search(day, day + timedelta(days=1), expand=False)
print("that day", " ".join(sorted(e.vobject_instance.vevent.summary.value for e in found)))
found = own.date_search(day + timedelta(days=14), day + timedelta(days=15), expand=False)
print("in two weeks", " ".join(e.vobject_instance.vevent.summary.value for e in found))
print("by uid", own.event_by_uid("py-1").vobject_instance.vevent.summary.value)

token = own.objects(load_objects=True)
one = own.event_by_uid("py-1")
one.vobject_instance.vevent.summary.value = "Lesson moved"
one.save()
own.event_by_uid("py-3").delete()
updated, deleted = token.sync()
print("synced", " ".join(sorted(o.vobject_instance.vevent.summary.value for o in updated)), len(list(deleted)))

busy = own.freebusy_request(day, day + timedelta(days=1))
print("busy", str(busy.data).count("FREEBUSY;"))
own.set_properties([dav.DisplayName("Mine")])
print("called", own.get_properties([dav.DisplayName()])["{DAV:}displayname"])

for name, act in {
    "put where it is read only": lambda: held.save_event(event("py-9", "No", day)),
    "another calendar": lambda: principal.make_calendar("more"),
    "what is not there": lambda: own.event_by_url(str(own.url) + "none.ics"),
    "a task": lambda: own.save_todo(summary="No"),
}.items():
    try:
        act()
        print(name, "was taken")
    except (AuthorizationError, NotFoundError, PutError, caldav.lib.error.DAVError) as error:
        print(name, "was refused")
