-- What people say about a decision, and what the console has to look at again.

-- A person's answer: was the decision right? The newest of a message counts, the others stay as they were.
CREATE TABLE verdict (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  message_id INTEGER NOT NULL REFERENCES message (id),
  account TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'false_positive')),
  note TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX verdict_by_message ON verdict (message_id, id);

-- Messages of which something has changed since they were recorded. Search, lists and counts are kept in a file of their
-- own, beside this one, by a thread that reads here: it follows this table by its numbers and never writes to it, so no
-- callback waits for it. New messages need no row, they are found by their own numbers.
CREATE TABLE touched (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  message_id INTEGER NOT NULL
);

CREATE TRIGGER message_touched AFTER UPDATE OF decision, revision, callback ON message BEGIN
  INSERT INTO touched (sdk_app_id, message_id) VALUES (new.sdk_app_id, new.id);
END;
CREATE TRIGGER edit_touched AFTER UPDATE OF outcome, revision, callback ON edit WHEN new.message_id IS NOT NULL BEGIN
  INSERT INTO touched (sdk_app_id, message_id) VALUES (new.sdk_app_id, new.message_id);
END;
-- The first order of a message is recorded with it, or with its decision. Later ones come alone.
CREATE TRIGGER modification_added AFTER INSERT ON modification WHEN new.ordinal > 0 BEGIN
  INSERT INTO touched (sdk_app_id, message_id) VALUES (new.sdk_app_id, new.message_id);
END;
CREATE TRIGGER modification_touched AFTER UPDATE OF state ON modification WHEN new.state <> old.state BEGIN
  INSERT INTO touched (sdk_app_id, message_id) VALUES (new.sdk_app_id, new.message_id);
END;
-- The first order of a message that was decided about long ago: a person's, or one of a rescan. Both read first.
CREATE TRIGGER modification_marked AFTER UPDATE OF read_first ON modification WHEN new.read_first > old.read_first BEGIN
  INSERT INTO touched (sdk_app_id, message_id) VALUES (new.sdk_app_id, new.message_id);
END;
CREATE TRIGGER verdict_added AFTER INSERT ON verdict BEGIN
  INSERT INTO touched (sdk_app_id, message_id) VALUES (new.sdk_app_id, new.message_id);
END;

-- The outbox is looked at state by state, newest first.
CREATE INDEX modification_by_state ON modification (sdk_app_id, state, id);
CREATE INDEX modification_guard ON modification (state) WHERE purpose = 'guard';

-- Nearly every row of the log says what the service decided or was answered; the few others have to be found among them.
CREATE INDEX audit_by_person ON audit (actor, id) WHERE actor <> 'emend';
CREATE INDEX audit_by_act ON audit (act, id) WHERE act NOT IN ('decision', 'answer');
