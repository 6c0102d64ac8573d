import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { startSimulator } from "../../src/simulator/server.ts";
import { freePorts, runEmend, startEmend } from "../support/emend-process.ts";
import { skipBecause } from "../support/skip.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { browserPath, buildPages, launch, noBrowser, watch } from "../web/browser.ts";
import { formulaCells, hostileStrings } from "./hostile-strings.ts";

const COUNT = 2_000;
const AT_ONCE = 16;
const token = "a-token-for-this-test-of-forty-letters-or-so";
const secretKey = "test-key";

const strings = hostileStrings(COUNT);
/** Names go into the record as they are, if they can be names at all. */
const asName = (words: string): string =>
  words !== "" && words.length <= 256 && words.isWellFormed() && !words.includes("\0") ? words : "anna";
const other = (n: number): string => strings[(n * 7 + 3) % COUNT] ?? "";

/** One group message for each of them: as its text, under a name of another, in a group named after a third. */
function callback(words: string, n: number): { readonly command: string; readonly body: string } {
  const said = {
    From_Account: asName(other(n)),
    MsgTime: 1_789_000_000 + n,
    MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: words } }],
    CloudCustomData: JSON.stringify({ title: words }),
  };
  const group = { GroupId: asName(other(n + 1)), Type: "Public", MsgSeq: n + 1 };
  const pair = { To_Account: asName(other(n + 1)), MsgKey: `key_${n}` };
  return n % 3 === 0
    ? { command: "C2C.CallbackAfterSendMsg", body: JSON.stringify({ ...said, ...pair }) }
    : { command: "Group.CallbackAfterSendMsg", body: JSON.stringify({ ...said, ...group }) };
}

/** YAML has no place for control characters and halves of characters; everything else may be a title. */
const rulesNamedAfter = (titles: readonly string[]): string =>
  JSON.stringify({
    pack: "hostile",
    rules: titles.map((title, n) => ({
      ...{ id: `hostile.${n}`, title, falsePositives: title, match: { terms: [`zzz${n}`] } },
      ...{ mode: n % 2 === 0 ? "enforce" : "shadow", severity: "low" },
    })),
  });
const isPlain = (words: string): boolean =>
  words.isWellFormed() && !/[\u0000-\u001F\u007F-\u009F\uFEFF\uFFFE\uFFFF]/.test(words);

async function inTurns<Item>(items: readonly Item[], work: (item: Item, n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < items.length; n = next++) await work(items[n] as Item, n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Cells of a CSV file, quoted ones too. */
const cellsOf = (csv: string): readonly string[] =>
  [...csv.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r?\n|$)/g)].map(([, cell = ""]) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );

describe(`${COUNT} hostile strings, in a browser in front of the real console`, function () {
  this.timeout(180_000);

  before(function () {
    if (browserPath === undefined) skipBecause(noBrowser, this);
    buildPages();
  });

  it("run no script, break no policy and leave the page whole: text, names, titles, notes, exports, addresses", async () => {
    using folder = createTempFolder();
    const [port, consolePort] = await freePorts(2);
    await using simulator = await startSimulator({
      sdkAppId: 1_400_000_000,
      secretKey,
      admin: "administrator",
      port: 0,
    });
    mkdirSync(folder.file("rules"));
    const titles = strings.filter((words, n) => n % 10 === 0 && words.length <= 200 && isPlain(words)).slice(0, 120);
    writeFileSync(folder.file("rules/hostile.yaml"), rulesNamedAfter(titles));
    const start = {
      cwd: folder.path,
      environment: {
        ...{ EMEND_HOST: "127.0.0.1", EMEND_PORT: String(port), EMEND_CONSOLE_PORT: String(consolePort) },
        ...{ TENCENT_SDK_APP_ID: "1400000000", TENCENT_SECRET_KEY: secretKey, TENCENT_BASE_URL: simulator.url },
        ...{ EMEND_API_TOKEN: token, EMEND_BACKFILL_CALLS_PER_SECOND: "0", EMEND_LOG_LEVEL: "warn" },
      },
    };
    const added = await runEmend(["user", "add", "rita", "--role", "admin"], start);
    assert.equal(added.code, 0, added.err);
    await using emend = startEmend(["serve"], {
      ...start,
      environment: { ...start.environment, EMEND_LOG_LEVEL: "info" },
    });
    await emend.says(/Ready for callbacks/);
    const origin = `http://127.0.0.1:${consolePort}`;
    const ask = async <Answer>(path: string, body?: unknown): Promise<Answer> => {
      const answer = await fetch(`${origin}/api/v1${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      return (answer.status === 204 ? undefined : await answer.json()) as Answer;
    };

    await inTurns(strings, async (words, n) => {
      const { command, body } = callback(words, n);
      const query = `SdkAppid=1400000000&CallbackCommand=${command}&contenttype=json`;
      const answer = await fetch(`http://127.0.0.1:${port}/callback?${query}`, { method: "POST", body });
      assert.equal(answer.status, 200, JSON.stringify(words));
    });
    type Item = { readonly id: number; readonly text: string | null; readonly decision: string };
    const listed = async (): Promise<readonly Item[]> => {
      const items: Item[] = [];
      for (let cursor = ""; ;) {
        const page = await ask<{ items: Item[]; next: string | null }>(`/messages?limit=100${cursor}`);
        items.push(...page.items);
        if (page.next === null) return items;
        cursor = `&cursor=${page.next}`;
      }
    };
    // Long ones are judged after they were answered, and shown once they are.
    let items = await listed();
    while (items.some(({ decision }) => decision === "undecided")) items = await listed();
    assert.equal(items.length, COUNT);
    const looked = items.filter((_item, n) => n % 50 === 0);
    await inTurns(looked, async ({ id }, n) => {
      // Notes may be of any kind but half a character, which is no JSON that another program would read.
      const note = (n < formulaCells.length ? formulaCells[n] : other(n))?.slice(0, 2_000) ?? "";
      await ask(`/messages/${id}/verdict`, { verdict: "false_positive", note });
    });

    await using browser: Browser = await launch();
    const context = await browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    const complaints = await watch(page, origin);
    let runs = 0;
    await page.exposeFunction("ran", () => (runs += 1));
    await page.goto(origin);
    await page.locator("input[name=name]").fill("rita");
    await page.locator("input[name=password]").fill(added.out.trim());
    await page.keyboard.press("Enter");
    await page.locator("header nav").waitFor();

    assert.deepEqual(await wrongRows(page, items), []);
    for (const { id } of looked) {
      await page.goto(`${origin}/messages/${id}`);
      await page.locator("article.message h1").waitFor();
      await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    }
    assert.equal(await page.evaluate(strangeLinks), 0);
    for (const path of ["/rules", "/overview?range=quarter", "/outbox", "/audit", "/accounts", "/self"]) {
      await page.goto(origin + path);
      await page.locator("h1").waitFor();
      await page.locator(".spinner").first().waitFor({ state: "detached" });
      assert.equal(await page.evaluate(strangeLinks), 0, path);
    }
    await page.goto(`${origin}/rules`);
    await page
      .getByText(titles[0] ?? "", { exact: true })
      .first()
      .waitFor();

    for (const [n, words] of strings.filter((_words, at) => at % 50 === 0).entries()) {
      const said = encodeURIComponent(words.toWellFormed()).slice(0, 2_000);
      const paths = [
        `/messages?q=${said}&sender=${said}&rule=${said}&conversation=${said}&since=${said}`,
        `/messages/${said.replaceAll("%2F", "-")}`,
        `/restores?rule=${said}`,
        `/audit?actor=${said}&message=${said}`,
        `/rules#${said}`,
        `/sign-in?problem=${said}`,
        `/setup#${said}`,
      ];
      await page.goto(origin + (paths[n % paths.length] ?? ""));
      await page.locator("main h1, main .failure, main .standing").first().waitFor({ state: "attached" });
      assert.equal(await page.evaluate(strangeLinks), 0);
    }

    // As files: in a spreadsheet no cell is a formula, and as JSON each line is one entry.
    const csv = await (await context.request.get(`${origin}/api/v1/audit/export?format=csv`)).text();
    assert.deepEqual(
      cellsOf(csv).filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell)),
      [],
    );
    const lines = (await (await context.request.get(`${origin}/api/v1/audit/export?format=jsonl`)).text())
      .trim()
      .split("\n");
    assert.ok(lines.map((line) => JSON.parse(line) as object).length > looked.length);

    assert.equal(runs, 0);
    // What an address asks for that cannot be is refused by the API, which the browser mentions.
    const refusals = /^error: Failed to load resource: the server responded with a status of (400|404)/;
    assert.deepEqual(
      complaints.filter((each) => !refusals.test(each)),
      [],
    );
    assert.equal((await emend.end()).code, 0);
  });
});

/** Links that would do something else than open a page of the console. */
const strangeLinks = `[...document.querySelectorAll("a[href], form[action], iframe, script:not([src^='/assets/']), object, embed, base, style")]
  .filter((each) => !(each.matches("a") && each.origin === location.origin)).length`;

/** From the top to the end, further pages included. */
const scrollThrough = `(async () => {
  const list = document.querySelector(".list-scroller");
  const seen = new Map();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  list.scrollTop = 0;
  for (let still = 0; still < 120; ) {
    await frame();
    await frame();
    for (const row of document.querySelectorAll(".message-row")) {
      seen.set(row.pathname, row.querySelector(".message-row-text").textContent);
    }
    const before = list.scrollTop;
    list.scrollTop += list.clientHeight * 0.6;
    still = list.scrollTop === before ? still + 1 : 0;
  }
  return [...seen];
})()`;

/** Scrolls through the whole list. @returns ids of rows that were never seen, or say something else than the record */
async function wrongRows(
  page: Page,
  items: readonly { readonly id: number; readonly text: string | null }[],
): Promise<readonly { readonly id: number; readonly shown: string | undefined }[]> {
  await page.locator(".message-row").first().waitFor();
  const seen = new Map<number, string>();
  // Rows grow when they are measured, so one may slip by; then it is there the next time.
  for (let rounds = 0; seen.size < items.length && rounds < 4; rounds++) {
    const all = await page.evaluate<readonly (readonly [string, string])[]>(scrollThrough);
    for (const [path, text] of all) seen.set(Number(path.split("/").at(-1)), text);
  }
  return items.flatMap(({ id, text }) => {
    const shown = seen.get(id)?.toWellFormed();
    return shown === text?.toWellFormed() ? [] : [{ id, text, shown }];
  });
}
