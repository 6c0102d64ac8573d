/**
 * A Tencent IM of our own: the REST API that the service calls, the callbacks that it receives, and a page to watch both.
 * It shares no code with the service, so that a misunderstanding in one is not confirmed by the other.
 */
import { setMaxListeners } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { ErrorRequestHandler } from "express";
import { callbackFor } from "./callback-bodies.ts";
import { createCallbacks } from "./callbacks.ts";
import { createCallLog } from "./calls.ts";
import { createControl } from "./control.ts";
import { ControlError, SimulatorError } from "./errors.ts";
import { createFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { sendJson } from "./http-body.ts";
import { closeServer, listen } from "./listen.ts";
import { createLiveView } from "./live-view.ts";
import { pageSecurity, readPage, servePage } from "./page.ts";
import { SEED_MAX } from "./random.ts";
import { createRest } from "./rest.ts";
import { createStorm } from "./storm.ts";
import { createSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { createSimulatedWorld } from "./simulated-world.ts";
import type { SimulatedWorld } from "./simulated-world.ts";
import { createWorld } from "./world.ts";

export type SimulatorOptions = {
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly admin: string;
  /** Loopback unless given: whoever reaches the control routes may do anything here. */
  readonly host?: string | undefined;
  /** 0 takes any free one. */
  readonly port: number;
  readonly callbackUrl?: string | undefined;
  readonly callbackToken?: string | undefined;
  readonly callsPerSecond?: number | undefined;
  readonly editCallbacks?: boolean | undefined;
  readonly retryOnTimeout?: boolean | undefined;
  readonly seed?: number | undefined;
  /** Wall clock, in epoch milliseconds. */
  readonly now?: (() => number) | undefined;
};

export interface Simulator extends AsyncDisposable {
  /** Base URL of the REST API and of the page, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly world: SimulatedWorld;
  readonly faults: Faults;
  readonly settings: Settings;
  /** Ends everything at once: waiting calls, kept connections, callbacks under way. */
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { sdkAppId, secretKey, admin, host = "127.0.0.1", now = Date.now } = options;
  const seed = options.seed ?? Math.floor(Math.random() * SEED_MAX);
  const page = await readPage();
  const closing = new AbortController();
  // Every call that is held back listens to it, and nothing of that is a leak.
  setMaxListeners(0, closing.signal);

  const world = createWorld({ seed, now });
  const faults = createFaults(seed);
  const calls = createCallLog();
  const settings = createSettings(givenSettings(options));
  const callbacks = createCallbacks({ settings, faults, sdkAppId, now });
  world.subscribe((change) => {
    const callback = callbackFor(change, { admin, now, editCallbacks: settings.read().editCallbacks });
    if (callback) callbacks.send(callback);
  });
  const liveView = createLiveView(world);
  const simulated = createSimulatedWorld({ world, calls, callbacks, faults });
  const storm = createStorm(simulated);
  const { signal } = closing;
  const rest = createRest({ world, calls, faults, settings, sdkAppId, secretKey, admin, now, signal });

  const app = express();
  app.disable("x-powered-by");
  app.use(pageSecurity, servePage(page));
  app.use("/v4", (request, response) => {
    // Routing has cut the path; the REST side knows its APIs by their whole one.
    request.url = request.originalUrl;
    return rest.answer(request, response);
  });
  app.use("/simulator", createControl({ world: simulated, faults, settings, liveView, storm }));
  app.use((request) => {
    throw new ControlError(
      404,
      `There is nothing at ${request.path}; the page is at /, the control routes are at /simulator.`,
    );
  });
  app.use(answerError(signal));

  const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  server.on("request", (request) => rest.arrived(request));
  server.on("request", app);
  const close = async (): Promise<void> => {
    closing.abort();
    storm.close();
    callbacks.close();
    liveView.close();
    if (server.listening) await closeServer(server);
  };
  try {
    await listen(server, host, options.port);
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { url, port, world: simulated, faults, settings, close, [Symbol.asyncDispose]: close };
}

/** Above a minute, so that a client's pool rarely meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

function givenSettings(options: SimulatorOptions): Parameters<typeof createSettings>[0] {
  const { callbackUrl, callbackToken, callsPerSecond, editCallbacks, retryOnTimeout } = options;
  const given = Object.entries({ callbackUrl, callbackToken, callsPerSecond, editCallbacks, retryOnTimeout });
  try {
    return createSettings(Object.fromEntries(given.filter(([, value]) => value !== undefined))).read();
  } catch (cause) {
    if (!(cause instanceof ControlError)) throw cause;
    throw new SimulatorError(
      "SIMULATOR_OPTION_INVALID",
      cause.message,
      "Start the simulator with another value.",
      cause,
    );
  }
}

function answerError(signal: AbortSignal): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    // Closing wakes those who wait; their connections are being cut.
    if (signal.aborted || response.headersSent) return void request.socket.destroy();
    if (error instanceof ControlError)
      return sendJson(response, error.status, JSON.stringify({ error: error.message }));
    if (error instanceof URIError) return sendJson(response, 400, JSON.stringify({ error: "The URL is malformed." }));
    next(error);
  };
}
