/** The signature that the REST API demands (https://cloud.tencent.com/document/product/269/32688), kept and renewed. */
import { createRequire } from "node:module";
import type { Api as SigApi } from "tls-sig-api-v2";
import type { SdkAppId } from "../domain/message.ts";
import type { Secret } from "../domain/secret.ts";
import type { Clock, MonotonicMs } from "../domain/time.ts";

// The package is CommonJS without named exports that Node can see.
const { Api } = createRequire(import.meta.url)("tls-sig-api-v2") as { Api: typeof SigApi };

/** Error 70001's page advises at least a day. */
const LIFE_S = 24 * 3600;
/** Renewed ahead, at this share of its life. The other half covers a clock that runs wrong. */
const RENEW_AT_SHARE = 0.5;
/** A signature this young that Tencent refuses will not be helped by another one: the key or the clock is wrong. */
const YOUNG_MS = 60_000;

export interface UserSig {
  current(): string;
  /**
   * Says that Tencent refused `refused`. Makes a new signature unless that has happened already, so that fifty calls in
   * flight lead to one renewal.
   *
   * @returns whether a retry makes sense; false when the refused signature was itself just made as a remedy
   */
  renew(refused: string): boolean;
}

export function createUserSig(parts: {
  readonly sdkAppId: SdkAppId;
  readonly secretKey: Secret;
  readonly admin: string;
  readonly clock: Pick<Clock, "monotonic">;
}): UserSig {
  const api = new Api(parts.sdkAppId, parts.secretKey.reveal());
  let made: { readonly sig: string; readonly at: MonotonicMs; readonly remedy: boolean } | undefined;
  const make = (remedy: boolean): string => {
    made = { sig: api.genUserSig(parts.admin, LIFE_S), at: parts.clock.monotonic(), remedy };
    return made.sig;
  };
  const age = (): number => (made === undefined ? Infinity : parts.clock.monotonic() - made.at);
  return {
    current: () => (made === undefined || age() > LIFE_S * 1000 * RENEW_AT_SHARE ? make(false) : made.sig),
    renew(refused) {
      if (made !== undefined && made.sig !== refused) return true;
      if (made?.remedy === true && age() < YOUNG_MS) return false;
      make(true);
      return true;
    },
  };
}
