/** Queries that want to be taken for Tencent's, and one that is. */
import { createHash, createHmac } from "node:crypto";
import type { Chance } from "./mutations.ts";

export type Signing = { readonly token: string; readonly nowSeconds: number; readonly sdkAppId?: number };

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const query = (fields: readonly (readonly [string, string])[]): string =>
  new URLSearchParams([...fields.map((each) => [...each])] as [string, string][]).toString();

export const signed = (command: string, { token, nowSeconds, sdkAppId = 1_400_000_000 }: Signing): string =>
  query([
    ["SdkAppid", String(sdkAppId)],
    ["CallbackCommand", command],
    ["contenttype", "json"],
    ["RequestTime", String(nowSeconds)],
    ["Sign", sha256(token + nowSeconds)],
  ]);

type Forgery = (signing: Signing, chance: Chance) => readonly (readonly [string, string])[];

const pair = (time: number | string, sign: string): readonly (readonly [string, string])[] => [
  ["RequestTime", String(time)],
  ["Sign", sign],
];
const hex = ({ below }: Chance, length: number): string =>
  Array.from({ length }, () => below(16).toString(16)).join("");
/** Somewhere in it, another hex digit. */
function oneOff(sign: string, { below }: Chance): string {
  const at = below(sign.length);
  const digit = (Number.parseInt(sign[at] ?? "0", 16) + 1 + below(15)) % 16;
  return sign.slice(0, at) + digit.toString(16) + sign.slice(at + 1);
}
const right = ({ token }: Signing, time: number | string): string => sha256(`${token}${time}`);

const forgeries: Readonly<Record<string, Forgery>> = {
  "a guess": ({ nowSeconds }, chance) => pair(nowSeconds, hex(chance, 64)),
  "one digit off": (signing, chance) => pair(signing.nowSeconds, oneOff(right(signing, signing.nowSeconds), chance)),
  "too old": (signing, { below }) => {
    const time = signing.nowSeconds - 61 - below(10 ** (1 + below(8)));
    return pair(time, right(signing, time));
  },
  "too new": (signing, { below }) => {
    const time = signing.nowSeconds + 61 + below(10 ** (1 + below(8)));
    return pair(time, right(signing, time));
  },
  "of another time": (signing, { below }) =>
    pair(signing.nowSeconds, right(signing, signing.nowSeconds - 1 - below(50))),
  "of another token": ({ nowSeconds }, chance) => pair(nowSeconds, sha256(hex(chance, 12) + String(nowSeconds))),
  "of no token": ({ nowSeconds }) => pair(nowSeconds, sha256(String(nowSeconds))),
  "the wrong way round": ({ token, nowSeconds }) => pair(nowSeconds, sha256(`${nowSeconds}${token}`)),
  "by another method": ({ token, nowSeconds }, { pick }) =>
    pair(
      nowSeconds,
      pick([
        ...["md5", "sha1", "sha512"].map((name) => createHash(name).update(`${token}${nowSeconds}`).digest("hex")),
        createHmac("sha256", token).update(String(nowSeconds)).digest("hex"),
        createHash("sha256").update(`${token}${nowSeconds}`).digest("base64"),
      ]),
    ),
  "spelled otherwise": (signing, { pick }) => {
    const sign = right(signing, signing.nowSeconds);
    const odd = [sign.toUpperCase(), ` ${sign}`, `${sign} `, `${sign}\0`, `0x${sign}`, `"${sign}"`, `${sign}${sign}`];
    return pair(signing.nowSeconds, pick([...odd, sign.slice(0, -1), sign.slice(1), "", sign.replace(/[a-f]/, "é")]));
  },
  "a time that is spelled otherwise": (signing, { pick }) => {
    const { nowSeconds: now } = signing;
    const time = pick([
      `+${now}`,
      ` ${now}`,
      `${now}.0`,
      `${now}e0`,
      `0x${now.toString(16)}`,
      `${now}000`,
      "",
      "NaN",
      "Infinity",
    ]);
    return pair(time, right(signing, time));
  },
  "there twice": (signing, chance) => {
    const good = pair(signing.nowSeconds, right(signing, signing.nowSeconds));
    const also = chance.pick([
      ["Sign", hex(chance, 64)],
      ["Sign", ""],
      ["RequestTime", String(signing.nowSeconds - 5)],
      ["Sign", right(signing, signing.nowSeconds)],
    ] as const);
    return chance.below(2) === 0 ? [...good, also] : [also, ...good];
  },
  "under another name": (signing, { pick }) => {
    const sign = right(signing, signing.nowSeconds);
    return [
      ["RequestTime", String(signing.nowSeconds)],
      [pick(["sign", "SIGN", "Sign[]", "Sign[0]", "__proto__[Sign]", "Signature"]), sign],
    ];
  },
  "not there": ({ nowSeconds }, { pick }) => pick([[], [["RequestTime", String(nowSeconds)]], [["Sign", "null"]]]),
};

/** @returns a query that must not be believed, and why */
export function forged(
  command: string,
  signing: Signing,
  chance: Chance,
): { readonly how: string; readonly query: string } {
  const how = chance.pick(Object.keys(forgeries));
  const parts = forgeries[how]?.(signing, chance) ?? [];
  return { how, query: query([["SdkAppid", "1400000000"], ["CallbackCommand", command], ...parts]) };
}
