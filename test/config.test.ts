import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { withDotEnv } from "../src/cli/environment.ts";
import type { Config, ConfigProblem, Environment } from "../src/config.ts";
import { readConfig } from "../src/config.ts";
import { createTempFolder } from "./support/temp-folder.ts";

const KEY = "5ec2e7-of-the-app";
const credentials = { TENCENT_SDK_APP_ID: "1400000000", TENCENT_SECRET_KEY: KEY };

function configOf(environment: Environment): Config {
  const reading = readConfig(environment);
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.config;
}

function problemsOf(environment: Environment): readonly ConfigProblem[] {
  const reading = readConfig(environment);
  assert.ok(!reading.ok, "there should have been a problem");
  for (const { code, sentence, next } of reading.problems) {
    assert.match(code, /^CONFIG_[A-Z0-9_]+$/);
    assert.match(sentence, /^[A-Z0-9_]+ .*\.$/);
    assert.match(next, /^[A-Z]/);
  }
  return reading.problems;
}

describe("the configuration", () => {
  it("takes an OpenID provider whole: issuer, client and what its words mean", () => {
    const { oidc } = configOf({
      ...{ EMEND_OIDC_ISSUER: "https://id.example/realms/main", EMEND_OIDC_CLIENT_ID: "emend" },
      ...{ EMEND_OIDC_CLIENT_SECRET: KEY, EMEND_OIDC_ROLES: " chat-mods=reviewer, dc=x=admin " },
    }).service;
    assert.equal(oidc?.issuer.href, "https://id.example/realms/main");
    assert.equal(oidc.clientSecret?.reveal(), KEY);
    assert.deepEqual([oidc.scope, oidc.roleClaim], ["openid profile", "roles"]);
    assert.deepEqual(
      [...oidc.roles],
      [
        ["chat-mods", "reviewer"],
        ["dc=x", "admin"],
      ],
    );
  });

  for (const [given, missing] of [
    [{ EMEND_OIDC_ISSUER: "https://id.example" }, "CONFIG_OIDC_CLIENT_ID"],
    [{ EMEND_OIDC_CLIENT_ID: "emend" }, "CONFIG_OIDC_ISSUER"],
    [{ EMEND_OIDC_CLIENT_ID: "emend", EMEND_OIDC_ISSUER: "http://id.example" }, "CONFIG_OIDC_ISSUER"],
    [{ EMEND_OIDC_CLIENT_ID: "emend", EMEND_OIDC_ISSUER: "id.example" }, "CONFIG_OIDC_ISSUER"],
  ] as const) {
    it(`refuses half of an OpenID provider, or one in the clear: ${Object.values(given).join(" at ")}`, () => {
      assert.deepEqual(
        problemsOf({ ...credentials, ...given }).map(({ code }) => code),
        [missing],
      );
    });
  }

  it("without a single variable is the sandbox, with every default", () => {
    assert.deepEqual(configOf({}), {
      tencent: undefined,
      service: {
        mode: "enforce",
        host: "0.0.0.0",
        port: 8080,
        callbackPath: "/callback",
        consoleHost: "127.0.0.1",
        consolePort: 8081,
        consoleOrigin: undefined,
        trustedProxies: [],
        sessionIdleMs: 30 * 60_000,
        oidc: undefined,
        apiToken: undefined,
        databasePath: "data/emend.db",
        rulesDir: "rules",
        noteKey: "moderation",
        nonJson: "leave",
        auditKey: undefined,
        keepBodiesMs: 7 * 86_400_000,
        keepOriginalsMs: 180 * 86_400_000,
        backfillCallsPerSecond: 20,
        backfillC2cEveryMs: 600_000,
        logLevel: undefined,
      },
      simulatorPort: 8082,
    });
  });

  it("with id and key serves the real app, with every default", () => {
    const { tencent } = configOf(credentials);
    assert.ok(tencent);
    const { secretKey, ...others } = tencent;
    assert.equal(secretKey.reveal(), KEY);
    assert.deepEqual(others, {
      sdkAppId: 1400000000,
      admin: "administrator",
      baseUrl: "https://console.tim.qq.com",
      callbackToken: undefined,
      callsPerSecond: 200,
    });
  });

  it("takes an empty variable for one that is not set", () => {
    const names = [
      ...["TENCENT_SDK_APP_ID", "TENCENT_SECRET_KEY", "TENCENT_ADMIN", "TENCENT_REGION", "TENCENT_BASE_URL"],
      ...["TENCENT_CALLBACK_TOKEN", "TENCENT_CALLS_PER_SECOND", "EMEND_MODE", "EMEND_PORT", "EMEND_API_TOKEN"],
      ...["EMEND_DATABASE_URL", "EMEND_KEEP_BODIES", "EMEND_LOG_LEVEL", "EMEND_NOTE_KEY"],
    ];
    for (const value of ["", "  "]) {
      assert.deepEqual(configOf(Object.fromEntries(names.map((name) => [name, value]))), configOf({}));
    }
  });

  const service = (config: Config) => config.service;
  const tencent = (config: Config) => config.tencent ?? assert.fail("there should be credentials");
  const rangesIn = ({ trustedProxies }: Config["service"]): string =>
    trustedProxies.map(({ network, prefix }) => `${network}/${prefix}`).join(" ");
  const long = "t".repeat(32);
  for (const [name, value, read, expected] of [
    ["TENCENT_SDK_APP_ID", " 1600012345 ", (c) => tencent(c).sdkAppId, 1600012345],
    ["TENCENT_ADMIN", "root", (c) => tencent(c).admin, "root"],
    ["TENCENT_CALLBACK_TOKEN", "t", (c) => tencent(c).callbackToken?.reveal(), "t"],
    ["TENCENT_CALLS_PER_SECOND", "1", (c) => tencent(c).callsPerSecond, 1],
    [
      "TENCENT_BASE_URL",
      "https://adminapi.my-imcloud.com/",
      (c) => tencent(c).baseUrl,
      "https://adminapi.my-imcloud.com",
    ],
    ["TENCENT_BASE_URL", "http://127.0.0.1:8082", (c) => tencent(c).baseUrl, "http://127.0.0.1:8082"],
    ["TENCENT_BASE_URL", "http://127.9.9.9", (c) => tencent(c).baseUrl, "http://127.9.9.9"],
    ["TENCENT_BASE_URL", "http://localhost:1/x//", (c) => tencent(c).baseUrl, "http://localhost:1/x"],
    ["TENCENT_BASE_URL", "http://[::1]:1", (c) => tencent(c).baseUrl, "http://[::1]:1"],
    ["EMEND_MODE", "shadow", (c) => service(c).mode, "shadow"],
    ["EMEND_HOST", "::", (c) => service(c).host, "::"],
    ["EMEND_PORT", "0", (c) => service(c).port, 0],
    ["EMEND_PORT", "65535", (c) => service(c).port, 65535],
    ["EMEND_CALLBACK_PATH", "/a/5f2c-x", (c) => service(c).callbackPath, "/a/5f2c-x"],
    ["EMEND_CONSOLE_HOST", "0.0.0.0", (c) => service(c).consoleHost, "0.0.0.0"],
    ["EMEND_CONSOLE_PORT", "9", (c) => service(c).consolePort, 9],
    [
      "EMEND_CONSOLE_ORIGIN",
      "https://emend.example/",
      (c) => service(c).consoleOrigin?.origin,
      "https://emend.example",
    ],
    ["EMEND_CONSOLE_ORIGIN", "http://box:81", (c) => service(c).consoleOrigin?.origin, "http://box:81"],
    ["EMEND_TRUSTED_PROXIES", "10.0.0.5, fd00::/8", (c) => rangesIn(service(c)), "10.0.0.5/32 fd00::/8"],
    ["EMEND_SESSION_IDLE", "8h", (c) => service(c).sessionIdleMs, 8 * 3_600_000],
    ["EMEND_API_TOKEN", long, (c) => service(c).apiToken?.reveal(), long],
    ["EMEND_DATABASE_URL", "sqlite:emend.db", (c) => service(c).databasePath, "emend.db"],
    ["EMEND_DATABASE_URL", "sqlite:/var/lib/emend.db", (c) => service(c).databasePath, "/var/lib/emend.db"],
    ["EMEND_DATABASE_URL", "sqlite:///var/lib/emend.db", (c) => service(c).databasePath, "/var/lib/emend.db"],
    ["EMEND_DATABASE_URL", "sqlite::memory:", (c) => service(c).databasePath, ":memory:"],
    ["EMEND_RULES_DIR", "/etc/emend/rules", (c) => service(c).rulesDir, "/etc/emend/rules"],
    ["EMEND_NOTE_KEY", "audit", (c) => service(c).noteKey, "audit"],
    ["EMEND_AUDIT_KEY", long, (c) => service(c).auditKey?.reveal(), long],
    ["EMEND_NON_JSON", "wrap", (c) => service(c).nonJson, "wrap"],
    ["EMEND_KEEP_BODIES", "0", (c) => service(c).keepBodiesMs, 0],
    ["EMEND_KEEP_BODIES", "90s", (c) => service(c).keepBodiesMs, 90_000],
    ["EMEND_KEEP_BODIES", "5m", (c) => service(c).keepBodiesMs, 300_000],
    ["EMEND_KEEP_ORIGINALS", "36h", (c) => service(c).keepOriginalsMs, 36 * 3_600_000],
    ["EMEND_KEEP_ORIGINALS", "365d", (c) => service(c).keepOriginalsMs, 365 * 86_400_000],
    ["EMEND_BACKFILL_CALLS_PER_SECOND", "0", (c) => service(c).backfillCallsPerSecond, 0],
    ["EMEND_BACKFILL_CALLS_PER_SECOND", "100", (c) => service(c).backfillCallsPerSecond, 100],
    ["EMEND_BACKFILL_C2C_EVERY", "1h", (c) => service(c).backfillC2cEveryMs, 3_600_000],
    ["EMEND_BACKFILL_C2C_EVERY", "0", (c) => service(c).backfillC2cEveryMs, 0],
    ["EMEND_LOG_LEVEL", "warn", (c) => service(c).logLevel, "warn"],
  ] as const satisfies readonly (readonly [string, string, (config: Config) => unknown, unknown])[]) {
    it(`reads ${name}=${value}`, () => assert.equal(read(configOf({ ...credentials, [name]: value })), expected));
  }

  for (const [region, host] of [
    ["china", "console.tim.qq.com"],
    ["singapore", "adminapisgp.im.qcloud.com"],
    ["seoul", "adminapikr.im.qcloud.com"],
    ["tokyo", "adminapijpn.im.qcloud.com"],
    ["frankfurt", "adminapiger.im.qcloud.com"],
    ["silicon-valley", "adminapiusa.im.qcloud.com"],
    ["jakarta", "adminapiidn.im.qcloud.com"],
    ["mumbai", "adminapiind.im.qcloud.com"],
  ] as const) {
    it(`knows where ${region} is`, () => {
      assert.equal(configOf({ ...credentials, TENCENT_REGION: region }).tencent?.baseUrl, `https://${host}`);
    });
  }

  for (const [name, ...values] of [
    ["TENCENT_SDK_APP_ID", "14000abc", "0", "0140", "-1", "1.5", "1".repeat(16), "१४००"],
    ["TENCENT_REGION", "China", "moon", "constructor", "__proto__"],
    ["TENCENT_BASE_URL", "http://console.tim.qq.com", "http://127.0.0.1.evil.com", "http://localhost.evil.com"],
    [
      "TENCENT_BASE_URL",
      "ftp://x",
      "console.tim.qq.com",
      "https://",
      "https://u:p@h",
      "https://h?x=1",
      "http://10.0.0.1",
    ],
    ["TENCENT_BASE_URL", "https://h#frag", "https://h?", "https://:p@h", "http://[::2]"],
    ["TENCENT_CALLS_PER_SECOND", "0", "-1", "1.5", "1e3", "100001", "many"],
    ["EMEND_MODE", "Enforce", "off", "toString"],
    ["EMEND_PORT", "65536", "-1", "80a", "0x50"],
    ["EMEND_CONSOLE_PORT", "65536", "8080"],
    [
      "EMEND_CONSOLE_ORIGIN",
      "emend.example",
      "https://emend.example/console",
      "ftp://emend.example",
      "https://a@b.example",
    ],
    ["EMEND_TRUSTED_PROXIES", "proxy", "10.0.0.0/0", "10.0.0.0/33", "::/129", "10.0.0.0/8/8", "10.0.0.5;10.0.0.6"],
    ["EMEND_SESSION_IDLE", "1m", "13h", "0", "soon"],
    ["EMEND_OIDC_ROLES", "ops", "ops=king", "=admin", "a=viewer,,b=viewer"],
    ["EMEND_SIMULATOR_PORT", "65536"],
    ["EMEND_CALLBACK_PATH", "callback", "/", "/callback/", "/a//b", "/a?b", "/a b", "/a#b", "/%61", "/é"],
    ["EMEND_API_TOKEN", "t".repeat(31)],
    ["EMEND_AUDIT_KEY", "short"],
    ["EMEND_DATABASE_URL", "sqlite:", "mysql://x", "data/emend.db", "postgres://u:p@h/db", "postgresql://h/db"],
    ["EMEND_NON_JSON", "drop"],
    ["EMEND_KEEP_BODIES", "7", "d", "-1d", "1.5d", "7 d", "7w", "9999999d", "forever"],
    ["EMEND_KEEP_ORIGINALS", "1y"],
    ["EMEND_BACKFILL_CALLS_PER_SECOND", "101", "-1", "2.5"],
    ["EMEND_BACKFILL_C2C_EVERY", "often"],
    ["EMEND_LOG_LEVEL", "loud"],
  ] as const) {
    for (const value of values) {
      it(`refuses ${name}=${value}, with a next step`, () => {
        const problems = problemsOf({ ...credentials, [name]: value });
        assert.equal(problems.length, 1, JSON.stringify(problems));
        assert.equal(problems[0]?.code, `CONFIG_${name.replace(/^(TENCENT|EMEND)_/, "")}`);
        assert.ok(problems[0]?.sentence.startsWith(`${name} `));
      });
    }
  }

  for (const [sentence, environment, code] of [
    ["an id without a key", { TENCENT_SDK_APP_ID: "1400000000" }, "CONFIG_SECRET_KEY"],
    ["a key without an id", { TENCENT_SECRET_KEY: KEY }, "CONFIG_SDK_APP_ID"],
    ["a token with neither", { TENCENT_CALLBACK_TOKEN: "t" }, "CONFIG_SDK_APP_ID"],
    ["an id and an empty key", { TENCENT_SDK_APP_ID: "1400000000", TENCENT_SECRET_KEY: " " }, "CONFIG_SECRET_KEY"],
  ] as const) {
    it(`is never the sandbox with half of the credentials: ${sentence}`, () => {
      assert.deepEqual(
        problemsOf(environment).map((problem) => problem.code),
        [code],
      );
    });
  }

  it("is checked whole without credentials, too", () => {
    assert.equal(problemsOf({ TENCENT_REGION: "moon", TENCENT_CALLS_PER_SECOND: "x" }).length, 2);
  });

  it("says what comes of PostgreSQL", () => {
    const [problem] = problemsOf({ EMEND_DATABASE_URL: "postgres://u:hunter2@h/db" });
    assert.match(problem?.sentence ?? "", /PostgreSQL/);
    assert.match(problem?.next ?? "", /sqlite:/);
  });

  it("refuses a name that is nearly one of ours, and leaves other people's names alone", () => {
    const reading = readConfig({
      ...credentials,
      EMEND_MDOE: "shadow",
      TENCENT_SECRET_ID: "x",
      PATH: "/bin",
    });
    assert.ok(!reading.ok);
    assert.deepEqual(
      reading.problems.map(({ sentence, next }) => `${sentence} ${next}`),
      ["EMEND_MDOE is no variable of Emend. Did you mean EMEND_MODE?"],
    );
  });

  it("tells all problems at once, and shows no secret in any of them", () => {
    const secrets = {
      TENCENT_SECRET_KEY: "hunter2-key",
      TENCENT_CALLBACK_TOKEN: "hunter2-token",
      EMEND_API_TOKEN: "hunter2-api",
      EMEND_AUDIT_KEY: "hunter2-audit",
      EMEND_DATABASE_URL: "postgres://emend:hunter2@db/emend",
      TENCENT_BASE_URL: "https://admin:hunter2@console.tim.qq.com",
    };
    const problems = problemsOf({
      ...secrets,
      ...{ TENCENT_SDK_APP_ID: "x", TENCENT_REGION: "x", TENCENT_CALLS_PER_SECOND: "x", EMEND_MODE: "x" },
      ...{ EMEND_PORT: "x", EMEND_CALLBACK_PATH: "x", EMEND_KEEP_BODIES: "x", EMEND_LOG_LEVEL: "x" },
    });
    assert.deepEqual(problems.map(({ code }) => code.replace("CONFIG_", "")).sort(), [
      ...["API_TOKEN", "AUDIT_KEY", "BASE_URL", "CALLBACK_PATH", "CALLS_PER_SECOND", "DATABASE_URL"],
      ...["KEEP_BODIES", "LOG_LEVEL", "MODE", "PORT", "REGION", "SDK_APP_ID"],
    ]);
    assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
  });

  it("does not show its secrets when it is printed", () => {
    const long = "hunter2".repeat(8);
    const config = configOf({
      ...{ ...credentials, TENCENT_SECRET_KEY: long, TENCENT_CALLBACK_TOKEN: long },
      ...{ EMEND_API_TOKEN: long, EMEND_AUDIT_KEY: long },
    });
    assert.doesNotMatch(inspect(config, { depth: Infinity, showHidden: true }) + JSON.stringify(config), /hunter2/);
  });

  it("cuts a value short that was pasted by mistake", () => {
    const [problem] = problemsOf({ EMEND_MODE: "p".repeat(5_000) });
    assert.ok((problem?.sentence.length ?? Infinity) < 200);
  });
});

describe("a .env file", () => {
  const before = process.cwd();
  afterEach(() => process.chdir(before));

  it("fills in what is not really set, in the working folder", () => {
    using folder = createTempFolder();
    process.chdir(folder.path);
    writeFileSync(".env", 'EMEND_PORT=1\n# EMEND_HOST=x\nEMEND_NOTE_KEY="quoted key"\n');
    assert.deepEqual(withDotEnv({ EMEND_PORT: "2", EMEND_MODE: "shadow" }), {
      ...{ EMEND_PORT: "2", EMEND_MODE: "shadow", EMEND_NOTE_KEY: "quoted key" },
    });
    process.chdir(before);
  });

  it("is not hidden by a variable that is empty", () => {
    using folder = createTempFolder();
    process.chdir(folder.path);
    writeFileSync(".env", "TENCENT_SDK_APP_ID=1400000000\n");
    assert.deepEqual(withDotEnv({ TENCENT_SDK_APP_ID: "" }), { TENCENT_SDK_APP_ID: "1400000000" });
    process.chdir(before);
  });

  it("may begin with the mark that Windows editors put there", () => {
    using folder = createTempFolder();
    process.chdir(folder.path);
    writeFileSync(".env", "\uFEFFEMEND_MODE=shadow\n");
    assert.deepEqual(withDotEnv({}), { EMEND_MODE: "shadow" });
    process.chdir(before);
  });

  for (const [sentence, text] of [
    ["a line without =", "TENCENT_SDK_APP_ID 1400000000\nTENCENT_SECRET_KEY=x\n"],
    ["text that is no UTF-8", Buffer.from("\ufeffEMEND_MODE=shadow\n", "utf16le")],
  ] as const) {
    it(`is refused whole with ${sentence}: half of it could start the wrong thing`, () => {
      using folder = createTempFolder();
      process.chdir(folder.path);
      writeFileSync(".env", text);
      assert.throws(() => withDotEnv({}), /not NAME=value/);
      process.chdir(before);
    });
  }

  it("need not exist", () => {
    using folder = createTempFolder();
    process.chdir(folder.path);
    const environment = { EMEND_PORT: "2" };
    assert.deepEqual(withDotEnv(environment), environment);
    process.chdir(before);
  });
});
