/**
 * Starts the service on what is real: files, sockets, threads. With `assemble.ts`, which puts the working parts together,
 * the only file that knows everyone. What it makes is started once and disposed of once; the order of both is written out
 * below.
 */
import { setMaxListeners } from "node:events";
import { assemble } from "./assemble.ts";
import { createCleanUp } from "./clean-up.ts";
import type { Config, TencentConfig } from "./config.ts";
import { createConsole } from "./console.ts";
import { createConsoleRecords } from "./console-records.ts";
import { createCounters } from "./counters.ts";
import { createDesk } from "./desk.ts";
import type { UserId } from "./domain/message.ts";
import type { Clock } from "./domain/time.ts";
import { compileOnThread } from "./flows/compiling-thread.ts";
import { createErasingThread } from "./flows/erasing-thread.ts";
import { createErasures } from "./flows/erasures.ts";
import { createJudgingThread } from "./flows/judging-thread.ts";
import { loadRules } from "./flows/live-rules.ts";
import { reportCounts } from "./flows/report-counts.ts";
import { createBell } from "./flows/wake.ts";
import { createCallbackHandler } from "./http/callbacks.ts";
import type { Readiness } from "./http/callback-listener.ts";
import { createCallbackServer } from "./http/callback-listener.ts";
import { closeServer, listen } from "./http/listen.ts";
import type { Logger } from "./ports/logger.ts";
import { createProcessLock } from "./store/process-lock.ts";
import { createSqliteStore } from "./store/sqlite-store.ts";
import { createHistoryClient } from "./tencent/history-client.ts";
import { createRestClient } from "./tencent/rest-client.ts";
import { createUserSig } from "./tencent/user-sig.ts";

export type ServiceParts = {
  readonly tencent: TencentConfig;
  readonly service: Config["service"];
  /** Whether the console listens too. */
  readonly withConsole?: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export interface Service {
  /** Where callbacks are posted, path included. */
  readonly callbackUrl: string;
  /** Undefined: no console. */
  readonly consoleUrl: string | undefined;
  /** Resolves when the service has stopped: everything acknowledged is on disk and the database is closed. */
  readonly stopped: Promise<void>;
}

const READINESS_KEPT_MS = 1_000;
const LOOPS_MAX = 50;

/**
 * Starts the service; it stops when `signal` is aborted.
 *
 * @throws OperatorError when it cannot start; nothing is left open then
 */
export async function startService(parts: ServiceParts, signal: AbortSignal): Promise<Service> {
  const { tencent, service, clock, log, random } = parts;
  await using cleanUp = createCleanUp();

  const store = cleanUp.use(
    createSqliteStore({
      path: service.databasePath,
      sdkAppId: tencent.sdkAppId,
      auditKey: service.auditKey,
      keepPassedBodies: service.keepBodiesMs > 0,
    }),
  );
  const lock = cleanUp.use(createProcessLock(service.databasePath));
  // Asked now, so that a lock that cannot work is told before anybody relies on it.
  const isFirst = lock.tryAcquire();
  const counters = createCounters();
  const rules = await loadRules({
    count: counters.count,
    dir: service.rulesDir,
    store,
    exemptSenders: [tencent.admin as UserId],
    clock,
    log,
    compile: compileOnThread,
  });

  const userSig = createUserSig({ ...tencent, clock });
  const client = cleanUp.use(createRestClient({ ...tencent, userSig, random }));
  const historyClient = cleanUp.use(createHistoryClient({ ...tencent, userSig, random }));
  const longTexts = cleanUp.use(createJudgingThread(rules.parts));
  const { callbacks, wakeDispatcher, whyStopped, forgetting, run } = assemble({
    ...{ tencent, service, store, lock, isFirst, client, historyClient, rules, longTexts },
    ...{ count: counters.count, clock, random, log },
  });

  const writable = recently(async () => store.checkWritable(clock.now()), clock);
  const readiness = async (): Promise<Readiness> => {
    if (signal.aborted) return { ready: false, reason: "the service is stopping" };
    if (!(await writable())) return { ready: false, reason: "the store cannot be written to" };
    const { length: problems } = rules.problems();
    if (problems === 0) return { ready: true, reason: `rules ${rules.revision()}` };
    // Not the problems themselves: they quote entries, and anybody may ask.
    const broken = `the rules folder has ${problems} problem${problems === 1 ? "" : "s"}: see the log, or run rules check`;
    return { ready: true, reason: `rules ${rules.revision()} are live; ${broken}` };
  };
  const onCallback = createCallbackHandler(callbacks);
  const server = createCallbackServer({
    ...{ callbackPath: service.callbackPath, onCallback, readiness, refused: callbacks.refused },
  });
  const records =
    parts.withConsole === true
      ? cleanUp.use(
          createConsoleRecords(
            { ...tencent, databasePath: service.databasePath, store, whyStopped, clock, log },
            signal,
          ),
        )
      : undefined;
  const desk =
    records &&
    createDesk({
      ...{ service, store, client, rules, reads: records.routeParts.reads, admin: tencent.admin as UserId },
      ...{ clock, random, log, wakeDispatcher },
    });
  const erasures = createErasures({
    ...{ store, clock, log, bell: createBell(clock), isFirst: () => lock.tryAcquire() },
    thread: createErasingThread({
      ...{ databasePath: service.databasePath, sdkAppId: tencent.sdkAppId, auditKey: service.auditKey?.reveal() },
    }),
  });
  const console =
    records &&
    desk &&
    createConsole(
      {
        ...{ service, store, clock, log, records: records.routeParts, desk: desk.routeParts },
        retention: { ...service, reads: records.routeParts.reads, erasures, forgetting },
      },
      signal,
    );
  let consoleUrl: string | undefined;
  if (console !== undefined) {
    const { url } = await listen(console.server, service.consoleHost, service.consolePort, "EMEND_CONSOLE_PORT");
    consoleUrl = url;
    cleanUp.use({ [Symbol.asyncDispose]: () => closeServer(console.server) });
    log.info({ url }, "The console listens.");
    await console.welcome(url);
  }
  const { url } = await listen(server, service.host, service.port, "EMEND_PORT");

  // From here on the resources belong to the running service.
  const resources = cleanUp.move();
  const loops = new AbortController();
  // A dozen loops wait for it, which Node takes for a leak and says so between the lines of the log.
  setMaxListeners(LOOPS_MAX, loops.signal);
  const report = async () => ({ ...counters.all(), auditHead: await store.auditHead().catch(() => "unreadable") });
  const running = [
    ...run(loops.signal),
    desk?.run(loops.signal),
    erasures.run(loops.signal),
    reportCounts({ report, clock, log }, loops.signal),
  ];

  const stop = async (): Promise<void> => {
    await aborted(signal);
    // Nobody new and nothing new to send; what is under way on both sides ends by itself; then the record.
    loops.abort();
    await Promise.all([
      closeServer(server),
      console && closeServer(console.server),
      longTexts[Symbol.asyncDispose](),
      ...running,
    ]);
    log.info(await report(), "Stopped.");
    await resources[Symbol.asyncDispose]();
  };
  if (tencent.callbackToken === undefined) {
    log.warn({}, "TENCENT_CALLBACK_TOKEN is not set: whoever reaches the callback URL is believed.");
  }
  // Without the path: a secret may be part of it.
  log.info({ url, mode: service.mode, auditHead: await store.auditHead() }, "Ready for callbacks.");
  return { callbackUrl: url + service.callbackPath, consoleUrl, stopped: stop() };
}

/** Whether `check` went well, asked once a second at most: anybody may ask, and it writes. */
function recently(check: () => Promise<void>, clock: Pick<Clock, "monotonic">): () => Promise<boolean> {
  let asked = -Infinity;
  let answer = Promise.resolve(false);
  return () => {
    if (clock.monotonic() - asked >= READINESS_KEPT_MS) {
      asked = clock.monotonic();
      answer = check().then(
        () => true,
        () => false,
      );
    }
    return answer;
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
