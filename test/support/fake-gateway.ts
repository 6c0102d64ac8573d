/** A stand-in for Tencent's gateway that keeps each request as it came over the wire and answers what it is told to. */
import http from "node:http";
import type { AddressInfo } from "node:net";

export type Taken = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Answering = (response: http.ServerResponse, request: http.IncomingMessage) => void;

export interface FakeGateway extends AsyncDisposable {
  readonly url: string;
  readonly taken: Taken[];
  /** How the next requests are answered, until it is said again. */
  answer(answering: Answering): void;
}

/** What Tencent says: HTTP 200 whatever is the matter. */
export const says =
  (answer: object | string, status = 200): Answering =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  };

export async function fakeGateway(): Promise<FakeGateway> {
  const taken: Taken[] = [];
  let answering = says({ ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0 });
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://gateway");
      const { method = "", headers } = request;
      taken.push({ method, path: pathname, query: searchParams, headers, body: Buffer.concat(chunks) });
      answering(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    answer: (next) => void (answering = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
