/** Backups of the real service while callbacks come, each opened, checked and compared with what had been acknowledged. */
import assert from "node:assert/strict";
import { copyFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { answering, environmentOf, freePort, look, scene, simulate, start, TOKEN } from "../world/running.ts";

export type BackupFigures = { readonly acknowledged: number; readonly worstMs: number };

const PER_SECOND = 150;
/** In which messages come, so that no backup is of what the one before had seen. */
const PAUSE_MS = 200;

/** @throws AssertionError when a copy lacks an acknowledged message, is damaged, or does not start */
export async function backUpUnderLoad(backups: number): Promise<BackupFigures> {
  using at = scene();
  await using simulator = await simulate({ callbackToken: TOKEN, seed: 3 });
  const port = await freePort();
  const environment = environmentOf(at, port, simulator.url);
  const service = start(["serve"], environment, at.folder);
  let said = 0;
  const crowd = setInterval(() => {
    for (let n = 0; n < PER_SECOND / 50; n++) {
      const text = said % 3 === 0 ? `badword ${said}` : `fine ${said}`;
      simulator.world.say({ from: "anna", ...(said++ % 2 === 0 ? { to: "ben" } : { group: "hike" }), text });
    }
  }, 20);
  let worstMs = 0;
  let acknowledged = 0;
  try {
    await answering(`http://127.0.0.1:${port}/readyz`, service);
    simulator.settings.change({ callbackUrl: `http://127.0.0.1:${port}/callback` });
    for (let n = 0; n < backups; n++) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const before = namesIn(at.database);
      acknowledged = before.size;
      const copy = join(at.folder, `copy-${n}.db`);
      const begun = performance.now();
      const backup = start(["backup", copy], environment, at.folder);
      assert.deepEqual(await backup.ended, { code: 0, signal: null }, backup.printed());
      worstMs = Math.max(worstMs, performance.now() - begun);
      const held = namesIn(copy);
      const missing = [...before].filter((name) => !held.has(name));
      assert.deepEqual(missing.slice(0, 3), [], `${missing.length} acknowledged messages are not in copy ${n}`);
      assert.deepEqual(look(copy, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    }
    assert.ok(acknowledged > 0);
  } finally {
    clearInterval(crowd);
    service.process.kill("SIGKILL");
    await service.ended;
  }
  await startsFrom(join(at.folder, `copy-${backups - 1}.db`), at.database, { at, environment, port });
  return { acknowledged, worstMs };
}

/** As the manual says: the old files away, the copy in their place, start. */
async function startsFrom(
  copy: string,
  database: string,
  running: { at: { folder: string }; environment: Record<string, string>; port: number },
): Promise<void> {
  const { at, environment, port } = running;
  renameSync(database, `${database}.old`);
  for (const companion of ["-wal", "-shm"]) rmSync(database + companion, { force: true });
  copyFileSync(copy, database);
  const again = start(["serve"], environment, at.folder);
  try {
    await answering(`http://127.0.0.1:${port}/readyz`, again);
    const verify = start(["audit", "verify"], environment, at.folder);
    assert.deepEqual(await verify.ended, { code: 0, signal: null }, verify.printed());
  } finally {
    again.process.kill("SIGTERM");
    await again.ended;
  }
}

const namesIn = (database: string): ReadonlySet<string> =>
  new Set(
    look<{ name: string }>(
      database,
      "SELECT conversation_id || ' ' || sender || ' ' || ifnull(msg_key, msg_seq) AS name FROM message",
    ).map(({ name }) => name),
  );
