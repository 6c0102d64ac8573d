/**
 * Group commit: what is asked for in one turn of the event loop is done in one go, then everyone is answered. Under load
 * a turn brings dozens of requests and they share one wait for the disk; a request that is alone waits for nobody.
 *
 * @param rest waited for between two of them, where nobody is in a hurry: more share the next one
 */
export function createBatch<Entry, Answer>(
  carryOut: (entries: readonly Entry[]) => Promise<readonly Answer[]>,
  entriesMax: number,
  rest: () => Promise<void> = () => Promise.resolve(),
): (entry: Entry) => Promise<Answer> {
  type Waiting = { readonly entry: Entry; resolve(answer: Answer): void; reject(reason: unknown): void };
  const waiting: Waiting[] = [];
  let scheduled = false;

  const flush = async (): Promise<void> => {
    const batch = waiting.splice(0, entriesMax);
    void rest().then(goOn);
    try {
      const answers = await carryOut(batch.map(({ entry }) => entry));
      batch.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  };
  const goOn = (): void => {
    scheduled = false;
    if (waiting.length > 0) schedule();
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
