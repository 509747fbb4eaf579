#!/usr/bin/env bash
# Judges the reference node beside a running `make demo`; where none runs, it
# starts one and ends it again. Needs bin/fukusen and bin/fukusen-conformance.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

port=${DEMO_PORT:-8101}
work=$(mktemp -d)
demo=
finish() {
  local code=$?
  if [ -n "$demo" ]; then
    kill -TERM "$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
  fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT

answers() { bin/fukusen health --url "http://localhost:$1" >/dev/null 2>&1; }

if ! answers "$port"; then
  echo "conform: no demo runs on port $port; starting one"
  bin/fukusen demo --port "$port" >"$work/demo.log" 2>&1 &
  demo=$!
  # The story is told when its last line invites to Ctrl-C.
  for _ in $(seq 1 600); do
    if ! kill -0 "$demo" 2>/dev/null; then
      echo "conform: the demo ended before it was up:"
      tail -n 20 "$work/demo.log"
      exit 2
    fi
    if grep -q 'Ctrl-C' "$work/demo.log"; then break; fi
    sleep 0.1
  done
fi
region=
for n in 0 1 2 3; do region="$region${region:+,}http://localhost:$((port + n))"; done
bin/fukusen-conformance reference --program bin/fukusen --region "$region"
