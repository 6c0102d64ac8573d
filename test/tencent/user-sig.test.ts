import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { inflateSync } from "node:zlib";
import type { SdkAppId } from "../../src/domain/message.ts";
import { Secret } from "../../src/domain/secret.ts";
import { monotonicMs } from "../../src/domain/time.ts";
import type { UserSig } from "../../src/tencent/user-sig.ts";
import { createUserSig } from "../../src/tencent/user-sig.ts";

const HOUR = 3_600_000;
/** Made up; with the fields below, Tencent's own package signs the digest below. */
const KEY = "example-key-not-a-secret-0000000000000000000000000000000000000000";
const VECTOR = { identifier: "administrator", sdkappid: 1400000000, time: 1700000000, expire: 86400 };
const VECTOR_SIG = "di5j+jn8uskgcEf80hp5YSp7cyIm/lDyGnOG/55HXRs=";

type Fields = typeof VECTOR & { readonly sig: string };

function fieldsOf(userSig: string): Fields {
  const base64 = userSig.replaceAll("*", "+").replaceAll("-", "/").replaceAll("_", "=");
  const json = JSON.parse(inflateSync(Buffer.from(base64, "base64")).toString()) as Record<string, unknown>;
  assert.equal(json["TLS.ver"], "2.0");
  const bare = Object.entries(json).map(([name, value]) => [name.replace("TLS.", ""), value]);
  return Object.fromEntries(bare) as Fields;
}

const signatureOf = ({ identifier, sdkappid, time, expire }: typeof VECTOR): string =>
  createHmac("sha256", KEY)
    .update(`TLS.identifier:${identifier}\nTLS.sdkappid:${sdkappid}\nTLS.time:${time}\nTLS.expire:${expire}\n`)
    .digest("base64");

function signer(): { userSig: UserSig; advance(ms: number): void } {
  let now = 5_000_000;
  // The package reads the wall clock, in seconds: without a move of it, a new signature equals the old one.
  const clock = { monotonic: () => monotonicMs(now) };
  const secretKey = new Secret(KEY);
  const userSig = createUserSig({ sdkAppId: 1400000000 as SdkAppId, secretKey, admin: "administrator", clock });
  return { userSig, advance: (ms) => void ((now += ms), (wall += ms)) };
}

const realNow = Date.now;
let wall = 0;

describe("a UserSig", () => {
  beforeEach(() => {
    wall = VECTOR.time * 1000;
    Date.now = () => wall;
  });
  afterEach(() => {
    Date.now = realNow;
  });

  it("is signed as Tencent's page says", () => {
    assert.equal(signatureOf(VECTOR), VECTOR_SIG);
    assert.deepEqual(Object.entries(fieldsOf(signer().userSig.current())).sort(), [
      ...Object.entries({ ...VECTOR, sig: VECTOR_SIG, ver: "2.0" }).sort(),
    ]);
  });

  it("holds only letters that a URL takes as they are", () => {
    const { userSig, advance } = signer();
    for (let day = 0; day < 50; day++, advance(24 * HOUR + 1_000)) {
      const sig = userSig.current();
      assert.match(sig, /^[A-Za-z0-9*_-]+$/);
      assert.equal(fieldsOf(sig).sig, signatureOf(fieldsOf(sig)));
    }
  });

  it("is kept for half of its life and then made anew", () => {
    const { userSig, advance } = signer();
    const first = userSig.current();
    advance(12 * HOUR);
    assert.equal(userSig.current(), first);
    advance(1_000);
    const second = userSig.current();
    assert.notEqual(second, first);
    assert.equal(fieldsOf(second).time, VECTOR.time + 12 * 3600 + 1);
  });

  it("is made anew once when fifty calls in flight are refused", () => {
    const { userSig, advance } = signer();
    const refused = userSig.current();
    advance(HOUR);
    const made = new Set<string>();
    for (let call = 0; call < 50; call++, advance(1_000)) {
      assert.equal(userSig.renew(refused), true);
      made.add(userSig.current());
    }
    assert.equal(made.size, 1);
    assert.ok(!made.has(refused));
  });

  it("that was just made as a remedy and is refused too makes no sense to try again", () => {
    const { userSig, advance } = signer();
    const first = userSig.current();
    advance(HOUR);
    assert.equal(userSig.renew(first), true);
    const remedy = userSig.current();
    advance(1_000);
    assert.equal(userSig.renew(remedy), false);
    assert.equal(userSig.current(), remedy);
    // A latecomer with the old one is no news either way.
    assert.equal(userSig.renew(first), true);
    assert.equal(userSig.current(), remedy);
  });

  it("gets another remedy a minute after the last: the setting may have been mended", () => {
    const { userSig, advance } = signer();
    userSig.renew(userSig.current());
    const remedy = userSig.current();
    advance(60_000);
    assert.equal(userSig.renew(remedy), true);
    assert.notEqual(userSig.current(), remedy);
  });
});
