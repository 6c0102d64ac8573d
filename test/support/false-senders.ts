/** Whoever has no token, and whoever has heard one callback and says it again. */
import assert from "node:assert/strict";
import { Secret } from "../../src/domain/secret.ts";
import type { CallbackService } from "./callback-service.ts";
import { callbackService } from "./callback-service.ts";
import { inProcess } from "./carriers.ts";
import { dumpState } from "./dump-state.ts";
import { chanceFrom } from "./mutations.ts";
import { forged, signed } from "./signatures.ts";
import { samples } from "./tencent-samples.ts";

const NOW_SECONDS = 1_767_230_000;
const TOKEN = "example-token";
const signing = { token: TOKEN, nowSeconds: NOW_SECONDS };
const service = (): Promise<CallbackService> =>
  callbackService({ token: new Secret(TOKEN), now: () => NOW_SECONDS * 1_000 });

/** Commands that would leave something in the record. */
const telling = samples.filter(
  ({ command, name }) => /After(SendMsg|ModifyMsg|MsgWithDraw|RecallMsg)$/.test(command) && name !== "wrong-sdkappid",
);

/** Everything that a callback may leave behind. */
const picture = ({ db }: CallbackService) =>
  dumpState(db, {
    message: "id conversation_id msg_key msg_seq sender decision revision received_at",
    finding: "id message_id rule place start end",
    modification: "id message_id ordinal state purpose payload_revision",
    payload: "modification_id revision body",
    audit: "id act detail",
    edit: "id message_id event_at print outcome",
    recall: "id event_at",
    gap: "id first_seq last_seq",
    undecodable: "id reason",
  });

/** @returns how many callbacks there were; each was refused and left nothing */
export async function sendForgeries(count: number, seed: number): Promise<number> {
  await using listening = await service();
  using way = await inProcess(listening);
  const before = picture(listening);
  let refused = 0;
  for (let number = 0; number < count; number++) {
    const chance = chanceFrom(seed + number);
    const sample = chance.pick(telling);
    const { how, query } = forged(sample.command, signing, chance);
    const { status } = await way.carry({ sample: { ...sample, query }, body: sample.body, how, chance });
    assert.equal(status, 403, `forgery ${number} of seed ${seed}: ${how}: ${query}`);
    refused += 1;
  }
  assert.deepEqual(picture(listening), before);
  // The same body, signed as it should be: it was the signature that made the difference.
  const chance = chanceFrom(seed);
  const sample = chance.pick(telling);
  const query = signed(sample.command, signing);
  const { status } = await way.carry({ sample: { ...sample, query }, body: sample.body, how: "as it is", chance });
  assert.equal(status, 200);
  return refused;
}

/** @returns how many callbacks were heard; each was said again, in another order, and changed nothing */
export async function replay(count: number, seed: number): Promise<number> {
  await using listening = await service();
  using way = await inProcess(listening);
  const chance = chanceFrom(seed);
  const heard = Array.from({ length: count }, (_, number) => {
    const sample = chance.pick(telling);
    const text = sample.body.toString().replace(/"MsgSeq":\d+/, `"MsgSeq":${number}`);
    const body = Buffer.from(text.replace(/"MsgKey":"\d+_/, `"MsgKey":"${number}_`));
    return { sample: { ...sample, query: signed(sample.command, signing) }, body, how: "as it was", chance };
  });
  for (const each of heard) await way.carry(each);
  const before = picture(listening);
  assert.ok(before.message.length > count / 2, "too few were recorded to tell");
  for (let times = 0; times < 2; times++) {
    for (const each of shuffled(heard, chance.below)) await way.carry(each);
  }
  // Undecodable ones are no messages; the newest fifty are kept whatever they are.
  assert.deepEqual({ ...picture(listening), undecodable: [] }, { ...before, undecodable: [] });
  return count;
}

/** Every order is as likely as any other. */
export function shuffled<Each>(list: readonly Each[], below: (limit: number) => number): readonly Each[] {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [mixed[last], mixed[other]] = [mixed[other] as Each, mixed[last] as Each];
  }
  return mixed;
}
