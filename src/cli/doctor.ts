/**
 * `emend doctor`: one line for each thing that can be wrong, with the next step where it is. It changes nothing: the
 * callback it posts is of a command that Emend has no use for, and the call it makes to Tencent reads.
 */
import { existsSync } from "node:fs";
import axios from "axios";
import { systemClock } from "../clock.ts";
import type { Config, TencentConfig } from "../config.ts";
import { readConfig } from "../config.ts";
import type { GroupId, UserId } from "../domain/message.ts";
import { OperatorError } from "../errors.ts";
import { compileRules, problemLine } from "../rules/compile.ts";
import { readRuleFolder } from "../rules/rule-folder.ts";
import { shippedSteps, versionOf } from "../store/migrate.ts";
import { damaged, isDamage, openSqlite } from "../store/sqlite-open.ts";
import { writeQuery } from "../tencent/callback.ts";
import { nextStepFor } from "../tencent/error-codes.ts";
import { createRestClient } from "../tencent/rest-client.ts";
import { createUserSig } from "../tencent/user-sig.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { configOrSay, exit } from "./environment.ts";
import { secureRandom } from "./serve.ts";

type Finding = {
  /** A `note` is worth knowing and no reason to fail. */
  readonly mark: "ok" | "note" | "FAIL";
  readonly what: string;
  readonly sentence: string;
  readonly next?: string;
};
type Check = () => Promise<readonly Finding[]>;

const fine = (what: string, sentence: string): Finding => ({ mark: "ok", what, sentence });
const wrong = (what: string, sentence: string, next: string): Finding => ({ mark: "FAIL", what, sentence, next });

/** Tencent refuses callbacks' and signatures' times that are a minute off; half of it is time to act. */
const CLOCK_OFF_MAX_MS = 30_000;
const CALL_TIMEOUT_MS = 5_000;

export async function doctor(context: CliContext): Promise<ExitCode> {
  const reading = readConfig(context.environment);
  if (!reading.ok) {
    for (const { code, sentence, next } of reading.problems)
      context.out(`FAIL  configuration  ${code}  ${sentence} ${next}\n`);
    return exit.usage;
  }
  const config = configOrSay(context) ?? reading.config;
  const { tencent } = config;
  const checks: readonly Check[] = [
    async () => [configurationOf(config)],
    ...(tencent === undefined ? [] : [() => clockAndHost(tencent), () => signature(tencent)]),
    async () => database(config),
    () => rules(config),
    ...(tencent === undefined ? [] : [() => ownCallback(config, tencent)]),
  ];
  let healthy = true;
  for (const check of checks) {
    for (const { mark, what, sentence, next } of await check()) {
      context.out(`${mark.padEnd(5)} ${what.padEnd(14)} ${sentence}${next === undefined ? "" : ` ${next}`}\n`);
      healthy &&= mark !== "FAIL";
    }
  }
  return healthy ? exit.done : exit.failed;
}

function configurationOf({ tencent, service }: Config): Finding {
  if (tencent === undefined) return fine("configuration", "no credentials: `npm start` serves the sandbox.");
  const sentence = `app ${tencent.sdkAppId}, mode ${service.mode}, callbacks `;
  if (tencent.callbackToken !== undefined) return fine("configuration", `${sentence}signed.`);
  const next = "Set TENCENT_CALLBACK_TOKEN here and in the console, or whoever reaches the URL is believed.";
  return { mark: "note", what: "configuration", sentence: `${sentence}unsigned.`, next };
}

/** Any answer of the host tells its time and that it can be reached. */
async function clockAndHost({ baseUrl }: TencentConfig): Promise<readonly Finding[]> {
  const sentAt = Date.now();
  let date: string | undefined;
  try {
    const answer = await axios.get<unknown>(baseUrl, {
      timeout: CALL_TIMEOUT_MS,
      maxRedirects: 0,
      proxy: false,
      validateStatus: () => true,
      responseType: "text",
    });
    date = typeof answer.headers["date"] === "string" ? answer.headers["date"] : undefined;
  } catch {
    return [
      wrong(
        "region host",
        `${baseUrl} cannot be reached.`,
        "Check TENCENT_REGION or TENCENT_BASE_URL, DNS and the firewall.",
      ),
    ];
  }
  const reached = fine("region host", `${baseUrl} answers.`);
  const theirs = date === undefined ? NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return [reached, fine("clock", "the host tells no time to compare with.")];
  // The header has whole seconds, and the answer took a while.
  const off = Math.round((sentAt + Date.now()) / 2 - (theirs + 500));
  return [
    reached,
    Math.abs(off) <= CLOCK_OFF_MAX_MS
      ? fine("clock", `within ${Math.max(1, Math.ceil(Math.abs(off) / 1000))} s of the host's.`)
      : wrong(
          "clock",
          `${Math.round(off / 1000)} s from the host's; callbacks and signatures will be refused.`,
          "Set up NTP on this machine.",
        ),
  ];
}

/** Asks for a message that is not there: whether the signature is accepted shows all the same. */
async function signature(tencent: TencentConfig): Promise<readonly Finding[]> {
  const userSig = createUserSig({ ...tencent, clock: systemClock });
  await using client = createRestClient({ ...tencent, userSig, random: secureRandom });
  const answer = await client.read({
    kind: "group",
    groupId: "emend-doctor" as GroupId,
    topicId: undefined,
    msgSeq: 1,
  });
  if (answer.kind !== "failed") return [fine("UserSig", "accepted by Tencent.")];
  const { kind, code } = answer.outcome;
  if (!/^\d+$/.test(code)) return [wrong("UserSig", `could not be tried: ${code}.`, "Mend the region host first.")];
  return kind === "unauthorised" || kind === "misconfigured"
    ? [wrong("UserSig", `refused with ${code}.`, nextStepFor(code))]
    : [fine("UserSig", "accepted by Tencent.")];
}

function database({ service: { databasePath } }: Config): readonly Finding[] {
  if (!existsSync(databasePath)) return [fine("database", `${databasePath} will be made at the first start.`)];
  try {
    const db = openSqlite(databasePath);
    try {
      const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()?.n ?? 0;
      if (count("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'schema_step'") === 0) {
        return [fine("database", `${databasePath} is empty; the schema is made at the first start.`)];
      }
      const newest = shippedSteps().at(-1)?.version ?? 0;
      const version = versionOf(db);
      if (version > newest) {
        return [wrong("database", `has schema ${version}, this Emend knows ${newest}.`, "Start the newer Emend.")];
      }
      if (version < newest) {
        return [wrong("database", `has schema ${version}; ${newest} is needed.`, "Run: npm run -s emend -- migrate")];
      }
      const whole = db.pragma("integrity_check(1)", { simple: true });
      if (whole !== "ok") throw damaged(databasePath, String(whole));
      const open = count("SELECT count(*) AS n FROM modification WHERE state IN ('pending', 'claimed')");
      const dead = count("SELECT count(*) AS n FROM modification WHERE state = 'given_up'");
      // The second condition is the one that the index of messages with an objection is made for.
      const failed = count(
        "SELECT count(*) AS n FROM message WHERE decision = 'failed' AND decision IN ('review', 'rewrite', 'failed')",
      );
      const refused = db
        .prepare<[], { reason: string; n: number }>(
          "SELECT reason, count(*) AS n FROM modification WHERE state = 'refused' GROUP BY reason ORDER BY n DESC LIMIT 5",
        )
        .all();
      const undecodable = db
        .prepare<[], { command: string; reason: string; n: number }>(
          "SELECT command, reason, count(*) AS n FROM undecodable GROUP BY command, reason ORDER BY max(id) DESC LIMIT 5",
        )
        .all();
      return [
        fine("database", `${databasePath}, whole, schema ${version}, WAL, synchronous FULL; ${open} orders open.`),
        ...(dead === 0
          ? []
          : [wrong("orders", `${dead} were given up.`, "See why with: npm run -s emend -- orders list")]),
        ...(failed === 0
          ? []
          : [
              wrong(
                "messages",
                `${failed} could not be judged.`,
                "Look at them by hand: decision = 'failed' in the table message.",
              ),
            ]),
        ...refused.map(({ reason, n }): Finding => ({
          mark: "note",
          what: "orders",
          sentence: `${n} refused: ${reason}.`,
        })),
        ...undecodable.map(({ command, reason, n }): Finding => {
          const next = "If it came from Tencent, report its shape (table undecodable).";
          return { mark: "note", what: "callbacks", sentence: `${n} of ${command} not understood: ${reason}.`, next };
        }),
      ];
    } finally {
      db.close();
    }
  } catch (thrown) {
    const known = isDamage(thrown) ? damaged(databasePath, thrown.message) : thrown;
    if (known instanceof OperatorError) return [wrong("database", known.message, known.next)];
    return [wrong("database", `${databasePath} cannot be read.`, "Restore it from a backup.")];
  }
}

async function rules({ tencent, service: { rulesDir } }: Config): Promise<readonly Finding[]> {
  const reading = await readRuleFolder(rulesDir);
  const exemptSenders = [(tencent?.admin ?? "administrator") as UserId];
  const compiled = reading.ok ? compileRules(reading.files, { exemptSenders, now: systemClock.now() }) : reading;
  if (compiled.ok) {
    return [fine("rules", `${compiled.ruleSet.rules.length} in ${rulesDir}, revision ${compiled.ruleSet.revision}.`)];
  }
  return compiled.problems.map((problem) => wrong("rules", problemLine(problem), ""));
}

/** No page of Tencent's names it, so nothing comes of it but the standard answer. */
const UNUSED_COMMAND = "Emend.Doctor";

async function ownCallback({ service }: Config, tencent: TencentConfig): Promise<readonly Finding[]> {
  const settings = { sdkAppId: tencent.sdkAppId, token: tencent.callbackToken };
  const query = writeQuery(UNUSED_COMMAND, settings, systemClock.now());
  const host = service.host === "0.0.0.0" || service.host === "::" ? "127.0.0.1" : service.host;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${service.port}${service.callbackPath}`;
  try {
    const answer = await axios.post<unknown>(
      `${url}?${query}`,
      {},
      {
        timeout: CALL_TIMEOUT_MS,
        proxy: false,
        validateStatus: () => true,
      },
    );
    return [
      answer.status === 200
        ? fine("own callback", `${url} accepts a ${settings.token === undefined ? "" : "signed "}callback.`)
        : wrong(
            "own callback",
            `${url} answers ${answer.status}.`,
            "Is it this Emend, with the same settings (token, app id, path)?",
          ),
    ];
  } catch {
    return [wrong("own callback", `nothing answers at ${url}.`, "Start the service (npm start), then ask again.")];
  }
}
