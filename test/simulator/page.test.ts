import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import type { Simulator } from "../../src/simulator/server.ts";
import { simulate } from "./bench.ts";

const FOLDER = new URL("../../src/simulator/page/", import.meta.url);

describe("the simulator's page", () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await simulate();
  });
  after(() => simulator.close());

  for (const [path, type] of [
    ["/", "text/html; charset=utf-8"],
    ["/page.css", "text/css; charset=utf-8"],
    ["/page.js", "text/javascript; charset=utf-8"],
    ["/bubble.js", "text/javascript; charset=utf-8"],
    ["/note.js", "text/javascript; charset=utf-8"],
    ["/favicon.svg", "image/svg+xml"],
  ] as const) {
    it(`serves ${path} as what it is, to be looked for again each time`, async () => {
      const response = await fetch(`${simulator.url}${path}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), type);
      assert.equal(response.headers.get("cache-control"), "no-cache");
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      assert.equal(
        await response.text(),
        await readFile(new URL(path === "/" ? "index.html" : path.slice(1), FOLDER), "utf8"),
      );
    });
  }

  it("forbids the browser all that does not come from here", async () => {
    const policy = (await fetch(simulator.url)).headers.get("content-security-policy") ?? "";
    const directives = new Map(policy.split(";").map((one) => one.split(" ", 2) as [string, string]));
    assert.equal(directives.get("default-src"), "'none'");
    for (const source of ["script-src", "style-src", "connect-src", "img-src"]) {
      assert.equal(directives.get(source), "'self'");
    }
    for (const shut of ["base-uri", "form-action", "frame-ancestors"]) assert.equal(directives.get(shut), "'none'");
    assert.equal(directives.get("require-trusted-types-for"), "'script'");
    assert.doesNotMatch(policy, /unsafe|http:|https:|\*|data:|blob:/);
  });

  it("protects the answers of the control routes alike", async () => {
    const { headers } = await fetch(`${simulator.url}/simulator/conversations`);
    assert.ok(headers.get("content-security-policy")?.includes("default-src 'none'"));
    assert.equal(headers.get("x-powered-by"), null);
  });

  it("has no script, style or handler inside its markup", async () => {
    const html = await readFile(new URL("index.html", FOLDER), "utf8");
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:/i);
    for (const [, inside = ""] of html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)) assert.equal(inside, "");
  });

  it("loads nothing from elsewhere", async () => {
    for (const name of await readdir(FOLDER)) {
      const text = (await readFile(new URL(name, FOLDER), "utf8")).replaceAll("http://www.w3.org/2000/svg", "");
      assert.doesNotMatch(text, /https?:\/\/|@import|url\((?!["']?#)/, name);
    }
  });

  it("never makes markup of what users wrote", async () => {
    for (const name of (await readdir(FOLDER)).filter((file) => file.endsWith(".js"))) {
      const script = await readFile(new URL(name, FOLDER), "utf8");
      assert.doesNotMatch(
        script,
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b/,
      );
    }
  });

  it("knows every name that its script looks up", async () => {
    const html = await readFile(new URL("index.html", FOLDER), "utf8");
    const script = await readFile(new URL("page.js", FOLDER), "utf8");
    const wanted = [...script.matchAll(/find\("([^"]+)"\)/g)].map(([, id]) => id);
    assert.ok(wanted.length > 10);
    for (const id of wanted) assert.ok(html.includes(`id="${id}"`), id);
  });

  it("knows a note by its shape, whatever key it stands under", async () => {
    const { notesIn } = (await import(new URL("note.js", FOLDER).href)) as { notesIn: (data?: string) => unknown[] };
    const note = { v: 1, id: "01J", action: "mask", rules: ["a.b"], at: 1_789_000_000_000 };
    assert.deepEqual(notesIn(JSON.stringify({ quote: {}, anything: [note, note] })), [note, note]);
    for (const other of [undefined, "", "plain", "null", "[]", "[1]", "{}", '{"a":[]}', '{"a":[{"v":1}]}']) {
      assert.deepEqual(notesIn(other), [], other);
    }
    assert.deepEqual(notesIn(JSON.stringify({ a: [{ ...note, rules: [{}] }] })), []);
  });
});
