/**
 * Matching: ours beside engines from npm, on the same words and messages, at three lengths of the list. Every turn is a
 * process of its own that loads its list anew; the engines take turns, and what is compared was measured in one round.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCorpus, type Corpus } from "./corpus.ts";
import type { Figures, Job, Report, Share } from "./engine-process.ts";
import { ENGINES, type EngineName } from "./engines.ts";
import { median } from "./median.ts";

// Ours are more: they are compared with each other, and the differences are small.
const ROUNDS_OURS = 5;
const ROUNDS_PEERS = 3;
const SEED = 20261120;
const MESSAGES = 20_000;
const PLANTED_EVERY = 100;
const SIZES = [1_000, 10_000, 100_000] as const;
const [SMALLEST, , LARGEST] = SIZES;
const MANY_LISTS = 50;
const LOAD_MS_MAX = 10_000;
// An engine that takes longer over a turn has one turn only.
const TURN_MS_MAX = 3_000;

type Contender = { readonly engine: EngineName; readonly terms: number; readonly lists: number };
type Turns = { readonly figures: (Figures | undefined)[]; isSlow: boolean };

export async function benchMatching(): Promise<void> {
  const corpus = createCorpus({
    seed: SEED,
    terms: LARGEST,
    plantedOf: SMALLEST,
    messages: MESSAGES,
    plantedEvery: PLANTED_EVERY,
  });
  const engines = Object.keys(ENGINES) as EngineName[];
  const contenders: Contender[] = engines.flatMap((engine) => SIZES.map((terms) => ({ engine, terms, lists: 1 })));
  const manyLists: Contender = { engine: "emend", terms: LARGEST, lists: MANY_LISTS };
  // Next to the one with which it is compared.
  contenders.splice(SIZES.length, 0, manyLists);
  const ours = (terms: number): Contender | undefined =>
    contenders.find((each) => each.engine === "emend" && each.terms === terms);

  const turns = new Map<Contender, Turns>(contenders.map((each) => [each, { figures: [], isSlow: false }]));
  for (let round = 0; round < ROUNDS_OURS; round++) {
    for (const [contender, each] of turns) {
      if (each.isSlow || round >= roundsOf(contender)) continue;
      const begun = performance.now();
      each.figures[round] = await takeTurn(contender, corpus);
      each.isSlow = contender.engine !== "emend" && performance.now() - begun > TURN_MS_MAX;
    }
  }

  console.log(
    `\nMatching: ${MESSAGES} messages of 5 to 200 characters, every ${PLANTED_EVERY}th with a word of the list, every second of those disguised; medians of ${ROUNDS_OURS} rounds in turn, ${ROUNDS_PEERS} of them with the peers\n`,
  );
  console.log(
    "| engine | words | load ms | first answers ms | µs a clean message | µs with a word | found plain | found disguised | clean, yet flagged |",
  );
  console.log("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
  for (const [contender, each] of turns) console.log(row(contender, each));

  const figureOf =
    (of: (figures: Figures) => number) =>
    (contender: Contender | undefined): readonly number[] =>
      (contender === undefined ? [] : (turns.get(contender)?.figures ?? [])).map((figures) =>
        figures === undefined ? NaN : of(figures),
      );
  const cleanUs = figureOf(({ cleanUs }) => cleanUs);
  const plantedUs = figureOf(({ plantedUs }) => plantedUs);
  const loadMs = figureOf(({ loadMs }) => loadMs);
  console.log("\nRound by round, medians (from, to):\n");
  const [small, large] = [ours(SMALLEST), ours(LARGEST)];
  said(`A clean message at ${LARGEST} words to one at ${SMALLEST}`, ratios(cleanUs(large), cleanUs(small)));
  said(`A message with a word at ${LARGEST} to one at ${SMALLEST}`, ratios(plantedUs(large), plantedUs(small)));
  said(`A clean message with ${MANY_LISTS} lists and rules to one with 1`, ratios(cleanUs(manyLists), cleanUs(large)));
  said(`Loading ${MANY_LISTS} lists and rules to loading 1`, ratios(loadMs(manyLists), loadMs(large)));
  for (const [peer] of turns) {
    if (peer.engine === "emend") continue;
    said(
      `A clean message with ${peer.engine} to one with ours, ${peer.terms} words`,
      ratios(cleanUs(peer), cleanUs(ours(peer.terms))),
    );
  }
}

function roundsOf({ engine }: Contender): number {
  return engine === "emend" ? ROUNDS_OURS : ROUNDS_PEERS;
}

function row(contender: Contender, { figures }: Turns): string {
  const { engine, terms, lists } = contender;
  const name = lists === 1 ? engine : `${engine}, ${lists} lists and rules`;
  const done = figures.filter((each) => each !== undefined);
  const [any] = done;
  if (any === undefined) {
    return `| ${name} | ${terms} | too slow to load within ${LOAD_MS_MAX / 1000} s | | | | | | |`;
  }
  const middle = (of: (figures: Figures) => number): string => short(median(done.map(of)));
  // Shares do not change from round to round, except for engines that do not get to the end of the messages.
  const most = (of: (figures: Figures) => Share): string => {
    const [{ found, of: all } = { found: 0, of: 0 }] = done.map(of).sort((a, b) => b.of - a.of);
    return `${found} of ${all}`;
  };
  return [
    `| ${name}${done.length < roundsOf(contender) ? ` (${done.length} round)` : ""} | ${terms}`,
    ...[middle(({ loadMs }) => loadMs), middle(({ firstAnswersMs }) => firstAnswersMs)],
    ...[middle(({ cleanUs }) => cleanUs), middle(({ plantedUs }) => plantedUs)],
    ...[most(({ plain }) => plain), most(({ disguised }) => disguised), `${most(({ alarms }) => alarms)} |`],
  ].join(" | ");
}

function ratios(of: readonly number[], to: readonly number[]): readonly number[] {
  return of.map((value, round) => value / (to[round] ?? NaN)).filter((ratio) => !Number.isNaN(ratio));
}

function said(what: string, ratios: readonly number[]): void {
  if (ratios.length === 0) return;
  console.log(
    `- ${what}: ${short(median(ratios))} times (${short(Math.min(...ratios))}, ${short(Math.max(...ratios))})`,
  );
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** @returns undefined when the engine was not done with its list in time */
async function takeTurn({ engine, terms, lists }: Contender, corpus: Corpus): Promise<Figures | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "emend-bench-"));
  const child = fork(fileURLToPath(new URL("./engine-process.ts", import.meta.url)), { serialization: "advanced" });
  let patience: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Figures | undefined>((resolve, reject) => {
      let figures: Figures | undefined;
      let isTooSlow = false;
      child.on("message", (report: Report) => {
        clearTimeout(patience);
        if (report.kind === "measured") figures = report.figures;
        if (report.kind !== "ready") return;
        patience = setTimeout(() => {
          isTooSlow = true;
          child.kill("SIGKILL");
        }, LOAD_MS_MAX);
      });
      child.once("error", reject);
      child.once("exit", (code) => {
        if (figures || isTooSlow) resolve(figures);
        else reject(new Error(`${engine} with ${terms} words ended with ${code} before it was measured`));
      });
      const { clean, planted } = corpus;
      const job: Job = { engine, terms: corpus.terms.slice(0, terms), lists, folder, clean, planted };
      child.send(job);
    });
  } finally {
    clearTimeout(patience);
    rmSync(folder, { recursive: true });
  }
}
