import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { refuseUserSig } from "../../src/simulator/user-sig.ts";
import { ADMIN, call, MODIFY_C2C, SDK_APP_ID, SECRET_KEY, start, userSig } from "./support.ts";

const DAY_MS = 86_400_000;
const codeOf = (sig: string, identifier = ADMIN, nowMs = Date.now()): number | undefined =>
  refuseUserSig({ userSig: sig, identifier, sdkAppId: SDK_APP_ID, secretKey: SECRET_KEY, nowMs })?.code;

const packed = (text: string): string =>
  deflateSync(Buffer.from(text)).toString("base64").replaceAll("+", "*").replaceAll("/", "-").replaceAll("=", "_");

describe("a UserSig", () => {
  const vector = (sig: string): string =>
    packed(
      JSON.stringify({
        "TLS.ver": "2.0",
        "TLS.identifier": ADMIN,
        "TLS.sdkappid": SDK_APP_ID,
        "TLS.time": 1_700_000_000,
        "TLS.expire": 86_400,
        "TLS.sig": sig,
      }),
    );
  const VECTOR_SIG = "di5j+jn8uskgcEf80hp5YSp7cyIm/lDyGnOG/55HXRs=";

  for (const [sentence, sig, identifier, nowMs, expected] of [
    ["made by the vendor's package is accepted", userSig(), ADMIN, Date.now(), undefined],
    ["of any user is accepted as such", userSig("anna"), "anna", Date.now(), undefined],
    ["is expired once its time is over", userSig(ADMIN, 60), ADMIN, Date.now() + 61_000, 70001],
    ["made with another key is refused", userSig(ADMIN, 60, "another-key"), ADMIN, Date.now(), 70009],
    ["of another identifier is refused", userSig("anna"), ADMIN, Date.now(), 70013],
    ["of another app is refused", userSig(ADMIN, 60, SECRET_KEY, 1400000001), ADMIN, Date.now(), 70014],
    ["known by heart holds in its day", vector(VECTOR_SIG), ADMIN, 1_700_000_000_000 + DAY_MS - 1, undefined],
    ["known by heart ends with its day", vector(VECTOR_SIG), ADMIN, 1_700_000_000_000 + DAY_MS, 70001],
    ["with a changed signature is refused", vector(`A${VECTOR_SIG.slice(1)}`), ADMIN, 1_700_000_001_000, 70009],
    ["with a short signature is refused", vector("AAAA"), ADMIN, 1_700_000_001_000, 70009],
    ["that is no base64 cannot be decoded", "not a signature!", ADMIN, Date.now(), 70003],
    ["that is not packed cannot be decoded", "AAAA", ADMIN, Date.now(), 70003],
    ["that holds no JSON cannot be decoded", packed("hello"), ADMIN, Date.now(), 70003],
    ["that holds other JSON cannot be decoded", packed('{"TLS.ver":"2.0"}'), ADMIN, Date.now(), 70003],
    [
      "that unpacks to megabytes cannot be decoded",
      packed("[" + " ".repeat(5_000_000) + "]"),
      ADMIN,
      Date.now(),
      70003,
    ],
  ] as const) {
    it(sentence, () => assert.equal(codeOf(sig, identifier, nowMs), expected));
  }

  it("signed without an expiry, as a forgetful caller of the vendor's package gets it, is refused", () => {
    const careless = userSig(ADMIN, undefined as unknown as number);
    assert.equal(codeOf(careless), 70003);
  });

  it("is checked on the way in", async () => {
    await using simulator = await start();
    const wrong = { usersig: userSig(ADMIN, 60, "another-key") };
    assert.equal((await call(simulator, MODIFY_C2C, {}, wrong)).ErrorCode, 70009);
  });
});
