/**
 * Who goes first. Each lane has a share of every stretch of calls; what a lane leaves over the others take. So a wave of
 * new messages cannot stop a guard, and a rescan of a year cannot hold up what is said now.
 */
import type { Lane } from "./modification.ts";

/** Of fifteen calls: what people are looking at now, masks to be put back, what a reviewer ordered, the past. */
export const laneWeights = { live: 8, guard: 4, restore: 2, rescan: 1 } as const satisfies Record<Lane, number>;
export const lanes = ["live", "guard", "restore", "rescan"] as const satisfies readonly Lane[];

/**
 * The order in which the lanes get their calls. Each call goes to the lane that is furthest behind its share, the one with
 * the greater weight first; over any fifteen calls in which all wait, each lane has exactly its weight.
 */
export function turns(waiting: Readonly<Record<Lane, number>>, count: number): readonly Lane[] {
  const left = { ...waiting };
  const given: Record<Lane, number> = { live: 0, guard: 0, restore: 0, rescan: 0 };
  const order: Lane[] = [];
  while (order.length < count) {
    let next: Lane | undefined;
    for (const lane of lanes) {
      if (left[lane] <= 0) continue;
      if (next === undefined || (given[lane] + 1) / laneWeights[lane] < (given[next] + 1) / laneWeights[next])
        next = lane;
    }
    if (next === undefined) break;
    left[next]--;
    given[next]++;
    order.push(next);
  }
  return order;
}
