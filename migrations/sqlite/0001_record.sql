-- Times are milliseconds since 1970 (UTC). Every row carries the SDKAppID it belongs to.

-- One-to-one: the two UserIDs in order, whoever writes. Group: the group id and, in communities, the topic.
CREATE TABLE conversation (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('c2c', 'group')),
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  UNIQUE (sdk_app_id, kind, first, second)
);

CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  -- Tencent's address of the message. Exactly one is set: the key in one-to-one chats, the number in groups, and our own
  -- digest for the oldest live-group messages, which have neither.
  msg_key TEXT,
  msg_seq INTEGER,
  digest BLOB,
  sender TEXT NOT NULL,
  operator TEXT,
  group_type TEXT,
  origin TEXT NOT NULL,
  sent_at INTEGER,
  event_at INTEGER,
  received_at INTEGER NOT NULL,
  -- Why Tencent would refuse to modify it: live_group, online_only, send_failed.
  unmodifiable TEXT,
  -- The callback's command and body exactly as they came, MsgBody and CloudCustomData with them. NULL once it is past keeping.
  command TEXT NOT NULL,
  callback BLOB,
  decision TEXT NOT NULL CHECK (decision IN ('undecided', 'pass', 'review', 'rewrite', 'failed')),
  -- The rule set that decided: hash of its content.
  revision TEXT,
  decided_at INTEGER,
  CHECK ((msg_key IS NOT NULL) + (msg_seq IS NOT NULL) + (digest IS NOT NULL) = 1)
);

-- A callback that comes again finds its message here. The sender is part of a key: both sides of a chat choose their own,
-- and one may copy the other's. The time is part of a number: a group that is dissolved and made anew counts from 1 again.
CREATE UNIQUE INDEX message_by_key ON message (conversation_id, msg_key, sender) WHERE msg_key IS NOT NULL;
CREATE UNIQUE INDEX message_by_seq ON message (conversation_id, msg_seq, ifnull(sent_at, 0)) WHERE msg_seq IS NOT NULL;
CREATE UNIQUE INDEX message_by_digest ON message (conversation_id, digest) WHERE digest IS NOT NULL;
CREATE INDEX message_undecided ON message (sdk_app_id, id) WHERE decision = 'undecided';
CREATE INDEX message_objected ON message (id) WHERE decision IN ('review', 'rewrite', 'failed');

-- Where a rule hit: half-open, in UTF-16 units of the original text at that place.
CREATE TABLE finding (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  message_id INTEGER NOT NULL REFERENCES message (id),
  rule TEXT NOT NULL,
  category TEXT NOT NULL,
  severity TEXT NOT NULL,
  effect TEXT NOT NULL CHECK (effect IN ('mask', 'flag', 'shadow')),
  place TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL
);
CREATE INDEX finding_by_message ON finding (message_id);

-- An order to change a message at Tencent: the outbox.
CREATE TABLE modification (
  id TEXT PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  message_id INTEGER NOT NULL REFERENCES message (id),
  -- Orders of one message go out in this order.
  ordinal INTEGER NOT NULL,
  api TEXT NOT NULL CHECK (api IN ('c2c', 'group')),
  purpose TEXT NOT NULL CHECK (purpose IN ('rewrite', 'restore', 'guard')),
  lane TEXT NOT NULL CHECK (lane IN ('live', 'guard', 'restore', 'rescan')),
  action TEXT NOT NULL CHECK (action IN ('mask', 'flag', 'restore')),
  state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'applied', 'refused', 'given_up', 'cancelled')),
  reason TEXT NOT NULL,
  -- Which payload is to be sent: see the table below. 0 where nothing can be sent.
  payload_revision INTEGER NOT NULL,
  -- Calls that count against the order's patience, and how many there were of each kind of outcome.
  attempts INTEGER NOT NULL DEFAULT 0,
  tries TEXT NOT NULL DEFAULT '{}',
  -- 1: somebody changed the message; read it back before the next call.
  read_first INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  -- Counts the claims; an answer is written down only by the claim that asked.
  fence INTEGER NOT NULL DEFAULT 0,
  -- When a claim runs out, should nobody settle it.
  leased_until INTEGER NOT NULL DEFAULT 0,
  last_code TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  UNIQUE (message_id, ordinal)
) WITHOUT ROWID;
CREATE INDEX modification_pending ON modification (sdk_app_id, api, due_at, id) WHERE state = 'pending';
CREATE INDEX modification_claimed ON modification (sdk_app_id, api, leased_until) WHERE state = 'claimed';

-- What is sent, byte for byte, each time. A payload never changes; a changed one is the next revision.
CREATE TABLE payload (
  modification_id TEXT NOT NULL REFERENCES modification (id),
  revision INTEGER NOT NULL,
  sdk_app_id INTEGER NOT NULL,
  body BLOB NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (modification_id, revision)
) WITHOUT ROWID;

-- When the next call of each API may go out, so that a restart cannot send twice in one second. On the monotonic clock.
CREATE TABLE throttle (
  sdk_app_id INTEGER NOT NULL,
  api TEXT NOT NULL,
  next_slot_at REAL NOT NULL,
  PRIMARY KEY (sdk_app_id, api)
) WITHOUT ROWID;

-- What happened and who did it. Each row's seal covers the row and the seal before it. Ids and digests, never texts.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  act TEXT NOT NULL,
  message_id INTEGER,
  modification_id TEXT,
  detail TEXT NOT NULL,
  seal BLOB NOT NULL
);
CREATE INDEX audit_by_message ON audit (message_id) WHERE message_id IS NOT NULL;

-- Callbacks that we should have understood: the newest few, for `emend doctor`.
CREATE TABLE undecodable (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  command TEXT NOT NULL,
  reason TEXT NOT NULL,
  body BLOB NOT NULL
);

-- Rule folders that compiled. The newest is what starts when the folder on disk is broken.
CREATE TABLE rule_revision (
  sdk_app_id INTEGER NOT NULL,
  revision TEXT NOT NULL,
  files TEXT NOT NULL,
  loaded_at INTEGER NOT NULL,
  PRIMARY KEY (sdk_app_id, revision)
) WITHOUT ROWID;

-- Small facts about this database, such as how far retention has come.
CREATE TABLE fact (
  sdk_app_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (sdk_app_id, name)
) WITHOUT ROWID;
