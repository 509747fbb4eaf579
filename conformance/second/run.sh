#!/bin/sh
# Judges the second node by the conformance suite at levels L0 and L1, on free loopback ports.
# Exit status: 0 only if the suite grants level L1 and the node claims availability-publisher, 1 something does not
# hold, 2 no verdict.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
python=${PYTHON:-}
for one in $python /usr/bin/python3 python3; do
    if "$one" -c 'import cryptography' 2>/dev/null; then python=$one; break; fi
done
if [ -z "$python" ] || ! "$python" -c 'import cryptography' 2>/dev/null; then
    echo "run.sh: needs python3 with the cryptography package (Debian: python3-cryptography)" >&2
    exit 2
fi
work=$(mktemp -d)
node=
trap 'if [ -n "$node" ]; then kill "$node" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
cd "$here"
"$python" check_vectors.py || exit 1
"$python" test_node.py || exit 1
suite=${SUITE:-$work/fukusen-conformance}
if [ -z "${SUITE:-}" ]; then (cd "$repo" && go build -o "$suite" ./cmd/fukusen-conformance) || exit 2; fi

# one port for the node and a row of ports behind it for the suite's peers
port=$("$python" - <<'PY'
import random, socket
while True:
    first, held = random.randrange(21000, 31000), []
    try:
        for port in range(first, first + 40):
            one = socket.socket()
            held.append(one)
            one.bind(("127.0.0.1", port))
    except OSError:
        continue
    finally:
        for one in held:
            one.close()
    print(first)
    break
PY
)
id=http://localhost:$port
root=$("$python" node.py init --dir "$work/node" --id "$id" --listen "127.0.0.1:$port")
"$suite" prepare --target "$id" --root="$root" --out "$work/sandbox" --listen "127.0.0.1:$((port + 1))" || exit 2
cp "$work/sandbox/genesis.txt" "$work/node/"
for role in clerk operator; do "$python" node.py token --dir "$work/node" --role "$role" >"$work/$role"; done
"$python" node.py serve --dir "$work/node" >"$work/log" 2>&1 &
node=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do grep -q serving "$work/log" && break; sleep 0.5; done
status=0
"$suite" run --target "$id" --sandbox "$work/sandbox" --clerk-token-file "$work/clerk" \
    --operator-token-file "$work/operator" --level L0 --level L1 --out "${OUT:-$work/report}" || status=$?
if [ "$status" = 0 ]; then
    "$python" - "${OUT:-$work/report}/report.json" <<'PY' || status=2
import json, sys
report = json.load(open(sys.argv[1], encoding="utf-8"))
role = report["roles"]["availability-publisher"]
sys.exit(not (report["verdict"]["level"] == "L1" and role["claimed"] and role["level"] == "L1"))
PY
fi
if grep -q Traceback "$work/log"; then cat "$work/log" >&2; [ "$status" != 0 ] || status=1; fi
exit "$status"
