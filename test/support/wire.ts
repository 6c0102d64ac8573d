/** HTTP by hand: bytes out, one answer back, so that tests see what a sender sees and send what no client would. */
import net from "node:net";

export type WireAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export interface Wire extends Disposable {
  /** Resolves when all of it has left this side. */
  write(bytes: string | Buffer): Promise<void>;
  /** Writes all of it, and only then reads one answer. */
  send(bytes: string | Buffer): Promise<WireAnswer>;
  /** Whether the other side still wants this connection. */
  readonly isOpen: () => boolean;
}

/** Nothing that is tested here takes longer, 10 MB included. */
const PATIENCE_MS = 5_000;

export async function openWire(port: number): Promise<Wire> {
  const socket = net.connect(port, "127.0.0.1");
  let received = Buffer.alloc(0);
  let ended: string | undefined;
  let look = (): void => {};
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    look();
  });
  for (const event of ["error", "close"] as const) {
    socket.on(event, (reason) => {
      ended ??= reason instanceof Error ? reason.message : "closed";
      look();
    });
  }
  await new Promise<void>((resolve) => socket.once("connect", resolve));

  const answer = (): Promise<WireAnswer> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MS);
      look = () => {
        const found = answerIn(received);
        if (found === undefined && ended === undefined) return;
        clearTimeout(late);
        look = () => {};
        if (found === undefined) return reject(new Error(`the connection ended without an answer: ${ended}`));
        received = received.subarray(found.length);
        resolve(found.answer);
      };
      look();
    });

  const write = (bytes: string | Buffer): Promise<void> =>
    new Promise((resolve) => socket.write(bytes, () => resolve()));

  return {
    write,
    async send(bytes) {
      // Until all of it is written nothing is read: so a plain blocking sender behaves.
      socket.pause();
      await write(bytes);
      socket.resume();
      return answer();
    },
    isOpen: () => ended === undefined,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

function answerIn(bytes: Buffer): { readonly answer: WireAnswer; readonly length: number } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  if (first.startsWith("HTTP/1.1 100 ")) {
    // Only a word on the way to the answer.
    const behind = answerIn(bytes.subarray(end + 4));
    return behind && { ...behind, length: behind.length + end + 4 };
  }
  const length = end + 4 + Number(headers["content-length"] ?? 0);
  if (bytes.length < length) return undefined;
  const body = bytes.subarray(end + 4, length).toString("utf8");
  return { answer: { status: Number(first.split(" ")[1]), headers, body }, length };
}

export function post(target: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Buffer {
  const bytes = Buffer.from(body);
  const all = { host: "emend.test", "content-length": String(bytes.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${target} HTTP/1.1\r\n${lines.join("")}\r\n`), bytes]);
}
