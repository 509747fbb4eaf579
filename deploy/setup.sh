#!/usr/bin/env bash
# Founds the federation of docker-compose.yml: makes four nodes' keys and their
# genesis at the founders' table, and deals out to each node what it needs to
# run. Root keys, ballot keys and the throwaway authority stay at the table.
# It needs the image (make image) and changes nothing where it ran before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Which Compose: COMPOSE if it is set, then docker-compose, then docker compose.
if [ -z "${COMPOSE:-}" ]; then
  if command -v docker-compose >/dev/null; then COMPOSE=docker-compose; else COMPOSE="docker compose"; fi
fi
read -ra compose <<<"$COMPOSE"
image=${IMAGE:-fukusen:local}

say() { echo "setup: $*"; }
fail() {
  say "$*" >&2
  exit 1
}

# quiet runs a command and lets it speak only when it fails.
quiet() {
  local said
  said=$("$@" 2>&1) || fail "$said"
}

table() { quiet "${compose[@]}" run --rm -T table "$@"; }

# member makes one node at the table: keys, certificate, configuration.
member() {
  local name=$1 kind=$2 ja=$3 en=$4
  shift 4
  table init --dir "/table/$name/node" --id "https://$name.fukusen.test:8443" --kind "$kind" \
    --name-ja "$ja" --name-en "$en" --dev-ca /table/ca "$@"
  say "$name: keys and certificate made"
}

# deal copies what a node runs with into its volume. It names each part, so
# that offline/ stays behind; the archive keeps owner and mode.
deal() {
  local name=$1 seat=$2 node part
  node=$("${compose[@]}" ps --all --quiet "$name")
  for part in keys tls node.yaml genesis.txt; do
    docker cp "$seat:/table/$name/node/$part" - | docker cp - "$node:/data/node"
  done
}

docker image inspect "$image" >/dev/null 2>&1 || fail "there is no image $image; run make image first"

# The containers are made now and started later: only then do their volumes
# exist and belong to the user that serves.
quiet "${compose[@]}" up --no-start

member city municipality "港川市（架空）" "Minatogawa City (fictional)" --raft-listen 0.0.0.0:8444
member university university "港川大学（架空）" "Minatogawa University (fictional)" --raft-listen 0.0.0.0:8444
member company company "潮見製作所（架空）" "Shiomi Works (fictional)" --raft-listen 0.0.0.0:8444
member club club "港川ローイングクラブ（架空）" "Minatogawa Rowing Club (fictional)"

seat="${COMPOSE_PROJECT_NAME:-$(basename "$PWD")}-founding-$$"
trap 'docker rm --force "$seat" >/dev/null 2>&1 || true' EXIT
quiet "${compose[@]}" run --name "$seat" -T table found --council 3 --dir /table/city/node \
  --dir /table/university/node --dir /table/company/node --dir /table/club/node
docker logs "$seat" 2>/dev/null | sed -n 's/^\(fed\|words\): /setup: &/p'
for name in city university company club; do deal "$name" "$seat"; done
say "ok: each node's volume holds its keys and the genesis; root and ballot keys stay in the volume of the table"
