/** Tokens that stand for somebody: 256 random bits, of which only the digest is kept. */
import { createHash, randomBytes } from "node:crypto";

export type RandomToken = { readonly token: string; readonly digest: Buffer };

const BYTES = 32;

/** @param mark in front of it, so that people and scanners for leaked secrets see what it is */
export function randomToken(mark = ""): RandomToken {
  const token = mark + randomBytes(BYTES).toString("base64url");
  return { token, digest: digestOf(token) };
}

export const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();
