/** The console, put together over the service's record: accounts and sessions, the API's routes, the pages. */
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import type { ServiceConfig } from "./config.ts";
import { SESSION_LONGEST_MS } from "./domain/account.ts";
import type { Clock } from "./domain/time.ts";
import { createAccounts } from "./flows/accounts.ts";
import { createApiTokens } from "./flows/api-tokens.ts";
import { createPasswords } from "./flows/passwords.ts";
import { createSignIn } from "./flows/sign-in.ts";
import { createConsoleApp } from "./http/console-app.ts";
import { createConsoleServer } from "./http/console-listener.ts";
import { createConsolePages } from "./http/console-pages.ts";
import { consoleRoutes } from "./http/console-routes.ts";
import { createOidcProvider } from "./http/oidc.ts";
import type { DeskRouteParts } from "./http/routes-desk.ts";
import type { RecordRouteParts } from "./http/routes-records.ts";
import type { RetentionRouteParts } from "./http/routes-retention.ts";
import { createCallers } from "./http/session.ts";
import type { AccountStore } from "./ports/accounts.ts";
import type { Logger } from "./ports/logger.ts";
import type { OrderStore } from "./ports/store.ts";

export type ConsoleParts = {
  readonly service: Pick<
    ServiceConfig,
    "consoleHost" | "consoleOrigin" | "trustedProxies" | "sessionIdleMs" | "apiToken" | "oidc"
  >;
  readonly store: AccountStore & Pick<OrderStore, "auditOnly">;
  /** What the record is read and answered with. */
  readonly records: Omit<RecordRouteParts, "now">;
  /** What people do about messages and rules. */
  readonly desk: DeskRouteParts;
  readonly retention: RetentionRouteParts;
  readonly clock: Clock;
  readonly log: Logger;
};

export interface Console {
  readonly server: Server;
  /** Says in the log where the first account can be made, as long as there is none. @param url where the console is */
  welcome(url: string): Promise<void>;
}

/** `src` and `dist` are equally deep. */
const pagesFolder = fileURLToPath(new URL("../dist/web", import.meta.url));
const manifest = new URL("../package.json", import.meta.url);

/** @param signal ends what lasts: open streams */
export function createConsole(
  { service, store, records, desk, retention, clock, log }: ConsoleParts,
  signal: AbortSignal,
): Console {
  const passwords = createPasswords();
  const accounts = createAccounts({ store, passwords, clock });
  const limits = { idleMs: service.sessionIdleMs, longestMs: SESSION_LONGEST_MS };
  const signIn = createSignIn({ store, passwords, limits, clock });
  const tokens = createApiTokens({ store, configured: service.apiToken, clock });
  const address = { host: service.consoleHost, origin: service.consoleOrigin, proxies: service.trustedProxies };
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
  const oidc = service.oidc && createOidcProvider(service.oidc, log);
  const app = createConsoleApp({
    routes: consoleRoutes({
      ...{ ...records, desk, retention, accounts, signIn, tokens, oidc, store, version },
      now: () => clock.now(),
    }),
    callers: createCallers({ signIn, tokens, address }),
    pages: createConsolePages(pagesFolder),
    ...{ address, clock, log, signal },
  });
  return {
    server: createConsoleServer(app),
    async welcome(url) {
      const link = await accounts.setupLink();
      if (link === undefined) return;
      // Behind the #, so that neither a proxy's log nor a Referer has it.
      const open = `${service.consoleOrigin?.origin ?? url}/setup#${link}`;
      log.warn({ open }, "There is no console account yet: open this link within a day, or run emend user add.");
    },
  };
}
