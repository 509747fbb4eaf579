"""What the node keeps: one SQLite file, one connection, one lock. A write is whole or not at all."""

import json
import os
import sqlite3
import threading

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS policy (n INTEGER PRIMARY KEY, octets TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
  log TEXT NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (log, n));
CREATE INDEX IF NOT EXISTS entries_by_id ON entries (log, id);
CREATE TABLE IF NOT EXISTS sealed (
  id TEXT PRIMARY KEY, log TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, uid TEXT NOT NULL,
  sequence INTEGER NOT NULL, recipient TEXT NOT NULL, person TEXT, consent TEXT, purpose TEXT, at INTEGER NOT NULL,
  expires INTEGER, state TEXT NOT NULL, raw TEXT);
CREATE INDEX IF NOT EXISTS sealed_by_uid ON sealed (uid, sequence);
CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS subjects (
  person TEXT NOT NULL, recipient TEXT NOT NULL, sub TEXT NOT NULL, PRIMARY KEY (person, recipient));
CREATE TABLE IF NOT EXISTS calendars (
  person TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, summary TEXT NOT NULL, PRIMARY KEY (person, name));
CREATE TABLE IF NOT EXISTS talent (person TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS consents (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, recipient TEXT NOT NULL, kinds TEXT NOT NULL, purposes TEXT NOT NULL,
  until INTEGER NOT NULL, language TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, answer TEXT, sub TEXT);
CREATE TABLE IF NOT EXISTS due (
  place INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, node TEXT NOT NULL, order_id TEXT, ids TEXT NOT NULL,
  due INTEGER NOT NULL, receipt TEXT);
CREATE TABLE IF NOT EXISTS tokens (hash TEXT PRIMARY KEY, role TEXT NOT NULL, person TEXT, expires INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS proofs (iss TEXT NOT NULL, jti TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (iss, jti));
CREATE TABLE IF NOT EXISTS acks (log TEXT PRIMARY KEY, next INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS histories (node TEXT PRIMARY KEY, raw TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS read_logs (node TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS read_entries (
  node TEXT NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (node, n));
CREATE TABLE IF NOT EXISTS received (
  id TEXT PRIMARY KEY, node TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, uid TEXT, sequence INTEGER, sub TEXT,
  expires INTEGER, body TEXT, raw TEXT, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS findings (
  place INTEGER PRIMARY KEY AUTOINCREMENT, sort TEXT NOT NULL, node TEXT NOT NULL, id TEXT, body TEXT NOT NULL,
  raw TEXT);
CREATE TABLE IF NOT EXISTS erased (id TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS bodies (digest TEXT PRIMARY KEY, octets BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS givings (digest TEXT NOT NULL, node TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS drafts (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, ballots TEXT NOT NULL);
"""


class Store:
    """`with store:` is one transaction; nested ones join the outer."""

    def __init__(self, folder):
        self.lock = threading.RLock()
        self.depth = 0
        path = os.path.join(folder, "node.db")
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        os.chmod(path, 0o600)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA secure_delete=ON")
        self.db.executescript(SCHEMA)

    def __enter__(self):
        self.lock.acquire()
        if self.depth == 0:
            self.db.execute("BEGIN IMMEDIATE")
        self.depth += 1
        return self

    def __exit__(self, kind, fault, trace):
        self.depth -= 1
        try:
            if self.depth == 0:
                self.db.execute("ROLLBACK" if kind else "COMMIT")
        finally:
            self.lock.release()
        return False

    def do(self, text, *values):
        with self.lock:
            return self.db.execute(text, values)

    def all(self, text, *values):
        with self.lock:
            return self.db.execute(text, values).fetchall()

    def one(self, text, *values):
        with self.lock:
            return self.db.execute(text, values).fetchone()

    def value(self, text, *values):
        row = self.one(text, *values)
        return row[0] if row else None

    def get(self, name, default=None):
        found = self.value("SELECT value FROM meta WHERE name = ?", name)
        return default if found is None else json.loads(found)

    def put(self, name, value):
        self.do("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name, json.dumps(value))
