/** The commands and their options. What they do is in the files beside this one. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { exportFormats } from "../flows/audit-export.ts";
import type { AuditExportOptions } from "./audit.ts";
import { auditExport, auditVerify } from "./audit.ts";
import { backup } from "./backup.ts";
import { migrateDatabase } from "./database.ts";
import { doctor } from "./doctor.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { exit } from "./environment.ts";
import { erase } from "./erase.ts";
import { rulesImport } from "./import-rules.ts";
import { rescanRecord } from "./rescan.ts";
import { ordersList, ordersRetry } from "./orders.ts";
import { rulesCheck, rulesExplain, rulesScan } from "./rules.ts";
import { time } from "./time.ts";
import { sandbox } from "./sandbox.ts";
import { serve } from "./serve.ts";
import { SIMULATED_KEY, simulate } from "./simulate.ts";
import { userAdd, userDisable, userList, userResetPassword } from "./users.ts";

/** @param words behind the program's name */
export async function runCli(words: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = exit.done;
  const program = new Command("emend")
    .description("Masks what your rules name in Tencent Cloud Chat, keeps the original, explains every change.")
    .configureOutput({ writeOut: (text) => context.out(text), writeErr: (text) => context.say(text.trimEnd()) })
    .exitOverride()
    .showHelpAfterError("See `emend -h`.");
  const command = <Given extends unknown[]>(
    parent: Command,
    name: string,
    description: string,
    run: (...given: Given) => Promise<ExitCode>,
  ) =>
    parent
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .action(async (...given: Given) => {
        code = await run(...given);
      });

  command(program, "serve", "serve the app; without credentials, the sandbox", () => serve(context));
  command(program, "sandbox", "service, simulator and a small chat in one process", () => sandbox(context));
  command(program, "simulate", "the Tencent IM simulator alone", (options: Simulate) => simulate(options, context))
    .option("--port <n>", "port to listen on; 0 takes a free one", port, 8082)
    .option("--sdk-app-id <n>", "SDKAppID to play", whole, 1_400_000_000)
    .option("--secret-key <key>", "key that UserSigs must be signed with", SIMULATED_KEY)
    .option("--admin <name>", "app administrator", "administrator")
    .option("--callback-url <url>", "where callbacks go")
    .option("--callback-token <token>", "token that callbacks are signed with")
    .option("--calls-per-second <n>", "limit of each API", whole)
    .option("--seed <n>", "where chance begins", whole);
  command(program, "doctor", "check configuration, clock, Tencent, database and rules", () => doctor(context));
  command(program, "migrate", "bring the database to the newest schema", () => migrateDatabase(context));

  command(program, "backup <file>", "a whole, checked copy of the database while it is in use", (file: string) =>
    backup(file, context),
  );
  command(program, "erase", "forget the texts of one user", (options: { user: string; dryRun?: boolean }) =>
    erase({ user: options.user, dryRun: options.dryRun === true }, context),
  )
    .requiredOption("--user <id>", "the UserID, exactly as Tencent spells it")
    .option("--dry-run", "say how much there is, change nothing");

  command(program, "rescan", "judge recorded messages again with the rules of now", (options: Rescan) =>
    rescanRecord({ ...options, apply: options.apply === true }, context),
  )
    .requiredOption(
      "--since <time>",
      "messages that came since then: 36h, 7d, 2026-11-20 or 2026-11-20T08:30 (UTC)",
      time,
    )
    .option("--until <time>", "and before then", time)
    .option("--rule <id>", "only what this rule objects to")
    .option("--apply", "order the changes; without it they are only counted");

  const orders = program.command("orders").description("what is to be sent to Tencent, and what was given up");
  command(orders, "list", "newest first", (options: { state: string; limit: number }) => ordersList(options, context))
    .option("--state <state>", "pending, claimed, applied, refused, given_up or cancelled", "given_up")
    .option("--limit <n>", "how many at most", whole, 100);
  command(orders, "retry [ids...]", "send given-up orders again", (ids: string[], options: { all?: boolean }) =>
    ordersRetry(ids, { all: options.all === true }, context),
  ).option("--all", "every one that was given up");

  const rules = program.command("rules").description("check, try and explain rules");
  command(rules, "check [dir]", "parse, lint, compile and run the inline tests", (dir?: string) =>
    rulesCheck(dir, context),
  );
  command(rules, "scan", 'JSON Lines {"id","text"} in, verdicts out', ({ rules: dir }: { rules?: string }) =>
    rulesScan(dir, process.stdin, context),
  ).option("--rules <dir>", "rules folder");
  command(rules, "explain <text>", "how a text is folded and what hits it", (text: string, at: { rules?: string }) =>
    rulesExplain(at.rules, text, context),
  ).option("--rules <dir>", "rules folder");

  command(
    rules,
    "import <file>",
    "take over a word list: one word a line, or CSV with word,action,replacement,case_sensitive",
    (file: string, { to }: { to?: string }) => rulesImport(file, to, context),
  ).option("--to <file>", "a file to write, which must not exist yet; standard output otherwise");

  const audit = program.command("audit").description("the audit log");
  command(audit, "verify", "walk the hash chain", ({ head }: { head?: string }) => auditVerify(head, context)).option(
    "--head <hex>",
    "auditHead of an earlier log line: it must be in the chain, or rows were cut off",
    seal,
  );
  command(
    audit,
    "export",
    "the log as a file, newest first; that it was exported is its first entry",
    (options: AuditExportOptions) => auditExport(options, context),
  )
    .addOption(new Option("--format <format>", "of the lines").choices(exportFormats).makeOptionMandatory())
    .option("--since <time>", "entries since then: 36h, 7d, 2026-11-20 or 2026-11-20T08:30 (UTC)", time);

  const user = program.command("user").description("accounts of the console");
  command(user, "add <name>", "make an account and print its password", (name: string, { role }: { role: string }) =>
    userAdd(name, role, context),
  ).requiredOption("--role <role>", "viewer, reviewer or admin");
  command(user, "list", "every account, the disabled ones too", () => userList(context));
  command(user, "disable <name>", "sign an account out everywhere and let it in no more", (name: string) =>
    userDisable(name, true, context),
  );
  command(user, "enable <name>", "let a disabled account in again", (name: string) =>
    userDisable(name, false, context),
  );
  command(
    user,
    "reset-password <name>",
    "print a new password, end the sessions, forget failed tries",
    (name: string) => userResetPassword(name, context),
  );

  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // Help that was asked for is an answer; help because something was missing is not.
    return thrown.exitCode === 0 ? exit.done : exit.usage;
  }
}

type Rescan = Omit<Parameters<typeof rescanRecord>[0], "apply"> & { readonly apply?: boolean };
type Simulate = Parameters<typeof simulate>[0];

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

function seal(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError("Expected 64 hex digits, as auditHead has.");
  return text;
}

function port(text: string): number {
  const number = whole(text);
  if (number > 65_535) throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  return number;
}
