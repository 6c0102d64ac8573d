-- People who use the console. An account is never deleted: the audit log names it.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  -- The name in the spelling by which two are the same.
  name_key TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'reviewer', 'admin')),
  -- argon2id, in the PHC spelling. NULL where an OpenID provider says who it is.
  password_hash TEXT,
  issuer TEXT,
  subject TEXT,
  created_at INTEGER NOT NULL,
  last_sign_in_at INTEGER,
  disabled_at INTEGER,
  UNIQUE (sdk_app_id, name_key),
  CHECK ((password_hash IS NULL) = (issuer IS NOT NULL) AND (issuer IS NULL) = (subject IS NULL))
);
CREATE UNIQUE INDEX account_by_identity ON account (sdk_app_id, issuer, subject) WHERE issuer IS NOT NULL;

-- Who is signed in. The digest is of a random token that only the browser has; a row goes when the session ends.
CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL REFERENCES account (id),
  digest BLOB NOT NULL UNIQUE,
  device TEXT NOT NULL,
  address TEXT NOT NULL,
  signed_in_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);

-- Bearer tokens for programs.
CREATE TABLE api_token (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'reviewer', 'admin')),
  digest BLOB NOT NULL UNIQUE,
  made_by TEXT NOT NULL,
  -- Who stands behind it, through a token that made it too; revoked with it. NULL: EMEND_API_TOKEN.
  account_id INTEGER REFERENCES account (id),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
);
CREATE UNIQUE INDEX api_token_by_name ON api_token (sdk_app_id, name) WHERE revoked_at IS NULL;

-- Failed tries to sign in. The digest is of a name or an address: people type passwords into the wrong field.
CREATE TABLE sign_in_try (
  sdk_app_id INTEGER NOT NULL,
  digest BLOB NOT NULL,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  PRIMARY KEY (sdk_app_id, digest)
) WITHOUT ROWID;
CREATE INDEX sign_in_try_by_age ON sign_in_try (last_at);

-- Links that make the first account.
CREATE TABLE setup_link (
  digest BLOB PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
