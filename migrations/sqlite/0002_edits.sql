-- What became of messages after they were sent: edits by people and by programs, recalls.

-- One row an edit that Tencent told us about, our own included: each of our modifications comes back as one. It is found
-- by the message's address, because it may overtake the message's own callback.
CREATE TABLE edit (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  -- The address, as in `message`; the sender stands in one-to-one chats only.
  msg_key TEXT,
  msg_seq INTEGER,
  sender TEXT,
  -- NULL while the message itself is not known.
  message_id INTEGER REFERENCES message (id),
  operator TEXT NOT NULL,
  event_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  -- Fingerprint of the body: what says the same has the same one, however it is spelled.
  print TEXT NOT NULL,
  -- As it came. NULL for our own echo, and once it is past keeping.
  command TEXT NOT NULL,
  callback BLOB,
  -- open: not judged yet. The rest says how it ended.
  outcome TEXT NOT NULL CHECK (outcome IN ('open', 'echo', 'pass', 'review', 'rewrite', 'guard', 'guard_exhausted',
    'put_back', 'unchanged', 'overtaken', 'recalled', 'gone', 'adopted', 'unknown_message', 'failed')),
  revision TEXT,
  modification_id TEXT REFERENCES modification (id),
  -- When it is to be looked at next, and how often it was in vain.
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  decided_at INTEGER,
  CHECK ((msg_key IS NOT NULL) + (msg_seq IS NOT NULL) = 1)
);
-- A callback that comes again finds its edit here.
CREATE UNIQUE INDEX edit_by_address
  ON edit (conversation_id, ifnull(msg_key, msg_seq), ifnull(sender, ''), event_at, operator, print);
CREATE INDEX edit_by_message ON edit (message_id, event_at) WHERE message_id IS NOT NULL;
CREATE INDEX edit_kept ON edit (received_at) WHERE callback IS NOT NULL;
CREATE INDEX edit_open ON edit (sdk_app_id, due_at) WHERE outcome = 'open';

-- Findings of an edit stand beside those of the message as it was sent.
ALTER TABLE finding ADD COLUMN edit_id INTEGER REFERENCES edit (id);

-- A message that was taken back. It may be told before the message is.
CREATE TABLE recall (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  msg_key TEXT,
  msg_seq INTEGER,
  sender TEXT,
  -- Tencent names nobody in one-to-one chats.
  operator TEXT,
  event_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  CHECK ((msg_key IS NOT NULL) + (msg_seq IS NOT NULL) = 1)
);
CREATE UNIQUE INDEX recall_by_address
  ON recall (conversation_id, ifnull(msg_key, msg_seq), ifnull(sender, ''), event_at);

-- What a payload is about, in fingerprints: the body that was judged, the custom data beside it, and the body as it
-- stands once the payload is applied. By the last one our own change is recognised when it comes back as an edit.
CREATE TABLE payload_print (
  modification_id TEXT NOT NULL REFERENCES modification (id),
  revision INTEGER NOT NULL,
  sdk_app_id INTEGER NOT NULL,
  judged_body TEXT NOT NULL,
  judged_data TEXT NOT NULL,
  sent_body TEXT NOT NULL,
  PRIMARY KEY (modification_id, revision)
) WITHOUT ROWID;

-- From here on an order that is under way may have a reason: it is superseded and must not wait for another try.

-- Each lane is asked for its own oldest orders.
CREATE INDEX modification_lane ON modification (sdk_app_id, api, lane, due_at, id) WHERE state = 'pending';
