/** Reads what a call to Tencent said, for showing it: requests are kept as they were sent, as JSON. */

/** Indented where it is JSON; as it is where it is not. */
export function readable(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** The custom data of a request, where the note is. Undefined: the request leaves it alone. */
export function customDataIn(payload: string): string | undefined {
  try {
    const request: unknown = JSON.parse(payload);
    if (typeof request !== "object" || request === null || !("CloudCustomData" in request)) return undefined;
    return typeof request.CloudCustomData === "string" ? request.CloudCustomData : undefined;
  } catch {
    return undefined;
  }
}
