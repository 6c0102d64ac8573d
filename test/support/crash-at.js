// Loaded beside the program (`--import`), this ends it where a test says: `EMEND_TEST_CRASH_AT=name:nth`, or the same words
// sent to the running process. The program itself knows nothing of either. JavaScript, as the program that was built is.
let armed;
let left = 0;

/** @param {typeof import("../../src/crash-point.ts")} program the module of the program that runs, built or not */
export function endWhereTold({ crashPoints, onCrashPoint }) {
  function arm(words) {
    const [name, nth = "1"] = words.split(":");
    if (!crashPoints.includes(name)) throw new Error(`There is no crash point ${name}`);
    armed = name;
    left = Number(nth);
  }

  onCrashPoint((name) => {
    if (name !== armed || --left > 0) return;
    process.kill(process.pid, "SIGKILL");
    // The signal is on its way: nothing may be done while it is.
    for (;;);
  });

  const atStart = process.env["EMEND_TEST_CRASH_AT"];
  if (atStart !== undefined) arm(atStart);
  process.on("message", (words) => {
    arm(String(words));
    process.send?.("armed");
  });
  // A program that has come to its end is not kept by a test that might still say something.
  process.channel?.unref();
}
