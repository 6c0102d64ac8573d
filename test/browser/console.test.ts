import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { eventually } from "../support/turns.ts";
import { sandboxOfSuite } from "./sandbox.ts";

const NEAR = 30_000;

/** What the chat's page shows of messages with these words, as it was said or as every client sees it. */
const inChat = (chat: Page, side: "said" | "seen", words: string) =>
  chat.locator(`#messages article.${side}`, { hasText: words });

/** What the record says of the newest message with these words; undefined while the console has not heard of it. */
async function decisionOn(page: Page, console: string, words: string): Promise<string | undefined> {
  const answer = await page.request.get(`${console}/api/v1/messages?${new URLSearchParams({ q: words }).toString()}`);
  assert.equal(answer.status(), 200);
  const { items } = (await answer.json()) as { readonly items: readonly { readonly decision: string }[] };
  return items[0]?.decision;
}

const row = (page: Page, words: string) => page.getByRole("link").filter({ hasText: words });

describe("the console on the sandbox, in a browser", function () {
  this.timeout(180_000);
  const at = sandboxOfSuite();

  it("lets a reviewer find a mask, see why, take it back, and teach the rule", async () => {
    const { chat, url } = at();
    const pie = { group: "weekend-hike", text: "Nothing beats that damn fine pie." };
    await at().say({ from: "ben", ...pie });
    await at().say({ from: "carlos", group: "weekend-hike", text: "Where is this damn fine pie sold?" });
    await using chatting = await at().open(`${chat}/#group:weekend-hike`);
    await inChat(chatting.page, "seen", "Nothing beats that **** fine pie.").waitFor();

    await using reviewing = await at().openSignedIn("/messages");
    const { page } = reviewing;
    // Found by what everybody may read of it.
    await page.getByRole("searchbox").fill("Nothing beats");
    await row(page, "Nothing beats that *** fine pie.").click();
    await page.waitForURL(/\/messages\/\d+\?q=Nothing\+beats$/);

    const findings = page.getByRole("region", { name: "Findings" });
    const finding = findings.getByRole("row").filter({ hasText: "profanity.en" });
    assert.match(await finding.innerText(), /profanity\.en\s+damn\s+element 1, text, 19–23\s+Mask/);
    await findings.getByText("Explain").click();
    await findings.getByText("term: damn").waitFor();

    await page.getByRole("button", { name: /^Restore/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restore", exact: true }).click();
    await inChat(chatting.page, "seen", "Nothing beats that damn fine pie.").waitFor({ timeout: NEAR });
    await page.locator("article.message").getByText("Restore: Applied").waitFor({ timeout: NEAR });

    // The rule learns that these words are no insult, and a test sees to it that it does not forget.
    await page.getByRole("button", { name: /^False positive/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Let this phrase pass from now on").check();
    assert.equal(await dialog.getByLabel("Phrase to allow").inputValue(), "damn fine");
    await dialog.getByLabel("Note for colleagues").fill("they like the pie");
    const diff = dialog.getByLabel("Change of the rule's file");
    await diff.waitFor({ timeout: NEAR });
    const added = (await diff.innerText()).split("\n").filter((line) => /^\+[^+]/.test(line));
    assert.deepEqual(
      added.map((line) => line.slice(1).trim()),
      ['- "damn fine"', '- { text: "Nothing beats that damn fine pie.", untouched: true }'],
    );
    assert.equal(at().rulesFile("profanity.yaml").includes("damn fine"), false);
    await dialog.getByRole("button", { name: "Do it" }).click();
    for (const step of ["Verdict", "Allow phrase"]) {
      await dialog.getByRole("listitem").filter({ hasText: step }).getByText("done").waitFor({ timeout: NEAR });
    }
    const file = at().rulesFile("profanity.yaml").split("\n");
    assert.deepEqual(
      added.filter((line) => !file.includes(line.slice(1))),
      [],
    );

    await dialog.getByRole("button", { name: "Restore those that may pass now: 1" }).click();
    await inChat(chatting.page, "seen", "Where is this damn fine pie sold?").waitFor({ timeout: NEAR });
    await dialog.getByText("Begun for 1.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.locator("article.message header").getByText("False positive", { exact: true }).waitFor();

    // The folder is watched: the same words pass from now on, and the word alone does not.
    await page.goto(`${url}/rules`);
    await page.getByText("Watching for changes").waitFor();
    let pies = 0;
    const nextPiePasses = async (): Promise<boolean> => {
      const number = `number ${++pies}.`;
      await at().say({ from: "lili", group: "weekend-hike", text: `A damn fine pie, ${number}` });
      let decision: string | undefined;
      const isJudged = async (): Promise<boolean> => {
        decision = await decisionOn(page, url, number);
        return decision !== undefined && decision !== "undecided";
      };
      await eventually(`${number} is judged`, isJudged, () => page.waitForTimeout(20));
      return decision === "pass";
    };
    await eventually("the phrase passes", nextPiePasses);
    await inChat(chatting.page, "seen", `A damn fine pie, number ${pies}.`).waitFor({ timeout: NEAR });
    await at().say({ from: "lili", group: "weekend-hike", text: "Damn, no pie." });
    await inChat(chatting.page, "seen", "****, no pie.").waitFor({ timeout: NEAR });

    await page.getByRole("link", { name: "Audit log" }).click();
    await page.waitForURL("**/audit");
    for (const act of ["Restore", "Verdict", "Allow phrase", "Bulk restore", "Sign-in", "Look at an original"]) {
      const cell = (name: string) => ({ has: page.getByRole("cell", { name, exact: true }) });
      await page.getByRole("row").filter(cell(act)).filter(cell("admin")).first().waitFor();
    }
    assert.deepEqual(reviewing.complaints, []);
    assert.deepEqual(chatting.complaints, []);
  });

  it("lets an admin erase what somebody wrote, and pages that show it forget it", async () => {
    const { url } = at();
    await at().say({ from: "mallory", group: "weekend-hike", text: "My damn address is 12 Rose Lane." });
    await using reading = await at().openSignedIn("/messages?sender=mallory");
    await row(reading.page, "My *** address is 12 Rose Lane.").click();
    await reading.page.getByText("My damn address is 12 Rose Lane.").first().waitFor();
    await using erasing = await at().openSignedIn("/retention");
    const { page } = erasing;
    await page.getByText("EMEND_KEEP_ORIGINALS").first().waitFor();
    await page.getByRole("button", { name: "Erase a user's texts" }).click();
    await page.keyboard.type("mallory");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Messages: 1", { exact: true }).waitFor({ timeout: NEAR });
    await dialog.getByLabel("The ID, once more").fill("mallory");
    await page.keyboard.press("Enter");
    await page.getByText("The erasure is done.").waitFor({ timeout: NEAR });
    await page.getByRole("region", { name: "Erasures" }).getByRole("cell", { name: "admin", exact: true }).waitFor();

    await reading.page.getByText("The text is past keeping; identities and history stay.").first().waitFor();
    assert.equal(await reading.page.getByText("Rose Lane").count(), 0);
    await page.goto(`${url}/messages?q=Rose+Lane`);
    await page.getByText("No message fits.").waitFor();
    assert.deepEqual([erasing.complaints, reading.complaints], [[], []]);
  });

  it("can be worked with keys alone: find, confirm, restore, mark, and look at the help", async () => {
    await at().say({ from: "ben", to: "anna", text: "The damn kettle again." });
    await at().say({ from: "ben", to: "anna", text: "And the damn toaster." });
    await using reviewing = await at().openSignedIn("/messages");
    const { page } = reviewing;
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByRole("list", { name: "Messages, newest first" }).waitFor();
    await press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await press("Escape");
    await press("/");
    await page.keyboard.type("the ***");
    // Whole: stars would stand for anything in a pattern.
    await page.waitForURL(({ searchParams }) => searchParams.get("q") === "the ***");
    // Out of the field, and into the list.
    await press("Escape");
    await page.evaluate("document.activeElement.blur()");
    await row(page, "And the *** toaster.").waitFor();
    await row(page, "The *** kettle again.").waitFor();
    await press("j");
    const heard = page.locator(".announcer");
    await page.getByText("And the damn toaster.").first().waitFor();
    await press("c");
    await heard.getByText("Confirmed.").waitFor();
    await row(page, "The *** kettle again.").waitFor();
    await press("j");
    await page.getByText("The damn kettle again.").first().waitFor();
    // Until the record has been asked whether anything can be restored, the key does nothing.
    await page.getByRole("button", { name: "Restore", disabled: false }).waitFor();
    await press("r");
    await page.getByRole("dialog", { name: "Restore what was written" }).waitFor();
    await press("Enter");
    await heard.getByText("Ordered.").waitFor({ timeout: NEAR });
    await page.locator("article.message").getByText("Restore: Applied").waitFor({ timeout: NEAR });
    await press("f");
    await page.getByRole("dialog", { name: "False positive" }).waitFor();
    for (let steps = 0; steps < 10; steps++) {
      if ((await page.evaluate("document.activeElement.textContent")) === "Do it") break;
      await press("Tab");
    }
    await press("Enter");
    await heard.getByText("Marked as a false positive.").waitFor();
    await press("Escape");
    await press("k");
    await page.getByText("And the damn toaster.").first().waitFor();
    await page.locator("article.message header").getByText("Confirmed", { exact: true }).waitFor();
    assert.deepEqual(reviewing.complaints, []);
  });
});
