/** The desk over a record in memory, where Tencent stores nothing and the rules are those of the other tests. */
import type { UserId } from "../../src/domain/message.ts";
import { createDesk } from "../../src/desk.ts";
import type { DeskRouteParts } from "../../src/http/routes-desk.ts";
import type { ConsoleReads } from "../../src/ports/console.ts";
import type { People } from "./console-people.ts";
import { createFakeImClient } from "./fake-im-client.ts";
import { createRecordingLog } from "./recording-log.ts";
import { rulesForTests } from "./sending-bench.ts";

export function deskForTests({ store, clock }: Pick<People, "store" | "clock">, reads: ConsoleReads): DeskRouteParts {
  const ruleSet = rulesForTests();
  return createDesk({
    ...{ store, clock, reads, random: () => 0.5, log: createRecordingLog() },
    service: { mode: "enforce", rulesDir: "/nowhere", noteKey: "moderation", nonJson: "leave" },
    admin: "administrator" as UserId,
    client: createFakeImClient(clock),
    rules: { ruleSet: () => ruleSet, problems: () => [] },
    wakeDispatcher: () => undefined,
  }).routeParts;
}
