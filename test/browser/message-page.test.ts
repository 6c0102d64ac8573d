/** The page of one message: what it says of edits, of a recall, of what cannot be rewritten, and of what was sent. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { eventually } from "../support/turns.ts";
import { sandboxOfSuite } from "./sandbox.ts";

const NEAR = 30_000;

const textElement = (text: string) => ({ MsgType: "TIMTextElem", MsgContent: { Text: text } });

describe("the page of a message, in a browser", function () {
  this.timeout(180_000);
  const at = sandboxOfSuite();

  /** Something that people in the chat do. @returns the message's number in the chat */
  async function chat(does: "say" | "edit" | "recall", what: Readonly<Record<string, unknown>>): Promise<string> {
    const answer = await fetch(`${at().chat}/simulator/${does}`, { method: "POST", body: JSON.stringify(what) });
    const told = await answer.text();
    assert.equal(answer.status, 200, told);
    return (JSON.parse(told) as { readonly id: string }).id;
  }

  /** The message that these words are found by, as soon as the record says this of it. */
  async function messageWith(page: Page, words: string, isSo: (item: Item) => boolean): Promise<Item> {
    let found: Item | undefined;
    const look = async (): Promise<boolean> => {
      const query = new URLSearchParams({ q: words }).toString();
      const answer = await page.request.get(`${at().url}/api/v1/messages?${query}`);
      assert.equal(answer.status(), 200);
      [found] = ((await answer.json()) as { readonly items: readonly Item[] }).items;
      return found !== undefined && isSo(found);
    };
    await eventually(`${words} is found`, look, () => page.waitForTimeout(50));
    assert.ok(found);
    return found;
  }
  type Item = {
    readonly id: number;
    readonly state: string | null;
    readonly purpose: string | null;
    readonly editCount: number;
    readonly recalled: boolean;
    readonly text: string | null;
  };

  const opened = async (page: Page, { id }: Item): Promise<void> => {
    await page.goto(`${at().url}/messages/${id}`);
    await page.locator(".story li").first().waitFor({ timeout: NEAR });
  };
  const side = (page: Page, heading: string) =>
    page.locator(".bubble-side").filter({ has: page.getByRole("heading", { name: heading, exact: true }) });
  const isMasked = ({ state }: Item): boolean => state === "applied";

  it("compares the words of the last edit with what clients see, and tells of each version by itself", async () => {
    await using reviewing = await at().openSignedIn("/messages");
    const { page } = reviewing;
    const id = await chat("say", { from: "anna", to: "ben", text: "the first damn draft" });
    await messageWith(page, "the first", isMasked);
    await chat("edit", { id, by: "anna", text: "rewritten damn text of anna" });
    const item = await messageWith(
      page,
      "rewritten",
      ({ purpose, state }) => purpose === "guard" && state === "applied",
    );
    assert.equal(item.text, "rewritten *** text of anna");
    await opened(page, item);

    assert.equal(
      await side(page, "As it was written last").locator(".bubble").innerText(),
      "rewritten damn text of anna",
    );
    assert.equal(await side(page, "As clients see it").locator(".bubble").innerText(), "rewritten **** text of anna");
    const difference = page.getByRole("region", { name: "What changed" });
    assert.deepEqual(await difference.locator("del").allTextContents(), ["removed: damn"]);
    assert.deepEqual(await difference.locator("ins").allTextContents(), ["put in: ****"]);

    const findings = page.getByRole("region", { name: "Findings", exact: true });
    const sent = findings.getByRole("article", { name: "As it was sent" });
    assert.equal(await sent.locator("mark").innerText(), "damn");
    assert.match(await sent.getByRole("table").innerText(), /profanity\.en\s+damn\s+element 1, text, 10–14/);
    const edit = findings.getByRole("article", { name: "Edit 1" });
    assert.match(await edit.getByRole("table").innerText(), /profanity\.en\s+damn\s+element 1, text, 10–14/);
    await edit.getByText("It took a mask off: the mask was ordered again.").waitFor();
    await edit.getByText("Callback as it came").click();
    const raw = await edit.locator("pre").first().textContent();
    assert.match(raw ?? "", /^\{"CallbackCommand":"C2C\.CallbackAfterModifyMsg",.*rewritten damn text of anna/);
    await findings.getByText("Explain", { exact: true }).click();
    await findings.locator(".explanation del").filter({ hasText: "damn" }).waitFor();
    assert.match(
      await findings.locator(".explanation").innerText(),
      /As words are looked for: rewritten damn text of anna/,
    );
    const story = page.getByRole("region", { name: "History" });
    const line = story.getByRole("listitem").filter({ hasText: "Edited · Edit 1" });
    assert.match(await line.innerText(), /anna[^]*It took a mask off: the mask was ordered again\./);

    // What is to pass from now on are the newest words: it is these that the rule is tested with.
    await page.getByRole("button", { name: /^False positive/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Let this phrase pass from now on").check();
    assert.equal(await dialog.getByLabel("Phrase to allow").inputValue(), "damn text");
    const diff = dialog.getByLabel("Change of the rule's file");
    await diff.getByText('- { text: "rewritten damn text of anna", untouched: true }').waitFor({ timeout: NEAR });
    assert.deepEqual(reviewing.complaints, []);
  });

  it("explains text elements as one, and of a long text as much as can be asked", async () => {
    await using reviewing = await at().openSignedIn("/messages");
    const { page } = reviewing;
    const body = [textElement("a word in two, da"), textElement("mn it")];
    await chat("say", { from: "ben", to: "anna", body });
    await opened(page, await messageWith(page, "a word in two", isMasked));
    const findings = page.getByRole("region", { name: "Findings", exact: true });
    await findings.getByText("Explain", { exact: true }).click();
    const hit = findings.locator(".explanation").getByRole("row").filter({ hasText: "profanity.en" }).first();
    assert.match(await hit.innerText(), /profanity\.en\s+damn\s+element 1, element 2/);
    assert.equal(await findings.getByText("characters are explained").count(), 0);

    await chat("say", { from: "ben", to: "anna", text: `a long damn tale ${"and so on ".repeat(300)}` });
    await opened(page, await messageWith(page, "damn tale", isMasked));
    await findings.getByText("Explain", { exact: true }).click();
    await findings.getByText("Only the first 2,000 of 3,017 characters are explained.").waitFor();
    await findings.locator(".explanation").getByText("term: damn").first().waitFor();
    assert.equal(await findings.getByText("The rules have changed since").count(), 0);

    await page.route("**/api/v1/rules/try", async (route) => {
      const response = await route.fetch();
      const tried = (await response.json()) as Readonly<Record<string, unknown>>;
      await route.fulfill({ response, json: { ...tried, revision: "of-today" } });
    });
    await page.reload();
    await findings.getByText("Explain", { exact: true }).click();
    await findings
      .getByText(/^The rules have changed since: it was decided by revision [0-9a-f]+, live is revision of-today\.$/)
      .waitFor();
  });

  it("says that nobody sees what was recalled, and that a live group's message cannot be rewritten", async () => {
    await using reviewing = await at().openSignedIn("/messages");
    const { page } = reviewing;
    const id = await chat("say", { from: "ben", to: "anna", text: "a damn word too soon" });
    await messageWith(page, "word too soon", isMasked);
    await chat("recall", { id });
    await opened(page, await messageWith(page, "word too soon", ({ recalled }) => recalled));
    const notice = page
      .locator(".notice")
      .filter({ hasText: "Recalled: nobody in the conversation sees it any more." });
    assert.match(await notice.innerText(), /ben, /);
    assert.equal(
      await side(page, "What stood there before it was recalled").locator(".bubble").innerText(),
      "a **** word too soon",
    );
    assert.equal(await page.getByText("As clients see it").count(), 0);

    await chat("say", { from: "ben", group: "show", groupType: "AVChatRoom", text: "damn good show" });
    await opened(page, await messageWith(page, "good show", ({ state }) => state === "refused"));
    const header = page.locator("article.message header");
    assert.match(await header.innerText(), /Objected to\s+Mask: Refused \(live group\)/);
    await page.getByText("A rule objected, but it cannot be rewritten. Live groups keep no message").waitFor();
    const story = page.getByRole("region", { name: "History" });
    const told = await story.locator("strong").allInnerTexts();
    assert.deepEqual(told.slice(0, 5), ["Sent", "Came to Emend", "Judged", "Change ordered", "Ended"]);
    assert.deepEqual(reviewing.complaints, []);
  });

  it("shows what was sent to the byte, and the look before a restore as such", async () => {
    await using reviewing = await at().openSignedIn("/messages");
    const { page } = reviewing;
    // Neither spaces, escapes nor a number as long as this outlive being read and written anew.
    const rawBody =
      '[ {"MsgType":"TIMTextElem","MsgContent":{ "Text" : "sp\\u0061ces, damn", "Big": 12345678901234567890 } } ]';
    await chat("say", { from: "ben", to: "anna", rawBody });
    const item = await messageWith(page, "spaces,", isMasked);
    await opened(page, item);
    const facts = page.getByRole("region", { name: "Facts" });
    await facts.getByText("Callback as it came").click();
    const raw = (await facts.locator("pre").first().textContent()) ?? "";
    const kept = await page.request.get(`${at().url}/api/v1/messages/${item.id}`);
    assert.equal(raw, ((await kept.json()) as { readonly callback: string }).callback);
    assert.ok(raw.includes(rawBody), raw);
    const isInside = await page.evaluate(
      "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('[aria-labelledby=facts] pre'))",
    );
    assert.equal(isInside, true);

    await page.getByRole("button", { name: "Restore", disabled: false }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restore", exact: true }).click();
    await page.locator("article.message header").getByText("Restore: Applied").waitFor({ timeout: NEAR });
    const story = page.getByRole("region", { name: "History" });
    const line = story.getByRole("listitem").filter({ hasText: "Read back from Tencent" });
    await line.getByText("It stands there as expected: the change goes out.").waitFor();
    assert.deepEqual(reviewing.complaints, []);
  });
});
