#!/usr/bin/env bash
# Proves that a node of an earlier version and one of this version still read
# each other: the earlier program is built from the repository's own history,
# one member of a throwaway federation runs it, the other runs this one, and a
# person's record goes each way. Everything lives in a temporary folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

# The last commits of the two issues before.
versions=(b1b915a a2abff4)

say() { printf "previous-test: %3d s  %s\n" "$SECONDS" "$*"; }
fail() {
  say "FAILED: $*"
  tail -n 5 "$work"/*.log 2>/dev/null || true
  exit 1
}

work=$(mktemp -d)
running=()
finish() {
  local code=$?
  if [ ${#running[@]} -gt 0 ]; then
    kill "${running[@]}" 2>/dev/null || true
    wait "${running[@]}" 2>/dev/null || true
  fi
  if [ -d "$work/earlier" ]; then git worktree remove --force "$work/earlier"; fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT

# share lets a person be known at one node and agree that another may read.
share() { # program, directory, url, recipient
  local desk id
  desk="Authorization: Bearer $("$1" token --dir "$2" --role clerk)"
  id=$(curl -sf -H "$desk" -H 'Content-Type: application/json' "$3/v1/people" \
    -d '{"name":{"family":"架空","given":"人"},"kana":{"family":"カクウ","given":"ヒト"},"demo":true}' | sed 's/.*"id": *"\([^"]*\)".*/\1/')
  curl -sf -o "$work/answer" -X PUT -H "$desk" -H 'Content-Type: application/json' "$3/v1/people/$id/talent" \
    -d '{"skills":[{"uri":"https://skills.example/rowing","level":3,"basis":"self"}],"region":"141003","remote":false,"languages":["ja"]}'
  curl -sf -o "$work/answer" -H "$desk" -H 'Content-Type: application/json' "$3/v1/people/$id/consents" \
    -d '{"recipient":"'"$4"'","kinds":["talent"],"purposes":["matching"],"until":'$(($(date +%s) + 86400))',"language":"ja"}'
}

# holds waits until a node shows a current record of another.
holds() { # program, directory, url, issuer
  local staff
  staff="Authorization: Bearer $("$1" token --dir "$2" --role operator)"
  for _ in $(seq 1 150); do
    if curl -sf -H "$staff" "$3/v1/records?kind=talent&issuer=$4&limit=10" | grep -q '"id"'; then return; fi
    sleep 0.1
  done
  fail "$3 does not hold a record of $4"
}

start() { # program, directory
  "$1" serve --config "$2/node.yaml" >"$2.log" 2>&1 &
  running+=("$!")
}

for version in "${versions[@]}"; do
  if ! git cat-file -e "$version^{commit}" 2>/dev/null; then
    say "skipped: the history here does not reach back to $version"
    continue
  fi
  git worktree add --detach "$work/earlier" "$version" >/dev/null 2>&1
  (cd "$work/earlier" && CGO_ENABLED=0 go build -o "$work/old" ./cmd/fukusen)
  CGO_ENABLED=0 go build -o "$work/new" ./cmd/fukusen
  say "built $version and this version"
  for pair in "old new" "new old"; do
    read -r city club <<<"$pair"
    rm -rf "$work/city" "$work/club" "$work"/*.erased
    "$work/$city" init --dir "$work/city" --id http://localhost:18491 --name-ja 市 --name-en City --kind municipality \
      --listen 127.0.0.1:18491 --raft-listen 127.0.0.1:18495 >/dev/null
    "$work/$club" init --dir "$work/club" --id http://localhost:18492 --name-ja 会 --name-en Club --kind club \
      --listen 127.0.0.1:18492 >/dev/null
    "$work/$city" found --dir "$work/city" --dir "$work/club" --council 1 --development >/dev/null
    start "$work/$city" "$work/city"
    start "$work/$club" "$work/club"
    for _ in $(seq 1 100); do
      if "$work/new" health --url http://localhost:18491 >/dev/null 2>&1 && "$work/new" health --url http://localhost:18492 >/dev/null 2>&1; then break; fi
      sleep 0.1
    done
    FUKUSEN_TOKEN=$("$work/$city" token --dir "$work/city" --role council) "$work/$city" adopt --url http://localhost:18491 \
      --ballot-key "$work/city/offline/ballot.key" >/dev/null
    share "$work/$city" "$work/city" http://localhost:18491 http://localhost:18492
    share "$work/$club" "$work/club" http://localhost:18492 http://localhost:18491
    holds "$work/$club" "$work/club" http://localhost:18492 http://localhost:18491
    holds "$work/$city" "$work/city" http://localhost:18491 http://localhost:18492
    kill "${running[@]}"
    wait "${running[@]}" 2>/dev/null || true
    running=()
    say "city of the $city version, club of the $club one: a record went each way"
  done
  git worktree remove --force "$work/earlier"
done
say "ok"
