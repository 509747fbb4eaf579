-- +goose Up
-- The same tables as for SQLite. Nothing in these tables is ever signed or sent.

-- Tokens of programs now belong to an account and say what they may do; no version before this one wrote any.
DROP TABLE token;

-- Who can sign in. A person has at most one account; staff need not be a person of the register.
CREATE TABLE account (
    id         TEXT COLLATE "C" PRIMARY KEY,
    person     TEXT COLLATE "C" NOT NULL,
    name       TEXT NOT NULL,
    email      TEXT COLLATE "C" NOT NULL,
    language   TEXT COLLATE "C" NOT NULL,
    handle     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at  BIGINT NOT NULL,
    demo       BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX account_person ON account (person) WHERE person <> '';
CREATE UNIQUE INDEX account_handle ON account (handle);
CREATE INDEX account_email ON account (email) WHERE email <> '';

-- Passkeys (Web Authentication, Level 3), by credential id.
CREATE TABLE passkey (
    id           TEXT COLLATE "C" PRIMARY KEY,
    account      TEXT COLLATE "C" NOT NULL,
    name         TEXT NOT NULL,
    credential   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    used_at      BIGINT NOT NULL,
    suspended_at BIGINT NOT NULL
);
CREATE INDEX passkey_account ON passkey (account, created_at);

-- Who somebody is at an identity provider (OpenID Connect).
CREATE TABLE identity (
    issuer     TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_account ON identity (account);

-- Signed-in browsers, by SHA-256 of the cookie's secret.
CREATE TABLE session (
    hash       TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL,
    method     TEXT COLLATE "C" NOT NULL,
    agent      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    proven_at  BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account, created_at);
CREATE INDEX session_expires ON session (expires);

-- Codes that a desk hands out, by SHA-256; each opens once.
CREATE TABLE code (
    hash       TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL,
    purpose    TEXT COLLATE "C" NOT NULL,
    issued_by  TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    used_at    BIGINT NOT NULL
);
CREATE INDEX code_account ON code (account, created_at);

-- Sign-ins on their way: a challenge or a state, answered once.
CREATE TABLE ceremony (
    hash    TEXT COLLATE "C" PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    body    TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX ceremony_expires ON ceremony (expires);

-- Failed attempts by account and by address (as a keyed hash), in windows of time.
CREATE TABLE attempt (
    name  TEXT NOT NULL,
    since BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    PRIMARY KEY (name, since)
);
CREATE INDEX attempt_since ON attempt (since);

-- Tokens of programs, by SHA-256 of the secret.
CREATE TABLE token (
    hash         TEXT COLLATE "C" PRIMARY KEY,
    account      TEXT COLLATE "C" NOT NULL,
    name         TEXT NOT NULL,
    role         TEXT COLLATE "C" NOT NULL,
    organisation TEXT COLLATE "C" NOT NULL,
    scopes       TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    expires      BIGINT NOT NULL,
    used_at      BIGINT NOT NULL,
    revoked_at   BIGINT NOT NULL
);
CREATE INDEX token_account ON token (account, created_at);

-- Organisations served by this node; 'home' is the one that runs it.
CREATE TABLE organisation (
    id         TEXT COLLATE "C" PRIMARY KEY,
    name_ja    TEXT COLLATE "C" NOT NULL,
    name_en    TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at  BIGINT NOT NULL
);

-- Who is what in which organisation. An invitation is a membership that was not yet accepted.
CREATE TABLE membership (
    organisation TEXT COLLATE "C" NOT NULL,
    account      TEXT COLLATE "C" NOT NULL,
    role         TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    invited_by   TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    joined_at    BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    PRIMARY KEY (organisation, account, role)
);
CREATE INDEX membership_account ON membership (account);

-- The talent register: one entry a person, as the room of talents writes it.
CREATE TABLE roster (
    person     TEXT COLLATE "C" PRIMARY KEY,
    reading    TEXT COLLATE "C" NOT NULL,
    search     TEXT NOT NULL,
    entry      TEXT NOT NULL,
    version    BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX roster_reading ON roster (reading, person);

-- Spreadsheets on their way in, and those that came in and can be undone.
CREATE TABLE intake (
    id           TEXT COLLATE "C" PRIMARY KEY,
    organisation TEXT COLLATE "C" NOT NULL,
    account      TEXT COLLATE "C" NOT NULL,
    name         TEXT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    settled_at   BIGINT NOT NULL,
    expires      BIGINT NOT NULL,
    added        BIGINT NOT NULL,
    changed      BIGINT NOT NULL,
    refused      BIGINT NOT NULL
);
CREATE INDEX intake_organisation ON intake (organisation, created_at);

CREATE TABLE intake_line (
    intake TEXT COLLATE "C" NOT NULL,
    line   BIGINT NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    state  TEXT COLLATE "C" NOT NULL,
    before TEXT NOT NULL,
    after  TEXT NOT NULL,
    PRIMARY KEY (intake, line)
);
CREATE INDEX intake_line_person ON intake_line (person);

-- Duplicates that were made one.
CREATE TABLE merged (
    dropped TEXT COLLATE "C" PRIMARY KEY,
    person  TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX merged_person ON merged (person);

-- Consents that somebody asks a person for; the answer is the person's alone.
CREATE TABLE asked (
    id           TEXT COLLATE "C" PRIMARY KEY,
    person       TEXT COLLATE "C" NOT NULL,
    organisation TEXT COLLATE "C" NOT NULL,
    recipient    TEXT COLLATE "C" NOT NULL,
    kinds        TEXT COLLATE "C" NOT NULL,
    purposes     TEXT COLLATE "C" NOT NULL,
    until        BIGINT NOT NULL,
    account      TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    answered_at  BIGINT NOT NULL,
    consent      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX asked_person ON asked (person, created_at);

-- What a person says is wrong and cannot change alone (APPI article 34, GDPR article 16).
CREATE TABLE correction (
    id          TEXT COLLATE "C" PRIMARY KEY,
    person      TEXT COLLATE "C" NOT NULL,
    field       TEXT COLLATE "C" NOT NULL,
    wanted      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    account     TEXT COLLATE "C" NOT NULL,
    answered_at BIGINT NOT NULL
);
CREATE INDEX correction_person ON correction (person, created_at);
CREATE INDEX correction_open ON correction (created_at) WHERE state = 'open';

-- What accounts were told.
CREATE TABLE message (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    object     TEXT COLLATE "C" NOT NULL,
    link       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at    BIGINT NOT NULL
);
CREATE INDEX message_account ON message (account, created_at, id);
CREATE INDEX message_unread ON message (account) WHERE read_at = 0;
CREATE INDEX message_object ON message (object) WHERE object <> '';

-- The mails that go out for messages; who sends one holds it by a claim until next_at.
CREATE TABLE mail (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL,
    address    TEXT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    lang       TEXT NOT NULL,
    link       TEXT NOT NULL,
    state      TEXT NOT NULL,
    tries      BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,
    claim      TEXT COLLATE "C" NOT NULL,
    last_error TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT NOT NULL
);
CREATE INDEX mail_account ON mail (account, created_at, id);
CREATE INDEX mail_due ON mail (next_at, id) WHERE state = 'queued';
CREATE INDEX mail_claim ON mail (claim) WHERE claim <> '';
CREATE INDEX mail_trouble ON mail (created_at, id) WHERE last_error <> '';

-- Which kinds of word somebody wants by mail, where they chose.
CREATE TABLE preference (
    account TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    mail    BOOLEAN NOT NULL,
    PRIMARY KEY (account, kind)
);

-- The hours in which somebody wants no mail, in minutes since midnight.
CREATE TABLE quiet (
    account  TEXT COLLATE "C" PRIMARY KEY,
    from_min BIGINT NOT NULL,
    to_min   BIGINT NOT NULL,
    zone     TEXT NOT NULL
);
