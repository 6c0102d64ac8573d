/** Signing in and out, the first account, one's own sessions and password. */
import type { SessionId } from "../ports/accounts.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Accounts, AddOutcome, ChangeOutcome } from "../flows/accounts.ts";
import type { SignIn, Visit } from "../flows/sign-in.ts";
import { idParam } from "./console-types/accounts.ts";
import * as types from "./console-types/session.ts";
import type { OidcProvider } from "./oidc.ts";
import type { ProblemError } from "./problem.ts";
import { notFound, problem } from "./problem.ts";
import type { Caller, Route } from "./route.ts";
import { defineRoute } from "./route.ts";

export type SessionRouteParts = {
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  /** Undefined: none is configured. */
  readonly oidc: OidcProvider | undefined;
  readonly now: () => EpochMs;
};

const tag = "Session" as const;

export function sessionRoutes({ accounts, signIn, oidc, now }: SessionRouteParts): readonly Route[] {
  const present = async (account: Present, csrf: string | undefined): Promise<types.WhoIsThere> => ({
    account: account ?? null,
    csrf: csrf ?? null,
    setupNeeded: (await accounts.list()).length === 0,
    oidc: oidc !== undefined,
  });

  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/session", tag, least: "anyone" },
        summary: "Who is signed in, and what the page needs to go on.",
        answer: types.whoIsThere,
      },
      ({ account, cookies }) => {
        if (account === undefined) return present(undefined, undefined);
        const { name, role, visit } = account;
        const known = visit?.account ?? { name, role, signsInBy: "token" };
        return present(known, visit === undefined ? undefined : cookies.csrf);
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/session", tag, least: "anyone", changes: true },
        ...{ audit: ["sign_in", "sign_in_failed"], problems: [429] },
        summary: "Sign in with name and password.",
        body: types.credentials,
        answer: types.whoIsThere,
      },
      async ({ account: before, body, cookies, from }) => {
        cookies.demandSafe();
        const outcome = await signIn.withPassword(body.name, body.password, from);
        if (outcome.kind === "wait") throw tooMany(outcome.until, now());
        if (outcome.kind === "refused") {
          throw problem(403, "wrong-credentials", "Name or password is wrong.", "Try again, or ask an admin.");
        }
        // Whoever was here before leaves; no token from before the sign-in is worth anything after it.
        if (before?.visit !== undefined) await signIn.signOut(before.visit);
        return present(outcome.account, cookies.keep(outcome.token));
      },
    ),
    defineRoute(
      {
        ...{ method: "DELETE", path: "/api/v1/session", tag, least: "viewer", changes: true, audit: ["sign_out"] },
        summary: "Sign out.",
        problems: [409],
      },
      async ({ account, cookies }) => {
        await signIn.signOut(visitOf(account));
        cookies.drop();
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/setup", tag, least: "anyone", changes: true },
        ...{ audit: ["account_added", "sign_in"], problems: [409, 422] },
        summary: "Make the first account, an admin, with the link from the log, and sign in.",
        body: types.setupDraft,
        answer: types.whoIsThere,
      },
      async ({ body, cookies, from }) => {
        cookies.demandSafe();
        const added = await accounts.setUp(body.token, body);
        if (added.kind !== "added") throw refusedAccount(added);
        const opened = await signIn.open(added.account, from, "setup link");
        if (opened === undefined) throw notFound("such account");
        return present(opened.account, cookies.keep(opened.token));
      },
    ),
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/sessions", tag, least: "viewer", problems: [409] },
        summary: "One's own sessions: where one is signed in.",
        answer: types.ownSessions,
      },
      async ({ account }) => {
        const { session: current, account: self } = visitOf(account);
        const sessions = await signIn.sessionsOf(self.id);
        return { items: sessions.map((session) => ({ ...session, current: session.id === current.id })) };
      },
    ),
    defineRoute(
      {
        ...{ method: "DELETE", path: "/api/v1/sessions/{id}", tag, least: "viewer", changes: true },
        ...{ audit: ["session_revoked"], problems: [409] },
        summary: "End one of one's own sessions.",
        params: idParam,
      },
      async ({ account, params }) => {
        const visit = visitOf(account);
        if (!(await signIn.revoke(visit.account, params.id as SessionId))) throw notFound("such session of yours");
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/session/password", tag, least: "viewer", changes: true },
        ...{ audit: ["password_changed", "sign_in_failed"], problems: [409, 422, 429] },
        summary: "Change one's own password; every other session of the account ends.",
        body: types.ownPassword,
        answer: types.rotated,
      },
      async ({ account, body, cookies, from }) => {
        const { account: self, session } = visitOf(account);
        cookies.demandSafe();
        const proof = await signIn.prove(self, body.current, from);
        if (proof === "refused") {
          throw problem(403, "wrong-credentials", "The current password is wrong.", "Try again, or ask an admin.");
        }
        if (proof !== "right") throw tooMany(proof.until, now());
        const { outcome, token } = await accounts.setPassword(self.name, self, body.next, session.id);
        if (outcome !== "changed" || token === undefined) throw refusedChange(outcome);
        return { csrf: cookies.keep(token) };
      },
    ),
  ];
}

/** What else is known of an account, the answer's schema leaves out. */
type Present = NonNullable<types.WhoIsThere["account"]> | undefined;

/** @throws ProblemError for an API token, which is nobody's session */
export function visitOf({ visit }: Caller): Visit {
  if (visit !== undefined) return visit;
  throw problem(409, "no-session", "An API token has no session.", "Sign in with a browser for this.");
}

function tooMany(until: EpochMs, now: EpochMs): ProblemError {
  const seconds = Math.max(1, Math.ceil((until - now) / 1_000));
  return problem(
    429,
    "too-many-tries",
    `There were too many failed tries; the next one is possible in ${seconds} s.`,
    "Wait, or let an admin set a new password: emend user reset-password NAME.",
    { headers: { "retry-after": String(seconds) }, retryAfterSeconds: seconds },
  );
}

export function refusedAccount(outcome: Exclude<AddOutcome, { kind: "added" }>): ProblemError {
  switch (outcome.kind) {
    case "name_taken":
      return problem(409, "name-taken", "There is an account with this name.", "Choose another name.");
    case "link_invalid":
      return problem(
        409,
        "link-invalid",
        "This link was used, is older than a day, or there is an account already.",
        "Restart Emend for a new link, or make an account with: emend user add NAME --role admin",
      );
    case "refused": {
      const { sentence, next } = outcome.refusal;
      const errors = [{ path: `body.${outcome.field}`, code: "refused" as const, detail: sentence, next }];
      return problem(422, `${outcome.field}-refused`, sentence, next, { errors });
    }
    default:
      return outcome satisfies never;
  }
}

export function refusedChange(outcome: ChangeOutcome): ProblemError {
  if (typeof outcome === "object") {
    const errors = [{ path: "body.password", code: "refused" as const, detail: outcome.sentence, next: outcome.next }];
    return problem(422, "password-refused", outcome.sentence, outcome.next, { errors });
  }
  switch (outcome) {
    case "last_admin":
      return problem(409, "last-admin", "This is the last admin.", "Make another account an admin first.");
    case "not_by_password":
      return problem(409, "not-by-password", "This account signs in elsewhere.", "Change the password there.");
    case "unknown":
    case "changed":
      return notFound("such account");
    default:
      return outcome satisfies never;
  }
}
