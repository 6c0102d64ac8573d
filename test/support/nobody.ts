/**
 * The superuser may read and write everything, so file modes cannot be tested as root: until it is disposed of, this process
 * is nobody in particular. What is given away belongs to nobody too, and only its mode stands in the way then.
 */
import { chownSync } from "node:fs";

/** What Linux and macOS leave to nobody; any number but 0 would do. */
const NOBODY = 65_534;

export function becomeNobody(...given: readonly string[]): Disposable {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || seteuid === undefined) return { [Symbol.dispose]: () => undefined };
  for (const path of given) chownSync(path, NOBODY, NOBODY);
  seteuid(NOBODY);
  return { [Symbol.dispose]: () => seteuid(0) };
}
