#!/bin/sh
# Writes khal-*.ics: events entered with khal and taken from its vdir as khal wrote them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/vdir"
cat >"$work/config" <<CONFIG
[calendars]
[[rowing]]
path = $work/vdir
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
default_timezone = Asia/Tokyo
local_timezone = Asia/Tokyo
[sqlite]
path = $work/khal.db
CONFIG
enter() { # name, then what khal new takes
	name=$1
	shift
	khal -c "$work/config" new -a rowing "$@"
	mv "$work"/vdir/*.ics "$here/khal-$name.ics"
}
enter practice --repeat weekly --location "Fictional boathouse" 2026-01-12 18:30 20:30 "Evening practice :: on the water"
enter gym --repeat daily 2026-01-05 06:30 07:30 "Gym"
enter camp 2026-02-09 2026-02-13 "Training camp"

# A series with exceptions, as khal stores what it imports from another program (run make_icalendar.py first).
khal -c "$work/config" import --batch -a rowing "$here/icalendar.ics"
grep -l '^UID:lecture@' "$work"/vdir/*.ics | while read -r file; do
	mv "$file" "$here/khal-lecture.ics"
done
