/** The store's suite over SQLite, in memory and on disk. */
import { Secret } from "../../src/domain/secret.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { describeStore } from "../contract/store.ts";
import type { StoreHarness } from "../contract/store-harness.ts";
import { dumpState } from "../support/dump-state.ts";
import { APP } from "../support/store-fixtures.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const AUDIT_KEY = new Secret("0123456789abcdef0123456789abcdef");

function sqlite(makeFile: () => { readonly path: string } & Disposable): StoreHarness["fresh"] {
  return ({ keepPassedBodies } = { keepPassedBodies: true }) => {
    const file = makeFile();
    const open = () => createSqliteStore({ path: file.path, sdkAppId: APP, auditKey: AUDIT_KEY, keepPassedBodies });
    let store = open();
    return {
      get store() {
        return store;
      },
      dump: (columns) => dumpState(store.db, columns),
      execute: (sql) => void store.db.exec(sql),
      tables() {
        const names = store.db.prepare<[], { name: string }>(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        );
        const columnsOf = store.db.prepare<[string], { name: string }>("SELECT name FROM pragma_table_info(?)");
        return new Map(names.all().map(({ name }) => [name, columnsOf.all(name).map((column) => column.name)]));
      },
      restart() {
        store[Symbol.dispose]();
        store = open();
      },
      [Symbol.dispose]() {
        store[Symbol.dispose]();
        file[Symbol.dispose]();
      },
    };
  };
}

describeStore({
  where: "in memory",
  // It ends with its connection.
  keeps: false,
  fresh: sqlite(() => ({ path: ":memory:", [Symbol.dispose]: () => undefined })),
});

describeStore({
  where: "on disk",
  keeps: true,
  fresh: sqlite(() => {
    const folder = createTempFolder();
    return { path: folder.file("emend.db"), [Symbol.dispose]: () => folder[Symbol.dispose]() };
  }),
});
