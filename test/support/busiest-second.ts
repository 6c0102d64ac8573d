/** The most points of time, in milliseconds and sorted, that lie in any second `[t, t + 1000)`. */
export function busiestSecond(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  times.forEach((at, index) => {
    while (at - (times[from] ?? at) >= 1_000) from++;
    most = Math.max(most, index - from + 1);
  });
  return most;
}
