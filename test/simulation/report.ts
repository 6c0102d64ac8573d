/** What a world that broke a promise says about itself. */
import type { Outcome } from "./simulate.ts";

export const replayCommand = (seed: number): string => `npm run simulation -- --seed ${seed} --trace`;

/** Seed, step and promise, the last events, and how to see all of them again. */
export const failureReport = ({ seed, steps, broken, trace }: Outcome): string =>
  [
    ...trace,
    `seed ${seed}, after event ${steps}:`,
    ...broken.map((line) => `  ${line}`),
    `replay: ${replayCommand(seed)}`,
  ].join("\n");
