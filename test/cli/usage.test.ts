import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { runCli } from "../../src/cli/program.ts";
import type { Ended } from "../support/children.ts";
import { runEmend } from "../support/emend-process.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** The same program without a process around it: there are many commands, and a process takes a second to start. */
async function inThisProcess(words: readonly string[]): Promise<Ended> {
  let out = "";
  let err = "";
  const code = await runCli(words, {
    environment: {},
    out: (text) => (out += text),
    say: (text) => (err += `${text}\n`),
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

describe("the command line", () => {
  const folder = createTempFolder();
  after(() => folder[Symbol.dispose]());
  const asProcess = (words: readonly string[]): Promise<Ended> => runEmend(words, { cwd: folder.path });

  const commands = ["", "serve", "sandbox", "simulate", "doctor", "migrate"];
  const nested = ["rules", "rules check", "rules scan", "rules explain", "audit", "audit verify", "user", "user add"];
  for (const [how, run, which] of [
    ["each of its commands", inThisProcess, [...commands, ...nested]],
    ["some of them as a process", asProcess, ["", "rules check"]],
  ] as const) {
    it(`explains itself and ${how}, on standard output, with exit code 0`, async () => {
      const explain = async (command: string): Promise<void> => {
        const words = command === "" ? [] : command.split(" ");
        const { code, out, err } = await run([...words, "-h"]);
        assert.deepEqual([code, err], [0, ""], command);
        assert.ok(out.startsWith(`Usage: emend${words.map((word) => ` ${word}`).join("")}`), out);
        assert.match(out, /display help for command/);
      };
      await Promise.all(which.map(explain));
    });
  }

  const wrong = [
    [[], /Usage: emend/],
    [["nonsense"], /unknown command 'nonsense'/],
    [["rules"], /Usage: emend rules/],
    [["rules", "nonsense"], /unknown command 'nonsense'/],
    [["rules", "check", "one", "two"], /too many arguments/],
    [["rules", "explain"], /missing required argument 'text'/],
    [["rules", "scan", "--nonsense"], /unknown option '--nonsense'/],
    [["audit"], /Usage: emend audit/],
    [["serve", "now"], /too many arguments/],
    [["simulate", "--port", "many"], /Expected a whole number/],
    [["simulate", "--port", "99999"], /Expected a port from 0 to 65535/],
  ] as const;
  for (const [how, run, calls] of [
    ["", inThisProcess, wrong],
    [", also as a process", asProcess, wrong.slice(0, 2)],
  ] as const) {
    it(`says what was wrong about a wrong call on standard error, with exit code 2${how}`, async () => {
      const call = async ([words, expected]: (typeof wrong)[number]): Promise<void> => {
        const { code, out, err } = await run(words);
        assert.deepEqual([code, out], [2, ""], words.join(" "));
        assert.match(err, expected);
      };
      await Promise.all(calls.map(call));
    });
  }
});

describe("a configuration with faults", () => {
  const folder = createTempFolder();
  after(() => folder[Symbol.dispose]());
  const SECRET = "c4n4ry-secret-key";
  const faulty = {
    TENCENT_SDK_APP_ID: "14000abc",
    TENCENT_SECRET_KEY: SECRET,
    TENCENT_BASE_URL: `http://${SECRET}@example.com`,
    TENCENT_CALLBACK_TOKEN: `${SECRET}-token`,
    EMEND_API_TOKEN: "c4n4ry-short",
    EMEND_PORT: "eighty",
    EMEND_MODE: "destroy",
    EMEND_DATABASE_URL: "postgres://user:c4n4ry@db/emend",
  };

  it("is told whole by every command, each fault with a next step and no secret, with exit code 2", async () => {
    const tell = async (words: readonly string[]): Promise<void> => {
      const { code, out, err } = await runEmend(words, { cwd: folder.path, environment: faulty });
      assert.deepEqual([code, out], [2, ""]);
      const lines = err.trim().split("\n");
      assert.deepEqual(lines.map((line) => line.split("  ")[0]).sort(), [
        "CONFIG_API_TOKEN",
        "CONFIG_BASE_URL",
        "CONFIG_DATABASE_URL",
        "CONFIG_MODE",
        "CONFIG_PORT",
        "CONFIG_SDK_APP_ID",
      ]);
      assert.match(err, /TENCENT_SDK_APP_ID is "14000abc"; expected digits only\. Copy SDKAppID from/);
      assert.doesNotMatch(err, /c4n4ry/);
    };
    await Promise.all([["serve"], ["migrate"], ["audit", "verify"], ["rules", "check"]].map(tell));
  });

  it("is told by doctor on standard output, with exit code 2", async () => {
    const { code, out } = await runEmend(["doctor"], { cwd: folder.path, environment: faulty });
    assert.equal(code, 2);
    assert.equal(out.trim().split("\n").length, 6);
    assert.ok(out.split("\n").every((line) => line === "" || line.startsWith("FAIL  configuration  CONFIG_")));
    assert.doesNotMatch(out, /c4n4ry/);
  });

  it("never leads to a sandbox when it is half of the credentials", async () => {
    const half = async (name: string, missing: RegExp): Promise<void> => {
      const environment = { [name]: name === "TENCENT_SDK_APP_ID" ? "1400000000" : SECRET };
      const { code, out, err } = await runEmend(["serve"], { cwd: folder.path, environment });
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, missing);
      assert.doesNotMatch(err, /starting the sandbox|c4n4ry/);
    };
    await Promise.all([
      half("TENCENT_SDK_APP_ID", /^CONFIG_SECRET_KEY {2}TENCENT_SECRET_KEY is not set/),
      half("TENCENT_SECRET_KEY", /^CONFIG_SDK_APP_ID {2}TENCENT_SDK_APP_ID is not set/),
      half("TENCENT_CALLBACK_TOKEN", /^CONFIG_SDK_APP_ID {2}TENCENT_SDK_APP_ID is not set/),
    ]);
  });

  it("is read from .env in the working folder too, beneath what is really set", async () => {
    using other = createTempFolder();
    writeFileSync(other.file(".env"), "EMEND_MODE=destroy\nEMEND_PORT=eighty\n");
    const environment = { EMEND_PORT: "8080" };
    const { code, err } = await runEmend(["migrate"], { cwd: other.path, environment });
    assert.equal(code, 2);
    assert.match(err, /EMEND_MODE/);
    assert.doesNotMatch(err, /EMEND_PORT/);
  });
});
