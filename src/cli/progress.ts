/** Long work on a terminal: how far it is, how fast, how long it still takes. Nothing of it when the output is piped. */
const SAY_EVERY_MS = 1_000;

/** @param inWords an amount of the work, such as `12 MB` */
export function progressOn(
  say: (text: string) => void,
  inWords: (amount: number) => string,
): (done: number, all: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  const begun = performance.now();
  let saidAt = begun;
  return (done, all) => {
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS || done === 0) return;
    saidAt = now;
    const seconds = (now - begun) / 1_000;
    const left = Math.ceil((seconds / done) * (all - done));
    say(`${Math.floor((100 * done) / all)} % · ${inWords(done)} · ${inWords(done / seconds)}/s · ${left} s left`);
  };
}
