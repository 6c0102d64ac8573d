-- Where each conversation stands: what has come from it, and whether somebody should look for what has not.
CREATE TABLE sighting (
  conversation_id INTEGER PRIMARY KEY REFERENCES conversation (id),
  sdk_app_id INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('c2c', 'group')),
  -- Groups: the highest number that came, when that message was sent, and the type that the callback named.
  highest_seq INTEGER,
  highest_sent_at INTEGER,
  group_type TEXT,
  -- A group that is dissolved and made anew counts from 1 again: messages sent up to here are of its earlier life.
  earlier_life_until INTEGER NOT NULL DEFAULT -1,
  -- When the newest callback came, and the first one since the last look; NULL: nothing to look for.
  spoke_at INTEGER NOT NULL,
  stirred_at INTEGER,
  -- Up to where it was read; NULL: never.
  looked_until INTEGER,
  -- Looks that failed, and when the next one may be.
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sighting_stirred ON sighting (sdk_app_id, kind, stirred_at) WHERE stirred_at IS NOT NULL;

-- Numbers of a group that no callback has brought, both ends included. A row goes when every number is accounted for.
CREATE TABLE gap (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  found_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Messages found in it so far.
  recovered INTEGER NOT NULL DEFAULT 0,
  CHECK (first_seq <= last_seq)
);
CREATE INDEX gap_due ON gap (sdk_app_id, due_at);
CREATE INDEX gap_by_conversation ON gap (conversation_id);

-- A record that was begun before this step has been watching since its first message.
INSERT INTO fact (sdk_app_id, name, value)
SELECT sdk_app_id, 'watching_since', min(received_at) FROM message GROUP BY sdk_app_id;
