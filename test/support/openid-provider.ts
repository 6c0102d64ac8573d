/** An OpenID provider on this machine, and the walk through it that a person makes with a browser. */
import { generateKeyPairSync } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: URL;
  /** Registers the console: where it may have browsers sent back to. */
  register(redirectUri: string): void;
  /** Who a person is there, by the name that they type. */
  readonly people: Map<string, Readonly<Record<string, unknown>>>;
  /**
   * Goes from the address that the console sent the browser to, and signs in there under this name.
   *
   * @returns the address that the provider sends the browser back to
   */
  walk(from: string, name: string): Promise<string>;
}

export const CLIENT_ID = "emend";
export const CLIENT_SECRET = "a-secret-of-the-client-for-tests";
/** Two forms and the redirects between them are seven; more is a circle. */
const STEPS_MAX = 15;

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const people = new Map<string, Readonly<Record<string, unknown>>>();
  let answer: http.RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = http.createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  return {
    issuer: new URL(issuer),
    people,
    register(redirectUri) {
      const callback = new Provider(issuer, {
        clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri] }],
        jwks: { keys: [{ ...key, use: "sig", alg: "RS256", kid: "one" }] },
        cookies: { keys: ["for tests"] },
        // Claims of a scope are told when they are asked for, not in the ID token.
        claims: { openid: ["sub"], profile: ["preferred_username", "roles"] },
        // Those of the package are announced at length.
        ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
        findAccount: (_context: unknown, sub: string) => ({
          accountId: sub,
          claims: () => ({ sub, preferred_username: sub, ...people.get(sub) }),
        }),
      }).callback();
      answer = (request, response) => void callback(request, response);
    },
    walk: (from, name) => walk(issuer, from, name),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function walk(issuer: string, from: string, name: string): Promise<string> {
  const cookies = new Map<string, string>();
  let at = from;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < STEPS_MAX; step++) {
    const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join("; ");
    const sent = form === undefined ? {} : { method: "POST", body: form };
    const answer = await fetch(at, { ...sent, redirect: "manual", headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(key, value);
    }
    const location = answer.headers.get("location");
    const page = await answer.text();
    form = undefined;
    if (location !== null) {
      at = new URL(location, at).href;
      if (!at.startsWith(issuer)) return at;
      continue;
    }
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) throw new Error(`No form at ${at}: ${page.slice(0, 500)}`);
    at = new URL(action, at).href;
    form = new URLSearchParams({ prompt, login: name, password: "any" });
  }
  throw new Error(`Went in circles at ${at}`);
}
