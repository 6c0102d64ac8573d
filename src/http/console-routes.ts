/** The table: every route that the console has. */
import { z } from "zod";
import type { OpenApiDocument } from "./openapi.ts";
import { describeApi } from "./openapi.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";
import type { AccountRouteParts } from "./routes-accounts.ts";
import { accountRoutes } from "./routes-accounts.ts";
import type { DeskRouteParts } from "./routes-desk.ts";
import { deskRoutes } from "./routes-desk.ts";
import type { OidcRouteParts } from "./routes-oidc.ts";
import { oidcRoutes } from "./routes-oidc.ts";
import type { RecordRouteParts } from "./routes-records.ts";
import { recordRoutes } from "./routes-records.ts";
import type { RetentionRouteParts } from "./routes-retention.ts";
import { retentionRoutes } from "./routes-retention.ts";
import type { SessionRouteParts } from "./routes-session.ts";
import { sessionRoutes } from "./routes-session.ts";

export type ConsoleRouteParts = SessionRouteParts &
  OidcRouteParts &
  AccountRouteParts &
  RecordRouteParts & {
    readonly desk: DeskRouteParts;
    readonly retention: RetentionRouteParts;
    readonly version: string;
  };

export function consoleRoutes(parts: ConsoleRouteParts): readonly Route[] {
  let described: OpenApiDocument | undefined;
  const description = defineRoute(
    {
      ...{ method: "GET", path: "/api/openapi.json", tag: "Description", least: "anyone" },
      summary: "This description.",
      answer: z.looseObject({ openapi: z.string() }),
    },
    async () => ({ ...(described ??= describeApi(routes, parts.version)) }),
  );
  const routes: readonly Route[] = [
    description,
    ...sessionRoutes(parts),
    ...oidcRoutes(parts),
    ...accountRoutes(parts),
    ...recordRoutes(parts),
    ...deskRoutes(parts.desk),
    ...retentionRoutes(parts.retention),
  ];
  return routes;
}
