/** Reads a request to its end, keeping no more than we are ready to understand. */
import type { IncomingMessage, ServerResponse } from "node:http";

export type ReceivedBody =
  | { readonly kind: "complete"; readonly bytes: Buffer }
  | { readonly kind: "too-long" }
  /** The caller left before the end. */
  | { readonly kind: "cut-off" };

/** Past this we stop listening to a caller who does not stop talking. */
const DRAINED_BYTES_MAX = 16 * 1024 * 1024;

/** A body that is too long is drained all the same, so that the caller is free to read the answer. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<ReceivedBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) chunks = [];
      else chunks.push(chunk);
      if (size > DRAINED_BYTES_MAX) request.destroy();
    });
    request.on("end", () => {
      resolve(size > bytesMax ? { kind: "too-long" } : { kind: "complete", bytes: Buffer.concat(chunks) });
    });
    request.on("error", () => resolve({ kind: "cut-off" }));
    request.on("close", () => resolve({ kind: "cut-off" }));
  });
}

/** Undefined when the bytes are no UTF-8. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function sendJson(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(json),
    "Cache-Control": "no-store",
  });
  response.end(json);
}
