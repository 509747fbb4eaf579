#!/usr/bin/env bash
# Proves with real containers what docker-compose.yml promises: four nodes start
# and agree on policy; the council goes on while its leader is cut off the
# network, and while another member is dead; both catch up, and nothing is lost.
# Everything it makes carries a name of its own and is removed, whatever happens.
#
#   COMPOSE   the Compose command; otherwise docker-compose, then docker compose
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

council=(city university company)
nodes=("${council[@]}" club)

say() { printf "compose-test: %3d s  %s\n" "$SECONDS" "$*"; }
fail() {
  say "FAILED: $*" >&2
  exit 1
}
skip() {
  say "skipped: $*"
  exit 0
}

if ! command -v docker >/dev/null || ! timeout 20 docker info >/dev/null 2>&1; then
  skip "no Docker engine answers here"
fi
if [ -z "${COMPOSE:-}" ]; then
  if command -v docker-compose >/dev/null; then
    COMPOSE=docker-compose
  elif docker compose version >/dev/null 2>&1; then
    COMPOSE="docker compose"
  else
    skip "a Docker engine answers, but neither docker-compose nor docker compose is installed"
  fi
fi
read -ra compose <<<"$COMPOSE"

project=fukusen-test-$$
network=${project}_federation
export COMPOSE COMPOSE_PROJECT_NAME=$project COMPOSE_FILE=docker-compose.yml IMAGE=$project:local
export CITY_PORT='' UNIVERSITY_PORT='' COMPANY_PORT='' CLUB_PORT='' # any free port
unset COMPOSE_PROFILES

# quiet runs a command within a time and lets it speak only when it fails.
quiet() {
  local limit=$1 said
  shift
  said=$(timeout --kill-after=10 "$limit" "$@" 2>&1) || fail "${*:1:4} …: exit $? after at most $limit s: $said"
}

# remove takes away all that carries the project's name; it fails at nothing,
# since it also runs where half of it was never made.
remove() {
  local mine="label=com.docker.compose.project=$project" ids
  timeout 120 "${compose[@]}" --profile table down --volumes --remove-orphans --timeout 5 >/dev/null 2>&1 || true
  for ids in $(docker ps --all --quiet --filter "$mine"); do docker rm --force "$ids" >/dev/null || true; done
  for ids in $(docker volume ls --quiet --filter "$mine"); do docker volume rm "$ids" >/dev/null || true; done
  for ids in $(docker network ls --quiet --filter "$mine"); do docker network rm "$ids" >/dev/null || true; done
  docker image rm "$IMAGE" >/dev/null 2>&1 || true
}

# left lists what still carries the project's name.
left() {
  local mine="label=com.docker.compose.project=$project"
  docker ps --all --quiet --filter "$mine"
  docker ps --all --quiet --filter "name=$project"
  docker volume ls --quiet --filter "name=$project"
  docker network ls --quiet --filter "name=$project"
  docker image ls --quiet "$IMAGE"
}

finish() {
  local code=$?
  trap - EXIT
  if [ "$code" -ne 0 ]; then
    say "the last words of each container:" >&2
    for id in $(docker ps --all --quiet --filter "label=com.docker.compose.project=$project"); do
      docker inspect --format '--- {{.Name}}: {{.State.Status}}{{if .State.Health}}, {{.State.Health.Status}}{{range .State.Health.Log}}
    {{.Output}}{{end}}{{end}}' "$id" >&2 || true
      docker logs --tail 15 "$id" >&2 || true
    done
  fi
  remove
  rm -rf "$scratch"
  exit "$code"
}
scratch=$(mktemp -d)
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# await repeats a question until it is answered with yes, within a time.
await() {
  local limit=$1 what=$2 began=$SECONDS
  shift 2
  until "$@"; do
    [ $((SECONDS - began)) -lt "$limit" ] || fail "$what: not within $limit s"
    sleep 0.5
  done
}

url() { echo "https://$1.fukusen.test:8443"; }

declare -A container
healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "${container[$1]}")" = healthy ]; }

# fact reads one value of what a node itself says of its policy, inside its own
# container, so that it answers also without a network.
fact() {
  timeout 20 docker exec "${container[$1]}" /fukusen policy show --json --at 127.0.0.1:8443 --url "$(url "$1")" \
    --ca /data/node/tls/ca.pem 2>/dev/null |
    sed -n "s/^  \"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p"
}

# agree says whether nodes hold a policy log of this size, with one root.
agree() {
  local size=$1 name root first=
  shift
  for name; do
    [ "$(fact "$name" size)" = "$size" ] || return 1
    root=$(fact "$name" root)
    [ -n "$root" ] && [ "${first:=$root}" = "$root" ] || return 1
  done
}

# table runs one command at the founders' table, where the ballot keys are.
table() {
  timeout --kill-after=10 90 "${compose[@]}" run --rm -T "$@" 2>"$scratch/table" ||
    fail "table: ${*:2:3}: exit $?: $(cat "$scratch/table")"
}

# token is a council token of one node, good for as long as this test runs.
token() { table table token --dir "/table/$1/node" --role council --for 1h; }

ballot_key() { echo "/table/$1/node/offline/ballot.key"; }

# motion puts the next version of the safety document up at one council node and
# has two members vote for it; it returns when it is in force there.
motion() {
  local at=$1 second=$2 draft
  FUKUSEN_TOKEN=$(token "$at")
  export FUKUSEN_TOKEN
  draft=$(table -e FUKUSEN_TOKEN table policy propose --url "$(url "$at")" --ca /table/ca/ca.pem \
    --ballot-key "$(ballot_key "$at")" --series safety --title-ja 安全基準 --title-en Safety \
    --text-ja /table/motion/safety.ja.md --text-en /table/motion/safety.en.md --body /table/motion/safety.json |
    sed -n 's/^draft: //p')
  for name in "$at" "$second"; do
    table -e FUKUSEN_TOKEN table policy vote --url "$(url "$at")" --ca /table/ca/ca.pem \
      --ballot-key "$(ballot_key "$name")" --draft "$draft" --choice yes >"$scratch/vote"
  done
  unset FUKUSEN_TOKEN
  grep -q accepted "$scratch/vote" || fail "two ballots of three did not carry the motion: $(cat "$scratch/vote")"
  size=$((size + 1))
}

led() { [ -n "$(fact city leader)" ]; }

# others are the council members beside one.
others() {
  local name
  for name in "${council[@]}"; do [ "$name" = "$1" ] || echo "$name"; done
}

# sound runs the fsck of a node's data directory, whose node must be stopped.
sound() { quiet 90 "${compose[@]}" run --rm -T --no-deps "$1" check --dir /data/node; }

# pick_subnet finds a network that the engine does not use yet.
pick_subnet() {
  local try
  for try in $(seq 0 15); do
    FEDERATION_SUBNET=172.31.$((240 + ($$ + try) % 16)).0/24
    if docker network create --subnet "$FEDERATION_SUBNET" "$project-probe" >/dev/null 2>&1; then
      docker network rm "$project-probe" >/dev/null
      export FEDERATION_SUBNET
      return
    fi
  done
  fail "none of 172.31.240.0/24 to 172.31.255.0/24 is free for a network"
}

start() {
  quiet 300 make image IMAGE="$IMAGE"
  pick_subnet
  quiet 120 deploy/setup.sh
  # The motions of this test lie on the table, where the voters read them.
  quiet 60 "${compose[@]}" run --name "$project-motion" -T table version
  mkdir "$scratch/motion"
  cp policy/documents/safety.* "$scratch/motion/"
  chmod 755 "$scratch/motion"
  chmod 644 "$scratch/motion"/*
  docker cp "$scratch/motion" "$project-motion:/table" >/dev/null 2>&1
  docker rm "$project-motion" >/dev/null
  quiet 120 "${compose[@]}" up -d
  local name
  for name in "${nodes[@]}"; do container[$name]=$("${compose[@]}" ps --all --quiet "$name"); done
  for name in "${nodes[@]}"; do await 60 "$name is healthy" healthy "$name"; done
  say "four nodes are healthy on $FEDERATION_SUBNET ($("${compose[@]}" version --short 2>/dev/null | head -n 1))"
}

# hardened looks at what the engine really enforces, not at what was asked of it.
hardened() {
  local name state
  for name in "${nodes[@]}"; do
    state=$(docker inspect --format '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "${container[$name]}")
    [ "$state" = "65532:65532 true [ALL] [no-new-privileges:true]" ] || fail "$name runs as: $state"
  done
  if docker exec "${container[city]}" /bin/sh -c true >/dev/null 2>&1; then fail "there is a shell in the image"; fi
  docker cp "${container[city]}:/data/node" - | tar -t >"$scratch/files"
  if grep -q offline "$scratch/files"; then fail "the city's volume holds offline keys"; fi
  say "not root, read-only root, no capabilities, no shell, no offline keys in a node"
}

adopt() {
  FUKUSEN_TOKEN=$(token city)
  export FUKUSEN_TOKEN
  table -e FUKUSEN_TOKEN table adopt --url "$(url city)" --ca /table/ca/ca.pem \
    --ballot-key "$(ballot_key city)" --ballot-key "$(ballot_key university)" >"$scratch/adopted"
  unset FUKUSEN_TOKEN
  size=$(fact city size)
  [ "$size" -gt 1 ] || fail "the policy log did not grow: $(cat "$scratch/adopted")"
  await 60 "all four nodes hold $size policy entries" agree "$size" "${nodes[@]}"
  say "$(grep -c adopted "$scratch/adopted") starting documents adopted; policy log of $size entries, one root on four nodes"
}

# lose_leader takes the council's leader off the network, which is the hardest of the
# three to do without.
lose_leader() {
  local leader rest before=$size
  await 30 "the council has a leader" led
  leader=$(fact city leader)
  leader=${leader#https://}
  leader=${leader%%.*}
  mapfile -t rest < <(others "$leader")
  docker network disconnect "$network" "${container[$leader]}"
  say "cut off the network: $leader, the leader"
  motion "${rest[0]}" "${rest[1]}"
  await 60 "${rest[*]} and club advance to $size" agree "$size" "${rest[@]}" club
  agree "$before" "$leader" || fail "$leader is cut off and still holds $(fact "$leader" size) entries, not $before"
  say "policy advanced to $size without it; $leader alone stands at $before"
  docker network connect --alias "$leader" --alias "$leader.fukusen.test" "$network" "${container[$leader]}"
  await 90 "$leader catches up to $size" agree "$size" "${nodes[@]}"
  await 60 "$leader is healthy" healthy "$leader"
  say "back on the network, $leader caught up: $size entries, one root on four nodes"
  killed=${rest[0]}
}

# kill_member ends another member the moment it has acknowledged an entry.
kill_member() {
  local rest before
  mapfile -t rest < <(others "$killed")
  motion "$killed" "${rest[0]}"
  before=$size
  docker kill --signal KILL "${container[$killed]}" >/dev/null
  [ "$(docker inspect --format '{{.State.Running}} {{.State.ExitCode}}' "${container[$killed]}")" = "false 137" ] ||
    fail "$killed did not die of SIGKILL"
  sound "$killed"
  say "killed: $killed, right after entry $before; fukusen check finds nothing wrong in its volume"
  await 60 "${rest[*]} and club hold entry $before" agree "$before" "${rest[@]}" club
  motion "${rest[0]}" "${rest[1]}"
  await 60 "${rest[*]} and club advance to $size" agree "$size" "${rest[@]}" club
  docker start "${container[$killed]}" >/dev/null
  await 90 "$killed catches up to $size" agree "$size" "${nodes[@]}"
  await 60 "$killed is healthy" healthy "$killed"
  say "policy advanced to $size without it; started again, $killed caught up: one root on four nodes"
}

# stop_and_check stops everything in order and reads all four directories.
stop_and_check() {
  local name
  quiet 120 "${compose[@]}" stop
  for name in "${nodes[@]}"; do
    [ "$(docker inspect --format '{{.State.ExitCode}}' "${container[$name]}")" = 0 ] || fail "$name did not stop in order"
    sound "$name"
  done
  say "stopped in order; fukusen check finds nothing wrong in four volumes"
}

size=0
killed=
start
hardened
adopt
lose_leader
kill_member
stop_and_check
remove
[ -z "$(left)" ] || fail "something is left behind: $(left | tr '\n' ' ')"
say "everything it made is removed"
echo "compose-test: ok"
