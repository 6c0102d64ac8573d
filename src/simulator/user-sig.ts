/** Judges a UserSig as Tencent's gateway does: the signature itself, not only its presence. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { inflateSync } from "node:zlib";
import type { Refusal } from "./answer.ts";

type SignedFields = {
  readonly version: string;
  readonly identifier: string;
  readonly sdkAppId: number;
  readonly time: number;
  readonly expire: number;
  readonly userbuf: string | undefined;
  readonly sig: string;
};

/** A UserSig unpacks to some 250 bytes, one with a room's userbuf to a few hundred more. More is a bomb. */
const UNPACKED_BYTES_MAX = 8 * 1024;

export type UserSigCheck = {
  readonly userSig: string;
  readonly identifier: string;
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly nowMs: number;
};

/** Undefined when the signature holds. */
export function refuseUserSig(check: UserSigCheck): Refusal | undefined {
  const fields = unpack(check.userSig);
  if (!fields) return { code: 70003, info: "UserSig is illegal: it cannot be decoded" };
  if (fields.sdkAppId !== check.sdkAppId) {
    return { code: 70014, info: "SDKAppID in the request does not match the one in UserSig" };
  }
  if (fields.identifier !== check.identifier) {
    return { code: 70013, info: "identifier in the request does not match the one in UserSig" };
  }
  if (!signatureHolds(fields, check.secretKey)) {
    return { code: 70009, info: "UserSig verification failed: was it made with the key of this SDKAppID?" };
  }
  if ((fields.time + fields.expire) * 1000 <= check.nowMs) return { code: 70001, info: "UserSig is expired" };
  return undefined;
}

function signatureHolds(fields: SignedFields, secretKey: string): boolean {
  const content =
    `TLS.identifier:${fields.identifier}\nTLS.sdkappid:${fields.sdkAppId}\n` +
    `TLS.time:${fields.time}\nTLS.expire:${fields.expire}\n` +
    (fields.userbuf === undefined ? "" : `TLS.userbuf:${fields.userbuf}\n`);
  const expected = createHmac("sha256", secretKey).update(content).digest();
  const given = Buffer.from(fields.sig, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Tencent's own base64 alphabet: `*` for `+`, `-` for `/`, `_` for `=`. Not the base64url of RFC 4648. */
function unpack(userSig: string): SignedFields | undefined {
  if (!/^[A-Za-z0-9*_-]+$/.test(userSig)) return undefined;
  const base64 = userSig.replaceAll("*", "+").replaceAll("-", "/").replaceAll("_", "=");
  try {
    const packed = Buffer.from(base64, "base64");
    const unpacked = inflateSync(packed, { maxOutputLength: UNPACKED_BYTES_MAX }).toString("utf8");
    return readFields(JSON.parse(unpacked));
  } catch {
    // Not zlib, too long or not JSON: one and the same to the caller.
    return undefined;
  }
}

function readFields(value: unknown): SignedFields | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const version = fields["TLS.ver"];
  const identifier = fields["TLS.identifier"];
  const sdkAppId = Number(fields["TLS.sdkappid"]);
  const time = Number(fields["TLS.time"]);
  const expire = fields["TLS.expire"];
  const userbuf = fields["TLS.userbuf"];
  const sig = fields["TLS.sig"];
  if (version !== "2.0" || typeof identifier !== "string" || typeof sig !== "string") return undefined;
  if (!Number.isSafeInteger(sdkAppId) || !Number.isSafeInteger(time)) return undefined;
  // The vendor's package signs an expiry of null when it is called without one.
  if (typeof expire !== "number" || !Number.isSafeInteger(expire)) return undefined;
  if (userbuf !== undefined && typeof userbuf !== "string") return undefined;
  return { version, identifier, sdkAppId, time, expire, userbuf, sig };
}
