-- Restores of many messages at once, step by step.
CREATE TABLE restore_job (
  id INTEGER PRIMARY KEY,
  sdk_app_id INTEGER NOT NULL,
  -- What a rule masked in a time, of one revision where that is given; or the messages of a JSON list, in order.
  rule TEXT,
  revision TEXT,
  since INTEGER,
  until INTEGER,
  messages TEXT,
  state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'cancelled')),
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  -- How many there were at its begin, and the newest message then: later ones are not looked at.
  found INTEGER NOT NULL,
  last INTEGER NOT NULL,
  -- Up to which message it has come. It is written with the orders of a step, so that no message is ordered twice.
  cursor INTEGER NOT NULL DEFAULT 0,
  looked INTEGER NOT NULL DEFAULT 0,
  ordered INTEGER NOT NULL DEFAULT 0,
  -- Messages that were left alone, by reason: a JSON object of numbers.
  left_alone TEXT NOT NULL DEFAULT '{}',
  CHECK ((rule IS NULL) = (messages IS NOT NULL))
);
CREATE INDEX restore_job_running ON restore_job (sdk_app_id, id) WHERE state = 'running';

ALTER TABLE modification ADD COLUMN job_id INTEGER REFERENCES restore_job (id);
-- 1: a person has decided about exactly this content; no rule is asked again.
ALTER TABLE modification ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0;
CREATE INDEX modification_of_job ON modification (job_id, state) WHERE job_id IS NOT NULL;
