/**
 * A load of callbacks over keep-alive connections, one request at a time on each, as Tencent sends them. Raw sockets: the
 * generator shares two cores with what it measures, and must not be the slower one.
 */
import net from "node:net";

export type LoadResult = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 200. */
  readonly refused: number;
};

export type LoadOptions = {
  readonly port: number;
  readonly connections: number;
  readonly requests: number;
  /** The whole request, head and body. */
  readonly request: (index: number) => Buffer;
};

export async function load({ port, connections, requests, request }: LoadOptions): Promise<LoadResult> {
  const latencies = new Float64Array(requests);
  let next = 0;
  let refused = 0;
  const begun = performance.now();
  const converse = (socket: net.Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let sentAt = 0;
      let index = 0;
      const ask = (): void => {
        if (next >= requests) {
          socket.destroy();
          return resolve();
        }
        index = next++;
        sentAt = performance.now();
        socket.write(request(index));
      };
      let answer = "";
      socket.on("data", (chunk: Buffer) => {
        answer += chunk.toString("latin1");
        const head = answer.indexOf("\r\n\r\n");
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
        if (answer.length < head + 4 + length) return;
        latencies[index] = performance.now() - sentAt;
        if (!answer.startsWith("HTTP/1.1 200 ")) refused++;
        answer = "";
        ask();
      });
      socket.on("error", reject);
      ask();
    });
  await Promise.all(Array.from({ length: connections }, async () => converse(await connected(port))));
  const seconds = (performance.now() - begun) / 1000;
  latencies.sort();
  const quantile = (share: number): number => latencies[Math.min(requests - 1, Math.floor(requests * share))] ?? NaN;
  return { perSecond: requests / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99), refused };
}

function connected(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}
