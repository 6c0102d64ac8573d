import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "../../src/domain/secret.ts";
import { createConsoleServer } from "../../src/http/console-listener.ts";
import { closeServer } from "../../src/http/listen.ts";
import type { OidcSettings } from "../../src/http/oidc.ts";
import type { ConsoleBench } from "../support/console-api.ts";
import { createConsoleBench } from "../support/console-api.ts";
import type { OpenIdProvider } from "../support/openid-provider.ts";
import { CLIENT_ID, CLIENT_SECRET, startOpenIdProvider } from "../support/openid-provider.ts";

const BACK = "/api/v1/session/oidc/callback";

describe("signing in through an OpenID provider", () => {
  let provider: OpenIdProvider;
  let bench: ConsoleBench;
  let server: Server;
  let console: string;

  const settings = (): OidcSettings => ({
    issuer: provider.issuer,
    clientId: CLIENT_ID,
    clientSecret: new Secret(CLIENT_SECRET),
    scope: "openid profile",
    roleClaim: "roles",
    roles: new Map([
      ["chat-mods", "reviewer"],
      ["ops", "admin"],
    ]),
  });

  beforeEach(async () => {
    provider = await startOpenIdProvider();
    bench = createConsoleBench({ oidc: settings() });
    server = createConsoleServer(bench.app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    console = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    provider.register(console + BACK);
  });
  afterEach(async () => {
    await closeServer(server);
    bench[Symbol.dispose]();
    await provider[Symbol.asyncDispose]();
  });

  type Step = { readonly to: string; readonly cookies: ReadonlyMap<string, string>; readonly set: readonly string[] };

  async function visit(url: string, cookie = ""): Promise<Step> {
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    assert.equal(answer.status, 303, await answer.text());
    const set = answer.headers.getSetCookie();
    const pairs = set.map((line) => /^([^=]+)=([^;]*)/.exec(line)?.slice(1) as [string, string]);
    return { to: answer.headers.get("location") ?? "", cookies: new Map(pairs), set };
  }
  const leave = () => visit(`${console}/api/v1/session/oidc`);
  const awayOf = ({ cookies }: Step): string => `emend-away=${cookies.get("emend-away")}`;
  async function signIn(name: string): Promise<Step> {
    const left = await leave();
    return visit(await provider.walk(left.to, name), awayOf(left));
  }
  async function account({ cookies }: Step): Promise<unknown> {
    const headers = { cookie: `emend=${cookies.get("emend")}` };
    const answer = await fetch(`${console}/api/v1/session`, { headers });
    return ((await answer.json()) as { account: unknown }).account;
  }

  it("makes an account at the first time, and gives it the role that the provider says each time", async () => {
    provider.people.set("carla", { roles: ["chat-mods", "cooks"] });
    const first = await signIn("carla");
    assert.equal(first.to, "/");
    assert.deepEqual(await account(first), { name: "carla", role: "reviewer", signsInBy: "oidc" });
    assert.match(first.set.find((line) => line.startsWith("emend=")) ?? "", /HttpOnly; SameSite=Strict/);
    provider.people.set("carla", { roles: "ops" });
    const second = await signIn("carla");
    assert.deepEqual(await account(second), { name: "carla", role: "admin", signsInBy: "oidc" });
    assert.equal(await account(first), null, "what had the role from before is over");
    assert.equal((await bench.people.accounts.list()).length, 1);
    assert.deepEqual(
      bench.people.audit().map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["emend account_added", "carla sign_in", "emend account_changed", "carla sign_in"],
    );
  });

  it("asks with PKCE, state and nonce, and keeps what they are made of in a cookie for this walk alone", async () => {
    const left = await leave();
    const asked = new URL(left.to).searchParams;
    assert.deepEqual(
      ["response_type", "code_challenge_method", "redirect_uri", "scope"].map((name) => asked.get(name)),
      ["code", "S256", console + BACK, "openid profile"],
    );
    const words = ["state", "nonce", "code_challenge"].map((name) => asked.get(name) ?? "");
    assert.equal(new Set([...words, left.cookies.get("emend-away")]).size, 4);
    for (const word of words) assert.match(word, /^[\w-]{43}$/);
    assert.match(left.set[0] ?? "", /^emend-away=[\w-]{43}; Max-Age=600; Path=\/; .*HttpOnly; SameSite=Lax$/);
    assert.notEqual((await leave()).cookies.get("emend-away"), left.cookies.get("emend-away"));
  });

  it("lets nobody in without one of the roles, or whose account is disabled", async () => {
    const nobody = await signIn("dora");
    assert.equal(nobody.to, "/sign-in?problem=oidc-no-role");
    assert.equal(nobody.cookies.get("emend"), undefined);
    assert.deepEqual(await bench.people.accounts.list(), []);

    provider.people.set("carla", { roles: ["chat-mods"] });
    await signIn("carla");
    const [carla] = await bench.people.accounts.list();
    assert.ok(carla);
    await bench.people.accounts.setDisabled("root", carla.id, true);
    assert.equal((await signIn("carla")).to, "/sign-in?problem=oidc-disabled");
    assert.match(bench.people.audit().at(-1) ?? "", /^emend sign_in_failed .*"reason":"disabled"/);
  });

  it("takes what comes back from the browser that left, once, and from no other", async () => {
    provider.people.set("carla", { roles: ["ops"] });
    const left = await leave();
    const back = await provider.walk(left.to, "carla");
    const other = await leave();
    const refused = "/sign-in?problem=oidc-refused";
    assert.equal((await visit(back)).to, refused, "without the cookie");
    assert.equal((await visit(back, awayOf(other))).to, refused, "with another's");
    const forged = new URL(back);
    forged.searchParams.set("state", new URL(other.to).searchParams.get("state") ?? "");
    assert.equal((await visit(forged.href, awayOf(other))).to, refused, "with another's state: the code is not theirs");
    const fresh = await leave();
    const good = await provider.walk(fresh.to, "carla");
    const done = await visit(`${good}&return_to=//evil.example&next=https://evil.example`, awayOf(fresh));
    assert.equal(done.to, "/", "and goes nowhere else, whatever the address says");
    assert.equal(done.cookies.get("emend-away"), "");
    assert.equal((await visit(good, awayOf(fresh))).to, refused, "a second time");
    assert.equal((await visit(`${console}${BACK}?error=access_denied`, awayOf(fresh))).to, refused);
  });

  it("says that the provider cannot be reached, and goes on when it can", async () => {
    await using late = await startOpenIdProvider();
    using lonely = createConsoleBench({ oidc: { ...settings(), issuer: late.issuer } });
    const begin = async () => (await lonely.agent().get("/api/v1/session/oidc")).get("location") ?? "";
    assert.equal(await begin(), "/sign-in?problem=oidc-unreachable");
    assert.equal(lonely.log.of("warn").length, 1);
    late.register("http://127.0.0.1:1/");
    assert.ok((await begin()).startsWith(late.issuer.href));
    const offered = await lonely.agent().get("/api/v1/session");
    assert.equal((offered.body as { oidc: boolean }).oidc, true);
  });

  it("asks a provider that does not answer once, however many want to sign in", async () => {
    let asked = 0;
    const slow = createServer((_request, response) => {
      asked++;
      setTimeout(() => response.writeHead(503).end(), 50);
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const issuer = new URL(`http://127.0.0.1:${(slow.address() as AddressInfo).port}`);
    using waiting = createConsoleBench({ oidc: { ...settings(), issuer } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => waiting.agent().get("/api/v1/session/oidc")));
    for (const answer of answers) assert.equal(answer.get("location"), "/sign-in?problem=oidc-unreachable");
    assert.equal(asked, 1);
    await closeServer(slow);
  });
});
