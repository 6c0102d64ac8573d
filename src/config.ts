/**
 * Configuration: read the environment, demand and default, group. All problems are found before any is reported, each with
 * its next step. Nothing else in the program reads the environment.
 */
import { isIP } from "node:net";
import type { Role } from "./domain/account.ts";
import { isRole, roles, SESSION_LONGEST_MS } from "./domain/account.ts";
import type { SdkAppId } from "./domain/message.ts";
import type { NonJson } from "./domain/note.ts";
import type { ServiceMode } from "./domain/plan.ts";
import { durationMs } from "./domain/time.ts";
import { Secret } from "./domain/secret.ts";
import type { OidcSettings } from "./http/oidc.ts";
import type { LogLevel } from "./log.ts";
import { logLevels } from "./log.ts";
import { nearestOf } from "./rules/did-you-mean.ts";
import { isRegion, regionHosts } from "./tencent/regions.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type ConfigProblem = { readonly code: string; readonly sentence: string; readonly next: string };

export type TencentConfig = {
  readonly sdkAppId: SdkAppId;
  readonly secretKey: Secret;
  readonly admin: string;
  readonly baseUrl: string;
  readonly callbackToken: Secret | undefined;
  readonly callsPerSecond: number;
};

/** Addresses that begin alike: 10.0.0.0/8. */
export type AddressRange = { readonly network: string; readonly prefix: number; readonly family: "ipv4" | "ipv6" };

export type ServiceConfig = {
  readonly mode: ServiceMode;
  readonly host: string;
  readonly port: number;
  readonly callbackPath: string;
  readonly consoleHost: string;
  readonly consolePort: number;
  /** Where browsers see the console, when that is not where it listens. */
  readonly consoleOrigin: URL | undefined;
  /** Whose word about where a request came from is taken, beside this machine's own. */
  readonly trustedProxies: readonly AddressRange[];
  /** How long a console session lasts without a request. */
  readonly sessionIdleMs: number;
  readonly oidc: OidcSettings | undefined;
  readonly apiToken: Secret | undefined;
  /** A file path, or `:memory:`. */
  readonly databasePath: string;
  readonly rulesDir: string;
  readonly noteKey: string;
  readonly nonJson: NonJson;
  readonly auditKey: Secret | undefined;
  readonly keepBodiesMs: number;
  readonly keepOriginalsMs: number;
  /** Budget of each history API for finding messages whose callbacks never came; 0 finds none. */
  readonly backfillCallsPerSecond: number;
  /** How often a one-to-one chat in which somebody speaks is read; 0: never. */
  readonly backfillC2cEveryMs: number;
  readonly logLevel: LogLevel | undefined;
};

export type Config = {
  /** Undefined when no credential is set at all: then there is only the sandbox. */
  readonly tencent: TencentConfig | undefined;
  readonly service: ServiceConfig;
  readonly simulatorPort: number;
};

export type ConfigReading =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** The console lists the app's own ids as ten digits; anything up to the largest exact number is taken. */
const SDK_APP_ID = /^[1-9]\d{0,14}$/;
/** Tencent's callback page: path segments of letters, digits and hyphens arrive unharmed; the rest is not promised. */
const CALLBACK_PATH = /^(\/[A-Za-z0-9._~-]+)+$/;
const API_TOKEN_MIN = 32;

export function readConfig(environment: Environment): ConfigReading {
  const problems: ConfigProblem[] = [];
  const read = reader(environment, problems);

  const tencent = readTencent(read);
  const service: ServiceConfig = {
    mode: read.oneOf("EMEND_MODE", ["enforce", "shadow"], "enforce"),
    host: read.text("EMEND_HOST") ?? "0.0.0.0",
    port: read.port("EMEND_PORT", 8080),
    callbackPath: read.matching(
      "EMEND_CALLBACK_PATH",
      CALLBACK_PATH,
      "/callback",
      "a path like /callback or /callback-5f2c without a slash at its end",
      "Use letters, digits and hyphens: Tencent's console accepts nothing else.",
    ),
    consoleHost: read.text("EMEND_CONSOLE_HOST") ?? "127.0.0.1",
    consolePort: read.port("EMEND_CONSOLE_PORT", 8081),
    consoleOrigin: readOrigin(read),
    trustedProxies: readProxies(read),
    sessionIdleMs: readSessionIdle(read),
    oidc: readOidc(read),
    apiToken: read.secret("EMEND_API_TOKEN", API_TOKEN_MIN),
    databasePath: readDatabase(read),
    rulesDir: read.text("EMEND_RULES_DIR") ?? "rules",
    noteKey: read.text("EMEND_NOTE_KEY") ?? "moderation",
    nonJson: read.oneOf("EMEND_NON_JSON", ["leave", "wrap"], "leave"),
    auditKey: read.secret("EMEND_AUDIT_KEY", API_TOKEN_MIN),
    keepBodiesMs: read.duration("EMEND_KEEP_BODIES", "7d"),
    keepOriginalsMs: read.duration("EMEND_KEEP_ORIGINALS", "180d"),
    // Tencent allows 200; the other half is for reading messages back.
    backfillCallsPerSecond: read.whole("EMEND_BACKFILL_CALLS_PER_SECOND", 20, 0, 100),
    backfillC2cEveryMs: read.duration("EMEND_BACKFILL_C2C_EVERY", "10m"),
    logLevel: read.text("EMEND_LOG_LEVEL") === undefined ? undefined : read.oneOf("EMEND_LOG_LEVEL", logLevels, "info"),
  };
  if (service.port === service.consolePort && service.port !== 0) {
    read.problem(
      "EMEND_CONSOLE_PORT",
      `is ${service.consolePort}, the callback listener's own port`,
      "Give the console a port of its own.",
    );
  }
  const simulatorPort = read.port("EMEND_SIMULATOR_PORT", 8082);
  refuseMisspelt(environment, read);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: { tencent, service, simulatorPort } };
}

/** More is another name: the id that belongs to a cloud key is three letters from ours, and somebody else's. */
const SLIPS_MAX = 2;

/** A misspelt EMEND_MODE=shadow would send in earnest. A name that is close to none of ours is somebody else's. */
function refuseMisspelt(environment: Environment, read: Reader): void {
  const known = [...read.names];
  for (const name of Object.keys(environment)) {
    if (!/^(EMEND|TENCENT)_/.test(name) || read.names.has(name)) continue;
    const meant = nearestOf(name, known, SLIPS_MAX);
    if (meant !== undefined) read.problem(name, "is no variable of Emend", `Did you mean ${meant}?`);
  }
}

function readTencent(read: Reader): TencentConfig | undefined {
  const id = read.text("TENCENT_SDK_APP_ID");
  const key = read.text("TENCENT_SECRET_KEY");
  const token = read.secret("TENCENT_CALLBACK_TOKEN", 1);
  // Everything is checked, also where the sandbox will not use it: a typo is reported now rather than in production.
  const admin = read.text("TENCENT_ADMIN") ?? "administrator";
  const baseUrl = readBaseUrl(read);
  const callsPerSecond = read.whole("TENCENT_CALLS_PER_SECOND", 200, 1, 100_000);
  if (id === undefined && key === undefined) {
    if (token === undefined) return undefined;
    read.problem(
      "TENCENT_SDK_APP_ID",
      "is not set, though TENCENT_CALLBACK_TOKEN is",
      "Set TENCENT_SDK_APP_ID and TENCENT_SECRET_KEY too, or none of the three for the sandbox.",
    );
    return undefined;
  }
  if (id === undefined) {
    read.problem(
      "TENCENT_SDK_APP_ID",
      "is not set, though TENCENT_SECRET_KEY is",
      "Copy SDKAppID from the Chat console, application list.",
    );
  } else if (!SDK_APP_ID.test(id)) {
    read.problem(
      "TENCENT_SDK_APP_ID",
      `is ${quoted(id)}; expected digits only`,
      "Copy SDKAppID from the Chat console, application list.",
    );
  }
  if (key === undefined) {
    read.problem(
      "TENCENT_SECRET_KEY",
      "is not set, though TENCENT_SDK_APP_ID is",
      "Copy the key from the Chat console, basic configuration of the app.",
    );
  }
  return {
    sdkAppId: Number(id) as SdkAppId,
    secretKey: new Secret(key ?? ""),
    admin,
    baseUrl,
    callbackToken: token,
    callsPerSecond,
  };
}

/** The URL of each call carries an administrator's signature: it goes over TLS, or does not leave the machine. */
function readBaseUrl(read: Reader): string {
  const region = read.text("TENCENT_REGION") ?? "china";
  if (!isRegion(region)) {
    const known = Object.keys(regionHosts).join(", ");
    read.problem("TENCENT_REGION", `is ${quoted(region)}; expected one of ${known}`, "Use the region of the app.");
  }
  const fallback = `https://${regionHosts[isRegion(region) ? region : "china"]}`;
  const given = read.text("TENCENT_BASE_URL");
  if (given === undefined) return fallback;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const plain = url?.protocol === "http:" && isLoopback(url.hostname);
  const bare = url?.username === "" && url.password === "" && !/[?#]/.test(given);
  if (url === undefined || !(url.protocol === "https:" || plain) || !bare) {
    read.problem(
      "TENCENT_BASE_URL",
      "is not a plain https address (http is for loopback only)",
      "Leave it unset to use the region's host, or give one like https://adminapi.my-imcloud.com.",
    );
    return fallback;
  }
  return given.replace(/\/+$/, "");
}

/** Browsers name an origin in exactly this way. */
function readOrigin(read: Reader): URL | undefined {
  const given = read.text("EMEND_CONSOLE_ORIGIN");
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (url !== undefined && isWeb && url.origin === given.replace(/\/$/, "").toLowerCase()) return url;
  read.problem(
    "EMEND_CONSOLE_ORIGIN",
    "is not the origin of a page",
    "Give scheme, host and, where it is not the usual one, port: https://emend.example. No path.",
  );
  return undefined;
}

/** `10.0.0.5, 192.168.0.0/16`: addresses and ranges, with commas between. */
function readProxies(read: Reader): readonly AddressRange[] {
  const given = read.text("EMEND_TRUSTED_PROXIES")?.split(",") ?? [];
  return given.flatMap((each) => {
    const [network = "", width, ...rest] = each.trim().split("/");
    const version = isIP(network);
    const bits = version === 6 ? 128 : 32;
    const prefix = width === undefined ? bits : /^\d{1,3}$/.test(width) ? Number(width) : NaN;
    if (version > 0 && rest.length === 0 && prefix >= 1 && prefix <= bits) {
      return { network, prefix, family: version === 6 ? "ipv6" : "ipv4" } as const;
    }
    const sentence = `has ${quoted(each.trim())}, which is no address and no range of them`;
    const next = "Give the proxy's own address, or the range that it gets one from: 10.0.0.5,192.168.0.0/16.";
    read.problem("EMEND_TRUSTED_PROXIES", sentence, next);
    return [];
  });
}

/** Shorter, and a page that is being read signs its reader out. */
const SESSION_IDLE_MIN_MS = 5 * 60_000;

function readSessionIdle(read: Reader): number {
  const value = read.text("EMEND_SESSION_IDLE") ?? "30m";
  const ms = durationMs(value);
  if (ms !== undefined && ms >= SESSION_IDLE_MIN_MS && ms <= SESSION_LONGEST_MS) return ms;
  read.problem("EMEND_SESSION_IDLE", `is ${quoted(value)}; expected 5m to 12h`, "The default is 30m.");
  return SESSION_IDLE_MIN_MS;
}

function readOidc(read: Reader): OidcSettings | undefined {
  const given = read.text("EMEND_OIDC_ISSUER");
  const clientId = read.text("EMEND_OIDC_CLIENT_ID");
  const rest = {
    clientSecret: read.secret("EMEND_OIDC_CLIENT_SECRET", 1),
    scope: read.text("EMEND_OIDC_SCOPE") ?? "openid profile",
    roleClaim: read.text("EMEND_OIDC_ROLE_CLAIM") ?? "roles",
    roles: readOidcRoles(read),
  };
  if (given === undefined || clientId === undefined) {
    const [set, missing] = given === undefined ? ["CLIENT_ID", "ISSUER"] : ["ISSUER", "CLIENT_ID"];
    if (given !== clientId) {
      const sentence = `is not set, though EMEND_OIDC_${set} is`;
      read.problem(`EMEND_OIDC_${missing}`, sentence, "The provider shows both where the client is registered.");
    }
    return undefined;
  }
  const issuer = URL.canParse(given) ? new URL(given) : undefined;
  if (issuer?.protocol === "https:" || (issuer?.protocol === "http:" && isLoopback(issuer.hostname))) {
    return { issuer, clientId, ...rest };
  }
  const next = "Give what the provider calls issuer, such as https://id.example/realms/main.";
  read.problem("EMEND_OIDC_ISSUER", "is not an https address (http is for loopback only)", next);
  return undefined;
}

/** `chat-mods=reviewer, ops=admin`: the provider's words and what they mean here. */
function readOidcRoles(read: Reader): ReadonlyMap<string, Role> {
  const given = read.text("EMEND_OIDC_ROLES") ?? roles.map((role) => `${role}=${role}`).join();
  const meant = new Map<string, Role>();
  for (const pair of given.split(",")) {
    const at = pair.lastIndexOf("=");
    const [word, role] = [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
    if (word !== "" && isRole(role)) meant.set(word, role);
    else {
      const next =
        "Write the provider's word, = and viewer, reviewer or admin, with commas between: chat-mods=reviewer,ops=admin.";
      read.problem("EMEND_OIDC_ROLES", `has ${quoted(pair.trim())}, which is no pair`, next);
    }
  }
  return meant;
}

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || (isIP(hostname) === 4 && hostname.startsWith("127."));

function readDatabase(read: Reader): string {
  const url = read.text("EMEND_DATABASE_URL") ?? "sqlite:data/emend.db";
  if (url.startsWith("sqlite:") && url.length > "sqlite:".length) {
    // Both sqlite:data/emend.db and sqlite:///var/lib/emend.db are common ways to write it.
    return url.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
  }
  const postgres = /^postgres(ql)?:/.test(url);
  read.problem(
    "EMEND_DATABASE_URL",
    postgres ? "names PostgreSQL, which this version does not speak yet" : "is not a database address that Emend knows",
    "Use sqlite: and a path, such as sqlite:data/emend.db.",
  );
  return "";
}

/** Longer than any value that is right. What is longer may be a key, pasted into the wrong line: its text stays unsaid. */
const QUOTED_MAX = 24;

const quoted = (value: string): string =>
  value.length > QUOTED_MAX ? `${value.length} characters long` : JSON.stringify(value);

type Reader = ReturnType<typeof reader>;

function reader(environment: Environment, problems: ConfigProblem[]) {
  const problem = (name: string, sentence: string, next: string): void => {
    const code = `CONFIG_${name.replace(/^(TENCENT|EMEND)_/, "")}`;
    problems.push({ code, sentence: `${name} ${sentence}.`, next });
  };
  /** Empty counts as unset: compose files and shells leave empty variables behind. */
  const names = new Set<string>();
  const text = (name: string): string | undefined => {
    names.add(name);
    return environment[name]?.trim() || undefined;
  };
  const whole = (name: string, fallback: number, least: number, most: number): number => {
    const value = text(name);
    if (value === undefined) return fallback;
    if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    problem(
      name,
      `is ${quoted(value)}; expected a whole number from ${least} to ${most}`,
      `The default is ${fallback}.`,
    );
    return fallback;
  };
  return {
    /** Every variable that was asked for. */
    names: names as ReadonlySet<string>,
    problem,
    text,
    whole,
    port: (name: string, fallback: number) => whole(name, fallback, 0, 65_535),
    matching(name: string, pattern: RegExp, fallback: string, expected: string, next: string): string {
      const value = text(name) ?? fallback;
      if (!pattern.test(value)) problem(name, `is ${quoted(value)}; expected ${expected}`, next);
      return value;
    },
    oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
      const value = text(name) ?? fallback;
      const word = words.find((candidate) => candidate === value);
      if (word === undefined) {
        problem(name, `is ${quoted(value)}; expected one of ${words.join(", ")}`, `The default is ${fallback}.`);
      }
      return word ?? fallback;
    },
    secret(name: string, least: number): Secret | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      if (value.length < least) {
        problem(name, `is shorter than ${least} characters`, "Make one with: openssl rand -hex 32");
      }
      return new Secret(value);
    },
    duration(name: string, fallback: string): number {
      const value = text(name) ?? fallback;
      if (value === "0") return 0;
      const ms = durationMs(value);
      if (ms === undefined) {
        problem(name, `is ${quoted(value)}; expected a number with s, m, h or d`, `The default is ${fallback}.`);
      }
      return ms ?? 0;
    },
  };
}
