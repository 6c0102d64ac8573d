/** A callback as the listener takes it: the query first, the body where the query asks for it. */
import type { Message } from "../../src/domain/message.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { CallbackQuery, CallbackSettings, MessageCommand } from "../../src/tencent/callback.ts";
import { decodeMessage, readQuery } from "../../src/tencent/callback.ts";

export type Callback =
  | Exclude<CallbackQuery, { readonly kind: "message" }>
  | { readonly kind: "undecodable"; readonly command: string; readonly reason: string }
  | { readonly kind: "message"; readonly command: MessageCommand; readonly message: Message };

export function readCallback(query: string, body: Buffer, settings: CallbackSettings, now: EpochMs): Callback {
  const asked = readQuery(query, settings, now);
  if (asked.kind !== "message") return asked;
  const { command } = asked;
  const decoded = decodeMessage(command, body, settings.sdkAppId);
  return decoded.ok
    ? { kind: "message", command, message: decoded.message }
    : { kind: "undecodable", command, reason: decoded.reason };
}
