/** How much each long run does: `full` is what docs/reliability.md tells the figures of, `ci` is what every change must stand. */
const sets = {
  full: {
    kills: 1_000,
    powerCuts: 20_000,
  },
  ci: {
    kills: 60,
    powerCuts: 1_500,
  },
};

/** A seed of one's own looks elsewhere; what it finds is found again by the same number. */
export const seed = Number(process.env.ENDURANCE_SEED ?? "20261121");

export const counts = process.env.ENDURANCE === "ci" ? sets.ci : sets.full;
