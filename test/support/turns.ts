/** Waiting without sleeping: for what the event loop has in hand, or for what a disk or another process is about to do. */

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A batch takes one turn, and its answers may start another one; the rest is room. */
const TURNS = 8;

/** Resolves when everything that follows from what just happened, short of the disk, has happened too. */
export async function settled(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await turn();
}

/** A machine that is shared may be slow; one that takes longer than this will not get there. */
const PATIENCE_MS = 10_000;

/**
 * Takes turns until `condition` holds.
 *
 * @param meanwhile done before each look; for moving a clock
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  meanwhile: () => Promise<void> = turn,
): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`Waited ${PATIENCE_MS} ms in vain until ${what}`);
    await meanwhile();
  }
}
