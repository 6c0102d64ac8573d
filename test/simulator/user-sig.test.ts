import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { refuseUserSig } from "../../src/simulator/user-sig.ts";
import type { UserSigCheck } from "../../src/simulator/user-sig.ts";
import { ADMIN, SDK_APP_ID, SECRET_KEY, userSig } from "./bench.ts";

const OTHER_KEY = `${SECRET_KEY.slice(0, -1)}1`;

const codeOf = (sig: string, changes: Partial<UserSigCheck> = {}): number | undefined =>
  refuseUserSig({
    userSig: sig,
    identifier: ADMIN,
    sdkAppId: SDK_APP_ID,
    secretKey: SECRET_KEY,
    nowMs: Date.now(),
    ...changes,
  })?.code;

/** Packs whatever is wanted the way Tencent packs a UserSig. */
const pack = (unpacked: string | Buffer): string =>
  deflateSync(unpacked).toString("base64").replaceAll("+", "*").replaceAll("/", "-").replaceAll("=", "_");

const unpack = (sig: string): string =>
  inflateSync(Buffer.from(sig.replaceAll("*", "+").replaceAll("-", "/").replaceAll("_", "="), "base64")).toString();

const FIELDS = { identifier: ADMIN, sdkappid: SDK_APP_ID, time: 1_700_000_000, expire: 86_400 };

function signed(changes: Readonly<Record<string, unknown>> = {}, userbuf?: string): string {
  const { identifier, sdkappid, time, expire } = FIELDS;
  const content =
    `TLS.identifier:${identifier}\nTLS.sdkappid:${sdkappid}\nTLS.time:${time}\nTLS.expire:${expire}\n` +
    (userbuf === undefined ? "" : `TLS.userbuf:${userbuf}\n`);
  const sig = createHmac("sha256", SECRET_KEY).update(content).digest("base64");
  const named = Object.entries(FIELDS).map(([name, value]): [string, unknown] => [`TLS.${name}`, value]);
  const rest = { "TLS.ver": "2.0", "TLS.userbuf": userbuf, "TLS.sig": sig };
  return pack(JSON.stringify({ ...Object.fromEntries(named), ...rest, ...changes }));
}
const AT = { nowMs: (FIELDS.time + 1) * 1000 };

describe("a UserSig of the vendor's own package", () => {
  it("opens the door", () => assert.equal(codeOf(userSig(ADMIN)), undefined));

  it("opens it to any user that it names, also one whose name is long and odd", () => {
    const identifier = "用户-_.@#/+ =";
    assert.equal(codeOf(userSig(identifier), { identifier }), undefined);
  });

  for (const [sentence, sig, changes, code] of [
    ["made with another key is 70009", userSig(ADMIN, OTHER_KEY), {}, 70009],
    ["of another user is 70013", userSig("anna"), {}, 70013],
    ["of another app is 70014", userSig(ADMIN, SECRET_KEY, 1400000001), {}, 70014],
    ["of yesterday is 70001", userSig(ADMIN, SECRET_KEY, SDK_APP_ID, 60), { nowMs: Date.now() + 61_000 }, 70001],
    ["without an expiry is 70003", userSig(ADMIN, SECRET_KEY, SDK_APP_ID, NaN), {}, 70003],
  ] as const) {
    it(sentence, () => assert.equal(codeOf(sig, changes), code));
  }

  it("holds until the very second of its end", () => {
    const end = (FIELDS.time + FIELDS.expire) * 1000;
    assert.equal(codeOf(signed(), { nowMs: end - 1 }), undefined);
    assert.equal(codeOf(signed(), { nowMs: end }), 70001);
  });
});

describe("a UserSig that nobody signed", () => {
  const whole = signed();
  const flipped = `${whole.slice(0, 20)}${whole[20] === "A" ? "B" : "A"}${whole.slice(21)}`;
  for (const [sentence, sig, code] of [
    ["is 70003 when it is empty", "", 70003],
    ["is 70003 when it is no base64 of Tencent's", "%%%", 70003],
    ["is 70003 when it is base64 with the usual letters", whole.replaceAll("*", "+").replace(/$/, "=+/"), 70003],
    ["is 70003 when it is base64 of nothing packed", "aGVsbG8gd29ybGQ_", 70003],
    ["is 70003 when it packs no JSON", pack("hello"), 70003],
    ["is 70003 when it packs a null", pack("null"), 70003],
    ["is 70003 when it packs a list", pack("[]"), 70003],
    ["is 70003 when it is cut off", whole.slice(0, 60), 70003],
    ["is 70003 when a letter of it was changed", flipped, 70003],
    ["is 70003 when its version is another", signed({ "TLS.ver": "1.0" }), 70003],
    ["is 70003 when its time is no number", signed({ "TLS.time": "now" }), 70003],
    ["is 70003 when its expiry is a text", signed({ "TLS.expire": "86400" }), 70003],
    ["is 70003 when it unpacks to a bomb", pack(Buffer.alloc(8 * 1024 * 1024)), 70003],
    ["is 70009 when its life was made longer", signed({ "TLS.expire": 864_000 }), 70009],
    ["is 70009 when its signature is empty", signed({ "TLS.sig": "" }), 70009],
    ["is 70009 when its signature is a longer one", signed({ "TLS.sig": "A".repeat(80) }), 70009],
    ["is 70009 when a userbuf was put in", signed({ "TLS.userbuf": "YQ==" }), 70009],
  ] as const) {
    it(sentence, () => assert.equal(codeOf(sig, AT), code));
  }

  it("is not unpacked beyond what any UserSig needs, though all in it be right", () => {
    const unpacked = unpack(signed());
    assert.equal(codeOf(pack(unpacked + " ".repeat(100)), AT), undefined);
    assert.equal(codeOf(pack(unpacked + " ".repeat(64 * 1024 * 1024)), AT), 70003);
  });

  it("may carry a userbuf that was signed along", () => assert.equal(codeOf(signed({}, "YWJj"), AT), undefined));
});
