/** The console's API without a service around it: every route, people of each role, and requests as they would send them. */
import request from "supertest";
import type express from "express";
import type { Role } from "../../src/domain/account.ts";
import { createConsoleApp } from "../../src/http/console-app.ts";
import { createConsolePages } from "../../src/http/console-pages.ts";
import { consoleRoutes } from "../../src/http/console-routes.ts";
import type { RecordRouteParts } from "../../src/http/routes-records.ts";
import type { RetentionRouteParts } from "../../src/http/routes-retention.ts";
import type { OidcSettings } from "../../src/http/oidc.ts";
import { createOidcProvider } from "../../src/http/oidc.ts";
import type { Route } from "../../src/http/route.ts";
import type { ConsoleAddress } from "../../src/http/session.ts";
import { createCallers } from "../../src/http/session.ts";
import { deskForTests } from "./console-desk.ts";
import { createPeople, PASSWORD } from "./console-people.ts";
import { retentionForTests } from "./console-retention.ts";
import { unreadableRecords } from "./console-records.ts";
import { createRecordingLog } from "./recording-log.ts";

export type BenchSettings = {
  readonly address?: Partial<ConsoleAddress>;
  /** Beside those that there are. */
  readonly more?: readonly Route[];
  readonly pages?: string;
  readonly oidc?: OidcSettings;
  /** What is read of the record; left out: nothing can be. */
  readonly records?: Omit<RecordRouteParts, "now">;
  /** Left out: there is nothing to erase. */
  readonly retention?: RetentionRouteParts;
};

/** Nobody listens on this port of the machine. */
const unreachable: OidcSettings = {
  ...{ issuer: new URL("http://127.0.0.1:9"), clientId: "emend", clientSecret: undefined, scope: "openid" },
  ...{ roleClaim: "roles", roles: new Map() },
};

/** What a browser knows after it signed in. */
export type Browser = { readonly cookie: string; readonly csrf: string };

export type ConsoleBench = ReturnType<typeof createConsoleBench>;

export function createConsoleBench(settings: BenchSettings = {}) {
  const { more = [], pages = "/nowhere" } = settings;
  const address: ConsoleAddress = { host: "127.0.0.1", origin: undefined, proxies: [], ...settings.address };
  const { records = unreadableRecords } = settings;
  const people = createPeople();
  const { accounts, signIn, tokens, clock, store } = people;
  const log = createRecordingLog();
  const oidc = createOidcProvider(settings.oidc ?? unreachable, log);
  const ending = new AbortController();
  const desk = deskForTests(people, records.reads);
  const { retention = retentionForTests(people, records.reads) } = settings;
  const given = { ...records, desk, retention, accounts, signIn, tokens, oidc, store, version: "0.0.0" };
  const routes = [...consoleRoutes({ ...given, now: () => clock.now() }), ...more];
  const callers = createCallers({ signIn, tokens, address });
  const app: express.Express = createConsoleApp({
    ...{ routes, callers, address, clock, log, signal: ending.signal },
    pages: createConsolePages(pages),
  });

  const enter = async (name: string, password = PASSWORD): Promise<Browser> => {
    const answer = await request(app).post("/api/v1/session").send({ name, password });
    const [cookie = ""] = (answer.get("set-cookie") ?? [""])[0]?.split(";") ?? [];
    return { cookie, csrf: (answer.body as { csrf: string | null }).csrf ?? "" };
  };
  let count = 0;
  return {
    ...{ people, routes, app, log, ending, enter },
    agent: () => request(app),
    /** Somebody new with this role, signed in. */
    async browser(role: Role): Promise<Browser & { readonly name: string }> {
      const name = `${role}${++count}`;
      await accounts.add("operator", { name, role, password: PASSWORD });
      return { ...(await enter(name)), name };
    },
    async bearer(role: Role): Promise<string> {
      const made = await tokens.add({ actor: "operator", account: undefined }, `token ${++count}`, role);
      if (made === "name_taken") throw new Error("The name of a token was taken.");
      return made.token;
    },
    [Symbol.dispose]() {
      ending.abort();
      people[Symbol.dispose]();
    },
  };
}

/** One request of this route, with something for each parameter. */
export function callOf(bench: Pick<ConsoleBench, "app">, route: Pick<Route, "method" | "path">) {
  const call = bareCallOf(bench, route);
  return route.method === "GET" ? call : call.send({});
}

/** The same without a body. */
export function bareCallOf({ app }: Pick<ConsoleBench, "app">, { method, path }: Pick<Route, "method" | "path">) {
  const verb = method.toLowerCase() as "get" | "post" | "put" | "patch" | "delete";
  return request(app)[verb](path.replaceAll(/\{\w+\}/g, "1"));
}
