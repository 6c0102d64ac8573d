/** Counts since the start of the process: what came in, what became of it. Names only, never ids. */
export interface Counters {
  count(name: string): void;
  all(): Readonly<Record<string, number>>;
}

export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    count: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    all: () => Object.fromEntries([...counts].sort()),
  };
}
