/**
 * `emend user …`: accounts of the console from the machine that it runs on, for the first one and for whoever is locked out.
 * The service may be running; it sees each change with the next request.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { systemClock } from "../clock.ts";
import type { ServiceConfig } from "../config.ts";
import type { Account } from "../domain/account.ts";
import { isRole, nameKey, roles } from "../domain/account.ts";
import type { Secret } from "../domain/secret.ts";
import type { Accounts, AddOutcome, ChangeOutcome } from "../flows/accounts.ts";
import { createAccounts } from "../flows/accounts.ts";
import { createPasswords } from "../flows/passwords.ts";
import { serviceAuditKey } from "../store/audit-chain.ts";
import { migrate } from "../store/migrate.ts";
import { openSqlite } from "../store/sqlite-open.ts";
import { createSqliteStore } from "../store/sqlite-store.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";

/** As the audit log calls whoever sits at the machine. */
const OPERATOR = "operator";
/** 120 bits, in letters that can be typed. */
const PASSWORD_BYTES = 15;

const madeUp = (): string => randomBytes(PASSWORD_BYTES).toString("base64url");

export function userAdd(name: string, role: string, context: CliContext): Promise<ExitCode> {
  return withAccounts(context, async (accounts) => {
    if (!isRole(role)) return unknownRole(role, context);
    const password = madeUp();
    const added = await accounts.add(OPERATOR, { name, role, password });
    if (added.kind !== "added") return refused(added, context);
    return tellPassword(added.account, password, context);
  });
}

export function userList(context: CliContext): Promise<ExitCode> {
  return withAccounts(context, async (accounts) => {
    const all = await accounts.list();
    context.out(all.map(inOneLine).join(""));
    if (all.length === 0) context.say("There are no accounts yet. Make one: emend user add NAME --role admin");
    return exit.done;
  });
}

export function userDisable(name: string, isDisabled: boolean, context: CliContext): Promise<ExitCode> {
  return withAccounts(context, async (accounts) => {
    const account = await named(name, accounts);
    if (account === undefined) return unknownName(name, context);
    const outcome = await accounts.setDisabled(OPERATOR, account.id, isDisabled);
    if (outcome !== "changed") return notChanged(outcome, context);
    context.say(
      isDisabled
        ? `${account.name} is disabled: signed out everywhere, and the API tokens it made are revoked.`
        : `${account.name} may sign in again.`,
    );
    return exit.done;
  });
}

export function userResetPassword(name: string, context: CliContext): Promise<ExitCode> {
  return withAccounts(context, async (accounts) => {
    const account = await named(name, accounts);
    if (account === undefined) return unknownName(name, context);
    const password = madeUp();
    const { outcome } = await accounts.setPassword(OPERATOR, account, password);
    if (outcome !== "changed") return notChanged(outcome, context);
    return tellPassword(account, password, context);
  });
}

async function withAccounts(context: CliContext, work: (accounts: Accounts) => Promise<ExitCode>): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const { tencent, service } = config;
  if (tencent === undefined) {
    context.say("No app is configured: set TENCENT_SDK_APP_ID and the rest, as for serve.");
    return exit.failed;
  }
  const path = service.databasePath;
  // The first account may be made before the service has run.
  const auditKey = existsSync(path) ? keyOf(service) : service.auditKey;
  using store = createSqliteStore({
    ...{ path, sdkAppId: tencent.sdkAppId, auditKey },
    keepPassedBodies: service.keepBodiesMs > 0,
  });
  return await work(createAccounts({ store, passwords: createPasswords(), clock: systemClock }));
}

function keyOf({ databasePath, auditKey }: ServiceConfig): Secret {
  const db = openSqlite(databasePath);
  try {
    migrate(db);
    return serviceAuditKey(db, auditKey, databasePath);
  } finally {
    db.close();
  }
}

async function named(name: string, accounts: Accounts): Promise<Account | undefined> {
  return (await accounts.list()).find((account) => nameKey(account.name) === nameKey(name));
}

/** The password alone is data: it can be piped into a store of secrets. */
function tellPassword({ name, role }: Account, password: string, { out, say }: CliContext): ExitCode {
  out(`${password}\n`);
  say(`This is the password of ${name} (${role}); it is not shown again and can be changed in the console.`);
  return exit.done;
}

function inOneLine({ name, role, signsInBy, createdAt, lastSignInAt, disabledAt }: Account): string {
  const day = (ms: number | undefined): string => (ms === undefined ? "-" : new Date(ms).toISOString());
  const state = disabledAt === undefined ? "active" : "disabled";
  return `${[name, role, state, signsInBy, `made ${day(createdAt)}`, `last sign-in ${day(lastSignInAt)}`].join("  ")}\n`;
}

function unknownRole(role: string, { say }: CliContext): ExitCode {
  say(`There is no role ${JSON.stringify(role)}. Roles: ${roles.join(", ")}.`);
  return exit.usage;
}

function unknownName(name: string, { say }: CliContext): ExitCode {
  say(`There is no account ${JSON.stringify(name)}. See: emend user list`);
  return exit.failed;
}

function refused(outcome: Exclude<AddOutcome, { kind: "added" }>, { say }: CliContext): ExitCode {
  if (outcome.kind !== "refused") {
    say("There is an account with this name. For another password: emend user reset-password NAME");
    return exit.failed;
  }
  say(`${outcome.refusal.sentence} ${outcome.refusal.next}`);
  return exit.usage;
}

function notChanged(outcome: ChangeOutcome, { say }: CliContext): ExitCode {
  const sentences: Readonly<Record<string, string>> = {
    last_admin: "This is the last admin. Make another one first: emend user add NAME --role admin",
    not_by_password: "This account signs in through the OpenID provider: change the password there.",
  };
  say(typeof outcome === "object" ? outcome.sentence : (sentences[outcome] ?? "The account is gone."));
  return exit.failed;
}
