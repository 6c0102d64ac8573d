import { z } from "zod";
import { instant } from "./accounts.ts";
import { pageOf, pageQuery } from "./list.ts";

/** Nothing that is looked for is longer; the folded text of a question is compared as a whole. */
const Q_MAX = 200;
/** What the index knows are pairs of characters. */
const Q_MIN = 2;
const NAME_MAX = 256;
const NOTE_MAX = 2_000;

export const since = z.coerce.number().int().nonnegative().describe("From here on: milliseconds since 1970 (UTC).");
export const until = z.coerce.number().int().nonnegative().describe("Before this: milliseconds since 1970 (UTC).");
const word = z.string().min(1).max(NAME_MAX);

export const messageState = z.enum(["pending", "claimed", "applied", "refused", "given_up", "cancelled"]);
export const verdictWord = z.enum(["confirmed", "false_positive"]);

export const messageQuery = z.object({
  ...pageQuery,
  q: z
    .string()
    .max(Q_MAX)
    .refine((text) => [...text.trim()].length >= Q_MIN, {
      error: "Two characters or more",
      params: { code: "too-short", limit: Q_MIN },
    })
    .optional()
    .describe("Text, two characters or more; width, case and traditional characters make no difference."),
  rule: word.optional(),
  state: messageState.optional().describe("Of the newest modification."),
  conversation: word.optional().describe("Its number, or group:ID, group:ID/TOPIC, c2c:A|B."),
  sender: word.optional(),
  since: since.optional(),
  until: until.optional(),
  verdict: z.enum(["confirmed", "false_positive", "none"]).optional(),
  origin: z
    .enum(["after_send", "after_edit", "backfill"])
    .optional()
    .describe("How it became known: by its callback, by the callback of an edit before that, or by looking for it."),
  edited: z.enum(["yes"]).optional().describe("Those that somebody has edited."),
  decision: z.enum(["undecided", "pass", "review", "rewrite", "failed"]).optional(),
});

export const conversation = z
  .object({ id: z.int(), kind: z.enum(["c2c", "group"]), first: z.string(), second: z.string() })
  .meta({ id: "Conversation" });

const item = {
  id: z.int(),
  conversation,
  sender: z.string(),
  sentAt: instant.nullable(),
  receivedAt: instant,
  origin: z.string(),
  decision: z.string(),
  rules: z.array(z.string()),
  state: z.string().nullable(),
  reason: z.string().nullable(),
  purpose: z.string().nullable(),
  verdict: z.string().nullable(),
  editCount: z.int(),
  recalled: z.boolean(),
  text: z
    .string()
    .nullable()
    .describe("The newest words; what rules cover is three stars. Null: past keeping, or not judged yet."),
};
export const messageItem = z.object(item).meta({ id: "MessageItem" });
export const messagePage = pageOf(messageItem);

const elements = z
  .array(
    z.object({
      kind: z.enum(["text", "location", "face", "custom", "file", "merged", "opaque"]),
      texts: z.array(z.object({ part: z.string(), text: z.string() })),
      type: z.string().nullable().describe("Tencent's name of what is no text."),
    }),
  )
  .nullable();

export const modificationItem = z
  .object({
    id: z.string(),
    messageId: z.int(),
    ordinal: z.int(),
    api: z.string(),
    purpose: z.string(),
    lane: z.string(),
    action: z.string(),
    state: z.string(),
    reason: z.string(),
    lastCode: z.string().nullable(),
    attempts: z.int(),
    createdAt: instant,
    dueAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: "Modification" });

export const messageDetail = z
  .object({
    ...item,
    sight: z.enum(["masked", "original"]).describe("What of the texts is in this answer."),
    sdkAppId: z.int(),
    address: z.object({ msgKey: z.string().nullable(), msgSeq: z.int().nullable() }),
    groupType: z.string().nullable(),
    operator: z.string().nullable(),
    unmodifiable: z.string().nullable(),
    revision: z.string().nullable(),
    decidedAt: instant.nullable(),
    elements: elements.describe("As it was sent."),
    current: elements.describe("As it stands now, as far as the record knows."),
    currentBy: z.string().describe("sender, edit:ID or modification:ID."),
    writtenBy: z.string().describe("Whose words are the newest, whatever was put in for them: sender or edit:ID."),
    findings: z.array(
      z.object({
        rule: z.string(),
        category: z.string(),
        severity: z.string(),
        effect: z.string(),
        place: z.looseObject({ element: z.int(), part: z.string() }),
        start: z.int().nullable(),
        end: z.int().nullable(),
        edit: z.int().nullable().describe("The edit in which it was found; null: in the message as it was sent."),
      }),
    ),
    modifications: z.array(
      modificationItem.extend({
        payloads: z.array(
          z.object({
            revision: z.int(),
            reason: z.string(),
            createdAt: instant,
            body: z.string().nullable().describe("The request, as it is sent; only with sight original."),
            customData: z
              .string()
              .nullable()
              .describe("What the request writes into the custom data, the note with it. Null: it leaves them alone."),
          }),
        ),
      }),
    ),
    edits: z.array(
      z.object({
        id: z.int(),
        operator: z.string(),
        at: instant,
        outcome: z.string(),
        revision: z.string().nullable(),
        modificationId: z.string().nullable(),
        elements,
        callback: z.string().nullable().describe("As Tencent sent it; only with sight original."),
      }),
    ),
    verdicts: z.array(z.object({ account: z.string(), verdict: verdictWord, note: z.string(), at: instant })),
    history: z.array(
      z.object({
        at: instant,
        what: z.string(),
        who: z.string(),
        modificationId: z.string().nullable(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
    callback: z.string().nullable().describe("As Tencent sent it; only with sight original."),
  })
  .meta({ id: "Message" });

export const newVerdict = z.object({ verdict: verdictWord, note: z.string().max(NOTE_MAX).default("") });
