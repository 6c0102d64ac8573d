/** The most points of time, in milliseconds and sorted, that lie in any second `[t, t + 1000)`, or as long as told. */
export function busiestSecond(times: readonly number[], lastsMs = 1_000): number {
  let most = 0;
  let from = 0;
  times.forEach((at, index) => {
    while (at - (times[from] ?? at) >= lastsMs) from++;
    most = Math.max(most, index - from + 1);
  });
  return most;
}
