/**
 * A load of callbacks over keep-alive connections, one request at a time on each, as Tencent sends them. Raw sockets: the
 * generator shares two cores with what it measures, and must not be the slower one.
 */
import net from "node:net";

export type LoadResult = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
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
  const converse = async ({ ask, close }: Connection): Promise<void> => {
    while (next < requests) {
      const index = next++;
      const sentAt = performance.now();
      if (!(await ask(request(index)))) refused++;
      latencies[index] = performance.now() - sentAt;
    }
    close();
  };
  await Promise.all(Array.from({ length: connections }, async () => converse(await connected(port))));
  return resultOf(latencies, (performance.now() - begun) / 1000, refused);
}

export type PaceOptions = Pick<LoadOptions, "port" | "request"> & {
  readonly perSecond: number;
  readonly seconds: number;
};

/** As many a second, whether or not those before were answered; each waits from when it was due. */
export async function paced({ port, request, perSecond, seconds }: PaceOptions): Promise<LoadResult> {
  const requests = perSecond * seconds;
  const latencies = new Float64Array(requests);
  const idle: Connection[] = [];
  const all: Connection[] = [];
  let refused = 0;
  const begun = performance.now();
  const dueAt = (index: number): number => begun + (index * 1000) / perSecond;
  const send = async (index: number): Promise<void> => {
    const connection = idle.pop() ?? (await connected(port));
    if (!all.includes(connection)) all.push(connection);
    if (!(await connection.ask(request(index)))) refused++;
    latencies[index] = performance.now() - dueAt(index);
    idle.push(connection);
  };
  const sent: Promise<void>[] = [];
  while (sent.length < requests) {
    const wait = dueAt(sent.length) - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    while (sent.length < requests && dueAt(sent.length) <= performance.now()) sent.push(send(sent.length));
  }
  await Promise.all(sent);
  for (const { close } of all) close();
  return resultOf(latencies, (performance.now() - begun) / 1000, refused);
}

function resultOf(latencies: Float64Array, seconds: number, refused: number): LoadResult {
  latencies.sort();
  const { length } = latencies;
  const quantile = (share: number): number => latencies[Math.min(length - 1, Math.floor(length * share))] ?? NaN;
  return { perSecond: length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99), longestMs: quantile(1), refused };
}

type Connection = {
  /** Resolves once it is answered: whether with 200. */
  readonly ask: (request: Buffer) => Promise<boolean>;
  readonly close: () => void;
};

/** One request at a time. */
function conversation(socket: net.Socket): Connection {
  let answer = "";
  let settle: { resolve: (isFine: boolean) => void; reject: (reason: Error) => void } | undefined;
  socket.on("error", (thrown) => settle?.reject(thrown));
  socket.on("data", (chunk: Buffer) => {
    answer += chunk.toString("latin1");
    const head = answer.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
    if (answer.length < head + 4 + length) return;
    const isFine = answer.startsWith("HTTP/1.1 200 ");
    answer = "";
    settle?.resolve(isFine);
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function connected(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(conversation(socket)));
    socket.once("error", reject);
  });
}
