/** Everything that people do about messages and rules. */
import type { AllowRouteParts } from "./routes-allow.ts";
import { allowRoutes } from "./routes-allow.ts";
import type { RestoreRouteParts } from "./routes-restore.ts";
import { restoreRoutes } from "./routes-restore.ts";
import type { RestoresRouteParts } from "./routes-restores.ts";
import { restoresRoutes } from "./routes-restores.ts";
import type { RulesRouteParts } from "./routes-rules.ts";
import { rulesRoutes } from "./routes-rules.ts";
import type { Route } from "./route.ts";

export type DeskRouteParts = RestoreRouteParts & RestoresRouteParts & AllowRouteParts & RulesRouteParts;

export const deskRoutes = (parts: DeskRouteParts): readonly Route[] => [
  ...restoreRoutes(parts),
  ...restoresRoutes(parts),
  ...allowRoutes(parts),
  ...rulesRoutes(parts),
];
