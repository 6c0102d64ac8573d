/** What goes wrong around the simulator, as opposed to what the simulated Tencent answers (see `rest.ts`). */

export type SimulatorErrorCode =
  "SIMULATOR_PORT_IN_USE" | "SIMULATOR_CANNOT_LISTEN" | "SIMULATOR_PAGE_MISSING" | "SIMULATOR_OPTION_INVALID";

/** For the person who starts the simulator: a code to search for, what happened, what to do. */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: SimulatorErrorCode;
  readonly nextStep: string;

  constructor(code: SimulatorErrorCode, sentence: string, nextStep: string, cause?: unknown) {
    super(`${code}  ${sentence} ${nextStep}`, { cause });
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** For the caller of a control route: what was wrong with the request, in one sentence. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly status: 400 | 403 | 404 | 409 | 413 | 503;

  constructor(status: ControlError["status"], sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export const badInput = (sentence: string): ControlError => new ControlError(400, sentence);
