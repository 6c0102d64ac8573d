/** Connections that give a byte now and then, bodies without measure, and good callbacks in between. */
import net from "node:net";
import { signed } from "./signatures.ts";
import { openWire, post } from "./wire.ts";

export type Siege = {
  readonly port: number;
  readonly token: string;
  readonly sdkAppId: number;
  /** Tells the messages of one stretch from those of the next. */
  readonly round?: number;
};

export interface Drip extends Disposable {
  /** Connections that the service has had enough of. Each is replaced by another. */
  ended(): number;
  /** Most at one time. */
  openMax(): number;
}

const BYTE_EVERY_MS = 400;
const HEAD = "POST /callback HTTP/1.1\r\nhost: emend.test\r\nx-drip: ";

/** Half of them never end their headers, half never end a body of which they have told the length. */
export function drip({ port }: Pick<Siege, "port">, count: number): Drip {
  const open = new Set<net.Socket>();
  let ended = 0;
  let openMax = 0;
  let stopping = false;
  const begin = (index: number): void => {
    const socket = net.connect(port, "127.0.0.1");
    open.add(socket);
    openMax = Math.max(openMax, open.size);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      open.delete(socket);
      if (stopping) return;
      ended += 1;
      begin(index);
    });
    socket.resume();
    socket.write(index % 2 === 0 ? HEAD : `${HEAD}x\r\ncontent-length: 100000\r\n\r\n`);
  };
  for (let index = 0; index < count; index++) begin(index);
  const timer = setInterval(() => {
    for (const socket of open) if (socket.writable) socket.write("x");
  }, BYTE_EVERY_MS);
  return {
    ended: () => ended,
    openMax: () => openMax,
    [Symbol.dispose]() {
      stopping = true;
      clearInterval(timer);
      for (const socket of open) socket.destroy();
    },
  };
}

/** Ten million bytes, each written whole before the answer is read. @returns the statuses */
export async function sendHuge(
  { port }: Pick<Siege, "port">,
  count: number,
  sideBySide: number,
): Promise<readonly number[]> {
  const bytes = post("/callback", Buffer.alloc(10_000_000, " "));
  const statuses: number[] = [];
  let begun = 0;
  const sender = async (): Promise<void> => {
    while (begun++ < count) {
      using wire = await openWire(port);
      statuses.push((await wire.send(bytes)).status);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, sender));
  return statuses;
}

export interface GoodTraffic {
  /** @returns keys that were acknowledged, how long each answer took, and whatever else was answered */
  stop(): Promise<{
    readonly keys: readonly string[];
    readonly ms: readonly number[];
    readonly refused: readonly number[];
  }>;
}

/** Good callbacks at a steady rate, as Tencent sends them: over kept connections, signed. */
export function sendGood(
  { port, token, sdkAppId, round = 0 }: Siege,
  perSecond: number,
  connections: number,
): GoodTraffic {
  const keys: string[] = [];
  const ms: number[] = [];
  const refused: number[] = [];
  let stopping = false;
  const sender = async (number: number): Promise<void> => {
    using wire = await openWire(port);
    const begun = performance.now();
    for (let said = 0; !stopping; said++) {
      const due = begun + ((said * connections + number) * 1_000) / perSecond;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const MsgKey = `${number}_${said}_178900000${round}`;
      const body = JSON.stringify({
        ...{ From_Account: "anna", To_Account: `user-${said % 97}`, MsgKey, MsgTime: 1_789_000_000 },
        MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: `good day ${said}` } }],
      });
      const query = signed("C2C.CallbackAfterSendMsg", { token, nowSeconds: Math.floor(Date.now() / 1_000), sdkAppId });
      const sentAt = performance.now();
      const { status } = await wire.send(post(`/callback?${query}`, body));
      ms.push(performance.now() - sentAt);
      if (status === 200) keys.push(MsgKey);
      else refused.push(status);
    }
  };
  const senders = Promise.all(Array.from({ length: connections }, (_, number) => sender(number)));
  return {
    async stop() {
      stopping = true;
      await senders;
      return { keys, ms, refused };
    },
  };
}

/** @param share 0.99 for the 99th percentile */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
