/** How much each long run does: `full` is what docs/reliability.md tells the figures of, `ci` is what every change must stand. */
const sets = {
  full: {
    kills: 1_000,
    powerCuts: 20_000,
    // Callbacks that something is the matter with, to the handler itself and over sockets.
    mutatedInProcess: 1_000_000,
    mutatedOverSockets: 200_000,
    forgedSignatures: 10_000,
    replayedCallbacks: 1_000,
    // Connections that give a byte now and then, and bodies of 10 MB, while good callbacks come.
    drippingSockets: 800,
    hugeBodies: 50,
    drippingSeconds: 60,
    // Orders in which the same 200 callbacks come.
    shuffles: 500,
    // Copies made while the service is busy.
    backups: 30,
    // Worlds in which the whole service runs in one process, each out of its own seed.
    simulatedWorlds: 10_000,
    // Orders that wait for each of the two APIs: half a minute of calls.
    backlog: 6_000,
    // Orders that are made while Tencent cannot be reached, five hundred a second.
    ordersInOutage: 100_000,
    // Messages of which one callback in a hundred is lost.
    saidWithLosses: 20_000,
    // A steady rate, and something goes wrong every five seconds.
    soakSeconds: 600,
    // Texts that each law of the matching engine is tried on.
    lawTexts: 1_000_000,
  },
  ci: {
    kills: 60,
    powerCuts: 1_500,
    mutatedInProcess: 60_000,
    mutatedOverSockets: 20_000,
    forgedSignatures: 10_000,
    replayedCallbacks: 1_000,
    drippingSockets: 800,
    hugeBodies: 50,
    drippingSeconds: 12,
    shuffles: 10,
    backups: 4,
    simulatedWorlds: 1_000,
    backlog: 2_400,
    ordersInOutage: 8_000,
    saidWithLosses: 3_000,
    soakSeconds: 90,
    lawTexts: 60_000,
  },
};

/** A seed of one's own looks elsewhere; what it finds is found again by the same number. */
export const seed = Number(process.env.ENDURANCE_SEED ?? "20261121");

export const counts = process.env.ENDURANCE === "ci" ? sets.ci : sets.full;
