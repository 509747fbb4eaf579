#!/bin/sh
# Writes calcurse.ics: appointments in calcurse's own file, put out with calcurse --export.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/apts" <<APTS
01/05/2026 @ 09:00 -> 01/05/2026 @ 12:30 {1W} |Part-time shift (fictional shop)
01/08/2026 @ 13:00 -> 01/08/2026 @ 17:00 {2W} |Part-time shift, every other week
01/14/2026 @ 10:00 -> 01/14/2026 @ 11:30 |Course planning
01/06/2026 @ 22:00 -> 01/07/2026 @ 05:00 {1M} |Stocktaking night
02/11/2026 [1] {1Y} Holiday
03/02/2026 [1] Entrance examination
APTS
calcurse -q -D "$work" -C "$work" --export=ical >"$here/calcurse.ics"
