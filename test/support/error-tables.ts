/** Tencent's codes as its pages list them, sorted by hand: nothing of this is taken from the program. */
import type { Outcome } from "../../src/domain/modification.ts";

export type Kind = Outcome["kind"];

/** The private lists of modify_c2c_msg (…/269/74740) and modify_group_msg (…/269/74741), and what their words ask for. */
export const modifyPages: readonly (readonly [number, Kind])[] = [
  [20001, "refused"], // The request is illegal.
  [20002, "unauthorised"], // UserSig or A2 has expired.
  [20003, "refused"], // Sender or receiver is not known.
  [20004, "retryable"], // Network, try again.
  [20005, "retryable"], // Internal, try again.
  [90001, "refused"], // No JSON.
  [90002, "refused"], // MsgBody has the wrong shape.
  [90003, "refused"], // To_Account is missing.
  [90007, "refused"], // MsgBody is no array.
  [90009, "misconfigured"], // Needs an app administrator.
  [90010, "refused"], // The elements have the wrong shape.
  [90012, "refused"], // To_Account is not registered.
  [90992, "retryable"], // Internal, try again; look after the callbacks.
  [91000, "retryable"], // Internal, try again.
];

/** The general list (…/269/1671), in groups of what is to be done. */
export const generalList: Readonly<Record<Exclude<Kind, "unknown">, readonly number[]>> = {
  applied: [0],
  throttled: [60007, 60011, 60018, 10006, 22006],
  retryable: [
    ...[60008, 60013, 60014, 60019, 70169, 70500, 80003, 20004, 20005, 20018, 20028, 90992, 90994, 91000],
    ...[10002, 10023],
  ],
  missing: [20022, 20026, 10030],
  conflict: [20027],
  filtered: [80001],
  too_long: [80002, 93000],
  refused: [
    ...[60003, 60015, 70107, 70399, 70402, 70404, 80004, 20001, 20003, 20006, 20007, 20008, 20009, 20010, 20011],
    ...[20012, 20016, 20023, 90001, 90002, 90003, 90007, 90008, 90010, 90012, 90048, 90054, 120001, 125000, 130000],
    ...[10004, 10007, 10010, 10011, 10012, 10015, 10016, 10017, 10018, 10019, 10031, 10032, 10033, 10044, 110013],
    ...[10100, 10200],
  ],
  unauthorised: [20002, 60004, 60005, 60025, 70001, 70003],
  misconfigured: [
    ...[60002, 60006, 60009, 60010, 60012, 60016, 60017, 60020, 60021, 60026, 60027, 60028, 70009, 70013, 70014],
    ...[70016, 70020, 70050, 70051, 70398, 72000, 72002, 80005, 90009, 10003, 10026, 10041, 10058, 10059, 11000],
  ],
};

/** 90995 stands in the list as "internal", and lately as "too long": a few tries and then a person suit both. */
export const unknownCodes = [
  ...[90995, -1, 1, 1001, 9999, 10001, 10099, 10201, 20013, 20999, 30001, 40001, 60001, 60022, 70002, 79999],
  ...[89999, 99999, 120000, 130001, 2 ** 31],
];
