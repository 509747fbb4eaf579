"""A small Fukusen node, written from the standard's text alone: init, serve, token. See README.md."""

import argparse
import os
import secrets
import sys
import threading
import time
import traceback

import claims
import home as homes
import publish
import web
from follow import Follower
from peers import Peers
from reader import Reader
from store import Store

HERE = os.path.dirname(os.path.abspath(__file__))


def init(args):
    if not claims.is_node_id(args.id, development=True):
        raise SystemExit("init: --id is not a node id (REQ-STM-007)")
    if args.kind not in claims.NODE_KINDS:
        raise SystemExit("init: --kind is none of section 1")
    print(homes.found(args.dir, args.id, args.listen, args.kind, args.specification))


def token(args):
    if (args.role == "person") != bool(args.person):
        raise SystemExit("token: a token of role person names its --person, and no other does")
    text = secrets.token_urlsafe(32)
    Store(args.dir).do("INSERT INTO tokens (hash, role, person, expires) VALUES (?, ?, ?, ?)",
                       homes.token_hash(text), args.role, args.person, int(time.time()) + args.days * 86400)
    print(text)


def attend(home, every, *steps):
    """Does each step again and again, woken early by pull and nudge."""
    while True:
        for step in steps:
            try:
                step()
            except Exception:
                traceback.print_exc()
        home.wake.wait(every)
        home.wake.clear()


def serve(args):
    home = homes.Home(args.dir)
    if not claims.is_node_id(home.id, home.book.development):
        raise SystemExit("serve: the node id is for a development federation only")
    host, _, port = home.config["listen"].rpartition(":")
    peers = Peers(home)
    reader, follower = Reader(home, peers), Follower(home, peers)
    server = web.Server((host, int(port)), home, peers, reader)
    threading.Thread(target=attend, daemon=True, args=(
        home, args.every, follower.follow, follower.fetch_bodies, reader.read_all, reader.try_again,
        lambda: publish.refresh(home))).start()
    print(f"serving {home.id}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("init", help="make the node's keys and print its public root key")
    one.add_argument("--id", required=True)
    one.add_argument("--listen", required=True)
    one.add_argument("--kind", default="municipality")
    one.add_argument("--specification", default=os.path.join(HERE, "..", "..", "spec"))
    one.set_defaults(run=init)
    two = commands.add_parser("serve", help="serve; the folder holds genesis.txt")
    two.add_argument("--every", type=float, default=1.0, help="seconds between two looks at the neighbours")
    two.set_defaults(run=serve)
    three = commands.add_parser("token", help="make a bearer token")
    three.add_argument("--role", required=True, choices=("person", "clerk", "operator", "evaluator", "council"))
    three.add_argument("--person")
    three.add_argument("--days", type=int, default=90)
    three.set_defaults(run=token)
    for command in (one, two, three):
        command.add_argument("--dir", required=True)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    sys.exit(main())
