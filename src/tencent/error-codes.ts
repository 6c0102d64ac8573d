/**
 * Tencent's answers, sorted by what they ask of us. Sources: the error lists on the two modify pages and
 * https://cloud.tencent.com/document/product/269/1671. A code that stands nowhere is `unknown`: tried a few times more,
 * then left to a person.
 */
import type { Outcome } from "../domain/modification.ts";

const classes: Readonly<Record<Exclude<Outcome["kind"], "applied" | "unknown">, readonly number[]>> = {
  throttled: [60007, 60011, 60018, 10006, 22006],
  retryable: [
    60008, 60013, 60014, 60019, 70169, 70500, 80003, 20004, 20005, 20018, 20028, 90992, 90994, 91000, 10002, 10023,
  ],
  missing: [20022, 20026, 10030],
  conflict: [20027],
  filtered: [80001],
  too_long: [80002, 93000],
  refused: [
    60003, 60015, 70107, 70399, 70402, 70404, 80004, 20001, 20003, 20006, 20007, 20008, 20009, 20010, 20011, 20012,
    20016, 20023, 90001, 90002, 90003, 90007, 90008, 90010, 90012, 90048, 90054, 10004, 10007, 10010, 10011, 10012,
    10015, 10016, 10017, 10018, 10019, 10031, 10032, 10033, 10044, 110013,
  ],
  unauthorised: [20002, 60004, 60005, 60025, 70001, 70003],
  misconfigured: [
    60002, 60006, 60009, 60010, 60012, 60016, 60017, 60020, 60021, 60026, 60027, 60028, 70009, 70013, 70014, 70016,
    70020, 70050, 70051, 70398, 72000, 72002, 80005, 90009, 10003, 10026, 10041, 10058, 10059, 11000,
  ],
};

const kindOf = new Map(
  Object.entries(classes).flatMap(([kind, codes]) => codes.map((code) => [code, kind as keyof typeof classes])),
);

/** "UserSig failed too often": Tencent's page asks to wait a minute. */
const TOO_MANY_SIGNATURES = 70050;
const TOO_MANY_SIGNATURES_WAIT_MS = 60_000;

/** @param errorCode `ErrorCode` of an answer whose HTTP status was 200 */
export function outcomeOf(errorCode: number): Outcome {
  const code = String(errorCode);
  if (errorCode === 0) return { kind: "applied", code };
  if (errorCode === TOO_MANY_SIGNATURES)
    return { kind: "misconfigured", code, probeAfterMs: TOO_MANY_SIGNATURES_WAIT_MS };
  // Codes of the app's own before-send callbacks, one-to-one and group: a refusal in the app's words.
  if ((errorCode >= 120_001 && errorCode <= 130_000) || (errorCode >= 10_100 && errorCode <= 10_200)) {
    return { kind: "refused", code };
  }
  return { kind: kindOf.get(errorCode) ?? "unknown", code };
}

/** "The group does not exist, or has been dissolved": nothing of it is stored any more. */
export const isGroupGone = (errorCode: number): boolean => errorCode === 10010 || errorCode === 10015;

/** What a person should look at when sending has stopped because of a setting. */
export function nextStepFor(code: string): string {
  if (!/^\d+$/.test(code)) {
    return "Nobody answered as Tencent does: check the network, TENCENT_REGION and TENCENT_BASE_URL. Sending goes on by itself.";
  }
  switch (code) {
    case "60010":
    case "90009":
      return "TENCENT_ADMIN is no app administrator: name one from the Chat console, or make it one there.";
    case "70009":
    case "70003":
      return "TENCENT_SECRET_KEY does not fit TENCENT_SDK_APP_ID: copy the key of this app from the Chat console.";
    case "70014":
    case "60006":
    case "70020":
      return "Tencent does not know TENCENT_SDK_APP_ID here: check the id and TENCENT_REGION.";
    case "60026":
    case "70016":
      return "The app lives in another region: set TENCENT_REGION to where it was created.";
    case "60020":
    case "80005":
      return "The plan has expired or is in arrears: see the Chat console.";
    case "60021":
      return "This machine's address is not on the app's allow list: add it in the Chat console.";
    default:
      return "Look the code up on https://cloud.tencent.com/document/product/269/1671; sending goes on by itself once it is mended.";
  }
}
