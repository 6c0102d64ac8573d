/** How many calls fall into one second, exactly, wherever that second begins. */

export const SECOND_MS = 1000;

export interface SlidingSecond {
  /** Adds an arrival; stamps never go back. Says how many fell into the second that ends here, this one included. */
  arrive(atMs: number): number;
  /** The greatest number of arrivals that any second held so far. */
  worst(): number;
}

/**
 * A second is half-open: of two arrivals exactly 1000 ms apart only one is in it. The fullest second always ends with an
 * arrival, so looking back from each arrival finds it.
 */
export function createSlidingSecond(): SlidingSecond {
  let stamps: number[] = [];
  let oldest = 0;
  let worst = 0;
  return {
    arrive(atMs) {
      stamps.push(atMs);
      while ((stamps[oldest] ?? atMs) <= atMs - SECOND_MS) oldest++;
      // Cutting only when half is stale keeps the cost of an arrival constant.
      if (oldest > 1024 && oldest * 2 > stamps.length) {
        stamps = stamps.slice(oldest);
        oldest = 0;
      }
      const within = stamps.length - oldest;
      worst = Math.max(worst, within);
      return within;
    },
    worst: () => worst,
  };
}
