import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { createProcessLock } from "../../src/store/process-lock.ts";
import { ended, startScript } from "../support/children.ts";
import { createTempFolder } from "../support/temp-folder.ts";

describe("the lock that keeps two processes from sending for one database", () => {
  it("is held by one at a time, and free again when that one lets go", () => {
    using folder = createTempFolder();
    using first = createProcessLock(folder.file("emend.db"));
    using second = createProcessLock(folder.file("emend.db"));
    assert.equal(first.tryAcquire(), true);
    assert.equal(first.tryAcquire(), true);
    assert.equal(second.tryAcquire(), false);
    first[Symbol.dispose]();
    assert.equal(second.tryAcquire(), true);
  });

  it("of one database has nothing to do with another's, and one in memory needs none", () => {
    using folder = createTempFolder();
    using first = createProcessLock(folder.file("one.db"));
    using second = createProcessLock(folder.file("two.db"));
    assert.deepEqual([first.tryAcquire(), second.tryAcquire()], [true, true]);
    const inMemory = [createProcessLock(":memory:"), createProcessLock(":memory:")];
    assert.deepEqual(
      inMemory.map((lock) => lock.tryAcquire()),
      [true, true],
    );
  });

  it("lies in a file that only the owner can open", () => {
    using folder = createTempFolder();
    using lock = createProcessLock(folder.file("emend.db"));
    lock.tryAcquire();
    assert.equal(statSync(folder.file("emend.db.lock")).mode & 0o777, 0o600);
  });

  it("is dropped with a process that is killed", async () => {
    using folder = createTempFolder();
    const path = folder.file("emend.db");
    const holder = startScript(new URL("../support/lock-child.ts", import.meta.url), [path]);
    const ending = ended(holder);
    const answer = await new Promise<string>((resolve) =>
      holder.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())),
    );
    assert.equal(answer, "true");
    using lock = createProcessLock(path);
    assert.equal(lock.tryAcquire(), false);
    holder.kill("SIGKILL");
    await ending;
    assert.equal(lock.tryAcquire(), true);
  });
});
