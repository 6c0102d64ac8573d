/** Messages as a simulator shows them beside what the record holds of them. */
import type { MessageView } from "../../src/simulator/views.ts";
import { look } from "../world/running.ts";

export type Judged = {
  readonly ref: string;
  readonly received_at: number;
  readonly origin: string;
  readonly decision: string;
};

/** The same for a message here and there. */
export const nameOf = ({ ref }: MessageView): string =>
  ref.kind === "c2c" ? ref.msgKey : `${ref.groupId}/${ref.topicId ?? ""}/${ref.msgSeq}`;

export const judgedIn = (database: string): ReadonlyMap<string, Judged> =>
  new Map(
    look<Judged>(
      database,
      `SELECT coalesce(m.msg_key, c.first || '/' || c.second || '/' || m.msg_seq) AS ref, m.received_at, m.origin, m.decision
       FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.decision <> 'undecided'`,
    ).map((row) => [row.ref, row]),
  );

/** Messages that history holds and nobody has judged. What is broadcast and not stored cannot be found again. */
export function missingIn(database: string, messages: readonly MessageView[]): readonly MessageView[] {
  const judged = judgedIn(database);
  return messages.filter((message) => message.modifiable && !judged.has(nameOf(message)));
}
