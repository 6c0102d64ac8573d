/** What Tencent gets to hear. All three fields are required: https://cloud.tencent.com/document/product/269/1522. */
export type Reply = { readonly status: number; readonly body: string };

const fields = (status: "OK" | "FAIL", errorInfo: string, errorCode: number): string =>
  JSON.stringify({ ActionStatus: status, ErrorInfo: errorInfo, ErrorCode: errorCode });

/** Error code 0 also means "let the message pass" to a `…Before…` command that reached us by mistake. */
export const accepted: Reply = { status: 200, body: fields("OK", "", 0) };

/** @param sentence for the person who reads the console's error detail; never a secret, never text of a message. */
export const rejected = (status: number, sentence: string): Reply => ({ status, body: fields("FAIL", sentence, 1) });
