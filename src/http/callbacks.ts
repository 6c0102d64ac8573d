/**
 * The callback path. The case table of the public contract, top to bottom; every answer is Tencent's three fields.
 *
 * It speaks to Node's own request and response: Express routes to it, and nothing of Express is on the way of a message.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EditArrival } from "../flows/edits.ts";
import type { Arrival } from "../flows/intake.ts";
import { nameOf } from "../flows/intake.ts";
import type { Recall } from "../domain/edit.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { EditReceipt } from "../ports/edits.ts";
import type { IntakeStore } from "../ports/store.ts";
import type { CallbackQuery, CallbackSettings } from "../tencent/callback.ts";
import { decodeMessage, distrustInWords, readQuery } from "../tencent/callback.ts";
import type { OverLimit } from "../tencent/edit-callback.ts";
import { decodeEdit, decodeOverLimit, decodeRecall } from "../tencent/edit-callback.ts";
import type { NoteRefusal } from "./refusals.ts";
import type { Reply } from "../tencent/reply.ts";
import { accepted, rejected } from "../tencent/reply.ts";

/** Twenty times the largest message that Tencent takes. */
export const BODY_BYTES_MAX = 256 * 1024;

export type CallbackParts = {
  readonly settings: CallbackSettings;
  readonly intake: (arrival: Arrival) => Promise<boolean>;
  readonly takeEdit: (arrival: EditArrival) => Promise<EditReceipt>;
  /** Resolves once it is on disk, to the number of orders that are off. */
  readonly takeRecall: (recall: Recall) => Promise<number>;
  /** Tencent says that an API is called too often. */
  readonly onOverLimit: (alert: OverLimit) => void;
  readonly store: Pick<IntakeStore, "recordUndecodable">;
  /** Off when bodies that no rule objected to are not to be kept at all. */
  readonly keepUndecodable: boolean;
  readonly now: () => EpochMs;
  readonly count: (name: string) => void;
  readonly refused: NoteRefusal;
  readonly log: Logger;
};

export type CallbackHandler = (request: IncomingMessage, response: ServerResponse) => void;

export function createCallbackHandler(parts: CallbackParts): CallbackHandler {
  return (request, response) => {
    const reply = (answer: Reply): void => send(response, answer);
    if (Number(request.headers["content-length"]) > BODY_BYTES_MAX) return reply(tooLong(parts));
    const url = request.url ?? "";
    const mark = url.indexOf("?");
    const query = readQuery(mark < 0 ? "" : url.slice(mark + 1), parts.settings, parts.now());
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) {
        chunks.length = 0;
        if (!response.headersSent) reply(tooLong(parts));
        // Nothing is kept of what strangers send: only its length decides between 413 and the rest.
      } else if (isRead(query)) chunks.push(chunk);
    });
    request.on("end", () => {
      if (response.headersSent) return;
      const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      answerCallback(query, body, parts).then(reply, (thrown: unknown) => {
        parts.count("callbacks.not_recorded");
        parts.log.error(
          { fault: nameOf(thrown), code: codeOf(thrown) },
          "A callback could not be recorded: answered 503.",
        );
        reply(rejected(503, "The message could not be recorded. See the log of Emend."));
      });
    });
  };
}

/** Node reads the rest of an oversized body and drops it, so that the sender gets to read this. */
function tooLong({ count }: CallbackParts): Reply {
  count("callbacks.too_long");
  return rejected(413, `The body is over ${BODY_BYTES_MAX} bytes.`);
}

/** What a callback is answered with, once that is true. @throws when it could not be recorded */
export async function answerCallback(query: CallbackQuery, body: Buffer, parts: CallbackParts): Promise<Reply> {
  const { count } = parts;
  switch (query.kind) {
    case "check":
      count("callbacks.check");
      return accepted;
    case "forbidden":
      parts.refused(query.why);
      return rejected(403, distrustInWords[query.why]);
    case "unused":
      count("callbacks.unused");
      return accepted;
    case "message": {
      const { command } = query;
      const decoded = decodeMessage(command, body, parts.settings.sdkAppId);
      if (!decoded.ok) return notUnderstood(command, decoded.reason, body, parts);
      const arrival = { message: decoded.message, command, callback: body, origin: "after_send" } as const;
      count((await parts.intake(arrival)) ? "callbacks.recorded" : "callbacks.known");
      return accepted;
    }
    case "edit": {
      const { command } = query;
      const decoded = decodeEdit(command, body);
      if (!decoded.ok) return notUnderstood(command, decoded.reason, body, parts);
      count(countedAs[await parts.takeEdit({ edit: decoded.value, command, callback: body })]);
      return accepted;
    }
    case "recall": {
      const { command } = query;
      const decoded = decodeRecall(command, body);
      if (!decoded.ok) return notUnderstood(command, decoded.reason, body, parts);
      await parts.takeRecall(decoded.value);
      count("callbacks.recalls");
      return accepted;
    }
    case "alert": {
      const decoded = decodeOverLimit(body);
      // A warning that says nothing to us is no message lost.
      if (!decoded.ok) {
        count("callbacks.unused");
        return accepted;
      }
      parts.onOverLimit(decoded.value);
      count("callbacks.over_limit");
      return accepted;
    }
    default:
      return query satisfies never;
  }
}

/** The body says nothing to whoever may not be believed, or speaks of something else. */
const isRead = ({ kind }: CallbackQuery): boolean =>
  kind === "message" || kind === "edit" || kind === "recall" || kind === "alert";

const countedAs: Readonly<Record<EditReceipt, string>> = {
  new: "callbacks.edits",
  echo: "callbacks.echoes",
  known: "callbacks.known",
};

async function notUnderstood(command: string, reason: string, body: Buffer, parts: CallbackParts): Promise<Reply> {
  parts.count("callbacks.undecodable");
  parts.log.warn({ command, reason }, "A callback could not be decoded.");
  if (parts.keepUndecodable) await parts.store.recordUndecodable(command, reason, body, parts.now());
  return rejected(400, `Not understood: ${reason}.`);
}

/** A driver's word such as SQLITE_FULL; its message may hold more than a log should. */
function codeOf(thrown: unknown): string | undefined {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : undefined;
}

export function send(response: ServerResponse, { status, body }: Reply): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
