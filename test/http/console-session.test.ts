import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { freeTries } from "../../src/domain/account.ts";
import { createConsoleServer } from "../../src/http/console-listener.ts";
import { closeServer } from "../../src/http/listen.ts";
import { trustOf } from "../../src/http/session.ts";
import type { Browser, ConsoleBench } from "../support/console-api.ts";
import { createConsoleBench } from "../support/console-api.ts";
import { CONFIGURED_TOKEN, limits, PASSWORD } from "../support/console-people.ts";
import { eventually } from "../support/turns.ts";

type Answer = { readonly status: number; readonly body: unknown; get(name: string): string | undefined };

const codeOf = ({ body }: Pick<Answer, "body">): unknown => (body as { code?: unknown }).code;
const at = "/api/v1";

function as({ agent }: ConsoleBench, { cookie, csrf }: Browser) {
  return {
    get: (path: string) =>
      agent()
        .get(at + path)
        .set("cookie", cookie),
    post: (path: string, body: object = {}) =>
      agent()
        .post(at + path)
        .set("cookie", cookie)
        .set("x-emend-csrf", csrf)
        .send(body),
    patch: (path: string, body: object) =>
      agent()
        .patch(at + path)
        .set("cookie", cookie)
        .set("x-emend-csrf", csrf)
        .send(body),
    remove: (path: string) =>
      agent()
        .delete(at + path)
        .set("cookie", cookie)
        .set("x-emend-csrf", csrf),
  };
}

describe("signing in to the console", () => {
  it("gives a cookie that no script and no other site gets, new each time", async () => {
    using bench = createConsoleBench();
    const { name, cookie } = await bench.browser("viewer");
    const sign = () => bench.agent().post(`${at}/session`).set("cookie", cookie).send({ name, password: PASSWORD });
    const again = await sign();
    const [set = ""] = again.get("set-cookie") ?? [];
    assert.match(set, /^emend=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.ok(!set.startsWith(cookie));
    assert.deepEqual((again.body as { account: unknown }).account, { name, role: "viewer", signsInBy: "password" });
    assert.equal(again.get("cache-control"), "no-store");
    const before = await bench.agent().get(`${at}/session`).set("cookie", cookie);
    assert.equal((before.body as { account: unknown }).account, null, "the session from before is over");
  });

  it("over TLS gives a cookie that is bound to it, and takes no other", async () => {
    using bench = createConsoleBench();
    const { name, cookie: plain } = await bench.browser("viewer");
    const tls = { "x-forwarded-proto": "https" };
    const answer = await bench.agent().post(`${at}/session`).set(tls).send({ name, password: PASSWORD });
    const [set = ""] = answer.get("set-cookie") ?? [];
    assert.match(set, /^__Host-emend=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    assert.match(answer.get("strict-transport-security") ?? "", /^max-age=/);
    const [secure = ""] = set.split(";");
    const who = async (cookie: string, headers: Readonly<Record<string, string>>): Promise<unknown> => {
      const seen = await bench.agent().get(`${at}/session`).set("cookie", cookie).set(headers);
      return (seen.body as { account: { name: string } | null }).account?.name;
    };
    assert.equal(await who(secure, tls), name);
    assert.equal(await who(secure, {}), undefined);
    assert.equal(await who(plain, tls), undefined);
    assert.equal(await who(plain, {}), name);
  });

  it("is refused where the password would cross the network in the clear, before it is looked at", async () => {
    const origin = new URL("http://emend.example");
    using bench = createConsoleBench({ address: { host: "0.0.0.0", origin } });
    const { name } = await bench.browser("viewer");
    const sign = (host: string, headers: Readonly<Record<string, string>> = {}) =>
      bench.agent().post(`${at}/session`).set("host", host).set(headers).send({ name, password: PASSWORD });
    for (const host of ["emend.example", "10.0.0.5:8081"]) {
      const refused = await sign(host);
      assert.deepEqual([refused.status, codeOf(refused), refused.get("set-cookie")], [403, "not-encrypted", undefined]);
    }
    assert.equal((await sign("localhost:8081")).status, 200);
    assert.equal((await sign("emend.example", { "x-forwarded-proto": "https" })).status, 200);
  });

  it("waits after failures, says how long, and says the same about names that do not exist", async () => {
    using bench = createConsoleBench();
    const { name } = await bench.browser("viewer");
    const told: string[][] = [[], []];
    for (const [index, who] of [name, "nobody"].entries()) {
      for (let n = 0; n <= freeTries.account + 1; n++) {
        const answer = await bench.agent().post(`${at}/session`).send({ name: who, password: "wrong" });
        told[index]?.push(`${answer.status} ${answer.get("retry-after") ?? "-"} ${JSON.stringify(answer.body)}`);
      }
    }
    assert.deepEqual(told[0], told[1]);
    assert.match(told[0]?.at(-1) ?? "", /^429 1 .*"code":"too-many-tries"/);
    assert.match(told[0]?.at(-2) ?? "", /^403 - .*"code":"wrong-credentials"/);
  });

  it("begins with the link from the log, which makes one admin and no second", async () => {
    using bench = createConsoleBench();
    const needed = async () =>
      ((await bench.agent().get(`${at}/session`)).body as { setupNeeded: boolean }).setupNeeded;
    assert.equal(await needed(), true);
    const token = await bench.people.accounts.setupLink();
    const setUp = (draft: object) =>
      bench
        .agent()
        .post(`${at}/setup`)
        .send({ name: "anna", password: PASSWORD, token, ...draft });
    assert.equal(codeOf(await setUp({ token: "guess" })), "link-invalid");
    const weak = await setUp({ password: "short" });
    assert.deepEqual(
      [weak.status, (weak.body as { errors: { path: string }[] }).errors[0]?.path],
      [422, "body.password"],
    );
    const made = await setUp({});
    assert.equal(made.status, 200);
    assert.match((made.get("set-cookie") ?? [""])[0] ?? "", /^emend=/);
    assert.equal(await needed(), false);
    assert.equal(codeOf(await setUp({ name: "eve" })), "link-invalid");
  });
});

describe("a console session", () => {
  it("ends where it is signed out, revoked, or idle", async () => {
    using bench = createConsoleBench();
    const { name, ...here } = await bench.browser("viewer");
    const there = await bench.enter(name);
    const mine = await as(bench, here).get("/sessions");
    const { items } = mine.body as { items: { id: number; current: boolean }[] };
    assert.deepEqual(
      items.map(({ current }) => current),
      [false, true],
    );
    assert.equal((await as(bench, here).remove(`/sessions/${items[0]?.id}`)).status, 204);
    assert.equal((await as(bench, there).get("/sessions")).status, 401);
    const stranger = await bench.browser("admin");
    assert.equal((await as(bench, stranger).remove(`/sessions/${items[1]?.id}`)).status, 404, "not somebody else's");
    const out = await as(bench, here).remove("/session");
    assert.equal(out.status, 204);
    assert.match((out.get("set-cookie") ?? [""])[0] ?? "", /^emend=; Max-Age=0/);
    assert.equal((await as(bench, here).get("/sessions")).status, 401);
    await bench.people.clock.advance(limits.idleMs);
    assert.equal((await as(bench, stranger).get("/sessions")).status, 401);
  });

  it("goes on under another cookie when the password changes, and asks for the old one first", async () => {
    using bench = createConsoleBench();
    const { name, ...here } = await bench.browser("viewer");
    const there = await bench.enter(name);
    const change = (body: object) => as(bench, here).post("/session/password", body);
    assert.equal(codeOf(await change({ current: "wrong", next: "six very green words here" })), "wrong-credentials");
    assert.equal(codeOf(await change({ current: PASSWORD, next: "short" })), "password-refused");
    const changed = await change({ current: PASSWORD, next: "six very green words here" });
    assert.equal(changed.status, 200);
    const [cookie = ""] = ((changed.get("set-cookie") ?? [""])[0] ?? "").split(";");
    const anew = { cookie, csrf: (changed.body as { csrf: string }).csrf };
    assert.equal((await as(bench, here).get("/sessions")).status, 401);
    assert.equal((await as(bench, there).get("/sessions")).status, 401);
    assert.equal((await as(bench, anew).remove("/session")).status, 204);
  });

  it("is over at once when an admin takes the role or the account away", async () => {
    using bench = createConsoleBench();
    const admin = await bench.browser("admin");
    const { name, ...anna } = await bench.browser("reviewer");
    const { items } = (await as(bench, admin).get("/accounts")).body as { items: { id: number; name: string }[] };
    const id = items.find((account) => account.name === name)?.id ?? 0;
    const changed = await as(bench, admin).patch(`/accounts/${id}`, { role: "viewer" });
    assert.equal((changed.body as { role: string }).role, "viewer");
    assert.equal((await as(bench, anna).get("/sessions")).status, 401);
    const again = await bench.enter(name);
    await as(bench, admin).patch(`/accounts/${id}`, { disabled: true });
    assert.equal((await as(bench, again).get("/sessions")).status, 401);
    const own = items.find((account) => account.name === admin.name)?.id ?? 0;
    const mine = await as(bench, admin).post(`/accounts/${own}/password`, { password: "six very green words here" });
    assert.equal(codeOf(mine), "own-password", "the current one is asked for");
    assert.equal((await as(bench, admin).get("/sessions")).status, 200);
    assert.equal(codeOf(await as(bench, admin).patch(`/accounts/${own}`, { disabled: true })), "last-admin");
    for (const change of [{}, { role: "viewer", disabled: true }]) {
      assert.equal(codeOf(await as(bench, admin).patch(`/accounts/${id}`, change)), "one-change");
    }
  });
});

describe("API tokens over HTTP", () => {
  it("are shown once, work without cookie and header, and are nobody's session", async () => {
    using bench = createConsoleBench();
    const admin = await bench.browser("admin");
    const made = await as(bench, admin).post("/tokens", { name: "export", role: "admin" });
    assert.equal(made.status, 201);
    const { token } = made.body as { token: string };
    for (const bearer of [token, CONFIGURED_TOKEN]) {
      const use = (path: string) =>
        bench
          .agent()
          .get(at + path)
          .set("authorization", `Bearer ${bearer}`);
      const listed = await use("/tokens");
      assert.equal(listed.status, 200);
      assert.ok(!listed.text.includes(token));
      assert.equal(codeOf(await use("/sessions")), "no-session");
    }
    const { items } = (await as(bench, admin).get("/tokens")).body as { items: { id: number }[] };
    assert.equal((await as(bench, admin).remove(`/tokens/${items[0]?.id}`)).status, 204);
    assert.equal((await as(bench, admin).remove(`/tokens/${items[0]?.id}`)).status, 404);
    const gone = await bench.agent().get(`${at}/tokens`).set("authorization", `Bearer ${token}`);
    assert.equal(gone.status, 401);
    assert.ok(!bench.people.audit().join("\n").includes(token));
  });
});

describe("a request that takes its time", () => {
  it("is asked again who sends it when its body is there: whoever was disabled meanwhile makes no second key", async () => {
    using bench = createConsoleBench();
    const [anna, root] = [await bench.browser("admin"), await bench.browser("admin")];
    const { token } = (await as(bench, anna).post("/tokens", { name: "first", role: "admin" })).body as {
      token: string;
    };
    const server = createConsoleServer(bench.app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const begin = (headers: Readonly<Record<string, string>>) => {
      const json = { "content-type": "application/json", host: `localhost:${port}` };
      const request = http.request({ port, method: "POST", path: `${at}/tokens`, headers: { ...json, ...headers } });
      const status = new Promise<number | undefined>((resolve) =>
        request.on("response", (r) => resolve(r.resume().statusCode)),
      );
      request.write('{"name":');
      return { status, finish: (name: string) => request.end(`"${name}","role":"admin"}`) };
    };
    const slow = [
      begin({ cookie: anna.cookie, "x-emend-csrf": anna.csrf }),
      begin({ authorization: `Bearer ${token}` }),
      begin({ cookie: root.cookie, "x-emend-csrf": root.csrf }),
    ];
    // All three are past the gate.
    await eventually("they have begun", async () => server.listening && (await connections(server)) === 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const known = (await bench.people.accounts.list()).find(({ name }) => name === anna.name);
    assert.ok(known);
    assert.equal(await bench.people.accounts.setDisabled("operator", known.id, true), "changed");
    slow.forEach(({ finish }, n) => finish(`second ${n}`));
    assert.deepEqual(await Promise.all(slow.map(({ status }) => status)), [401, 401, 201]);
    await closeServer(server);
  });

  const connections = (server: http.Server): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((fault, count) => (fault === null ? resolve(count) : reject(fault)));
    });
});

describe("an API token", () => {
  const use = ({ agent }: ConsoleBench, token: string) => ({
    get: (path: string) =>
      agent()
        .get(at + path)
        .set("authorization", `Bearer ${token}`),
    post: (path: string, body: object) =>
      agent()
        .post(at + path)
        .set("authorization", `Bearer ${token}`)
        .send(body),
  });
  const tokenIn = ({ body }: Pick<Answer, "body">): string => (body as { token: string }).token;

  async function made() {
    const bench = createConsoleBench();
    const [anna, root] = [await bench.browser("admin"), await bench.browser("admin")];
    const first = tokenIn(await as(bench, anna).post("/tokens", { name: "first", role: "admin" }));
    const second = tokenIn(await use(bench, first).post("/tokens", { name: "second", role: "admin" }));
    const low = tokenIn(await as(bench, anna).post("/tokens", { name: "low", role: "viewer" }));
    const configured = tokenIn(await use(bench, CONFIGURED_TOKEN).post("/tokens", { name: "ours", role: "admin" }));
    const { items } = (await as(bench, root).get("/accounts")).body as { items: { id: number; name: string }[] };
    const id = items.find(({ name }) => name === anna.name)?.id;
    const works = async (token: string) => (await use(bench, token).get("/session")).status === 200;
    const standing = async () => Promise.all([first, second, low, configured].map(works));
    return { bench, root, id, standing };
  }

  it("falls with the account behind it, and so does the token that it made", async () => {
    const { bench, root, id, standing } = await made();
    using _ = bench;
    assert.deepEqual(await standing(), [true, true, true, true]);
    assert.equal((await as(bench, root).patch(`/accounts/${id}`, { disabled: true })).status, 200);
    assert.deepEqual(await standing(), [false, false, false, true]);
    await as(bench, root).patch(`/accounts/${id}`, { disabled: false });
    assert.deepEqual(await standing(), [false, false, false, true], "and does not come back with it");
    const revoked = bench.people.audit().filter((line) => line.includes(" token_revoked "));
    assert.deepEqual(
      revoked.map((line) => (JSON.parse(line.slice(line.indexOf("{"))) as { token: string }).token),
      ["first", "second", "low"],
    );
  });

  it("may not do more than the account behind it: a lower role ends those that could", async () => {
    const { bench, root, id, standing } = await made();
    using _ = bench;
    assert.equal((await as(bench, root).patch(`/accounts/${id}`, { role: "reviewer" })).status, 200);
    assert.deepEqual(await standing(), [false, false, true, true]);
  });
});

describe("whose word about an address is taken", () => {
  for (const [who, address, hop, isTaken] of [
    ["a proxy on this machine", "127.0.0.1", 0, true],
    ["a proxy on this machine, over IPv6", "::1", 0, true],
    ["a proxy on this machine, seen through IPv6", "::ffff:127.0.0.1", 0, true],
    ["the configured proxy", "10.1.2.3", 0, true],
    ["a neighbour on the same network", "192.168.0.7", 0, false],
    ["a stranger", "203.0.113.9", 0, false],
    ["whoever the proxy says asked it", "127.0.0.1", 1, false],
  ] as const) {
    it(`${isTaken ? "is" : "is not"} that of ${who}`, () => {
      const trust = trustOf([{ network: "10.1.0.0", prefix: 16, family: "ipv4" }]);
      assert.equal(trust(address, hop), isTaken);
    });
  }

  it("is one hop deep: what a browser puts in front of it changes nothing", async () => {
    using bench = createConsoleBench();
    const failing = (name: string, forwarded: string) =>
      bench.agent().post(`${at}/session`).set("x-forwarded-for", forwarded).send({ name, password: "wrong" });
    for (let n = 0; n <= freeTries.address; n++) await failing(`name${n}`, `10.9.9.${n}, 203.0.113.9`);
    assert.equal((await failing("another", "10.8.8.8, 203.0.113.9")).status, 429);
    assert.equal((await failing("another", "203.0.113.9, 203.0.113.10")).status, 403);
  });
});

describe("the console's host", () => {
  for (const [host, address, isKnown] of [
    ["localhost:8081", "127.0.0.1", true],
    ["127.0.0.1:8081", "127.0.0.1", true],
    ["[::1]:8081", "127.0.0.1", true],
    ["evil.example", "127.0.0.1", false],
    ["127.0.0.1.evil.example:8081", "127.0.0.1", false],
    ["localhost.evil.example", "127.0.0.1", false],
    ["10.0.0.5:8081", "127.0.0.1", false],
    ["10.0.0.5:8081", "0.0.0.0", true],
    ["evil.example", "0.0.0.0", false],
    ["emend.example", "127.0.0.1", true],
    ["emend.example:444", "127.0.0.1", false],
    ["a b", "127.0.0.1", false],
  ] as const) {
    it(`is ${isKnown ? "" : "not "}${host} where it listens on ${address} as https://emend.example`, async () => {
      using bench = createConsoleBench({ address: { host: address, origin: new URL("https://emend.example") } });
      for (const path of [`${at}/session`, "/api/openapi.json", "/assets/x.js"]) {
        const answer = await bench.agent().get(path).set("host", host);
        assert.equal(answer.status === 421, !isKnown, path);
      }
    });
  }
});

describe("what everybody is told about the console's answers", () => {
  it("is that nothing runs but files from here, and that nothing is framed, guessed or kept", async () => {
    using bench = createConsoleBench();
    for (const path of ["/", `${at}/session`, "/api/nothing", "/assets/none.js"]) {
      const answer = await bench.agent().get(path);
      const policy = answer.get("content-security-policy") ?? "";
      for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]) {
        assert.ok(policy.split("; ").includes(part), part);
      }
      assert.match(policy, /require-trusted-types-for 'script'/);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.equal(answer.get("x-content-type-options"), "nosniff");
      assert.equal(answer.get("referrer-policy"), "no-referrer");
      assert.equal(answer.get("cross-origin-opener-policy"), "same-origin");
      assert.equal(answer.get("x-powered-by"), undefined);
      if (path.startsWith("/api")) assert.equal(answer.get("cache-control"), "no-store");
    }
  });
});
