/** Requests, callbacks and notes are kept as they were sent, as JSON. Here it is indented, to be read; as it is where it is none. */
export function readable(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
