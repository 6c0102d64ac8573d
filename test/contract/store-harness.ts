/** What the suite needs of a database to look behind the port. */
import type { AccountStore } from "../../src/ports/accounts.ts";
import type { Store } from "../../src/ports/store.ts";

export interface StoreBench extends Disposable {
  readonly store: Store & AccountStore;
  /** See `test/support/dump-state.ts`. */
  dump<Table extends string>(columns: Readonly<Record<Table, string>>): Record<Table, readonly string[]>;
  /** Changes rows as no method of the port does. */
  execute(sql: string): void;
  /** Every table with the names of its columns. */
  tables(): ReadonlyMap<string, readonly string[]>;
  /** Closes the store and opens it again over what is on disk. */
  restart(): void;
}

export type StoreHarness = {
  /** Ends the sentence "the record, kept …". */
  readonly where: string;
  /** Whether there is anything to restart from. */
  readonly keeps: boolean;
  fresh(settings?: { readonly keepPassedBodies: boolean }): StoreBench;
};

/** A test of what survives a restart: no question to a store that promises to keep nothing. */
export function itAfterRestart({ keeps }: StoreHarness, title: string, test: () => Promise<void>): void {
  if (keeps) it(title, test);
}
