import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { FieldError } from "../../src/http/console-types/problem.ts";
import { createConsoleServer } from "../../src/http/console-listener.ts";
import { viewPaths } from "../../src/http/console-pages.ts";
import { closeServer } from "../../src/http/listen.ts";
import { problem } from "../../src/http/problem.ts";
import type { Route } from "../../src/http/route.ts";
import { defineRoute, defineStream } from "../../src/http/route.ts";
import { createConsoleBench } from "../support/console-api.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { eventually } from "../support/turns.ts";

const about = { tag: "Messages", summary: "For a test.", least: "anyone" } as const;

/** A route that gives back what it was given. */
const echo = (more: Partial<Route> = {}): Route => ({
  ...defineRoute(
    {
      ...{ ...about, method: "POST", path: "/api/v1/echo/{id}" },
      params: z.object({ id: z.coerce.number().int() }),
      query: z.object({ limit: z.coerce.number().max(5).default(3) }),
      body: z.object({ text: z.string() }),
      answer: z.object({ id: z.int(), limit: z.int(), text: z.string() }),
    },
    async ({ params, query, body }) => ({ ...params, ...query, ...body, secret: "of the row" }),
  ),
  ...more,
});

describe("a route", () => {
  it("gets what its schemas make of the request, and sends nothing that its answer does not name", async () => {
    using bench = createConsoleBench({ more: [echo()] });
    const answer = await bench.agent().post("/api/v1/echo/7?limit=4").send({ text: "周六" });
    assert.deepEqual([answer.status, answer.body], [200, { id: 7, limit: 4, text: "周六" }]);
  });

  for (const [sentence, path, body, faults] of [
    [
      "every field that is wrong",
      "/api/v1/echo/x?limit=9",
      { text: 1 },
      ["params.id: unreadable", "query.limit: too-big, 5", "body.text: unreadable"],
    ],
    ["a field that is missing", "/api/v1/echo/1", {}, ["body.text: unreadable"]],
    ["a field that nobody knows", "/api/v1/echo/1", { text: "a", txet: "b" }, ["body: unknown"]],
    ["a filter that nobody knows", "/api/v1/echo/1?limits=3", { text: "a" }, ["query: unknown"]],
    ["a filter that comes twice", "/api/v1/echo/1?limit=1&limit=2", { text: "a" }, ["query.limit: unreadable"]],
  ] as const) {
    it(`says of ${sentence} where it is, what is wrong and what to do`, async () => {
      using bench = createConsoleBench({ more: [echo()] });
      const answer = await bench.agent().post(path).send(body);
      const told = answer.body as { code: string; errors: FieldError[] };
      assert.deepEqual([answer.status, told.code], [400, "bad-input"]);
      assert.deepEqual(
        told.errors.map(({ path, code, limit }) => `${path}: ${code}${limit === undefined ? "" : `, ${limit}`}`),
        faults,
      );
      for (const { detail, next } of told.errors) for (const text of [detail, next]) assert.match(text, /^[A-Z].*\.$/);
      assert.match(answer.get("content-type") ?? "", /^application\/problem\+json/);
    });
  }

  for (const [sentence, type, body, status, code] of [
    ["half of a JSON", "application/json", '{"text":', 400, "bad-input"],
    ["a form", "application/x-www-form-urlencoded", "text=a", 415, "not-json"],
    ["more than it takes", "application/json", JSON.stringify({ text: "a".repeat(300_000) }), 413, "too-long"],
    ["a strange character set", "application/json; charset=klingon", '{"text":"a"}', 415, "not-json"],
  ] as const) {
    it(`refuses ${sentence} in words`, async () => {
      using bench = createConsoleBench({ more: [echo()] });
      const answer = await bench.agent().post("/api/v1/echo/1").set("content-type", type).send(body);
      assert.deepEqual([answer.status, (answer.body as { code: string }).code], [status, code]);
    });
  }

  it("that fails says nothing of why, and leaves a line without anybody's text in the log", async () => {
    const fail = (path: string, thrown: () => never): Route =>
      defineRoute({ ...about, method: "GET", path, answer: z.object({ a: z.string() }) }, async () => thrown());
    const wrong = defineRoute(
      { ...about, method: "GET", path: "/api/v1/odd", answer: z.object({ a: z.string() }) },
      async () => ({ a: 4_242 }) as unknown as { a: string },
    );
    const fault = fail("/api/v1/fault", () => {
      throw new RangeError("damn it, said anna");
    });
    const known = fail("/api/v1/known", () => {
      throw problem(409, "changed", "It was changed.", "Look again.", { version: 3 });
    });
    using bench = createConsoleBench({ more: [fault, wrong, known] });
    for (const path of ["/api/v1/fault", "/api/v1/odd"]) {
      const answer = await bench.agent().get(path);
      assert.deepEqual([answer.status, (answer.body as { code: string }).code], [500, "internal"]);
      assert.doesNotMatch(answer.text, /damn|4242/);
    }
    assert.doesNotMatch(JSON.stringify(bench.log.lines), /damn|4242/);
    assert.deepEqual(
      bench.log.of("error").map(({ fields }) => fields["fault"]),
      ["RangeError", "TypeError"],
    );
    assert.match(String(bench.log.of("error")[1]?.fields["described"]), /a \(invalid_type\)/);
    const told = await bench.agent().get("/api/v1/known");
    assert.deepEqual(told.body, {
      ...{ type: "urn:emend:problem:changed", title: "Not as things are", status: 409, code: "changed" },
      ...{ detail: "It was changed.", next: "Look again.", version: 3 },
    });
  });

  it("that nobody waits for any more is no fault", async () => {
    let left: AbortSignal | undefined;
    const slow = defineRoute(
      { ...about, method: "GET", path: "/api/v1/slow", answer: z.object({}) },
      async ({ signal }) => {
        left = signal;
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        });
        return {};
      },
    );
    using bench = createConsoleBench({ more: [slow] });
    const server = createConsoleServer(bench.app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const asked = http.get({ port, path: "/api/v1/slow", headers: { host: `localhost:${port}` } });
    asked.on("error", () => undefined);
    await eventually("it is asked", async () => left !== undefined);
    asked.destroy();
    await eventually("it is called back", async () => left?.aborted === true);
    await closeServer(server);
    const waiting = bench
      .agent()
      .get("/api/v1/slow")
      .then(({ status, body }) => [status, (body as { code: string }).code]);
    left = undefined;
    await eventually("it is asked again", async () => left !== undefined);
    bench.ending.abort();
    assert.deepEqual(await waiting, [503, "stopping"]);
    assert.deepEqual(bench.log.of("error"), []);
  });

  it("cannot be defined so that a GET changes something, or that a change leaves no trace", () => {
    const define = (shape: object) => () =>
      defineRoute({ ...about, method: "POST", path: "/api/v1/x", ...shape }, async () => undefined);
    assert.throws(define({ changes: true }), /audit/);
    assert.throws(define({ method: "GET", changes: true, audit: ["erase"] }), /a GET changes nothing/);
    assert.doesNotThrow(define({ changes: true, audit: ["erase"] }));
  });

  it("that does not exist, or not by this method, is said to", async () => {
    using bench = createConsoleBench({ more: [echo()] });
    const none = await bench.agent().get("/api/v1/ecoh/1");
    assert.deepEqual([none.status, (none.body as { code: string }).code], [404, "unknown-path"]);
    const wrong = await bench.agent().get("/api/v1/echo/1");
    assert.deepEqual([wrong.status, wrong.get("allow")], [405, "POST"]);
  });
});

describe("a stream", () => {
  /** Sends a line, then waits until nobody listens. */
  function endless(): Route & { readonly ended: () => boolean } {
    let isOver = false;
    async function* lines(signal: AbortSignal): AsyncGenerator<string> {
      yield "data: first\n\n";
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      isOver = true;
    }
    const route = defineStream(
      { ...about, least: "viewer", method: "GET", path: "/api/v1/lines", types: ["text/event-stream"] },
      async ({ signal }) => ({ type: "text/event-stream", filename: undefined, chunks: lines(signal) }),
    );
    return { ...route, ended: () => isOver };
  }

  async function listening(bench: ReturnType<typeof createConsoleBench>) {
    const server = createConsoleServer(bench.app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { cookie, name } = await bench.browser("viewer");
    const request = http.get({ port, path: "/api/v1/lines", headers: { cookie, host: `localhost:${port}` } });
    const response = await new Promise<http.IncomingMessage>((resolve) => request.on("response", resolve));
    const closed = new Promise<void>((resolve) => response.on("close", resolve));
    response.on("error", () => undefined);
    const [first] = (await response[Symbol.asyncIterator]().next()).value ? ["first"] : [];
    return { server, request, response, closed, name, first };
  }

  it("ends when whoever listens leaves", async () => {
    const route = endless();
    using bench = createConsoleBench({ more: [route] });
    const { server, request } = await listening(bench);
    request.destroy();
    await eventually("the stream has ended", async () => route.ended());
    await closeServer(server);
  });

  it("ends soon after its session did", async () => {
    const route = endless();
    using bench = createConsoleBench({ more: [route] });
    const { server, closed, name } = await listening(bench);
    const known = await bench.people.store.accountNamed(name);
    assert.ok(known);
    await bench.people.clock.advance(15_000);
    assert.equal(route.ended(), false);
    for (const session of await bench.people.signIn.sessionsOf(known.account.id)) {
      await bench.people.signIn.revoke(known.account, session.id);
    }
    await bench.people.clock.advance(15_000);
    await closed;
    assert.equal(route.ended(), true);
    await closeServer(server);
  });

  it("ends when the service stops", async () => {
    const route = endless();
    using bench = createConsoleBench({ more: [route] });
    const { server, closed } = await listening(bench);
    bench.ending.abort();
    await closed;
    await closeServer(server);
    assert.equal(route.ended(), true);
  });

  it("is saved under its name where it has one", async () => {
    const route = defineStream({ ...about, method: "GET", path: "/api/v1/lines", types: ["text/csv"] }, async () => ({
      type: "text/csv; charset=utf-8",
      filename: "audit.csv",
      chunks: rows(),
    }));
    async function* rows(): AsyncGenerator<string> {
      yield "a,b\n";
      yield "1,2\n";
    }
    using bench = createConsoleBench({ more: [route] });
    const answer = await bench.agent().get("/api/v1/lines");
    assert.equal(answer.text, "a,b\n1,2\n");
    assert.match(answer.get("content-type") ?? "", /^text\/csv; charset=utf-8/);
    assert.equal(answer.get("content-disposition"), "attachment; filename=audit.csv");
  });
});

describe("the console's pages", () => {
  /** What `npm run build` makes, as far as paths go. */
  function builtPages() {
    const folder = createTempFolder();
    mkdirSync(folder.file("assets"));
    writeFileSync(folder.file("index.html"), "<!doctype html><title>Emend</title>");
    writeFileSync(folder.file("assets", "app-5f2c.js"), "export {};");
    return folder;
  }

  it("are one page for every view, asked for anew, and files that are kept for ever", async () => {
    using folder = builtPages();
    using bench = createConsoleBench({ pages: folder.path });
    for (const path of ["/", "/messages?rule=x", "/setup", "/messages/1", "/messages/1/", "/index.html"]) {
      const page = await bench.agent().get(path);
      assert.deepEqual([page.status, page.get("cache-control")], [200, "no-cache"], path);
      assert.match(page.text, /<title>Emend/);
    }
    const file = await bench.agent().get("/assets/app-5f2c.js");
    assert.match(file.get("cache-control") ?? "", /max-age=31536000, immutable/);
    assert.match(file.get("content-type") ?? "", /javascript/);
    for (const path of ["/assets/app-old.js", "/assets/..%2f..%2f..%2fetc%2fpasswd"]) {
      assert.ok([400, 403, 404].includes((await bench.agent().get(path)).status), path);
    }
    assert.equal((await bench.agent().post("/messages")).status, 405);
  });

  for (const path of ["/metrics", "/wp-login.php", "/.env", "/messages/1/2", "/..%2f..%2fetc/passwd"]) {
    it(`are not at ${path}: a program is told so, a browser gets the page that says it`, async () => {
      using folder = builtPages();
      using bench = createConsoleBench({ pages: folder.path });
      const told = await bench.agent().get(path);
      assert.deepEqual([told.status, (told.body as { code: string }).code], [404, "unknown-page"]);
      const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
      const shown = await bench.agent().get(path).set({ accept });
      assert.deepEqual([shown.status, shown.get("cache-control")], [404, "no-cache"]);
      assert.match(shown.text, /<title>Emend/);
    });
  }

  it("are where the page itself has views, and nowhere else", () => {
    const source = readFileSync("src/web/app.tsx", "utf8");
    const written = Array.from(source.matchAll(/ path="([^"*]+)"/g), ([, path = ""]) => path);
    const [, listed = ""] = /\{\[([^\]]+)\]\.map\(\(path\)/.exec(source) ?? [];
    const others = Array.from(listed.matchAll(/"([^"]+)"/g), ([, path = ""]) => path);
    const paths = [...written, ...others].map((path) => (path === ":id" ? "/messages/:id" : `/${path}`));
    assert.deepEqual(["/", ...paths].sort(), [...viewPaths].sort());
  });

  it("say how they are built where they are not", async () => {
    using bench = createConsoleBench();
    const page = await bench.agent().get("/");
    assert.equal(page.status, 503);
    assert.match(page.text, /npm run build/);
  });
});
