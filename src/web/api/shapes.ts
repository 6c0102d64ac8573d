/** What the API answers, taken from the very schemas by which it answers. Types only: no schema travels to the browser. */
import type { z } from "zod";
import type { auditItem } from "../../http/console-types/audit.ts";
import type { conversation, messageDetail, messageItem, modificationItem } from "../../http/console-types/messages.ts";
import type { outbox } from "../../http/console-types/modifications.ts";
import type { restorable } from "../../http/console-types/restore.ts";
import type { stats } from "../../http/console-types/stats.ts";

export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };
export type MessageItem = z.infer<typeof messageItem>;
export type MessageDetail = z.infer<typeof messageDetail>;
export type Conversation = z.infer<typeof conversation>;
export type Elements = NonNullable<MessageDetail["elements"]>;
export type Finding = MessageDetail["findings"][number];
export type Modification = z.infer<typeof modificationItem>;
export type Outbox = z.infer<typeof outbox>;
export type Stats = z.infer<typeof stats>;
export type AuditItem = z.infer<typeof auditItem>;
export type Restorable = z.infer<typeof restorable>;
