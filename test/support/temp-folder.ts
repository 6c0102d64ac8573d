import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own for one test, gone when the test is over. */
export interface TempFolder extends Disposable {
  readonly path: string;
  file(...names: readonly string[]): string;
}

export function createTempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), "emend-test-"));
  return {
    path,
    file: (...names) => join(path, ...names),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
