/** A console that knows a little of everything: the built pages under the real headers, and answers that were made up. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import type { z } from "zod";
import * as audit from "../../src/http/console-types/audit.ts";
import * as messages from "../../src/http/console-types/messages.ts";
import * as modifications from "../../src/http/console-types/modifications.ts";
import * as retention from "../../src/http/console-types/retention.ts";
import * as rules from "../../src/http/console-types/rules.ts";
import * as session from "../../src/http/console-types/session.ts";
import { stats } from "../../src/http/console-types/stats.ts";
import { createConsolePages } from "../../src/http/console-pages.ts";
import { securityHeaders } from "../../src/http/security-headers.ts";

const NOW = Date.UTC(2026, 10, 21, 8, 0, 0);
const HOUR_MS = 3_600_000;

/** What people send, and what some would like to send. */
export const hostile = [
  "<img src=x onerror=alert(1)>",
  '"><script>alert(2)</script>',
  "javascript:alert(3)",
  "<svg/onload=alert(4)>",
  "{{constructor.constructor('alert(5)')()}}",
  "</title><script>alert(6)</script>",
  "\u202Egnp.exe\u202C \u2066مرحبا\u2069 שלום",
  "👩‍👩‍👧‍👦".repeat(20),
  "长".repeat(500),
  "W".repeat(500),
];

const conversation = (n: number): z.infer<typeof messages.conversation> =>
  n % 2 === 0
    ? { id: n, kind: "group", first: hostile[n % hostile.length] ?? "", second: "" }
    : { id: n, kind: "c2c", first: "anna", second: hostile[n % hostile.length] ?? "" };

export function item(id: number): z.infer<typeof messages.messageItem> {
  return {
    ...{ id, conversation: conversation(id), sender: hostile[id % hostile.length] ?? "", sentAt: NOW - id * 60_000 },
    ...{ receivedAt: NOW - id * 60_000 + 90, origin: "after_send", decision: id % 3 === 0 ? "pass" : "rewrite" },
    ...{ rules: id % 3 === 0 ? [] : ["profanity.en.mild"], state: id % 3 === 0 ? null : "applied", reason: "" },
    ...{ purpose: id % 3 === 0 ? null : "rewrite", verdict: id % 5 === 0 ? "confirmed" : null, editCount: id % 4 },
    ...{ recalled: false, text: `${id}: ${hostile[id % hostile.length] ?? ""}` },
  };
}

const order = (id: number, state = "applied"): z.infer<typeof messages.modificationItem> => ({
  ...{ id: `01J0000000000000000000${id}`, messageId: id, ordinal: 1, api: "group", purpose: "rewrite", lane: "live" },
  ...{ action: "mask", state, reason: state === "given_up" ? "10004" : "", lastCode: "0", attempts: 1 },
  ...{ createdAt: NOW, dueAt: NOW, endedAt: NOW + 120 },
});

export function detail(id: number, sight: "masked" | "original"): z.infer<typeof messages.messageDetail> {
  const nasty = hostile[id % hostile.length] ?? "";
  const words = `damn it 👍🏽 ${nasty}`;
  const shown = `**** it 👍🏽 ${nasty}`;
  const isOpen = sight === "original";
  const text = (said: string) => [
    { kind: "text" as const, texts: [{ part: "text", text: said }], type: null },
    { kind: "opaque" as const, texts: [], type: "TIMImageElem" },
  ];
  const note = JSON.stringify({ moderation: [{ v: 1, id: "01J", action: "mask", rules: ["profanity.en.mild"] }] });
  const place = { element: 0, part: "text" };
  return {
    ...item(id),
    ...{ decision: "rewrite", state: "applied", purpose: "rewrite", rules: ["profanity.en.mild"] },
    ...{ sight, sdkAppId: 1_400_000_000, address: { msgKey: null, msgSeq: id }, groupType: "Public", operator: null },
    ...{ unmodifiable: null, revision: "0123456789abcdef", decidedAt: NOW, currentBy: "modification:01J" },
    ...{ writtenBy: "edit:7", editCount: 1 },
    elements: text(isOpen ? words : `*** it 👍🏽 ${nasty}`),
    current: text(isOpen ? shown : `*** it 👍🏽 ${nasty}`),
    findings: [
      {
        ...{ rule: "profanity.en.mild", category: "profanity", severity: "low", effect: "mask", place, edit: null },
        ...{ start: isOpen ? 0 : null, end: isOpen ? 4 : null },
      },
    ],
    modifications: [
      {
        ...order(id),
        payloads: [
          {
            ...{ revision: 1, reason: "", createdAt: NOW },
            body: isOpen ? JSON.stringify({ MsgBody: [], CloudCustomData: note }) : null,
            customData: isOpen ? note : null,
          },
        ],
      },
    ],
    edits: [
      {
        ...{ id: 7, operator: nasty, at: NOW + 60_000, outcome: "guard", revision: "0123456789abcdef" },
        ...{ modificationId: "01J", elements: text(isOpen ? words : `*** it 👍🏽 ${nasty}`) },
        callback: isOpen ? JSON.stringify({ Operator_Account: nasty, MsgBody: [] }) : null,
      },
    ],
    verdicts: [{ account: "rita", verdict: "confirmed", note: nasty, at: NOW }],
    history: [
      { at: NOW, what: "sent", who: nasty, modificationId: null, detail: {} },
      { at: NOW, what: "judged", who: "emend", modificationId: null, detail: { decision: "rewrite", note: nasty } },
      { at: NOW, what: "edited", who: nasty, modificationId: null, detail: { edit: 7, outcome: "guard" } },
      { at: NOW, what: "noted", who: "rita", modificationId: null, detail: { act: "look", how: "opened" } },
    ],
    callback: isOpen ? JSON.stringify({ MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: words } }] }) : null,
  };
}

const reached = (n: number) => ({ messages: n, edits: 2, orders: 0, undecodable: 3 });
const notReached = ["stored_by_tencent", "quoted_by_others", "backups"] as const;
export const openErasure: z.input<typeof retention.erasure> = {
  ...{ user: hostile[1] ?? "", by: hostile[0] ?? "", at: NOW, stage: "record", share: 0.4, fault: null },
  ...{ found: reached(1_234), notReached: [...notReached] },
};
const keeping: z.input<typeof retention.retention> = {
  kept: {
    bodies: { setting: "EMEND_KEEP_BODIES", ms: 7 * 24 * HOUR_MS },
    originals: { setting: "EMEND_KEEP_ORIGINALS", ms: 0 },
  },
  ...{ forgetting: "going", behind: 12, bytes: { database: 2.5e9, log: 12_345_678, index: 999 } },
  held: {
    bodies: { count: 1_000_000, isMore: false, oldestAt: NOW - 7 * 24 * HOUR_MS },
    originals: { count: 0, isMore: false, oldestAt: null },
    edits: { count: 20_000, isMore: true, oldestAt: NOW },
    undecodable: { count: 1, isMore: false, oldestAt: NOW },
  },
  forgotten: [{ at: NOW, bodies: 500, originals: 3, edits: 0, undecodable: 0 }],
};

const counts = (n: number) => ({ judged: n * 10, objected: n + 1, rewritten: n, flagged: 1, failed: 0, recovered: 0 });

const answers = {
  stats: (since: number, until: number): z.infer<typeof stats> => ({
    ...{ since, until, totals: counts(50), backlog: 3, behind: 0 },
    hours: [5, 4, 3, 2, 1].map((n) => ({ at: Math.floor(until / HOUR_MS) * HOUR_MS - n * HOUR_MS, ...counts(n) })),
    hoursOfDay: Array.from({ length: 24 }, (_, at) => ({ at, ...counts(at) })),
    rules: [
      {
        ...{ rule: hostile[1] ?? "", messages: 4, shadow: 1, confirmed: 2 },
        ...{ falsePositives: 1, falsePositiveShare: 1 / 3 },
      },
    ],
    categories: [{ category: "profanity", messages: 4 }],
    states: [{ state: "applied", messages: 4 }],
    conversations: [{ conversation: conversation(2), messages: 4 }],
    appliedAfterMs: { p50: 80, p95: 240, count: 4 },
  }),
  outbox: {
    backlog: [{ api: "group", lane: "live", waiting: 2, underWay: 1, oldestAt: NOW }],
    calls: [
      { api: "c2c", perSecond: 3.5, budget: 200, stopped: null },
      {
        ...{ api: "group", perSecond: 0, budget: 200 },
        stopped: { why: "misconfigured", code: "70009", next: "Copy the key." },
      },
    ],
    deadLetters: [{ reason: "10004", count: 1 }],
    refused: [{ reason: "live_group", count: 7 }],
    ...{ recovered: 2, guarded: 1 },
  } satisfies z.infer<typeof modifications.outbox>,
  rules: {
    ...{ revision: "0123456789abcdef", problems: [`a.yaml:1:1: ${hostile[0] ?? ""}`], watcher: "refused" },
    ...{ days: [NOW - 24 * HOUR_MS, NOW], counted: true },
    rules: [
      {
        ...{ id: "profanity.en.mild", title: hostile[0] ?? "", mode: "enforce", category: "profanity" },
        ...{ severity: "low", mask: "stars", expires: null, expired: false, falsePositives: hostile[3] ?? "" },
        ...{ hits: [1, 5], shadowHits: [0, 0] },
      },
      {
        ...{ id: "contact.trial", title: "On trial", mode: "shadow", category: "contact", severity: "low" },
        ...{ mask: "stars", expires: null, expired: false, falsePositives: null, hits: [0, 0], shadowHits: [3, 0] },
      },
    ],
  } satisfies z.infer<typeof rules.liveRules>,
};

const tried: z.infer<typeof rules.tried> = {
  ...{ revision: "0123456789abcdef", flagged: true, masked: ["**** it"], findings: [] },
  texts: [
    {
      ...{ revision: "0123456789abcdef", text: "damn it", folded: "damn it", changes: [], silent: [] },
      hits: [
        {
          ...{ rule: "profanity.en.mild", mode: "enforce", by: { kind: "term", source: "damn" }, start: 0, end: 4 },
          ...{ text: "damn", parts: [{ start: 0, end: 4 }], used: [], counted: true, does: "mask", dropped: null },
        },
        {
          ...{ rule: "contact.trial", mode: "shadow", by: { kind: "term", source: "it" }, start: 5, end: 7 },
          ...{ text: "it", parts: [{ start: 5, end: 7 }], used: [], counted: true, does: "mask", dropped: null },
        },
      ],
      ...{ masked: "**** it", maskedWithShadow: "**** **" },
    },
  ],
};

type Role = "viewer" | "reviewer" | "admin";

export interface FakeConsole extends AsyncDisposable {
  readonly origin: string;
  /** Who is there; undefined: nobody; "nobody yet": there is no account at all. */
  become(who: Role | "nobody yet" | undefined): void;
  /** What was asked for, other than by GET. */
  readonly changes: readonly { readonly path: string; readonly csrf: string | undefined; readonly body: unknown }[];
  /** Ends every stream, as a server does that stops or that has ended a session. */
  hangUp(): void;
  /** Tells the page that messages came. */
  tell(event: string, data: unknown): void;
}

/** @param folder what was made of the pages */
export async function startFakeConsole(folder: string): Promise<FakeConsole> {
  let role: Role | undefined = "admin";
  let setupNeeded = false;
  const changes: { path: string; csrf: string | undefined; body: unknown }[] = [];
  const watchers = new Set<express.Response>();
  const app = express();
  app.use(securityHeaders);
  const api = express.Router();
  api.use(express.json());
  api.use((request, _response, next) => {
    if (request.method !== "GET") {
      const { path, body } = request as { path: string; body: unknown };
      changes.push({ path, csrf: request.header("x-emend-csrf"), body });
    }
    next();
  });
  const who = (): z.infer<typeof session.whoIsThere> => ({
    account: role === undefined ? null : { name: hostile[0] ?? "", role, signsInBy: "password" },
    ...{ csrf: role === undefined ? null : "token-of-the-session", setupNeeded, oidc: true },
  });
  const sight = (): "masked" | "original" => (role === "viewer" ? "masked" : "original");
  api.get("/session", (_request, response) => void response.json(who()));
  api.post("/session", (_request, response) => {
    role = "admin";
    response.json(who());
  });
  api.post("/setup", (_request, response) => {
    role = "admin";
    response.json(who());
  });
  api.delete("/session", (_request, response) => {
    role = undefined;
    response.status(204).end();
  });
  api.get("/messages", ({ query }, response) => {
    const from = Number(query["cursor"] ?? 0);
    const items = Array.from({ length: 60 }, (_, index) => item(1_000 - from - index));
    response.json(messages.messagePage.parse({ items, next: from < 300 ? String(from + 60) : null }));
  });
  api.get("/messages/:id", ({ params }, response) => {
    response.json(messages.messageDetail.parse(detail(Number(params.id), sight())));
  });
  api.post("/messages/:id/reveal", ({ params }, response) => void response.json(detail(Number(params.id), "original")));
  api.post("/messages/:id/verdict", (_request, response) => void response.status(204).end());
  api.get("/messages/:id/restore", (_request, response) => {
    response.json({ may: true, restores: { kind: "sender" }, code: null, detail: null, next: null });
  });
  api.post("/messages/:id/restore", ({ params }, response) => {
    const version = (text: string) => ({
      elements: [{ kind: "text", texts: [{ part: "text", text }], type: null }],
      customData: null,
    });
    const view = { original: version("damn it"), ours: version("**** it"), theirs: version(hostile[0] ?? "") };
    const told = { type: "urn:x", title: "Not as things are", status: 409, code: "changed", detail: "It changed." };
    response.status(Number(params.id) % 2 === 0 ? 409 : 202);
    response.json(Number(params.id) % 2 === 0 ? { ...told, next: "Compare.", view } : { modificationId: "1" });
  });
  api.post("/messages/:id/mask", (_request, response) => void response.status(202).json({ modificationId: "1" }));
  api.get("/modifications", (_request, response) => {
    response.json(modifications.modificationPage.parse({ items: [order(1), order(2, "given_up")], next: null }));
  });
  api.get("/outbox", (_request, response) => void response.json(answers.outbox));
  api.get("/stats", ({ query }, response) => {
    response.json(stats.parse(answers.stats(Number(query["since"]), Number(query["until"]))));
  });
  api.get("/rules", (_request, response) => void response.json(answers.rules));
  api.post("/rules/try", (_request, response) => void response.json(tried));
  api.get("/audit", (_request, response) => {
    const entry = { id: 1, at: NOW, actor: hostile[0], act: "look", messageId: 7, modificationId: null };
    const items = [{ ...entry, detail: { how: hostile[1] }, seal: "ab".repeat(32) }];
    response.json(audit.auditPage.parse({ items, next: null }));
  });
  api.get("/accounts", (_request, response) => {
    const account = { id: 1, name: hostile[0], role: "admin", signsInBy: "password", createdAt: NOW };
    response.json({ items: [{ ...account, lastSignInAt: NOW, disabledAt: null }] });
  });
  api.get("/tokens", (_request, response) => void response.json({ items: [] }));
  api.get("/sessions", (_request, response) => {
    const here = { id: 1, device: hostile[0], address: "::1", signedInAt: NOW, lastSeenAt: NOW, current: true };
    response.json(session.ownSessions.parse({ items: [here] }));
  });
  api.get("/retention", (_request, response) => void response.json(retention.retention.parse(keeping)));
  let erasing: unknown = null;
  api.get("/erasures", (_request, response) => {
    const items = [{ at: NOW, actor: hostile[0], digest: "ab".repeat(32), ...reached(7) }];
    response.json(retention.erasures.parse({ open: erasing, items }));
  });
  api.get("/erasures/preview", ({ query }, response) => {
    const nothing = { messages: 0, edits: 0, orders: 0, undecodable: 3 };
    const found = query["user"] === "nobody" ? nothing : reached(1_234);
    response.json(retention.erasurePreview.parse({ ...found, notReached }));
  });
  api.post("/erasures", ({ body }, response) => {
    erasing = { ...openErasure, user: (body as { user: string }).user };
    setTimeout(() => (erasing = null), 2_500);
    response.status(202).json(retention.erasure.parse(erasing));
  });
  api.get("/restores", (_request, response) => void response.json({ items: [] }));
  api.get("/events", (_request, response) => {
    if (role === undefined) return void response.status(401).json({ code: "signed-out", detail: "x", next: "x" });
    response.type("text/event-stream").write("retry: 2000\n\n");
    watchers.add(response);
    response.on("close", () => watchers.delete(response));
  });
  app.use("/api/v1", api);
  app.use(createConsolePages(folder));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    become(next) {
      setupNeeded = next === "nobody yet";
      role = next === "nobody yet" ? undefined : next;
    },
    changes,
    hangUp() {
      for (const watcher of watchers) watcher.end();
    },
    tell(event, data) {
      for (const each of watchers) each.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
