/** Everything that the console reads of the record, and what people say about it. */
import type { AuditRouteParts } from "./routes-audit.ts";
import { auditRoutes } from "./routes-audit.ts";
import type { EventRouteParts } from "./routes-events.ts";
import { eventRoutes } from "./routes-events.ts";
import type { MessageRouteParts } from "./routes-messages.ts";
import { messageRoutes } from "./routes-messages.ts";
import type { OutboxRouteParts } from "./routes-outbox.ts";
import { outboxRoutes } from "./routes-outbox.ts";
import type { StatsRouteParts } from "./routes-stats.ts";
import { statsRoutes } from "./routes-stats.ts";
import type { Route } from "./route.ts";

export type RecordRouteParts = MessageRouteParts &
  OutboxRouteParts &
  StatsRouteParts &
  AuditRouteParts &
  EventRouteParts;

export const recordRoutes = (parts: RecordRouteParts): readonly Route[] => [
  ...messageRoutes(parts),
  ...outboxRoutes(parts),
  ...statsRoutes(parts),
  ...auditRoutes(parts),
  ...eventRoutes(parts),
];
