import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleIn } from "./support/readme.ts";
import { answering, freePort, scene, start } from "./world/running.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const readme = read("README.md");

describe("the README", function () {
  this.timeout(30_000);

  it("lists every variable that the program reads, and no other", () => {
    const named = (text: string): readonly string[] =>
      [...new Set(text.match(/\b(?:TENCENT|EMEND)_[A-Z0-9_]+[A-Z]\b/g))].sort();
    const table = readme.split("\n").filter((line) => /^\| `(TENCENT|EMEND)_/.test(line));
    const firstColumn = table.map((line) => line.split("|")[1] ?? "").join("\n");
    assert.deepEqual(named(firstColumn), named(read("src/config.ts")));
  });

  it("names only commands, files and folders that there are", async () => {
    const help = start(["-h"], { PATH: process.env["PATH"] ?? "" }, root);
    await help.ended;
    for (const [, name] of readme.matchAll(/npm run -s emend -- ([a-z]+)/g)) {
      assert.match(help.printed(), new RegExp(`^ +${name}\\b`, "m"));
    }
    for (const [, path] of readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      assert.ok(existsSync(`${root}${path}`), `${path} is linked and not there`);
    }
    const scripts = (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts;
    for (const [, name] of readme.matchAll(/`npm run ([a-z]+)`/g))
      assert.ok(name && name in scripts, `npm run ${name}`);
  });

  it("says what to type in the sandbox, and it does what it says", async () => {
    using at = scene();
    const elsewhere = join(at.folder, "elsewhere");
    mkdirSync(elsewhere);
    const [port, consolePort, simulatorPort] = [await freePort(), await freePort(), await freePort()];
    const sandbox = start(
      ["serve"],
      {
        PATH: process.env["PATH"] ?? "",
        EMEND_HOST: "127.0.0.1",
        EMEND_PORT: String(port),
        EMEND_CONSOLE_PORT: String(consolePort),
        EMEND_SIMULATOR_PORT: String(simulatorPort),
      },
      elsewhere,
    );
    try {
      await answering(`http://127.0.0.1:${consolePort}/`, sandbox);
      await answering(`http://127.0.0.1:${port}/readyz`, sandbox);
      const typed = [...readme.matchAll(/^ *(curl .*)$/gm)].map(([, line]) => line ?? "");
      assert.equal(typed.length, 2);
      for (const line of typed)
        assert.ok(sandbox.printed().includes(line.replace("8082", String(simulatorPort))), line);

      const [say, see] = typed.map((line) => exampleIn(line, simulatorPort));
      assert.ok(say && see);
      assert.equal((await fetch(say.url, { method: "POST", body: say.body ?? "" })).status, 200);
      let seen = "";
      for (let looks = 0; looks < 200 && !seen.includes("what the **** **, look at Scunthorpe"); looks++) {
        seen = await (await fetch(see.url)).text();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.ok(seen.includes("what the **** **, look at Scunthorpe"), seen);
      assert.ok(seen.includes("what the damn 白痴, look at Scunthorpe"), "the original is shown beside it");
    } finally {
      sandbox.process.kill("SIGTERM");
      assert.deepEqual(await sandbox.ended, { code: 0, signal: null }, sandbox.printed());
    }
    assert.doesNotMatch(sandbox.printed(), /warning/i);
  });
});
