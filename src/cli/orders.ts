/** `emend orders list` and `emend orders retry`: what waits, what was given up, and another try. */
import { existsSync } from "node:fs";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { modificationStates } from "../domain/modification.ts";
import { serviceAuditKey } from "../store/audit-chain.ts";
import { migrate } from "../store/migrate.ts";
import type { ListedOrder, OrderDesk, Retried } from "../store/sqlite-order-desk.ts";
import { createOrderDesk, isModificationState } from "../store/sqlite-order-desk.ts";
import { openSqlite } from "../store/sqlite-open.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";

/** Rows read at a time, and orders sent again in one commit: nobody else waits long for either. */
const PAGE_ROWS = 500;

export function ordersList(
  { state, limit }: { readonly state: string; readonly limit: number },
  context: CliContext,
): Promise<ExitCode> {
  return atDesk(context, (desk) => {
    if (!isModificationState(state)) {
      context.say(`There is no state ${JSON.stringify(state)}. States: ${modificationStates.join(", ")}.`);
      return exit.usage;
    }
    let before: string | undefined;
    for (let left = limit; left > 0;) {
      const page = desk.list(state, Math.min(PAGE_ROWS, left), before);
      context.out(page.map(inOneLine).join(""));
      left -= page.length;
      before = page.at(-1)?.id;
      if (before === undefined || page.length < PAGE_ROWS) break;
    }
    const counts = Object.entries(desk.counts()).map(([name, n]) => `${n} ${name}`);
    context.say(counts.length === 0 ? "There are no orders yet." : `In all: ${counts.join(", ")}.`);
    return exit.done;
  });
}

export function ordersRetry(
  ids: readonly string[],
  { all }: { readonly all: boolean },
  context: CliContext,
): Promise<ExitCode> {
  if (all === ids.length > 0) {
    context.say("Name the orders to send again, or say --all for every one that was given up.");
    return Promise.resolve(exit.usage);
  }
  return atDesk(context, (desk) => {
    let refused = 0;
    const retry = (some: readonly string[]): void => {
      const results = desk.retry(some, "operator", systemClock.now());
      for (const [index, result] of results.entries()) {
        if (result !== "retried") refused++;
        context.out(`${some[index] ?? ""}  ${inWords[result]}\n`);
      }
    };
    if (!all) for (let from = 0; from < ids.length; from += PAGE_ROWS) retry(ids.slice(from, from + PAGE_ROWS));
    else {
      // What is refused stays given up, so each page begins behind the one before.
      let page = desk.list("given_up", PAGE_ROWS);
      while (page.length > 0) {
        retry(page.map(({ id }) => id));
        page = desk.list("given_up", PAGE_ROWS, page.at(-1)?.id);
      }
    }
    return refused > 0 ? exit.failed : exit.done;
  });
}

async function atDesk(context: CliContext, work: (desk: OrderDesk) => ExitCode): Promise<ExitCode> {
  const config = configOrSay(context);
  if (config === undefined) return exit.usage;
  const opened = open(config, context);
  if (opened === undefined) return exit.failed;
  try {
    return work(opened.desk);
  } finally {
    opened.db.close();
  }
}

function open({ tencent, service }: Config, { say }: CliContext) {
  const path = service.databasePath;
  if (tencent === undefined) say("No app is configured: set TENCENT_SDK_APP_ID and the rest, as for serve.");
  else if (!existsSync(path)) say(`${path} cannot be found. Check EMEND_DATABASE_URL.`);
  if (tencent === undefined || !existsSync(path)) return undefined;
  const db = openSqlite(path);
  migrate(db);
  return { db, desk: createOrderDesk(db, tencent.sdkAppId, serviceAuditKey(db, service.auditKey, path)) };
}

const inOneLine = ({ id, state, reason, lastCode, api, lane, action, attempts, messageId, createdAt }: ListedOrder) =>
  `${[
    ...[id, new Date(createdAt).toISOString(), state, reason || "-", `code ${lastCode ?? "-"}`, `${attempts} tries`],
    ...[api, lane, action, `message ${messageId}`],
  ].join("  ")}\n`;

const inWords: Readonly<Record<Retried, string>> = {
  retried: "is sent again",
  unknown: "there is no such order",
  not_given_up: "was not given up",
  recalled: "not sent: the message was recalled",
  decided_anew: "not sent: a newer order of the same message says what is wanted",
  past_keeping: "not sent: its payload is past keeping, or erased",
};
