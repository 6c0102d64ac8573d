/** Who may use the console, what a name and a password have to be, and when a try or a session is over. */
import type { Result } from "./result.ts";
import { failed, ok } from "./result.ts";
import type { EpochMs } from "./time.ts";
import { epochMs } from "./time.ts";

/** Each may do what those before it may. */
export const roles = ["viewer", "reviewer", "admin"] as const;
export type Role = (typeof roles)[number];

export const isRole = (word: unknown): word is Role => (roles as readonly unknown[]).includes(word);
export const reaches = (role: Role, least: Role): boolean => roles.indexOf(role) >= roles.indexOf(least);
export const highestOf = (some: readonly Role[]): Role | undefined => roles.findLast((role) => some.includes(role));

export type AccountId = number & { readonly brand: "account id" };

export type Account = {
  readonly id: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly signsInBy: "password" | "oidc";
  readonly createdAt: EpochMs;
  readonly lastSignInAt: EpochMs | undefined;
  readonly disabledAt: EpochMs | undefined;
};

/** What is wrong, and what to do. */
export type Refusal = { readonly sentence: string; readonly next: string };

/** As long as a mailbox name; it stands in tables and in the audit log. */
export const NAME_LENGTH_MAX = 64;
/** No colon: the audit log calls API tokens `token:NAME`. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u;
/** These act in the audit log and are nobody's account. */
const reserved: readonly string[] = ["emend", "operator", "token"];

/** The name as it is kept: one spelling for what looks the same. */
export function accountName(text: string): Result<string, Refusal> {
  const name = text.normalize("NFKC").trim();
  const refuse = (sentence: string, next: string) => failed({ sentence, next });
  if (name === "" || name.length > NAME_LENGTH_MAX || !NAME.test(name)) {
    return refuse(
      `A name has 1 to ${NAME_LENGTH_MAX} letters and digits, with . _ @ + - between them.`,
      "Choose another, such as anna or anna@example.com.",
    );
  }
  if (reserved.includes(nameKey(name))) return refuse("The audit log uses this name itself.", "Choose another.");
  return ok(name);
}

/** By this two names are the same. */
export const nameKey = (name: string): string => name.normalize("NFKC").trim().toLowerCase();

/** Long enough that guessing at the pace of a sign-in form is hopeless. */
export const PASSWORD_LENGTH_MIN = 12;
/** No passphrase is longer; what is longer is only work for us. */
export const PASSWORD_LENGTH_MAX = 256;

/** What lists of common passwords are made of. What is left of one without these is what has to be guessed. */
const COMMON =
  /passw[o0]rt?d?|admin|emend|tencent|welcome|letmein|iloveyou|dragon|monkey|qwert\w*|asdf\w{0,5}|zxcv\w{0,3}|1q2w3e\w*|1qaz2wsx\w*|0?123456?7?8?9?0?|987654?3?2?1?|abc(d(e(fg?h?)?)?)?/g;
/** A piece that is said again and again counts once. */
const AGAIN = /(.{1,8}?)\1+/gu;

/** @returns what is wrong with it as the password of this account */
export function refusePassword(password: string, name: string): Refusal | undefined {
  const { length } = [...password];
  if (length < PASSWORD_LENGTH_MIN || length > PASSWORD_LENGTH_MAX) {
    return {
      sentence: `A password has ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters.`,
      next: "Four or five words that you do not say together are good.",
    };
  }
  const own = nameKey(password).replaceAll(nameKey(name), "").replaceAll(COMMON, "").replaceAll(AGAIN, "$1");
  if (new Set(password).size < 5 || [...own].length < PASSWORD_LENGTH_MIN / 2) {
    return {
      sentence: "This password is easily guessed.",
      next: "Take words that nobody expects together, and not the name.",
    };
  }
  return undefined;
}

/** What tries are counted by. An office shares one address; nobody mistypes a password twenty times in a row. */
export const freeTries = { account: 5, address: 20 } as const;
const FIRST_WAIT_MS = 1_000;
/** The wait doubles up to here: four guesses an hour, and a person who really forgot can still wait. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** Failures are forgotten this long after the last one. */
export const TRIES_KEPT_MS = 24 * 3_600_000;

/** Whether a failure from then still counts. One from the future is a clock's, which was set right since: it locks nobody out. */
export const stillCounts = (failedAt: EpochMs, now: EpochMs): boolean =>
  failedAt > now - TRIES_KEPT_MS && failedAt <= now + LONGEST_WAIT_MS;

/** How long nobody may try after so many failures. */
export function waitAfter(failures: number, free: number): number {
  if (failures <= free) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** (failures - free - 1), LONGEST_WAIT_MS);
}

/** A long day's work; the next morning begins with a password. */
export const SESSION_LONGEST_MS = 12 * 3_600_000;

export type SessionLimits = {
  /** Without a request. */
  readonly idleMs: number;
  /** Since the sign-in, whatever happens. */
  readonly longestMs: number;
};

/** A session that was last seen, or signed in, before these is over. */
export const sessionBounds = (now: EpochMs, { idleMs, longestMs }: SessionLimits) => ({
  lastSeen: epochMs(now - idleMs),
  signedIn: epochMs(now - longestMs),
});

export function isOver(
  session: { readonly signedInAt: EpochMs; readonly lastSeenAt: EpochMs },
  now: EpochMs,
  limits: SessionLimits,
): boolean {
  const bounds = sessionBounds(now, limits);
  return session.lastSeenAt <= bounds.lastSeen || session.signedInAt <= bounds.signedIn;
}
