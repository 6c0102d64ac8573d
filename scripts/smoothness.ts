/**
 * `npm run smoothness`: how the page of messages moves while 150 messages a second arrive, one in three of them masked. Prints long
 * tasks (over 50 ms) and the time between frames, with a list open, a message open, and a list that is narrowed.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startBrowserSandbox } from "../test/browser/sandbox.ts";

const PER_SECOND = 150;
const LASTS_S = 20;

type Measured = { readonly longTasks: readonly number[]; readonly frames: readonly number[]; readonly newest: string };

const watchFrames = `
  window.measured = { longTasks: [], frames: [] };
  new PerformanceObserver((list) => measured.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask" });
  let last = performance.now();
  requestAnimationFrame(function frame(now) {
    measured.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  });
`;

async function measure(page: Page): Promise<Measured> {
  await page.evaluate(watchFrames);
  await page.waitForTimeout(LASTS_S * 1_000);
  return page.evaluate<Measured>(
    "({ ...measured, newest: document.querySelector('.pill')?.textContent ?? 'no pill' })",
  );
}

await using sandbox = await startBrowserSandbox();
const storm = async (): Promise<void> => {
  const body = JSON.stringify({ count: PER_SECOND * (LASTS_S + 3), perSecond: PER_SECOND, word: "damn" });
  const answer = await fetch(`${sandbox.chat}/simulator/storm`, { method: "POST", body });
  assert.ok(answer.ok, await answer.text());
};
for (const path of ["/messages", "/messages/5", "/messages?rule=profanity.en", "/overview"]) {
  await using opened = await sandbox.openSignedIn(path);
  await opened.page.locator("main").waitFor();
  await storm();
  await opened.page.waitForTimeout(2_000);
  const { longTasks, frames, newest } = await measure(opened.page);
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1);
  const blocked = longTasks.reduce((sum, ms) => sum + ms, 0);
  process.stdout.write(
    `${path}: ${(frames.length / LASTS_S).toFixed(0)} frames a second, between two p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `longest ${at(1)} ms; ${longTasks.length} long tasks, ${blocked.toFixed(0)} ms in ${LASTS_S} s, ` +
      `longest ${Math.max(0, ...longTasks).toFixed(0)} ms; ${newest.trim()}\n`,
  );
  await opened.page.waitForTimeout(3_000);
}
