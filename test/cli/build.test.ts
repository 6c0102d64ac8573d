import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ended } from "../support/children.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PATH = process.env["PATH"] ?? "";

const MADE_OF = ["bin", "migrations", "rules", "scripts", "src", "package.json", "package-lock.json", "vite.config.ts"];
const CONFIGURED_BY = ["tsconfig.json", "tsconfig.build.json"];

describe("the built program", () => {
  it("runs with plain node from any folder, and finds its migrations, rules and pages beside it", async function () {
    this.timeout(180_000);
    using folder = createTempFolder();
    // A copy: other tests run what is built here.
    using copy = createTempFolder();
    for (const name of [...MADE_OF, ...CONFIGURED_BY]) cpSync(root + name, copy.file(name), { recursive: true });
    symlinkSync(`${root}node_modules`, copy.file("node_modules"));
    const build = spawn(process.execPath, [copy.file("scripts/build.js")], { cwd: copy.path, env: { PATH } });
    const built = await ended(build);
    assert.equal(built.code, 0, built.out + built.err);
    const run = (...words: readonly string[]) =>
      ended(spawn(process.execPath, [copy.file("bin/emend.js"), ...words], { cwd: folder.path, env: { PATH } }));
    const [help, rules, migrated] = await Promise.all([run("-h"), run("rules", "check"), run("migrate")]);
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, /^Usage: emend /);
    assert.equal(rules.code, 0, rules.out + rules.err);
    assert.equal(migrated.code, 0, migrated.err);
    assert.match(migrated.out, /^applied 1 record\n(applied \d+ \w+\n)*$/);
  });
});
