/** The record and the console's own file beside it, without the thread: what is asked is answered at once. */
import { createConsoleAnswers } from "../../src/flows/console-answers.ts";
import { entryFor } from "../../src/flows/indexing.ts";
import { Secret } from "../../src/domain/secret.ts";
import { openConsoleStore } from "../../src/store/console/console-store.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { decodeStored } from "../../src/tencent/stored.ts";
import { APP } from "./store-fixtures.ts";
import { createTempFolder } from "./temp-folder.ts";

export function createConsoleRecord() {
  const folder = createTempFolder();
  const path = folder.file("emend.db");
  const auditKey = new Secret("0123456789abcdef0123456789abcdef");
  const store = createSqliteStore({ path, sdkAppId: APP, auditKey, keepPassedBodies: true });
  const open = () => {
    const reads = openConsoleStore({
      ...{ databasePath: path, sdkAppId: APP, goOn: () => undefined },
      entryFor: (source) => entryFor(source, decodeStored.elements),
    });
    const { elements: decode, payload: decodePayload, payloadData } = decodeStored;
    const parts = { decode, decodePayload, payloadData };
    return { reads, answers: createConsoleAnswers(reads, parts) };
  };
  let opened = open();
  return {
    ...{ path, store },
    get reads() {
      return opened.reads;
    },
    get answers() {
      return opened.answers;
    },
    /** Brings the console's file up to the record. */
    catchUp(): void {
      while (opened.reads.catchUp().more);
    },
    /** After it was stopped, or as if it had been. */
    reopen(): void {
      opened.reads[Symbol.dispose]();
      opened = open();
    },
    [Symbol.dispose](): void {
      opened.reads[Symbol.dispose]();
      store[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}
