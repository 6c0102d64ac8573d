/**
 * Every route, called by everybody in every way. Who may is written here a second time, by hand: a route that is not in this
 * list, or is in it otherwise, fails.
 */
import assert from "node:assert/strict";
import type { Role } from "../../src/domain/account.ts";
import type { Access, Route } from "../../src/http/route.ts";
import type { ConsoleBench } from "../support/console-api.ts";
import { bareCallOf, callOf, createConsoleBench } from "../support/console-api.ts";
import { CONFIGURED_TOKEN } from "../support/console-people.ts";

const whoMay: Readonly<Record<string, Access>> = {
  "GET /api/openapi.json": "anyone",
  "GET /api/v1/session": "anyone",
  "POST /api/v1/session": "anyone",
  "DELETE /api/v1/session": "viewer",
  "POST /api/v1/session/password": "viewer",
  "GET /api/v1/session/oidc": "anyone",
  "GET /api/v1/session/oidc/callback": "anyone",
  "GET /api/v1/sessions": "viewer",
  "DELETE /api/v1/sessions/{id}": "viewer",
  "POST /api/v1/setup": "anyone",
  "GET /api/v1/accounts": "admin",
  "POST /api/v1/accounts": "admin",
  "PATCH /api/v1/accounts/{id}": "admin",
  "POST /api/v1/accounts/{id}/password": "admin",
  "GET /api/v1/tokens": "admin",
  "POST /api/v1/tokens": "admin",
  "DELETE /api/v1/tokens/{id}": "admin",
  "GET /api/v1/messages": "viewer",
  "GET /api/v1/messages/{id}": "viewer",
  "POST /api/v1/messages/{id}/reveal": "viewer",
  "POST /api/v1/messages/{id}/verdict": "reviewer",
  "GET /api/v1/messages/{id}/restore": "reviewer",
  "POST /api/v1/messages/{id}/restore": "reviewer",
  "POST /api/v1/messages/{id}/mask": "reviewer",
  "POST /api/v1/messages/{id}/allow": "reviewer",
  "GET /api/v1/restores": "reviewer",
  "POST /api/v1/restores": "reviewer",
  "GET /api/v1/restores/{id}": "reviewer",
  "POST /api/v1/restores/{id}/pause": "reviewer",
  "POST /api/v1/restores/{id}/resume": "reviewer",
  "POST /api/v1/restores/{id}/cancel": "reviewer",
  "GET /api/v1/rules": "viewer",
  "POST /api/v1/rules/try": "reviewer",
  "GET /api/v1/modifications": "viewer",
  "POST /api/v1/modifications/{id}/retry": "reviewer",
  "GET /api/v1/outbox": "viewer",
  "GET /api/v1/stats": "viewer",
  "GET /api/v1/audit": "reviewer",
  "GET /api/v1/audit/export": "reviewer",
  "GET /api/v1/events": "viewer",
  "GET /api/v1/retention": "admin",
  "GET /api/v1/erasures": "admin",
  "GET /api/v1/erasures/preview": "admin",
  "POST /api/v1/erasures": "admin",
};

type Listed = Pick<Route, "method" | "path" | "least">;

/** Lowest first; by hand, too. */
const roles = ["viewer", "reviewer", "admin"] as const;
const mayCall = (role: Role, least: Access): boolean =>
  least === "anyone" || roles.indexOf(role) >= roles.indexOf(least);

/** What is wrong with the list above for this table. */
function uncovered(table: readonly Pick<Route, "method" | "path" | "least">[]): readonly string[] {
  const names = table.map(nameOf);
  return [
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`),
    ...table.flatMap((route) => {
      const listed = whoMay[nameOf(route)];
      if (listed === undefined) return [`${nameOf(route)} is not listed`];
      return listed === route.least ? [] : [`${nameOf(route)} takes ${route.least}, not ${listed}`];
    }),
    ...Object.keys(whoMay)
      .filter((name) => !names.includes(name))
      .map((name) => `${name} is gone`),
  ];
}

const nameOf = ({ method, path }: Pick<Route, "method" | "path">): string => `${method} ${path}`;
/** Problems of the gate; whatever else comes was said behind it. */
const gateCodes = ["signed-out", "role-too-low", "csrf", "foreign-page", "unknown-host"];

/** What the gate said; undefined: it let the request through. */
function refusalIn(body: unknown): string | undefined {
  const code = typeof body === "object" && body !== null && "code" in body ? body.code : undefined;
  return gateCodes.find((known) => known === code);
}

describe("the table of routes", () => {
  const bench = createConsoleBench();
  after(() => bench[Symbol.dispose]());

  it("holds the routes that are listed here, each once, with the least role that is listed here", () => {
    assert.deepEqual(uncovered(bench.routes), []);
  });

  for (const [sentence, change, found] of [
    [
      "a route that is new",
      (table) => [...table, { method: "POST", path: "/api/v1/retention", least: "admin" }],
      ["POST /api/v1/retention is not listed"],
    ],
    [
      "one that takes less than before",
      (table) => table.map((route) => (nameOf(route) === "GET /api/v1/audit" ? { ...route, least: "viewer" } : route)),
      ["GET /api/v1/audit takes viewer, not reviewer"],
    ],
    ["one that is there twice", (table) => [...table, ...table.slice(0, 1)], ["GET /api/openapi.json is there twice"]],
    ["one that is gone", (table) => table.slice(1), ["GET /api/openapi.json is gone"]],
  ] as const satisfies readonly (readonly [
    string,
    (table: readonly Listed[]) => readonly Listed[],
    readonly string[],
  ])[]) {
    it(`is not left alone with ${sentence}`, () => assert.deepEqual(uncovered(change(bench.routes)), found));
  }

  it("is all that the listener answers to: nothing is routed past it", () => {
    const known = new Set(bench.routes.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ":$1")));
    const routed = bench.app.router.stack.flatMap(({ route }) => (route === undefined ? [] : [route.path]));
    assert.ok(routed.length >= known.size);
    assert.deepEqual(
      routed.filter((path) => !known.has(path)),
      [],
    );
    const others = bench.app.router.stack.filter(({ route }) => route === undefined).map(({ name }) => name);
    assert.deepEqual(others, ["securityHeaders", "knownHost", "noStore", "unknownPath", "router", "onFault"]);
  });

  it("says of every route that is not a GET whether it changes something, and of every change what tells of it", () => {
    for (const { method, path, changes, audit, answer } of bench.routes) {
      if (method === "GET" && answer.kind !== "redirect") assert.equal(changes, false, path);
      assert.equal(changes, audit.length > 0 && changes, path);
    }
  });

  describe("lets in", () => {
    for (const route of bench.routes) {
      const title = route.least === "anyone" ? "anybody" : `nobody below ${route.least}`;
      it(`${title} at ${nameOf(route)}, by cookie and by bearer token`, async () => {
        const nobody = await callOf(bench, route);
        assert.equal(refusalIn(nobody.body), route.least === "anyone" ? undefined : "signed-out");
        if (route.least !== "anyone") {
          assert.equal(nobody.status, 401);
          assert.match(nobody.get("www-authenticate") ?? "", /^Bearer/);
          assert.match(nobody.get("content-type") ?? "", /^application\/problem\+json/);
        }
        for (const role of roles) await everyWay(bench, route, role);
      });
      if (route.method !== "GET") continue;
      it(`${title} at HEAD ${route.path}`, async () => {
        const ask = (headers: Readonly<Record<string, string>>) =>
          bench
            .agent()
            .head(route.path.replaceAll(/\{\w+\}/g, "1"))
            .set(headers);
        const nobody = await ask({});
        assert.equal(nobody.status === 401, route.least !== "anyone");
        const { cookie } = await bench.browser("viewer");
        const viewer = await ask({ cookie });
        assert.equal(viewer.status === 403, !mayCall("viewer", route.least));
        assert.notEqual(viewer.status, 500);
      });
    }
  });

  it("leaves the writing of rules to admins, where a reviewer may see what would be written", async () => {
    const path = "/api/v1/messages/1/allow";
    const asked = async (role: Role, dryRun: boolean) => {
      const { cookie, csrf } = await bench.browser(role);
      const call = bench.agent().post(path).set({ cookie, "x-emend-csrf": csrf });
      const { status, body } = (await call.send({ phrase: "a phrase", rule: "r", dryRun })) as Pick<
        Response,
        "status"
      > & {
        readonly body: unknown;
      };
      return [status, refusalIn(body)];
    };
    assert.deepEqual(await asked("reviewer", false), [403, "role-too-low"]);
    assert.deepEqual(await asked("reviewer", true), [404, undefined]);
    assert.deepEqual(await asked("admin", false), [404, undefined]);
  });

  describe("refuses", () => {
    for (const route of bench.routes) {
      it(`a token that is worth nothing at ${nameOf(route)}`, async () => {
        for (const authorization of ["Bearer emend_guess", "Basic YTpi", "Bearer", `Token ${CONFIGURED_TOKEN}`]) {
          const answer = await callOf(bench, route).set("authorization", authorization);
          assert.deepEqual([answer.status, refusalIn(answer.body)], [401, "signed-out"], authorization);
        }
      });
    }
    for (const route of bench.routes.filter(({ method }) => method !== "GET")) {
      it(`a form, and what calls itself another method, at ${nameOf(route)}`, async () => {
        const { cookie } = await bench.browser("admin");
        const path = route.path.replaceAll(/\{\w+\}/g, "1");
        for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]) {
          const { status } = await bareCallOf(bench, route).set({ cookie, "content-type": type }).send("name=eve");
          assert.ok(status === 403 || status === 415, `${type}: ${status}`);
        }
        for (const headers of [{}, { "x-http-method-override": route.method }, { "x-method-override": route.method }]) {
          const answer = await bench
            .agent()
            .get(`${path}?_method=${route.method}`)
            .set({ cookie, ...headers });
          const hasGet = bench.routes.some((other) => other.path === route.path && other.method === "GET");
          if (hasGet) assert.ok([200, 400, 404, 503].includes(answer.status), String(answer.status));
          else assert.equal((answer.body as { code: string }).code, "wrong-method");
        }
      });
    }
    for (const route of bench.routes.filter(({ method, least }) => method !== "GET" || least !== "anyone")) {
      it(`what another site's page asks for at ${nameOf(route)}`, () => refusesOtherPages(bench, route));
    }
  });
});

async function everyWay(bench: ConsoleBench, route: Route, role: Role): Promise<void> {
  const expected = mayCall(role, route.least) ? undefined : "role-too-low";
  const { cookie, csrf } = await bench.browser(role);
  const browser = await callOf(bench, route).set("cookie", cookie).set("x-emend-csrf", csrf);
  const script = await callOf(bench, route).set("authorization", `Bearer ${await bench.bearer(role)}`);
  for (const { body, status } of [browser, script]) {
    assert.equal(refusalIn(body), expected, role);
    assert.notEqual(status, 500);
    if (expected !== undefined) assert.equal(status, 403);
  }
}

async function refusesOtherPages(bench: ConsoleBench, route: Route): Promise<void> {
  const admin = await bench.browser("admin");
  const other = await bench.browser("admin");
  const refusal = async (headers: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const answer = await callOf(bench, route).set("cookie", admin.cookie).set(headers);
    assert.notEqual(answer.status, 500);
    return refusalIn(answer.body);
  };
  const token = { "x-emend-csrf": admin.csrf };
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ]) {
    assert.equal(await refusal({ ...token, ...headers }), "foreign-page", JSON.stringify(headers));
  }
  if (route.least === "anyone") return;
  if (route.method === "GET") {
    for (const site of ["same-origin", "none"]) {
      assert.equal(await refusal({ "sec-fetch-site": site }), undefined, "reading needs no more than the cookie");
    }
    return;
  }
  assert.equal(await refusal({}), "csrf");
  assert.equal(await refusal({ "x-emend-csrf": other.csrf }), "csrf");
  assert.equal(await refusal({ "x-emend-csrf": "" }), "csrf");
  assert.equal(await refusal({ ...token, "sec-fetch-site": "same-origin" }), undefined, "and its own page may");
}
