/**
 * Group commit: what is asked for in one turn of the event loop is done in one go, then everyone is answered. Under load
 * a turn brings dozens of requests and they share one wait for the disk; a request that is alone waits for nobody.
 */
export function createBatch<Entry, Answer>(
  carryOut: (entries: readonly Entry[]) => Promise<readonly Answer[]>,
  entriesMax: number,
): (entry: Entry) => Promise<Answer> {
  type Waiting = { readonly entry: Entry; resolve(answer: Answer): void; reject(reason: unknown): void };
  const waiting: Waiting[] = [];
  let scheduled = false;

  const flush = async (): Promise<void> => {
    scheduled = false;
    const batch = waiting.splice(0, entriesMax);
    if (waiting.length > 0) schedule();
    try {
      const answers = await carryOut(batch.map(({ entry }) => entry));
      batch.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => void flush());
  };

  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      schedule();
    });
}
