import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createConsoleBench } from "../support/console-api.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const redocly = fileURLToPath(new URL("../../node_modules/@redocly/cli/bin/cli.js", import.meta.url));

type Operation = { readonly operationId: string; readonly summary: string; readonly security: readonly object[] };
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

describe("the API's description", () => {
  const bench = createConsoleBench();
  let described: Document;
  before(async () => {
    const answer = await bench.agent().get("/api/openapi.json");
    assert.equal(answer.status, 200);
    described = answer.body as Document;
  });
  after(() => bench[Symbol.dispose]());

  it("is OpenAPI 3.1 in which a linter finds nothing to say", async function () {
    this.timeout(60_000);
    using folder = createTempFolder();
    const file = folder.file("openapi.json");
    writeFileSync(file, JSON.stringify(described));
    const env = { PATH: process.env["PATH"], HOME: folder.path, REDOCLY_TELEMETRY: "off" };
    const words = [redocly, "lint", "--extends=recommended", "--format=json", file];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder.path, env });
    const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
      totals: object;
      problems: object[];
    };
    assert.deepEqual(problems, []);
    assert.deepEqual(totals, { errors: 0, warnings: 0, ignored: 0 });
  });

  it("has every route of the table and no other, each under a name of its own", () => {
    const inTable = bench.routes.map(({ method, path }) => `${method} ${path}`).sort();
    const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
    assert.deepEqual(operations.map(({ name }) => name).sort(), inTable);
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length, ids.join(" "));
    for (const id of ids) assert.match(id, /^(get|post|put|patch|delete)[A-Za-z]+$/);
    for (const { operation } of operations) assert.match(operation.summary, /^[A-Z].*\.$/);
  });
});
