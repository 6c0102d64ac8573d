import assert from "node:assert/strict";
import type { Recording } from "../support/power-cuts.ts";
import { cutPower, recordService } from "../support/power-cuts.ts";
import { skipBecause } from "../support/skip.ts";
import { cannotTrace } from "../support/tracing.ts";
import { counts } from "./counts.ts";

const SEED = 20261121;
/** Enough that the write-ahead log is taken into the database and begun anew several times. */
const MESSAGES = 1_500;
const FAULTS_SHOWN_MAX = 10;

describe("a power cut", function () {
  this.timeout(3_600_000);
  let recording: Recording | undefined;

  before(async function () {
    const reason = cannotTrace();
    if (reason !== undefined) skipBecause(reason, this);
    recording = await recordService(MESSAGES, SEED);
  });

  it(`at any of ${counts.powerCuts} moments loses no acknowledged message`, () => {
    assert.ok(recording);
    const { faults, images, afterAnswers } = cutPower(recording, counts.powerCuts, SEED);
    console.log(
      `    ${images} images of ${recording.steps.length} steps, ${afterAnswers} of them after an answer; ${faults.length} faults; seed ${SEED}`,
    );
    assert.deepEqual(faults.slice(0, FAULTS_SHOWN_MAX), []);
  });
});
