/**
 * Places in the program where it matters what is on disk: before, inside and behind each durable step. A test ends the
 * process there and looks whether the next one makes up for it.
 *
 * Nothing that is shipped listens here, and no setting or variable can change that: only code that is loaded beside the
 * program from outside of it can call `onCrashPoint`. So in production a crash point is one look at an empty variable.
 */
export const crashPoints = [
  // A message comes in.
  "intake.judged",
  "intake.message_inserted",
  "intake.before_commit",
  "intake.recorded",
  "undecodable.before_commit",
  // A message is judged later.
  "judgement.decided",
  "judgement.before_commit",
  "judgement.recorded",
  // An order goes out, and its answer is written down.
  "claim.before_commit",
  "dispatch.claimed",
  "slots.reserved",
  "dispatch.before_call",
  "dispatch.answered",
  "dispatch.read_back",
  "settle.revised",
  "settle.before_commit",
  "dispatch.settled",
  "dispatch.given_back",
  "dispatch.hastened",
  // Somebody edits a message, or takes it back.
  "edit.before_commit",
  "edit.recorded",
  "edit.settle_before_commit",
  "edit.settled",
  "recall.before_commit",
  "recall.recorded",
  // What was missed is read.
  "gap.read",
  "gap.before_commit",
  // The record is judged again.
  "rescan.before_commit",
  "rescan.recorded",
  // A person changes a message, one by one or many; or the file of a rule.
  "by_hand.before_commit",
  "by_hand.recorded",
  "restores.before_commit",
  "restores.stepped",
  "rule_file.written",
  "rule_file.replaced",
  // A process begins: what the one before left behind, the schema, the rules.
  "audit_key.written",
  "migrate.step_done",
  "migrate.step_committed",
  "rules.before_commit",
  "rules.saved",
  "rules.audited",
  "lock.acquired",
  "orders.taken_over",
  // What is past keeping goes.
  "purge.bodies_dropped",
  "purge.before_commit",
  "purge.stepped",
  // A user's texts are erased.
  "erasure.ordered",
  "erasure.recorded",
  "erasure.cleaned",
] as const;

export type CrashPoint = (typeof crashPoints)[number];

let hear: ((name: CrashPoint) => void) | undefined;

export function crashPoint(name: CrashPoint): void {
  hear?.(name);
}

/** For tests alone; see above. */
export function onCrashPoint(listener: (name: CrashPoint) => void): void {
  hear = listener;
}
