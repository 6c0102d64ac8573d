/**
 * `npm run screenshots`: the console's pages as docs/console.md shows them, in both languages, taken in Chromium from a
 * sandbox that a few people have worked with. The browser's zone and the chat are the same each time; the hour is not.
 */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { BrowserSandbox } from "../test/browser/sandbox.ts";
import { startBrowserSandbox } from "../test/browser/sandbox.ts";
import { withPalette } from "./palette-png.ts";

const folder = fileURLToPath(new URL("../docs/console/", import.meta.url));
/** A page of documentation is read over slow lines too. */
const BYTES_MAX = 150 * 1024;

const wide = { width: 1280, height: 800 };
const narrow = { width: 360, height: 740 };
const languages = { en: "en-GB", zh: "zh-CN" } as const;

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "dark";
  /** What is done on the page first. */
  readonly act?: (page: Page) => Promise<void>;
};

const openDialog = (key: string) => async (page: Page) => {
  await page.locator(".message-acts button:enabled").nth(2).waitFor();
  await page.keyboard.press(key);
  await page.locator("dialog[open]").waitFor();
};

const shotsOf = (message: number): readonly Shot[] => [
  { name: "messages", path: "/messages" },
  { name: "message", path: `/messages/${message}` },
  { name: "message-telephone", path: `/messages/${message}`, viewport: narrow, colorScheme: "dark" },
  {
    name: "false-positive",
    path: `/messages/${message}`,
    async act(page) {
      await openDialog("f")(page);
      await page.locator("dialog input[type=checkbox]").nth(1).check();
      await page.locator("dialog .patch").waitFor();
    },
  },
  { name: "restore", path: `/messages/${message}`, act: openDialog("r") },
  {
    name: "mask-by-hand",
    path: `/messages/${message}`,
    async act(page) {
      await openDialog("m")(page);
      for (let steps = 0; steps < 4; steps++) await page.keyboard.press("Shift+ArrowRight");
    },
  },
  {
    name: "rules",
    path: "/rules",
    async act(page) {
      await page.locator("textarea").fill("D.a.m.n, 白 痴! Greetings from Scunthorpe.");
      await page.locator("form button[type=submit]").click();
      await page.locator(".explanation").waitFor();
    },
  },
  { name: "outbox", path: "/outbox" },
  { name: "overview", path: "/overview?range=day" },
  { name: "overview-dark", path: "/overview?range=day", colorScheme: "dark" },
  {
    name: "restores",
    path: "/restores?rule=profanity.zh",
    async act(page) {
      await page.locator("form button[type=submit]").click();
      await page.locator("[role=status] button.primary").waitFor();
    },
  },
  { name: "audit", path: "/audit" },
  { name: "accounts", path: "/accounts" },
  { name: "retention", path: "/retention" },
  {
    name: "erase",
    path: "/retention",
    async act(page) {
      await page.locator(".page button.danger").click();
      await page.keyboard.type("carlos");
      await page.keyboard.press("Enter");
      await page.locator("dialog ul").waitFor();
    },
  },
  { name: "self", path: "/self" },
];

/** A little history: verdicts, a restore, an account, a token. */
async function liveALittle(sandbox: BrowserSandbox): Promise<number> {
  await sandbox.say({ from: "carlos", group: "weekend-hike", text: "And who brings the damn good coffee?" });
  await sandbox.say({ from: "lili", group: "weekend-hike", text: "Damn good coffee? That is me ☕ 👩‍👩‍👧‍👦" });
  await using opened = await sandbox.openSignedIn("/messages");
  const { page } = opened;
  await page.locator(".message-row", { hasText: "That is me" }).locator(".badge.good").waitFor();
  type Answer = { readonly items: readonly { readonly id: number; readonly text: string }[] };
  const messages = await page.evaluate<Answer>("fetch('/api/v1/messages').then((answer) => answer.json())");
  const idOf = (words: string): number => messages.items.find(({ text }) => text.includes(words))?.id ?? 0;
  const { csrf } = await page.evaluate<{ csrf: string }>("fetch('/api/v1/session').then((answer) => answer.json())");
  const post = async (path: string, body: unknown): Promise<void> => {
    const headers = { "x-emend-csrf": csrf, origin: sandbox.url };
    const answer = await page.request.post(`${sandbox.url}/api/v1${path}`, { headers, data: body });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  };
  await post(`/messages/${idOf("load of ***")}/verdict`, { verdict: "confirmed" });
  await post(`/messages/${idOf("I have to work")}/verdict`, { verdict: "confirmed" });
  await post(`/messages/${idOf("good coffee, please")}/verdict`, { verdict: "false_positive", note: "About coffee." });
  await post(`/messages/${idOf("good coffee, please")}/restore`, {});
  await post("/accounts", { name: "rita", role: "reviewer", password: "four words of a hat" });
  await post("/accounts", { name: "viktor", role: "viewer", password: "four words of a cat" });
  await post("/tokens", { name: "weekly report", role: "viewer" });
  // Statistics are counted a moment later.
  await page.waitForTimeout(3_000);
  return idOf("That is me");
}

await using sandbox = await startBrowserSandbox();
mkdirSync(folder, { recursive: true });
const message = await liveALittle(sandbox);
for (const [language, locale] of Object.entries(languages)) {
  const looks = { locale, timezoneId: "Asia/Shanghai", viewport: wide, reducedMotion: "reduce" } as const;
  {
    await using gate = await sandbox.open(sandbox.url, looks);
    await gate.page.locator("input[name=name]").waitFor();
    await save(gate.page, `sign-in.${language}`);
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await using opened = await sandbox.openSignedIn("/messages", { ...looks, colorScheme });
    const { page } = opened;
    for (const { name, path, viewport = wide, act, colorScheme: wanted = "light" } of shotsOf(message)) {
      if (wanted !== colorScheme) continue;
      await page.setViewportSize(viewport);
      await page.goto(sandbox.url + path);
      await page.locator("h1").first().waitFor({ state: "attached" });
      await page.locator(".spinner").first().waitFor({ state: "detached" });
      await page.waitForTimeout(400);
      await act?.(page);
      await page.waitForTimeout(200);
      await save(page, `${name}.${language}`);
    }
  }
}

async function save(page: Page, name: string): Promise<void> {
  const file = `${folder}${name}.png`;
  writeFileSync(file, withPalette(await page.screenshot()));
  const { size } = statSync(file);
  if (size > BYTES_MAX) throw new Error(`${file} has ${size} bytes; ${BYTES_MAX} are allowed.`);
  process.stdout.write(`${name}.png  ${Math.round(size / 1024)} KB\n`);
}
