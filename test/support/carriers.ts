/** Three ways for a callback to reach the listener: without a socket, as a client sends it, and as no client would. */
import http from "node:http";
import net from "node:net";
import { gzipSync } from "node:zlib";
import type { CallbackService } from "./callback-service.ts";
import type { Carried, Carrier, Ruined } from "./callback-storm.ts";
import type { Chance } from "./mutations.ts";
import { openWire, post } from "./wire.ts";

const CHARSETS = ["application/json", "text/plain; charset=gbk", "application/json; charset=utf-16", "multipart/x", ""];

/** Node's own request and response, with nobody at the other end. */
export async function inProcess(service: CallbackService): Promise<Carrier> {
  const socket = new net.Socket();
  return {
    carry: ({ sample, body }) =>
      new Promise((resolve) => {
        const request = new http.IncomingMessage(socket);
        request.method = "POST";
        request.url = `/callback?${sample.query}`;
        request.headers = { "content-length": String(body.length) };
        const response = new http.ServerResponse(request);
        // Nobody reads it, so its end is the only sign that there is one.
        response.end = () => {
          resolve({ status: response.statusCode, body });
          return response;
        };
        service.onCallback(request, response);
        request.push(body);
        request.push(null);
      }),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** A kept connection; one callback in eight uses HTTP in a way that it was not meant to be used. */
export async function overSockets({ port }: CallbackService): Promise<Carrier> {
  let wire = await openWire(port);
  const renew = async (): Promise<void> => {
    wire[Symbol.dispose]();
    wire = await openWire(port);
  };
  const plainly = async ({ sample, body, chance }: Ruined): Promise<Carried> => {
    const headers = { "content-type": chance.pick(CHARSETS) };
    const { status } = await wire.send(post(`/callback?${sample.query}`, body, headers));
    if (!wire.isOpen()) await renew();
    return { status, body };
  };
  return {
    async carry(callback) {
      const { chance } = callback;
      if (chance.below(TRICK_EVERY) > 0) return plainly(callback);
      const how = chance.pick(Object.keys(tricks));
      const { pieces, body } = tricks[how]?.(callback) ?? { pieces: [], body: callback.body };
      for (const piece of pieces.slice(0, -1)) {
        await wire.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const last = pieces.at(-1);
      let status = 0;
      if (last !== undefined && body !== "nothing") {
        ({ status } = await wire.send(last).catch((reason: unknown) => {
          throw new Error(`trick: ${how}`, { cause: reason });
        }));
      } else if (last !== undefined) {
        await wire.write(last);
      }
      // What a trick has left on the connection is not the answer to the next callback.
      await renew();
      return { status, body: body === "nothing" ? callback.body : body };
    },
    [Symbol.dispose]: () => wire[Symbol.dispose](),
  };
}

const TRICK_EVERY = 8;

type Trick = (callback: Ruined) => {
  /** Written one after another. */
  readonly pieces: readonly Buffer[];
  /** What is the body by the rules of HTTP; "nothing": the sender goes away before it is whole. */
  readonly body: Buffer | "nothing";
};

const request = (target: string, headers: readonly string[], ...rest: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from(`POST ${target} HTTP/1.1\r\nhost: emend.test\r\n${headers.join("\r\n")}\r\n\r\n`),
    ...rest,
  ]);
const callbackTarget = ({ sample }: Ruined): string => `/callback?${sample.query}`;
const sized = (body: Buffer): string => `content-length: ${body.length}`;
const CHUNKED = "transfer-encoding: chunked";

/** In pieces of odd sizes, some of them with an extension, sizes spelled as people spell them. */
function chunks(body: Buffer, { below, pick }: Chance): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const part = body.subarray(at, at + 1 + below(pick([3, 100, 70_000])));
    const size = part.length.toString(16);
    const spelled = pick([size, size.toUpperCase(), `000${size}`, `${size};a=b`, `${size};x="y;z"`]);
    parts.push(Buffer.from(`${spelled}\r\n`), part, Buffer.from("\r\n"));
    at += part.length;
    // Long bodies in small pieces would say nothing new.
    if (parts.length > 300) {
      const rest = body.subarray(at);
      if (rest.length > 0) parts.push(Buffer.from(`${rest.length.toString(16)}\r\n`), rest, Buffer.from("\r\n"));
      break;
    }
  }
  return [...parts, Buffer.from(pick(["0\r\n\r\n", "00\r\n\r\n", "0\r\nx-trailer: 1\r\n\r\n"]))];
}

/** 64 MB of spaces, in some 64 KB. */
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));

/** A request that the parser refuses, or ours: the body is told by its length either way. */
const withHeaders =
  (headers: (chance: Chance) => readonly string[]): Trick =>
  (callback) => ({
    pieces: [request(callbackTarget(callback), [...headers(callback.chance), sized(callback.body)], callback.body)],
    body: callback.body,
  });

const tricks: Readonly<Record<string, Trick>> = {
  "in chunks": (callback) => ({
    pieces: [request(callbackTarget(callback), [CHUNKED], ...chunks(callback.body, callback.chance))],
    body: callback.body,
  }),
  "in two packets": (callback) => {
    const whole = post(callbackTarget(callback), callback.body);
    const at = callback.chance.below(whole.length);
    return { pieces: [whole.subarray(0, at), whole.subarray(at)], body: callback.body };
  },
  "a bomb in gzip": (callback) => ({
    pieces: [request(callbackTarget(callback), ["content-encoding: gzip", sized(BOMB)], BOMB)],
    body: BOMB,
  }),
  "packed, as its header says": (callback) => {
    const body = gzipSync(callback.body);
    return { pieces: [request(callbackTarget(callback), ["content-encoding: gzip", sized(body)], body)], body };
  },
  "a header that tells of a packing that is none": withHeaders(({ pick }) => [
    `content-encoding: ${pick(["gzip", "br", "deflate", "identity, gzip", "x"])}`,
  ]),
  "a length that is too short": (callback) => {
    const length = callback.chance.below(callback.body.length + 1);
    const head = request(callbackTarget(callback), [`content-length: ${length}`], callback.body);
    return { pieces: [head], body: callback.body.subarray(0, length) };
  },
  "a length that is too long, and then nobody": (callback) => ({
    pieces: [request(callbackTarget(callback), [`content-length: ${callback.body.length + 9}`], callback.body)],
    body: "nothing",
  }),
  "a length that is none": withHeaders(({ pick }) => [
    `content-length: ${pick(["-1", "+5", "0x10", "1e3", "5, 5", " ", "99999999999999999999"])}`,
  ]),
  "a length and chunks": withHeaders(() => [CHUNKED]),
  "chunks of another kind": withHeaders(({ pick }) => [
    `transfer-encoding: ${pick(["identity", "chunked, identity", "xchunked", "gzip, chunked", "chunked\r\n\tx", "CHUNKED "])}`,
  ]),
  "a chunk without end": (callback) => ({
    pieces: [request(callbackTarget(callback), [CHUNKED], Buffer.from(`${"f".repeat(17)}\r\n`), callback.body)],
    body: callback.body,
  }),
  "a chunk that is no number": (callback) => ({
    pieces: [request(callbackTarget(callback), [CHUNKED], Buffer.from("g\r\n"), callback.body)],
    body: callback.body,
  }),
  "a header of 9 KB": withHeaders(() => [`x-long: ${"x".repeat(9 * 1024)}`]),
  "a hundred headers": withHeaders(() => Array.from({ length: 100 }, (_, n) => `x-${n}: ${n}`)),
  "a header in two lines": withHeaders(() => ["x-folded: one", " two"]),
  "a header with odd bytes": withHeaders(({ pick }) => [
    `x-odd: ${pick(["\0", "\u0001", "a\rb", "\u007f", "é", "a\nb"])}`,
  ]),
  "a header without a name": withHeaders(({ pick }) => [pick([": x", "x y: z", "x", "x : y"])]),
  "two hosts": withHeaders(() => ["host: other.test"]),
  "a wish to be asked first": withHeaders(({ pick }) => [`expect: ${pick(["100-continue", "x"])}`]),
  "a wish for another protocol": withHeaders(({ pick }) => [
    `upgrade: ${pick(["websocket", "h2c"])}`,
    ...pick([[], ["connection: close"]]),
  ]),
  "a target with a host": (callback) => ({
    pieces: [post(`http://emend.test${callbackTarget(callback)}`, callback.body)],
    body: callback.body,
  }),
  "a target with odd bytes": (callback) => ({
    pieces: [
      post(
        `${callbackTarget(callback)}&x=${callback.chance.pick(["%", "%00", "%ff", "é", "#", "\u0001", "[]"])}`,
        callback.body,
      ),
    ],
    body: callback.body,
  }),
  "another version": (callback) => {
    const version = callback.chance.pick(["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/11", "http/1.1"]);
    const head = post(callbackTarget(callback), callback.body).toString("latin1").replace("HTTP/1.1", version);
    return { pieces: [Buffer.from(head, "latin1")], body: callback.body };
  },
};
