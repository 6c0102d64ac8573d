/** What people do about messages and rules, put together over the service's record. */
import { monotonicFactory } from "ulid";
import type { ServiceConfig } from "./config.ts";
import type { Clock } from "./domain/time.ts";
import type { UserId } from "./domain/message.ts";
import { createAllowPhrase } from "./flows/allow-phrase.ts";
import { createBulkRestore } from "./flows/bulk-restore.ts";
import type { ByHandParts } from "./flows/by-hand.ts";
import { compileOnThread } from "./flows/compiling-thread.ts";
import { createHistoryTurns } from "./flows/edits.ts";
import { createConclude } from "./flows/judge.ts";
import type { LiveRules } from "./flows/live-rules.ts";
import { createMaskByHand } from "./flows/mask-by-hand.ts";
import { createRestore } from "./flows/restore.ts";
import { createRulesDesk } from "./flows/rules-view.ts";
import { createBell } from "./flows/wake.ts";
import type { DeskRouteParts } from "./http/routes-desk.ts";
import type { ConsoleReads } from "./ports/console.ts";
import type { ImClient } from "./ports/im-client.ts";
import type { Logger } from "./ports/logger.ts";
import { replaceRuleFile } from "./rules/replace-file.ts";
import { readRuleFolder } from "./rules/rule-folder.ts";
import type { SqliteStore } from "./store/sqlite-store.ts";
import { rewriteBody, withContent } from "./tencent/body.ts";
import { spellPayload } from "./tencent/payload.ts";
import { decodeStored } from "./tencent/stored.ts";

export type DeskParts = {
  readonly service: Pick<ServiceConfig, "mode" | "rulesDir" | "noteKey" | "nonJson">;
  /** The app administrator of TENCENT_ADMIN. */
  readonly admin: UserId;
  readonly store: Pick<SqliteStore, "desk" | "auditOnly">;
  readonly client: Pick<ImClient, "read">;
  readonly rules: Pick<LiveRules, "ruleSet" | "problems">;
  readonly reads: ConsoleReads;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly wakeDispatcher: () => void;
};

/** Two seconds' worth; whoever asks after that is told so. */
const READS_WAITING_MAX = 100;

export interface Desk {
  readonly routeParts: DeskRouteParts;
  /** Carries restores of many messages out until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export function createDesk(parts: DeskParts): Desk {
  const { service, client, clock, log } = parts;
  const byHand = byHandParts(parts);
  const { rulesDir } = service;
  const allow = createAllowPhrase({
    ...byHand,
    readFolder: () => readRuleFolder(rulesDir),
    replaceFile: (file, before, after) => replaceRuleFile(rulesDir, file, before, after),
    compile: compileOnThread,
    exemptSenders: [parts.admin],
  });
  const { newId } = byHand;
  const maskByHand = createMaskByHand({
    ...byHand,
    conclude: createConclude({ planSettings: { ...service, rewriteBody, spellPayload }, clock, newId }),
    revision: () => parts.rules.ruleSet().revision,
  });
  const bulk = createBulkRestore({ ...byHand, clock, log, bell: createBell(clock) });
  return {
    routeParts: {
      ...{ allow, bulk, maskByHand, restore: createRestore(byHand), rules: createRulesDesk(parts) },
      isRuleLive: (rule) => parts.rules.ruleSet().rules.some(({ id }) => id === rule),
      now: () => clock.now(),
    },
    run: async (signal) => (service.mode === "enforce" ? bulk.run(signal) : undefined),
  };

  function byHandParts({ store, random, wakeDispatcher }: DeskParts): ByHandParts {
    const newId = monotonicFactory(random);
    const turn = createHistoryTurns(clock);
    // Scripts may ask as fast as they like; Tencent may not be asked as fast.
    let waiting = 0;
    const read: ByHandParts["read"] = async (ref) => {
      if (waiting >= READS_WAITING_MAX)
        return { kind: "failed", outcome: { kind: "throttled", code: "too_many_questions" } };
      waiting++;
      await turn(new AbortController().signal).finally(() => waiting--);
      return client.read(ref);
    };
    return {
      store: { ...store.desk(decodeStored.payloadData), auditOnly: store.auditOnly },
      ...{ clock, wakeDispatcher, withContent, spellPayload },
      decode: decodeStored.message,
      decodeEdit: decodeStored.edit,
      decodePayload: decodeStored.payload,
      payloadData: decodeStored.payloadData,
      noteKey: service.noteKey,
      // In shadow mode nothing is sent, not even a question.
      read: service.mode === "enforce" ? read : undefined,
      newId: (at) => newId(at),
    };
  }
}
