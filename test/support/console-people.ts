/** Accounts, sessions and tokens over a record in memory, for tests of the console. */
import { createAccounts } from "../../src/flows/accounts.ts";
import { createApiTokens } from "../../src/flows/api-tokens.ts";
import type { Passwords } from "../../src/flows/passwords.ts";
import { createPasswords } from "../../src/flows/passwords.ts";
import { createSignIn } from "../../src/flows/sign-in.ts";
import { Secret } from "../../src/domain/secret.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { createFakeClock } from "./fake-clock.ts";
import { APP } from "./store-fixtures.ts";

export const CONFIGURED_TOKEN = "c0nf1gured-".padEnd(40, "x");
export const PASSWORD = "four green words here";
export const limits = { idleMs: 30 * 60_000, longestMs: 12 * 3_600_000 };

/** What a hash costs matters to those who count it, and to nobody else. */
const plain: Passwords = {
  demandRoom: () => undefined,
  hash: async (password) => `plain ${password}`,
  verify: async (hash, password) => hash === `plain ${password}`,
};

export type People = ReturnType<typeof createPeople>;

/** @param hashing with real hashes; @param passwords or with these */
export function createPeople(settings: { readonly hashing?: boolean; readonly passwords?: Passwords } = {}) {
  const clock = createFakeClock();
  const auditKey = new Secret("0123456789abcdef0123456789abcdef");
  const store = createSqliteStore({ path: ":memory:", sdkAppId: APP, auditKey, keepPassedBodies: true });
  const passwords = settings.passwords ?? (settings.hashing === true ? createPasswords() : plain);
  const accounts = createAccounts({ store, passwords, clock });
  const signIn = createSignIn({ store, passwords, limits, clock });
  const tokens = createApiTokens({ store, configured: new Secret(CONFIGURED_TOKEN), clock });
  const auditOf = store.db.prepare<[], { line: string }>(
    "SELECT actor || ' ' || act || ' ' || detail AS line FROM audit ORDER BY id",
  );
  return {
    ...{ clock, store, passwords, accounts, signIn, tokens },
    audit: (): readonly string[] => auditOf.all().map(({ line }) => line),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}
