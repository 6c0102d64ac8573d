/**
 * Tells whether two bodies say the same, when one of them went through Tencent and came back: members may stand in another
 * order there and be spelled with other escapes or spaces. Never used to decide what is sent, only to recognise it.
 */
import { createHash } from "node:crypto";

export type Fingerprint = string & { readonly brand: "fingerprint" };

/** Sixteen bytes of SHA-256: nobody finds a second body for one, and a row stays short. */
const HEX_DIGITS = 32;

const digest = (text: string): Fingerprint =>
  createHash("sha256").update(text).digest("hex").slice(0, HEX_DIGITS) as Fingerprint;

/** @param json any JSON text */
export function fingerprint(json: string): Fingerprint {
  try {
    return digest(JSON.stringify(JSON.parse(json), inOrder));
  } catch {
    // Not JSON, or nested too deep to be spelled again: as it stands.
    return digest(json);
  }
}

/** Custom data is the sender's own text, which Tencent stores as it is. None and empty are the same to every reader. */
export const textFingerprint = (text: string | undefined): Fingerprint => digest(text ?? "");

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What an order is about, in fingerprints. */
export type Prints = {
  readonly judgedBody: Fingerprint;
  readonly judgedData: Fingerprint;
  /** The body as it stands once the order is applied. */
  readonly sentBody: Fingerprint;
};
