/**
 * One engine with one list in a process of its own: it loads, warms up, is measured and ends. A process, because an
 * engine that takes minutes over its list cannot be stopped in any other way.
 */
import type { Planted } from "./corpus.ts";
import { ENGINES, type EngineName, type Find } from "./engines.ts";

export type Job = {
  readonly engine: EngineName;
  readonly terms: readonly string[];
  readonly lists: number;
  /** An empty folder that may be filled. */
  readonly folder: string;
  readonly clean: readonly string[];
  readonly planted: readonly Planted[];
};

export type Share = { readonly found: number; readonly of: number };
export type Figures = {
  readonly loadMs: number;
  /** What an engine puts off until it is asked: one message without a word of the list and two with one. */
  readonly firstAnswersMs: number;
  readonly cleanUs: number;
  readonly plantedUs: number;
  readonly plain: Share;
  readonly disguised: Share;
  readonly alarms: Share;
};

export type Report = { readonly kind: "ready" | "loaded" } | { readonly kind: "measured"; readonly figures: Figures };

const WARM_UP_MS = 200;
const CLEAN_MS = 300;
const PLANTED_MS = 150;
// A look at the clock costs as much as a tenth of a short message: engines that are fast are looked at less often.
const FAST_MS = 0.5;
const FAST_STEP = 50;

process.once("message", (job: Job) => void run(job));

async function run(job: Job): Promise<void> {
  const load = await ENGINES[job.engine](job.terms, job);
  report({ kind: "ready" });
  const begun = performance.now();
  const find = await load();
  const loaded = performance.now();
  const plantedTexts = job.planted.map(({ text }) => text);
  for (const text of [...job.clean.slice(0, 1), ...plantedTexts.slice(0, 2)]) find(text);
  const answered = performance.now();
  report({ kind: "loaded" });

  measure(plantedTexts, find, WARM_UP_MS / 4);
  measure(job.clean, find, WARM_UP_MS);
  const clean = measure(job.clean, find, CLEAN_MS);
  const planted = measure(plantedTexts, find, PLANTED_MS);
  const shareOf = (isDisguised: boolean): Share => {
    const asked = job.planted.slice(0, planted.answers.length).flatMap((each, at) => {
      if (each.isDisguised !== isDisguised) return [];
      return [planted.answers[at]?.includes(each.term) === true];
    });
    return { found: asked.filter(Boolean).length, of: asked.length };
  };
  const alarms = clean.answers.filter((answer) => answer.length > 0).length;
  report({
    kind: "measured",
    figures: {
      loadMs: loaded - begun,
      firstAnswersMs: answered - loaded,
      cleanUs: clean.us,
      plantedUs: planted.us,
      plain: shareOf(false),
      disguised: shareOf(true),
      alarms: { found: alarms, of: clean.answers.length },
    },
  });
  process.disconnect();
}

function report(said: Report): void {
  process.send?.(said);
}

/** Goes through the texts again and again until the time is over, and ends in the middle where they are too many for it. */
function measure(texts: readonly string[], find: Find, forMs: number): { us: number; answers: (readonly string[])[] } {
  const answers: (readonly string[])[] = [];
  const begun = performance.now();
  let asked = 0;
  let ms = 0;
  for (let step = 1; ms < forMs; ms = performance.now() - begun) {
    for (const end = asked + step; asked < end; asked += 1) {
      answers[asked % texts.length] = find(texts[asked % texts.length] ?? "");
    }
    if (asked === 1 && performance.now() - begun < FAST_MS) step = FAST_STEP;
  }
  return { us: (ms * 1000) / asked, answers };
}
