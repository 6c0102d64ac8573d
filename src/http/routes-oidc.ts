/** To the OpenID provider and back. A browser walks here, so what went wrong is told by the page that it ends on. */
import { z } from "zod";
import type { AuditEntry } from "../domain/audit.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Accounts } from "../flows/accounts.ts";
import type { SignIn } from "../flows/sign-in.ts";
import type { OrderStore } from "../ports/store.ts";
import type { OidcProvider } from "./oidc.ts";
import type { Call, Route } from "./route.ts";
import { defineRedirect } from "./route.ts";

export type OidcRouteParts = {
  readonly oidc: OidcProvider | undefined;
  readonly accounts: Pick<Accounts, "vouched">;
  readonly signIn: Pick<SignIn, "open" | "signOut">;
  readonly store: Pick<OrderStore, "auditOnly">;
  readonly now: () => EpochMs;
};

/** Registered at the provider, behind the console's origin. */
const BACK = "/api/v1/session/oidc/callback";

/** The page of the console that tells in words why nobody was signed in. */
const failed = (why: string): string => `/sign-in?problem=oidc-${why.replaceAll("_", "-")}`;

export function oidcRoutes({ oidc, accounts, signIn, store, now }: OidcRouteParts): readonly Route[] {
  if (oidc === undefined) return [];
  const refuse = async (reason: string, { from }: Call): Promise<string> => {
    const detail = { how: "oidc", reason, address: from.address };
    const entry: AuditEntry = { at: now(), actor: "emend", act: "sign_in_failed", detail };
    await store.auditOnly([entry]);
    return failed(reason);
  };
  return [
    defineRedirect(
      {
        ...{ method: "GET", path: "/api/v1/session/oidc", tag: "Session", least: "anyone", problems: [403] },
        summary: "Sign in through the OpenID provider: sends the browser there.",
      },
      async ({ origin, cookies }) => {
        cookies.demandSafe();
        const begun = await oidc.begin(origin + BACK);
        if (begun === undefined) return failed("unreachable");
        cookies.keepAway(begun.secret);
        return begun.to;
      },
    ),
    defineRedirect(
      {
        ...{ method: "GET", path: BACK, tag: "Session", least: "anyone", problems: [403], changes: true },
        audit: ["sign_in", "sign_in_failed", "account_added", "account_changed", "token_revoked"],
        summary: "Where the OpenID provider sends the browser back to.",
        // What a provider adds is its own affair.
        query: z.looseObject({}),
      },
      async ({ account: before, ...call }) => {
        const { cookies, from } = call;
        const secret = cookies.away;
        // Whoever comes without it did not leave from here; that somebody else would like them to have is no failure of theirs.
        if (secret === undefined || secret === "") return failed("refused");
        cookies.keepAway(undefined);
        const vouched = await oidc.finish(secret, new URL(call.url, call.origin));
        if (vouched.kind !== "vouched") return await refuse(vouched.kind, call);
        const account = await accounts.vouched(vouched.identity, vouched.name, vouched.role);
        if (typeof account === "string") return await refuse(account, call);
        const opened = await signIn.open(account, from, "oidc");
        if (opened === undefined) return await refuse("disabled", call);
        if (before?.visit !== undefined) await signIn.signOut(before.visit);
        cookies.keep(opened.token);
        return "/";
      },
    ),
  ];
}
