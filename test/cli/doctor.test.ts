import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { startSimulator } from "../../src/simulator/server.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";
import type { RunningEmend } from "../support/emend-process.ts";
import { freePorts, runEmend, startEmend } from "../support/emend-process.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const SECRET_KEY = "c4n4ry-secret-key";
const TOKEN = "c4n4ry-token";

describe("emend doctor", () => {
  const folder = createTempFolder();
  let simulator: Simulator;
  let service: RunningEmend;
  let environment: Record<string, string>;
  let unused: number;

  before(async function () {
    this.timeout(30_000);
    simulator = await startSimulator({ sdkAppId: 1_400_000_000, secretKey: SECRET_KEY, admin: "root", port: 0 });
    const [port = 0, consolePort = 0, other = 0] = await freePorts(3);
    unused = other;
    environment = {
      TENCENT_SDK_APP_ID: "1400000000",
      TENCENT_SECRET_KEY: SECRET_KEY,
      TENCENT_ADMIN: "root",
      TENCENT_CALLBACK_TOKEN: TOKEN,
      TENCENT_BASE_URL: simulator.url,
      EMEND_HOST: "127.0.0.1",
      EMEND_PORT: String(port),
      EMEND_CONSOLE_PORT: String(consolePort),
      EMEND_DATABASE_URL: "sqlite:emend.db",
    };
    service = startEmend(["serve"], { cwd: folder.path, environment });
    await service.says(/Ready for callbacks/);
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await simulator.close();
    folder[Symbol.dispose]();
  });

  const examine = async (changed: Record<string, string> = {}) => {
    const { code, out, err } = await runEmend(["doctor"], {
      cwd: folder.path,
      environment: { ...environment, ...changed },
    });
    assert.equal(err, "");
    assert.doesNotMatch(out, /c4n4ry/);
    const lines = out.trim().split("\n");
    return { code, lines, failing: lines.filter((line) => line.startsWith("FAIL")) };
  };

  it("finds a healthy service healthy, one line each, and leaves no trace of its callback", async () => {
    const { code, lines } = await examine();
    assert.equal(code, 0);
    assert.deepEqual(
      lines.map((line) => line.slice(0, 20).trimEnd()),
      [
        "ok    configuration",
        "ok    region host",
        "ok    clock",
        "ok    UserSig",
        "ok    database",
        "ok    rules",
        "ok    own callback",
      ],
    );
    assert.match(lines.at(-1) ?? "", /accepts a signed callback/);
    const db = openSqlite(folder.file("emend.db"));
    const rows = db.prepare("SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM undecodable)").pluck().get();
    db.close();
    assert.equal(rows, 0);
  });

  it("names each thing that is broken, with the next step, and exits with 1", async function () {
    this.timeout(40_000);
    const newer = openSqlite(folder.file("newer.db"));
    migrate(newer);
    newer.exec("UPDATE schema_step SET version = version + 9000");
    newer.close();
    writeFileSync(folder.file("letter.db"), "Dear aunt, ".repeat(1_000));
    mkdirSync(folder.file("broken"));
    writeFileSync(folder.file("broken", "a.yaml"), "pack: a\nrules:\n  - { id: x, match: { terms: damn } }\n");
    const nobody = `http://127.0.0.1:${unused}`;
    const broken = [
      ["service down", { EMEND_PORT: String(unused) }, [/own callback +nothing answers at .* Start the service/]],
      ["wrong token", { TENCENT_CALLBACK_TOKEN: "another" }, [/own callback +.* answers 403\. .*settings/]],
      ["wrong key", { TENCENT_SECRET_KEY: "another" }, [/UserSig +refused with 700\d\d\. TENCENT_SECRET_KEY/]],
      ["no administrator", { TENCENT_ADMIN: "anna" }, [/UserSig +refused with \d+\. .*TENCENT_ADMIN/]],
      [
        "host down",
        { TENCENT_BASE_URL: nobody },
        [/region host +.*cannot be reached\. Check TENCENT_REGION/, /UserSig +could not be tried/],
      ],
      ["newer database", { EMEND_DATABASE_URL: "sqlite:newer.db" }, [/database +has schema 900\d, .*newer Emend/]],
      ["no database", { EMEND_DATABASE_URL: "sqlite:letter.db" }, [/database +.*cannot be opened.*EMEND_DATABASE_URL/]],
      ["broken rules", { EMEND_RULES_DIR: "broken" }, [/rules +a\.yaml:3:\d+: /]],
    ] as const;
    await Promise.all(
      broken.map(async ([what, changed, expected]) => {
        const { code, failing } = await examine(changed);
        assert.equal(code, 1, what);
        assert.equal(failing.length, expected.length, `${what}: ${failing.join("\n")}`);
        expected.forEach((pattern, i) => assert.match(failing[i] ?? "", pattern));
      }),
    );
  });
});
