/**
 * Who sends a request, and whether their browser meant to. A browser has a cookie, and for every request that changes
 * something the header X-Emend-CSRF too, which no other site can learn; a program has a bearer token, which no browser
 * sends by itself.
 */
import { timingSafeEqual } from "node:crypto";
import { BlockList, isIP } from "node:net";
import type express from "express";
import type { ApiTokens } from "../flows/api-tokens.ts";
import { digestOf } from "../flows/random-token.ts";
import type { SignIn } from "../flows/sign-in.ts";
import { problem } from "./problem.ts";
import type { Caller, Keeping } from "./route.ts";

export type ConsoleAddress = {
  /** The host that the console listens on. */
  readonly host: string;
  /** Where browsers see it, when that is not where it listens: https://console.example. */
  readonly origin: URL | undefined;
  /** Beside those on this machine. */
  readonly proxies: readonly ProxyRange[];
};

/** Addresses whose word about who asked them is taken. */
export type ProxyRange = { readonly network: string; readonly prefix: number; readonly family: "ipv4" | "ipv6" };

/** A proxy on this machine; whoever else can connect from here could do worse than tell us a wrong address. */
const here: readonly ProxyRange[] = [
  { network: "127.0.0.0", prefix: 8, family: "ipv4" },
  { network: "::1", prefix: 128, family: "ipv6" },
];

/**
 * Whom X-Forwarded-For and X-Forwarded-Proto are believed, one hop deep. Not every neighbour: whoever may choose the address
 * that they come from may guess passwords for ever.
 */
export function trustOf(proxies: readonly ProxyRange[]): (address: string, hop: number) => boolean {
  const trusted = new BlockList();
  for (const { network, prefix, family } of [...here, ...proxies]) trusted.addSubnet(network, prefix, family);
  return (address, hop) => hop === 0 && trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

const isLoopbackName = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || (isIP(hostname) === 4 && hostname.startsWith("127."));

/** Undefined: no name that a URL could have. */
function hostOf(request: express.Request): URL | undefined {
  const { host } = request.headers;
  return host !== undefined && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
}

/**
 * A page of a stranger may give its own name our address (DNS rebinding) and would then be at home here. So the names under
 * which we are asked for are counted: those of this machine, the configured one, and, where the console is open to a
 * network, addresses.
 *
 * @throws ProblemError
 */
export function demandKnownHost(request: express.Request, { host, origin }: ConsoleAddress): void {
  const asked = hostOf(request);
  if (asked !== undefined) {
    if (isLoopbackName(asked.hostname) || asked.host === origin?.host) return;
    const isAddress = isIP(asked.hostname.replace(/^\[|\]$/g, "")) > 0;
    if (isAddress && !isLoopbackName(host)) return;
  }
  throw problem(
    421,
    "unknown-host",
    "The console is not known under this name.",
    "Open it under localhost, or set EMEND_CONSOLE_ORIGIN to the address that browsers use, such as https://emend.example.",
  );
}

/** Whether the browser's side of the connection is encrypted, as far as we are told. */
const isTls = (request: express.Request, { origin }: ConsoleAddress): boolean =>
  request.secure || (origin?.protocol === "https:" && request.headers.host === origin.host);

/** Where the browser sees us. */
export function originOf(request: express.Request, address: ConsoleAddress): string {
  return address.origin?.origin ?? `${isTls(request, address) ? "https" : "http"}://${request.headers.host ?? ""}`;
}

/**
 * Refuses a change that another site's page has a browser ask for. Browsers say where a request comes from; programs say
 * nothing.
 *
 * @throws ProblemError
 */
export function demandOwnPage(request: express.Request, address: ConsoleAddress): void {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const here = `${isTls(request, address) ? "https" : "http"}://${request.headers.host ?? ""}`;
  const isOwn = origin === undefined || origin === here || origin === address.origin?.origin;
  if (isOwn && (site === undefined || site === "same-origin" || site === "none")) return;
  throw problem(
    403,
    "foreign-page",
    "The request comes from a page of another origin.",
    "Use the console's own page. Behind a proxy: set EMEND_CONSOLE_ORIGIN to the address that browsers use.",
  );
}

/** @throws ProblemError */
export function demandCsrf(request: express.Request, caller: Caller, cookies: Keeping): void {
  // A bearer token is proof enough that a program meant it.
  if (caller.visit === undefined) return;
  const sent = request.headers["x-emend-csrf"];
  const isRight = typeof sent === "string" && cookies.csrf !== undefined && sameText(sent, cookies.csrf);
  if (isRight) return;
  throw problem(
    403,
    "csrf",
    "The header X-Emend-CSRF is missing or belongs to another session.",
    "Send the csrf of GET /api/v1/session with it. In the console: load the page again.",
  );
}

const sameText = (one: string, other: string): boolean => timingSafeEqual(digestOf(one), digestOf(other));

/** Whoever has the cookie can work it out; another site's page has neither. */
export const csrfOf = (token: string): string => digestOf(`csrf\0${token}`).toString("base64url");

/** With the prefix a browser takes it over TLS alone, and from nobody but this host: RFC 6265bis. */
const cookieNames = { tls: "__Host-emend", plain: "emend" } as const;
/** Strict cookies are not sent when a browser comes back from another site; this one has to be. */
const awayNames = { tls: "__Host-emend-away", plain: "emend-away" } as const;
const AWAY_SECONDS_MAX = 600;

export function cookiesOf(request: express.Request, response: express.Response, address: ConsoleAddress): Keeping {
  const tls = isTls(request, address);
  const names = { session: cookieNames[tls ? "tls" : "plain"], away: awayNames[tls ? "tls" : "plain"] };
  const sent = readCookies(request.headers.cookie ?? "");
  const set = (name: string, value: string, more: object): void =>
    void response.cookie(name, value, { path: "/", httpOnly: true, secure: tls, ...more });
  const token = sent.get(names.session);
  const demandSafe = (): void => {
    if (tls || isLoopbackName(hostOf(request)?.hostname ?? "")) return;
    throw problem(
      403,
      "not-encrypted",
      "Signing in over an unencrypted connection would show the password to the network.",
      "Use https. Behind a proxy that speaks https: set EMEND_CONSOLE_ORIGIN to the https address that browsers use.",
    );
  };
  return {
    demandSafe,
    keep(fresh) {
      demandSafe();
      set(names.session, fresh, { sameSite: "strict" });
      return csrfOf(fresh);
    },
    drop: () => set(names.session, "", { sameSite: "strict", maxAge: 0 }),
    csrf: token === undefined ? undefined : csrfOf(token),
    away: sent.get(names.away),
    keepAway(secret) {
      demandSafe();
      set(names.away, secret ?? "", { sameSite: "lax", maxAge: secret === undefined ? 0 : AWAY_SECONDS_MAX * 1_000 });
    },
  };
}

/** The token of the session that a request's cookie names. */
export function sessionTokenOf(request: express.Request, address: ConsoleAddress): string | undefined {
  return readCookies(request.headers.cookie ?? "").get(cookieNames[isTls(request, address) ? "tls" : "plain"]);
}

function readCookies(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(";").map((pair) => pair.trim().split("="));
  // The first one wins, as it has the longest path; ours has the shortest, so a stranger's would be wrong and no more.
  return new Map(pairs.reverse().map(([name = "", ...value]) => [name, value.join("=")] as const));
}

export interface Callers {
  /** @throws ProblemError for a bearer token that is worth nothing; a session that is over is nobody */
  of(request: express.Request): Promise<Caller | undefined>;
  /** Whether what was true about the caller of a long request still is. */
  still(request: express.Request, caller: Caller): Promise<boolean>;
}

export type CallersParts = {
  readonly signIn: Pick<SignIn, "visit" | "lasts">;
  readonly tokens: Pick<ApiTokens, "bearer">;
  readonly address: ConsoleAddress;
};

export function createCallers({ signIn, tokens, address }: CallersParts): Callers {
  const bearerOf = (request: express.Request): string | undefined =>
    /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return {
    async of(request) {
      if (request.headers.authorization !== undefined) {
        const token = bearerOf(request);
        const bearer = token === undefined ? undefined : await tokens.bearer(token);
        if (bearer === undefined)
          throw signedOut("This token is unknown or was revoked.", "Have an admin make a new one.");
        return { name: bearer.actor, role: bearer.role, visit: undefined, owner: bearer.account };
      }
      const token = sessionTokenOf(request, address);
      const visit = token === undefined ? undefined : await signIn.visit(token);
      return visit && { name: visit.account.name, role: visit.account.role, visit, owner: visit.account.id };
    },
    async still(request, caller) {
      if (caller.visit === undefined) return (await tokens.bearer(bearerOf(request) ?? ""))?.role === caller.role;
      return signIn.lasts(sessionTokenOf(request, address) ?? "");
    },
  };
}

export const signedOut = (detail: string, next: string) =>
  problem(401, "signed-out", detail, next, { headers: { "www-authenticate": 'Bearer realm="emend"' } });
