/** What an admin does about people and programs: accounts with their roles, and API tokens. */
import type { Account, AccountId } from "../domain/account.ts";
import type { Accounts } from "../flows/accounts.ts";
import type { ApiTokens } from "../flows/api-tokens.ts";
import type { ApiToken, TokenId } from "../ports/accounts.ts";
import * as types from "./console-types/accounts.ts";
import { notFound, problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";
import { refusedAccount, refusedChange } from "./routes-session.ts";

export type AccountRouteParts = { readonly accounts: Accounts; readonly tokens: ApiTokens };

export function accountRoutes({ accounts, tokens }: AccountRouteParts): readonly Route[] {
  const tag = "Accounts" as const;
  const byId = async (id: number): Promise<Account> => {
    const account = (await accounts.list()).find((each) => each.id === id);
    if (account === undefined) throw notFound("such account");
    return account;
  };
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/accounts", tag, least: "admin" },
        summary: "Every account, the disabled ones too.",
        answer: types.accountList,
      },
      async () => ({ items: (await accounts.list()).map(toldAccount) }),
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/accounts", tag, least: "admin", changes: true },
        ...{ audit: ["account_added"], problems: [409, 422] },
        summary: "Make an account that signs in with a password.",
        body: types.newAccount,
        answer: types.account,
        status: 201,
      },
      async ({ account, body }) => {
        const added = await accounts.add(account.name, body);
        if (added.kind !== "added") throw refusedAccount(added);
        return toldAccount(added.account);
      },
    ),
    defineRoute(
      {
        ...{ method: "PATCH", path: "/api/v1/accounts/{id}", tag, least: "admin", changes: true },
        ...{ audit: ["account_changed", "token_revoked"], problems: [409, 422] },
        summary:
          "Give an account another role, disable it or let it in again; its sessions end, and tokens that may do more than it.",
        params: types.idParam,
        body: types.accountChange,
        answer: types.account,
      },
      async ({ account, params, body }) => {
        const id = params.id as AccountId;
        await byId(id);
        const { role, disabled } = body;
        // Each is a step of its own: two at once could be done by half.
        if ((role === undefined) === (disabled === undefined)) {
          throw problem(422, "one-change", "A change is of the role, or of being disabled.", "Send one of the two.");
        }
        const outcome =
          role === undefined
            ? await accounts.setDisabled(account.name, id, disabled === true)
            : await accounts.changeRole(account.name, id, role);
        if (outcome !== "changed") throw refusedChange(outcome);
        return toldAccount(await byId(id));
      },
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/accounts/{id}/password", tag, least: "admin", changes: true },
        ...{ audit: ["password_changed"], problems: [409, 422] },
        summary: "Give an account a new password; its sessions end, and its failed tries are forgotten.",
        params: types.idParam,
        body: types.newPassword,
      },
      async ({ account, params, body }) => {
        if (account.owner === params.id) {
          // Whoever found the page open would keep the account; the other way asks for the current one.
          const next = "Change it under your own account, where the current one is asked for.";
          throw problem(409, "own-password", "This is your own account.", next);
        }
        const { outcome } = await accounts.setPassword(account.name, await byId(params.id), body.password);
        if (outcome !== "changed") throw refusedChange(outcome);
      },
    ),
    ...tokenRoutes(tokens),
  ];
}

function tokenRoutes(tokens: ApiTokens): readonly Route[] {
  const tag = "API tokens" as const;
  return [
    defineRoute(
      {
        ...{ method: "GET", path: "/api/v1/tokens", tag, least: "admin" },
        summary: "Every API token, the revoked ones too; never the token itself.",
        answer: types.apiTokenList,
      },
      async () => ({ items: (await tokens.list()).map(toldToken) }),
    ),
    defineRoute(
      {
        ...{ method: "POST", path: "/api/v1/tokens", tag, least: "admin", changes: true },
        ...{ audit: ["token_added"], problems: [409] },
        summary: "Make an API token; this answer is the only one that shows it.",
        body: types.newApiToken,
        answer: types.madeApiToken,
        status: 201,
      },
      async ({ account, body }) => {
        const by = { actor: account.name, account: account.owner };
        const added = await tokens.add(by, body.name, body.role);
        if (added === "name_taken") {
          throw problem(409, "name-taken", "There is a token with this name.", "Choose another, or revoke that one.");
        }
        return { token: added.token, made: toldToken(added.made) };
      },
    ),
    defineRoute(
      {
        ...{ method: "DELETE", path: "/api/v1/tokens/{id}", tag, least: "admin", changes: true },
        audit: ["token_revoked"],
        summary: "Revoke an API token; it is refused from the next request on.",
        params: types.idParam,
      },
      async ({ account, params }) => {
        if (!(await tokens.revoke(account.name, params.id as TokenId))) throw notFound("such token, or no more");
      },
    ),
  ];
}

const toldAccount = (account: Account): types.Account => ({
  ...account,
  lastSignInAt: account.lastSignInAt ?? null,
  disabledAt: account.disabledAt ?? null,
});

const toldToken = (token: ApiToken): types.ApiToken => ({
  ...token,
  lastUsedAt: token.lastUsedAt ?? null,
  revokedAt: token.revokedAt ?? null,
});
