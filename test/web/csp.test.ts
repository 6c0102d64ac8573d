import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { skipBecause } from "../support/skip.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { browserPath, launch, noBrowser, watch } from "./browser.ts";
import type { FakeConsole } from "./fake-console.ts";
import { hostile, item, openErasure, startFakeConsole } from "./fake-console.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = [
  ...["/messages", "/messages/991", "/rules", "/outbox", "/overview", "/restores", "/audit", "/accounts", "/self"],
  "/retention",
];

type Violation = { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] };

/** What axe finds, but for what it calls minor. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<readonly Violation[]>("axe.run().then(({ violations }) => violations)");
  return found
    .filter(({ impact }) => impact !== "minor")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

describe("the console's page in a browser, under the headers that it is served with", function () {
  this.timeout(120_000);
  let folder: ReturnType<typeof createTempFolder> | undefined;
  let browser: Browser | undefined;
  let fake: FakeConsole;

  before(async function () {
    if (browserPath === undefined) skipBecause(noBrowser, this);
    folder = createTempFolder();
    const root = fileURLToPath(new URL("../..", import.meta.url));
    await build({
      root: `${root}src/web`,
      configFile: `${root}vite.config.ts`,
      logLevel: "warn",
      build: { outDir: folder.path },
    });
    fake = await startFakeConsole(folder.path);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await fake?.[Symbol.asyncDispose]();
    folder?.[Symbol.dispose]();
  });

  /** A page, and what it complained about so far. */
  async function open(path: string, options: Parameters<Browser["newContext"]>[0] = {}) {
    assert.ok(browser);
    const context = await browser.newContext({ locale: "en-GB", ...options });
    const page = await context.newPage();
    const complaints = await watch(page, fake.origin);
    await page.goto(fake.origin + path);
    await page.waitForLoadState("load");
    await page.locator("h1").first().waitFor({ state: "attached" });
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
  }

  for (const locale of ["en-GB", "zh-CN"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`draws every page without a complaint, and keeps nobody out: ${locale}, ${colorScheme}`, async () => {
        fake.become("admin");
        await using at = await open("/messages", { locale, colorScheme });
        for (const path of pages) {
          await at.page.goto(fake.origin + path);
          await at.page.locator("h1").first().waitFor({ state: "attached" });
          await at.page.locator(".spinner").first().waitFor({ state: "detached" });
          assert.deepEqual(await barriers(at.page), [], path);
        }
        assert.deepEqual(at.complaints, []);
      });
    }
  }

  it("keeps every text in its bubble: from right to left, without a space, of emoji alone", async () => {
    fake.become("reviewer");
    for (const width of [1280, 360]) {
      await using at = await open("/messages", { viewport: { width, height: 740 } });
      for (let id = 990; id < 1_000; id++) {
        await at.page.goto(`${fake.origin}/messages/${id}`);
        await at.page.locator(".bubble p").first().waitFor();
        const outside = await at.page.evaluate<readonly string[]>(`[...document.querySelectorAll(".bubble p")]
          .filter((text) => text.scrollWidth > text.clientWidth + 1 || text.closest(".bubble").getBoundingClientRect().right > innerWidth)
          .map((text) => text.textContent.slice(0, 40))`);
        assert.deepEqual(outside, [], `${width} px`);
      }
    }
  });

  it("shows the note of each change as it was written, to a viewer once they ask for the original", async () => {
    fake.become("viewer");
    await using at = await open("/messages/991");
    const orders = at.page.getByRole("region", { name: "Changes ordered" });
    const note = orders.locator("h3", { hasText: "Note as written" }).locator("+ pre");
    await orders.getByText("Mask").waitFor();
    assert.equal(await orders.getByText("Note as written").count(), 0);
    await at.page.getByRole("button", { name: "Show the original" }).click();
    await note.waitFor();
    const written = '{"moderation":[{"v":1,"id":"01J","action":"mask","rules":["profanity.en.mild"]}]}';
    assert.equal(await note.textContent(), written);
    await orders.getByText("The same, indented").first().click();
    const indented = orders.locator("details[open] pre");
    assert.match(await indented.innerText(), /^\{\n {2}"moderation": \[\n[^]*"profanity\.en\.mild"/);
  });

  it("says what to do where there is nothing, and where something failed", async () => {
    fake.become("admin");
    await using at = await open("/messages");
    const { page } = at;
    await page.route("**/api/v1/messages?*", (route) => route.fulfill({ json: { items: [], next: null } }));
    await page.goto(`${fake.origin}/messages?rule=none`);
    await page.getByText("No message fits.").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).last().click();
    await page.getByText("No message has come yet.").waitFor();
    assert.deepEqual(await barriers(page), []);
    await page.unroute("**/api/v1/messages?*");
    const problem = {
      type: "urn:x",
      title: "Slow",
      status: 500,
      code: "console-slow",
      detail: "Too slow.",
      next: "Less.",
    };
    await page.route("**/api/v1/messages?*", (route) => route.fulfill({ status: 500, json: problem }));
    await page.goto(`${fake.origin}/messages?rule=none`);
    await page.getByText("Too slow.").waitFor();
    await page.getByText("Less.").waitFor();
    assert.deepEqual(await barriers(page), []);
    await page.unroute("**/api/v1/messages?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("list", { name: "Messages, newest first" }).waitFor();
  });

  it("counts as new behind the pill only what fits the filters", async () => {
    fake.become("viewer");
    await using at = await open("/messages?rule=profanity.en.mild");
    const { page } = at;
    await page.getByRole("listitem").first().waitFor();
    const newer = { ...item(1_001), text: "a newer one" };
    await page.route("**/api/v1/messages?*", (route) =>
      route.fulfill({ json: { items: [newer, item(1_000)], next: null } }),
    );
    fake.tell("messages", { count: 40, newest: 1_040 });
    await page.getByRole("button", { name: "Show 1 new messages" }).click();
    await page.getByText("a newer one").waitFor();
  });

  it("opens a link for the first account, and shows the messages once it is made", async () => {
    fake.become("nobody yet");
    await using at = await open("/setup#a-token");
    const { page } = at;
    await page.getByLabel("Name").fill("anna");
    await page.getByLabel("Password", { exact: true }).fill("a long password");
    await page.getByLabel("Password, again").fill("another password");
    await page.keyboard.press("Enter");
    await page.getByText("The two passwords differ.").waitFor();
    await page.getByLabel("Password, again").fill("a long password");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Messages, newest first" }).waitFor();
    assert.deepEqual(fake.changes.at(-1)?.body, { token: "a-token", name: "anna", password: "a long password" });
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, "/messages");
    assert.deepEqual(at.complaints, []);
  });

  it("fits on a telephone, in Chinese and in the dark", async () => {
    fake.become("admin");
    const telephone = { viewport: { width: 360, height: 740 }, locale: "zh-CN", colorScheme: "dark" } as const;
    for (const path of pages) {
      await using at = await open(path, telephone);
      await at.page.waitForTimeout(200);
      assert.equal(await at.page.evaluate("document.documentElement.lang"), "zh-CN");
      assert.equal(await at.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true, path);
      assert.deepEqual(await barriers(at.page), [], path);
      assert.deepEqual(at.complaints, []);
    }
  });

  it("answers an address that it does not have with 404, and with a way back for a person", async () => {
    fake.become("viewer");
    await using at = await open("/messages");
    const answer = await at.page.goto(`${fake.origin}/wp-login.php`);
    assert.equal(answer?.status(), 404);
    await at.page.getByRole("heading", { name: "There is no such page." }).waitFor();
    assert.deepEqual(await barriers(at.page), []);
    await at.page.getByRole("link", { name: "Go to the messages" }).click();
    await at.page.getByRole("list", { name: "Messages, newest first" }).waitFor();
  });

  it("says which filter of an address it cannot read, in the reader's language, and shows no list", async () => {
    fake.become("viewer");
    await using at = await open("/messages", { locale: "zh-CN" });
    const { page } = at;
    const errors = [{ path: "query.since", code: "unreadable", detail: "Invalid.", next: "See openapi.json." }];
    const told = {
      type: "urn:x",
      title: "x",
      status: 400,
      code: "bad-input",
      detail: "query.since: x",
      next: "x",
      errors,
    };
    const isBogus = ({ searchParams }: URL): boolean => searchParams.get("since") === "bogus";
    await page.route(isBogus, (route) =>
      route.request().resourceType() === "document" ? route.continue() : route.fulfill({ status: 400, json: told }),
    );
    await page.goto(`${fake.origin}/messages?since=bogus`);
    const said = page.getByRole("alert");
    assert.equal(await said.locator("li").innerText(), "“从”一栏：无法识别。");
    assert.doesNotMatch(await said.innerText(), /query|openapi|[a-z]{4}/);
    assert.equal(await page.getByRole("list", { name: "消息，最新的在前" }).count(), 0);
    await said.getByRole("button", { name: "清除筛选" }).click();
    await page.getByRole("list", { name: "消息，最新的在前" }).waitFor();
  });

  it("asks for a name and a password, and then shows the messages", async () => {
    fake.become(undefined);
    await using at = await open("/messages");
    assert.deepEqual(await barriers(at.page), []);
    await at.page.getByLabel("Name").fill("anna");
    await at.page.getByLabel("Password").fill("a long password");
    await at.page.keyboard.press("Enter");
    await at.page.getByRole("list", { name: "Messages, newest first" }).waitFor();
    assert.deepEqual(at.complaints, []);
  });

  it("shows what people send as they sent it, and makes nothing of it", async () => {
    fake.become("reviewer");
    await using at = await open("/messages/991");
    const said = hostile[1] ?? "";
    await at.page.getByText(said).first().waitFor();
    assert.equal(await at.page.locator("main img, main script, main svg[onload]").count(), 0);
    assert.deepEqual(at.complaints, []);
  });

  it("walks through the messages with j and k, confirms with c and says so", async () => {
    fake.become("reviewer");
    await using at = await open("/messages");
    const { page } = at;
    await page.getByRole("listitem").first().waitFor();
    for (const key of ["j", "j", "k"]) await page.keyboard.press(key);
    await page.waitForURL("**/messages/1000");
    await page.getByRole("button", { name: "Confirm" }).waitFor();
    await page.keyboard.press("c");
    await page.getByText("Confirmed.").waitFor();
    const last = fake.changes.at(-1);
    assert.deepEqual(last, {
      path: "/messages/1000/verdict",
      csrf: "token-of-the-session",
      body: { verdict: "confirmed" },
    });
    await page.keyboard.press("/");
    assert.equal(await page.evaluate("document.activeElement.type"), "search");
    assert.deepEqual(at.complaints, []);
  });

  it("asks before it restores, and shows three versions where somebody was quicker", async () => {
    fake.become("reviewer");
    await using at = await open("/messages/990");
    const { page } = at;
    await page.getByRole("button", { name: "Restore", disabled: false }).waitFor();
    await page.keyboard.press("r");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Restore", exact: true }).click();
    await dialog.getByText("Now at Tencent").waitFor();
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    // A refusal is an answer of the API that the browser mentions; nothing else may be there.
    assert.deepEqual(
      at.complaints.filter((each) => !each.includes("409")),
      [],
    );
  });

  it("shows what an erasure would reach, wants the id once more, and follows it until it is done", async () => {
    fake.become("admin");
    await using at = await open("/retention");
    const { page } = at;
    await page.getByRole("button", { name: "Erase a user's texts" }).click();
    const dialog = page.getByRole("dialog");
    const submit = dialog.getByRole("button", { name: "Erase for good" });
    await page.keyboard.type("nobody");
    await page.keyboard.press("Enter");
    await dialog.getByText("Nothing that this user wrote is kept.").waitFor();
    await dialog.getByLabel("User ID").fill("zoe");
    assert.equal(await submit.count(), 0, "nothing is erased that was not counted");
    await page.keyboard.press("Enter");
    await dialog.getByText("Messages: 1,234").waitFor();
    await dialog.getByText("what Tencent stores: delete it there", { exact: false }).waitFor();
    await dialog.getByLabel("The ID, once more").fill("Zoe");
    assert.equal(await submit.isDisabled(), true);
    await page.keyboard.press("Enter");
    await dialog.getByLabel("The ID, once more").fill("zoe");
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(fake.changes.at(-1)?.body, { user: "zoe", confirm: "zoe" });
    await page.getByText("emptying the record").waitFor();
    assert.equal(await page.getByRole("button", { name: "Erase a user's texts" }).isDisabled(), true);
    assert.deepEqual(await barriers(page), []);
    await page.getByText("The erasure is done.").waitFor();
    assert.deepEqual(at.complaints, []);
  });

  it("says what is wrong with forgetting, and with an erasure that does not get on", async () => {
    fake.become("admin");
    await using at = await open("/messages");
    const { page } = at;
    await page.route("**/api/v1/retention", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        json: { ...((await answer.json()) as object), forgetting: "clock_jumped", forgotten: [] },
      });
    });
    const fault = { ...openErasure, stage: "files", share: null, fault: "ERASE_FILES_BUSY" };
    await page.route("**/api/v1/erasures", (route) => route.fulfill({ json: { open: fault, items: [] } }));
    await page.goto(`${fake.origin}/retention`);
    await page.getByText("this machine's clock has jumped", { exact: false }).waitFor();
    await page.getByText("Nothing has been forgotten yet.").waitFor();
    await page.getByText("another program reads the database all the time", { exact: false }).waitFor();
    assert.deepEqual(await barriers(page), []);
    const problem = { type: "urn:x", title: "Slow", status: 500, code: "x", detail: "Too slow.", next: "Less." };
    await page.route("**/api/v1/retention", (route) => route.fulfill({ status: 500, json: problem }));
    await page.goto(`${fake.origin}/retention`);
    await page.getByText("Too slow.").waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
  });

  it("forgets what it has shown when somebody's texts are erased", async () => {
    fake.become("viewer");
    await using at = await open("/messages/991");
    const { page } = at;
    await page.getByRole("button", { name: "Show the original" }).click();
    await page.getByText("damn").first().waitFor();
    await page.route("**/api/v1/messages*", (route) => route.fulfill({ json: { items: [], next: null } }));
    await page.route("**/api/v1/messages/991", (route) => route.abort());
    fake.tell("erased", {});
    await page.getByText("No message has come yet.").waitFor();
    assert.equal(await page.getByText("damn").count(), 0);
  });

  it("lets characters be chosen by keyboard alone, whole emoji among them", async () => {
    fake.become("reviewer");
    await using at = await open("/messages/991");
    const { page } = at;
    await page.getByRole("button", { name: "Mask by hand", disabled: false }).waitFor();
    await page.keyboard.press("m");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("listbox").focus();
    for (const key of ["ArrowDown", "ArrowLeft", "ArrowLeft", " "]) await page.keyboard.press(key);
    await dialog.getByText("1 chosen").waitFor();
    assert.deepEqual(await barriers(page), []);
    await dialog.getByRole("button", { name: "Mask", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(fake.changes.at(-1)?.body, {
      spans: [{ place: { element: 0, part: "text" }, start: 8, end: 12, text: `**** it 👍🏽 ${hostile[1] ?? ""}` }],
    });
    assert.deepEqual(at.complaints, []);
  });

  it("draws what shadow rules would have done, as numbers too, and leads to the messages", async () => {
    fake.become("reviewer");
    await using at = await open("/rules");
    const { page } = at;
    await page.getByText("As a table").click();
    const rows = page.getByRole("table", { name: "Hits by day" }).getByRole("row");
    const told = async () => (await rows.allInnerTexts()).slice(1).map((row) => row.split("\t").slice(1).join(" "));
    await page.getByRole("heading", { name: "Hits by day" }).waitFor();
    assert.deepEqual(await told(), ["1 3", "5 0"], "masked or flagged, and what would have been");
    await page.getByRole("combobox", { name: "Rule" }).selectOption("contact.trial");
    assert.deepEqual(await told(), ["0 3"]);
    await page.getByText("Days without a hit are left out.").waitFor();
    assert.deepEqual(await barriers(page), []);
    await page.getByRole("link", { name: "3 messages on which contact.trial would have acted" }).click();
    await page.waitForURL(/messages\?rule=contact.trial&since=/);
    assert.deepEqual(at.complaints, []);
  });

  it("says of each hit in a text that is tried what comes of it", async () => {
    fake.become("reviewer");
    await using at = await open("/rules");
    await at.page.getByRole("textbox", { name: "Text" }).fill("damn it");
    await at.page.getByRole("button", { name: "Try", exact: true }).click();
    const hits = at.page.getByRole("table", { name: "Hits", exact: true }).getByRole("row");
    await hits.nth(2).waitFor();
    assert.match(await hits.nth(1).innerText(), /Enforce\s+masks$/);
    assert.match(await hits.nth(2).innerText(), /Shadow\s+in shadow: would mask$/);
  });

  for (const [width, height] of [
    [360, 740],
    [768, 1_024],
    [1_300, 900],
    [1_920, 1_080],
  ] as const) {
    it(`shows all filters at once, none cut off, on ${width} × ${height}`, async () => {
      fake.become("viewer");
      await using at = await open("/messages?verdict=confirmed", { viewport: { width, height } });
      await at.page.getByRole("combobox", { name: "Rule" }).waitFor();
      const outside = await at.page.evaluate<readonly string[]>(`(() => {
        const bar = document.querySelector(".filters");
        const { left, right, top, bottom } = bar.getBoundingClientRect();
        const isOutside = (box) => box.left < left || box.right > right || box.top < top || box.bottom > bottom;
        const fields = [...bar.querySelectorAll("input, select, button")];
        return fields.filter((field) => isOutside(field.getBoundingClientRect())).map((field) => field.outerHTML);
      })()`);
      assert.deepEqual(outside, []);
      assert.deepEqual(at.complaints, []);
    });
  }

  it("says that sending has stopped, why, and what to do", async () => {
    fake.become("viewer");
    await using at = await open("/outbox");
    const told = at.page.getByRole("alert");
    await told.waitFor();
    assert.match(await told.innerText(), /Sending has stopped \(group\)[^]*70009[^]*Copy the key\./);
    assert.deepEqual(at.complaints, []);
  });

  it("offers the live rules to filter by, and says of another name that no live rule has it", async () => {
    fake.become("reviewer");
    for (const path of ["/messages?rule=profanity", "/restores?rule=profanity"]) {
      await using at = await open(path);
      const field = at.page.getByRole("combobox", { name: "Rule" });
      const unknown = at.page.getByText("No live rule has this name");
      await unknown.waitFor();
      const list = (await field.getAttribute("list")) ?? "";
      const offered = await at.page.evaluate<readonly string[]>(
        `Array.from(document.getElementById("${list}").options, ({ value }) => value)`,
      );
      assert.deepEqual(offered, ["profanity.en.mild", "contact.trial"], path);
      await field.fill("contact.trial");
      await unknown.waitFor({ state: "detached" });
      assert.deepEqual(await barriers(at.page), []);
    }
  });

  it("tells of new messages behind a pill, and shows them on a click", async () => {
    fake.become("viewer");
    await using at = await open("/messages");
    await at.page.getByRole("listitem").first().waitFor();
    fake.tell("messages", { count: 2, newest: 1_002 });
    fake.tell("messages", { count: 1, newest: 1_003 });
    const pill = at.page.getByRole("button", { name: "Show 3 new messages" });
    await pill.click();
    await pill.waitFor({ state: "detached" });
    assert.deepEqual(at.complaints, []);
  });

  it("says when Emend is not heard of any more, with what to do, and when it is again", async () => {
    fake.become("viewer");
    await using at = await open("/messages");
    const { page } = at;
    await page.getByRole("listitem").first().waitFor();
    await page.route("**/api/v1/events*", (route) => route.abort());
    fake.hangUp();
    const banner = page.getByText("Emend is not heard of");
    await banner.waitFor({ timeout: 20_000 });
    assert.match(await page.locator(".lost").innerText(), /tries again by itself/);
    assert.deepEqual(await barriers(page), []);
    await page.unroute("**/api/v1/events*");
    await banner.waitFor({ state: "detached", timeout: 30_000 });
    await page.getByRole("listitem").first().waitFor();
  });

  it("leads to the sign-in when the session ends, and keeps nothing of what it showed", async () => {
    fake.become("viewer");
    await using at = await open("/messages/991");
    const { page } = at;
    await page.getByText("*** it", { exact: false }).first().waitFor();
    fake.become(undefined);
    fake.hangUp();
    // At once, not when the browser would come again.
    await page.getByLabel("Password").waitFor({ timeout: 1_500 });
    assert.equal(await page.getByRole("listitem").count(), 0);
    assert.equal(await page.getByText("*** it", { exact: false }).count(), 0);
    let asked = 0;
    await page.route("**/api/v1/messages/991", (route) => {
      asked++;
      return route.continue();
    });
    await page.getByLabel("Name").fill("anna");
    await page.getByLabel("Password").fill("a long password");
    await page.keyboard.press("Enter");
    await page.getByText("damn").first().waitFor();
    assert.ok(asked > 0, "read anew");
  });

  it("hides originals from a viewer until they ask, and offers them nothing that they may not do", async () => {
    fake.become("viewer");
    await using at = await open("/messages/991");
    const { page } = at;
    await page.getByText("*** it", { exact: false }).first().waitFor();
    assert.equal(await page.getByText("damn").count(), 0);
    assert.equal(await page.getByRole("button", { name: "Restore" }).count(), 0);
    for (const name of ["Accounts", "Data"]) assert.equal(await page.getByRole("link", { name }).count(), 0);
    await page.getByRole("button", { name: "Show the original" }).click();
    await page.getByText("damn").first().waitFor();
    assert.equal(fake.changes.at(-1)?.path, "/messages/991/reveal");
    assert.deepEqual(at.complaints, []);
  });
});
