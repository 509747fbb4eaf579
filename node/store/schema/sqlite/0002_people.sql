-- +goose Up
-- The same tables as for PostgreSQL. Nothing in these tables is ever signed or sent.

-- Tokens of programs now belong to an account and say what they may do; no version before this one wrote any.
DROP TABLE token;

-- Who can sign in. A person has at most one account; staff need not be a person of the register.
CREATE TABLE account (
    id         TEXT NOT NULL PRIMARY KEY,
    person     TEXT NOT NULL,
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,
    language   TEXT NOT NULL,
    handle     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at  INTEGER NOT NULL,
    demo       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_person ON account (person) WHERE person <> '';
CREATE UNIQUE INDEX account_handle ON account (handle);
CREATE INDEX account_email ON account (email) WHERE email <> '';

-- Passkeys (Web Authentication, Level 3), by credential id.
CREATE TABLE passkey (
    id           TEXT NOT NULL PRIMARY KEY,
    account      TEXT NOT NULL,
    name         TEXT NOT NULL,
    credential   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    used_at      INTEGER NOT NULL,
    suspended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_account ON passkey (account, created_at);

-- Who somebody is at an identity provider (OpenID Connect).
CREATE TABLE identity (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    account    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_account ON identity (account);

-- Signed-in browsers, by SHA-256 of the cookie's secret.
CREATE TABLE session (
    hash       TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL,
    method     TEXT NOT NULL,
    agent      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    proven_at  INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account, created_at);
CREATE INDEX session_expires ON session (expires);

-- Codes that a desk hands out, by SHA-256; each opens once.
CREATE TABLE code (
    hash       TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    issued_by  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX code_account ON code (account, created_at);

-- Sign-ins on their way: a challenge or a state, answered once.
CREATE TABLE ceremony (
    hash    TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    kind    TEXT NOT NULL,
    body    TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremony_expires ON ceremony (expires);

-- Failed attempts by account and by address (as a keyed hash), in windows of time.
CREATE TABLE attempt (
    name  TEXT NOT NULL,
    since INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (name, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_since ON attempt (since);

-- Tokens of programs, by SHA-256 of the secret.
CREATE TABLE token (
    hash         TEXT NOT NULL PRIMARY KEY,
    account      TEXT NOT NULL,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    used_at      INTEGER NOT NULL,
    revoked_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_account ON token (account, created_at);

-- Organisations served by this node; 'home' is the one that runs it.
CREATE TABLE organisation (
    id         TEXT NOT NULL PRIMARY KEY,
    name_ja    TEXT NOT NULL,
    name_en    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is what in which organisation. An invitation is a membership that was not yet accepted.
CREATE TABLE membership (
    organisation TEXT NOT NULL,
    account      TEXT NOT NULL,
    role         TEXT NOT NULL,
    state        TEXT NOT NULL,
    invited_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    joined_at    INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    PRIMARY KEY (organisation, account, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_account ON membership (account);

-- The talent register: one entry a person, as the room of talents writes it.
CREATE TABLE roster (
    person     TEXT NOT NULL PRIMARY KEY,
    reading    TEXT NOT NULL,
    search     TEXT NOT NULL,
    entry      TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_reading ON roster (reading, person);

-- Spreadsheets on their way in, and those that came in and can be undone.
CREATE TABLE intake (
    id           TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    account      TEXT NOT NULL,
    name         TEXT NOT NULL,
    state        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    settled_at   INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    added        INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    refused      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX intake_organisation ON intake (organisation, created_at);

CREATE TABLE intake_line (
    intake TEXT NOT NULL,
    line   INTEGER NOT NULL,
    person TEXT NOT NULL,
    state  TEXT NOT NULL,
    before TEXT NOT NULL,
    after  TEXT NOT NULL,
    PRIMARY KEY (intake, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX intake_line_person ON intake_line (person);

-- Duplicates that were made one.
CREATE TABLE merged (
    dropped TEXT NOT NULL PRIMARY KEY,
    person  TEXT NOT NULL,
    account TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX merged_person ON merged (person);

-- Consents that somebody asks a person for; the answer is the person's alone.
CREATE TABLE asked (
    id           TEXT NOT NULL PRIMARY KEY,
    person       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    kinds        TEXT NOT NULL,
    purposes     TEXT NOT NULL,
    until        INTEGER NOT NULL,
    account      TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    state        TEXT NOT NULL,
    answered_at  INTEGER NOT NULL,
    consent      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_person ON asked (person, created_at);

-- What a person says is wrong and cannot change alone (APPI article 34, GDPR article 16).
CREATE TABLE correction (
    id          TEXT NOT NULL PRIMARY KEY,
    person      TEXT NOT NULL,
    field       TEXT NOT NULL,
    wanted      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    state       TEXT NOT NULL,
    account     TEXT NOT NULL,
    answered_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_person ON correction (person, created_at);
CREATE INDEX correction_open ON correction (created_at) WHERE state = 'open';

-- What accounts were told.
CREATE TABLE message (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    object     TEXT NOT NULL,
    link       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX message_account ON message (account, created_at, id);
CREATE INDEX message_unread ON message (account) WHERE read_at = 0;
CREATE INDEX message_object ON message (object) WHERE object <> '';

-- The mails that go out for messages; who sends one holds it by a claim until next_at.
CREATE TABLE mail (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL,
    address    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    lang       TEXT NOT NULL,
    link       TEXT NOT NULL,
    state      TEXT NOT NULL,
    tries      INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    claim      TEXT NOT NULL,
    last_error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_account ON mail (account, created_at, id);
CREATE INDEX mail_due ON mail (next_at, id) WHERE state = 'queued';
CREATE INDEX mail_claim ON mail (claim) WHERE claim <> '';
CREATE INDEX mail_trouble ON mail (created_at, id) WHERE last_error <> '';

-- Which kinds of word somebody wants by mail, where they chose.
CREATE TABLE preference (
    account TEXT NOT NULL,
    kind    TEXT NOT NULL,
    mail    INTEGER NOT NULL,
    PRIMARY KEY (account, kind)
) STRICT, WITHOUT ROWID;

-- The hours in which somebody wants no mail, in minutes since midnight.
CREATE TABLE quiet (
    account  TEXT NOT NULL PRIMARY KEY,
    from_min INTEGER NOT NULL,
    to_min   INTEGER NOT NULL,
    zone     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
