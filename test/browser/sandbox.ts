/** The sandbox as a person starts it, with a rules folder of its own, and a browser in front of it. */
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { freePorts, startEmend } from "../support/emend-process.ts";
import { skipBecause } from "../support/skip.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { browserPath, buildPages, launch, noBrowser, watch } from "../web/browser.ts";

const shippedRules = fileURLToPath(new URL("../../rules", import.meta.url));

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the page has complained about so far: errors, policies, requests to elsewhere. */
  readonly complaints: readonly string[];
}

export interface BrowserSandbox extends AsyncDisposable {
  /** Where the console is. */
  readonly url: string;
  /** Where the chat is. */
  readonly chat: string;
  readonly password: string;
  /** Says something in the chat, as the people in it do. */
  say(said: Readonly<Record<string, unknown>>): Promise<void>;
  /** Opens a page that nobody has signed in to yet. */
  open(address: string, options?: BrowserContextOptions): Promise<OpenPage>;
  /** The same after signing in. */
  openSignedIn(path: string, options?: BrowserContextOptions): Promise<OpenPage>;
  rulesFile(name: string): string;
}

/** The sandbox of a suite, started before its tests; where there is no browser these are skipped. */
export function sandboxOfSuite(): () => BrowserSandbox {
  let sandbox: BrowserSandbox | undefined;
  before(async function () {
    if (browserPath === undefined) skipBecause(noBrowser, this);
    sandbox = await startBrowserSandbox();
  });
  after(() => sandbox?.[Symbol.asyncDispose]());
  return () => {
    assert.ok(sandbox);
    return sandbox;
  };
}

export async function startBrowserSandbox(): Promise<BrowserSandbox> {
  buildPages();
  const folder = createTempFolder();
  cpSync(shippedRules, folder.file("rules"), { recursive: true });
  const [port, consolePort, simulatorPort] = await freePorts(3);
  const emend = startEmend(["sandbox"], {
    cwd: folder.path,
    environment: {
      ...{ EMEND_HOST: "127.0.0.1", EMEND_PORT: String(port) },
      ...{ EMEND_CONSOLE_PORT: String(consolePort), EMEND_SIMULATOR_PORT: String(simulatorPort) },
    },
  });
  const [, chat = ""] = await emend.says(/before and after: +(http:\S+)\//);
  const [, url = ""] = await emend.says(/take it back: +(http:\S+)\//);
  const [, password = ""] = await emend.says(/password (\S+)/);
  const browser: Browser = await launch();

  const open: BrowserSandbox["open"] = async (address, options) => {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    const page = await context.newPage();
    const complaints = await watch(page, new URL(address).origin);
    await page.goto(address);
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
  };
  return {
    ...{ url, chat, password, open },
    async say(said) {
      const answer = await fetch(`${chat}/simulator/say`, { method: "POST", body: JSON.stringify(said) });
      assert.equal(answer.status, 200, await answer.text());
    },
    async openSignedIn(path, options) {
      const opened = await open(url + path, options);
      await opened.page.locator("input[name=name]").fill("admin");
      await opened.page.locator("input[name=password]").fill(password);
      await opened.page.keyboard.press("Enter");
      await opened.page.locator("header nav").waitFor();
      return opened;
    },
    rulesFile: (name) => readFileSync(folder.file(`rules/${name}`), "utf8"),
    async [Symbol.asyncDispose]() {
      await browser.close();
      const { code, err } = await emend.end();
      folder[Symbol.dispose]();
      assert.equal(code, 0, err);
    },
  };
}
