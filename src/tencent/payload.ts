/**
 * The request bodies of `modify_c2c_msg` (https://cloud.tencent.com/document/product/269/74740) and `modify_group_msg`
 * (https://cloud.tencent.com/document/product/269/74741). Written once, stored, and sent as they are each time.
 */
import { members, rootValue } from "../domain/json-text.ts";
import type { MessageRef } from "../domain/message.ts";
import type { Change } from "../domain/plan.ts";

/** Body and custom data go in one call, so that clients see one change. What `change` leaves out keeps its value. */
export function spellPayload(ref: MessageRef, change: Change): string {
  const fields = addressOf(ref).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  if (change.body !== undefined) fields.push(`"MsgBody":${change.body}`);
  if (change.customData !== undefined) fields.push(`"CloudCustomData":${JSON.stringify(change.customData)}`);
  return `{${fields.join(",")}}`;
}

function addressOf(ref: MessageRef): readonly (readonly [string, string | number])[] {
  if (ref.kind === "c2c") {
    return [
      ["From_Account", ref.from],
      ["To_Account", ref.to],
      ["MsgKey", ref.msgKey],
    ];
  }
  const address = [
    ["GroupId", ref.groupId],
    ["MsgSeq", ref.msgSeq],
  ] as const;
  return ref.topicId === undefined ? address : [...address, ["TopicId", ref.topicId]];
}

/** The same change with its body alone; undefined where there is no body, or no note to leave out. */
export function withoutNote(payload: string): string | undefined {
  const all = [...members(payload, rootValue(payload))];
  const kept = all.filter((member) => member.key !== "CloudCustomData");
  if (kept.length === all.length || !kept.some((member) => member.key === "MsgBody")) return undefined;
  const spelled = kept.map(({ key, value }) => `${JSON.stringify(key)}:${payload.slice(value.start, value.end)}`);
  return `{${spelled.join(",")}}`;
}
