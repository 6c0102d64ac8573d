/** Debian's Chromium, where it is installed; nothing is downloaded. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";

const places = [
  process.env["CHROMIUM"] ?? "",
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
];
export const browserPath = places.find((path) => path !== "" && existsSync(path));
export const noBrowser = "no Chromium here: apt-get install -y chromium fonts-noto-cjk";

export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(browserPath === undefined ? {} : { executablePath: browserPath }),
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"],
  });

/** What a page complained about: errors, refused scripts and styles, requests to anywhere else. */
export async function watch(page: Page, origin: string): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") complaints.push(`${line.type()}: ${line.text()}`);
  });
  page.on("pageerror", (fault) => complaints.push(`thrown: ${fault.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`a script ran: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:")) complaints.push(`asked elsewhere: ${url}`);
  });
  await page.exposeFunction("complain", (words: string) => void complaints.push(words));
  await page.addInitScript(`document.addEventListener("securitypolicyviolation", (event) =>
    complain("policy: " + event.effectiveDirective + " " + event.blockedURI + " " + event.sample));`);
  return complaints;
}

/** Builds the console's pages where they are older than their sources, as `npm start` does. */
export function buildPages(): void {
  const script = fileURLToPath(new URL("../../scripts/build-web.js", import.meta.url));
  const { status } = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (status !== 0) throw new Error("The console's pages could not be built.");
}
