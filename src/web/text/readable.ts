/**
 * JSON indented, to be read. It is read and written anew, so numbers past 2^53 are rounded: what was sent is shown beside it.
 *
 * @returns undefined where it is none
 */
export function readable(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return undefined;
  }
}
