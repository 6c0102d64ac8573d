import assert from "node:assert/strict";
import type { Recording } from "../support/power-cuts.ts";
import { cutPower, recordService } from "../support/power-cuts.ts";
import { skipBecause } from "../support/skip.ts";
import { cannotTrace } from "../support/tracing.ts";

const SEED = 20261121;
const MESSAGES = 250;
const IMAGES = 500;
/** One fault shows in hundreds of images. */
const FAULTS_SHOWN_MAX = 10;

describe("a power cut", function () {
  this.timeout(180_000);
  let recording: Recording | undefined;

  before(async function () {
    const reason = cannotTrace();
    if (reason !== undefined) skipBecause(reason, this);
    recording = await recordService(MESSAGES, SEED);
  });

  it(`at any of ${IMAGES} moments loses no acknowledged message, whatever the disk made of the rest`, () => {
    assert.ok(recording);
    const { faults, afterAnswers } = cutPower(recording, IMAGES, SEED);
    assert.ok(afterAnswers > IMAGES / 4, `only ${afterAnswers} cuts came after an answer: too few to tell`);
    assert.deepEqual(faults.slice(0, FAULTS_SHOWN_MAX), []);
  });
});
