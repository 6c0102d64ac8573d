/** The routes under `/simulator`: what users would do in their clients, and a look behind the scenes. */
import { Router } from "express";
import type { Request, Response } from "express";
import { badInput, ControlError } from "./errors.ts";
import { checkFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { decodeUtf8, readBody, sendJson } from "./http-body.ts";
import type { LiveView } from "./live-view.ts";
import { SEED_MAX } from "./random.ts";
import { memberTexts } from "./raw-json.ts";
import type { Edit, Recall, SimulatedWorld } from "./simulated-world.ts";
import { refuseUnknown } from "./say.ts";
import type { Fields, Say } from "./say.ts";
import { checkSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import type { Storm } from "./storm.ts";

type ControlParts = {
  readonly world: SimulatedWorld;
  readonly faults: Faults;
  readonly settings: Settings;
  readonly liveView: LiveView;
  readonly storm: Storm;
};

/** A message of 12 K, written with escapes, and its custom data. */
const BODY_BYTES_MAX = 256 * 1024;

export function createControl({ world, faults, settings, liveView, storm }: ControlParts): Router {
  const router = Router();
  router.use((request, _response, next) => {
    refuseOtherSites(request);
    next();
  });
  const showFaults = (response: Response): void =>
    reply(response, { seed: faults.seed(), faults: faults.rules(), struck: faults.struck() });

  router.post("/say", async (request, response) => {
    // The checks behind these calls see every field; the types only say what is hoped for.
    reply(response, world.say((await contentOf(request)) as Say));
  });
  router.post("/tip", async (request, response) => {
    reply(response, world.tip(await objectOf(request)));
  });
  router.post("/edit", async (request, response) => {
    reply(response, world.edit((await contentOf(request)) as Edit));
  });
  router.post("/recall", async (request, response) => {
    reply(response, world.recall((await objectOf(request)) as Recall));
  });
  router.post("/storm", async (request, response) => {
    reply(response, storm.begin(await objectOf(request)));
  });
  router.get("/storm", (_request, response) => {
    const report = storm.report();
    if (report === undefined) throw new ControlError(404, "There was no storm yet: POST /simulator/storm begins one.");
    reply(response, report);
  });
  router.get("/conversations", (_request, response) => {
    reply(response, { seed: world.seed(), conversations: world.conversations() });
  });
  router.get("/conversations/:id/messages", (request, response) => {
    const limit = countIn(request, "limit");
    reply(response, { conversation: request.params.id, messages: world.messages(request.params.id, limit) });
  });
  router.get("/calls", (request, response) => {
    const list = request.query["list"] === "1" ? world.callList() : undefined;
    reply(response, { seed: world.seed(), apis: world.calls(), deliveries: world.deliveries(), list });
  });
  router.get("/faults", (_request, response) => showFaults(response));
  router.put("/faults", async (request, response) => {
    const { value } = await jsonOf(request);
    const rules = checkFaults(value);
    if (isObject(value)) refuseUnknown(value, ["faults", "seed"]);
    const seed = isObject(value) ? seedIn(value) : undefined;
    if (seed !== undefined) faults.reset(seed);
    faults.set(rules);
    showFaults(response);
  });
  router.delete("/faults", (_request, response) => {
    faults.clear();
    showFaults(response);
  });
  router.get("/settings", (_request, response) => reply(response, settings.read()));
  router.put("/settings", async (request, response) => {
    reply(response, settings.change(checkSettings(await objectOf(request))));
  });
  router.post("/reset", async (request, response) => {
    const fields = await objectOf(request);
    refuseUnknown(fields, ["seed"]);
    world.reset(seedIn(fields));
    reply(response, { seed: world.seed() });
  });
  router.get("/events", (request, response) => liveView.watch(request, response));
  router.get("/quiet", async (_request, response) => {
    await world.quiet();
    reply(response, { quiet: true, deliveries: world.deliveries() });
  });
  router.use((request) => {
    throw new ControlError(404, `There is no ${request.method} ${request.baseUrl}${request.path} here.`);
  });
  return router;
}

const reply = (response: Response, value: unknown): void => sendJson(response, 200, JSON.stringify(value));

/** A page of another site must not talk to a simulator that happens to listen on the reader's machine. */
function refuseOtherSites(request: Request): void {
  const origin = request.get("origin");
  if (origin === undefined) return;
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  if (host === undefined || host !== request.get("host")) {
    throw new ControlError(403, "Pages of other sites may not use the simulator.");
  }
}

type ReadJson = { readonly text: string; readonly value: unknown };

/** Reads JSON whatever the content type says, so that a plain `curl -d` works. No body counts as `{}`. */
async function jsonOf(request: Request): Promise<ReadJson> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body.kind !== "complete") throw new ControlError(413, `The request is over ${BODY_BYTES_MAX} bytes.`);
  const text = decodeUtf8(body.bytes);
  if (text === undefined) throw badInput("The request is not UTF-8.");
  try {
    return { text, value: JSON.parse(text === "" ? "{}" : text) as unknown };
  } catch (cause) {
    throw badInput(`The request is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function objectOf(request: Request): Promise<Fields> {
  const { value } = await jsonOf(request);
  if (isObject(value)) return value;
  throw badInput("The request must be a JSON object.");
}

/** `body` becomes `rawBody`, the text that stood in the request. */
async function contentOf(request: Request): Promise<Fields> {
  const { text, value } = await jsonOf(request);
  if (!isObject(value)) throw badInput("The request must be a JSON object.");
  if (value["body"] === undefined) return value;
  if (value["rawBody"] !== undefined) throw badInput('Give one of "body" and "rawBody", not both.');
  const { body: _parsed, ...rest } = value;
  return { ...rest, rawBody: memberTexts(text).get("body") };
}

function seedIn(fields: Fields): number | undefined {
  const seed = fields["seed"];
  if (seed === undefined) return undefined;
  if (typeof seed === "number" && Number.isInteger(seed) && seed >= 0 && seed <= SEED_MAX) return seed;
  throw badInput(`"seed" must be a whole number from 0 to ${SEED_MAX}.`);
}

function countIn(request: Request, name: string): number | undefined {
  const value = request.query[name];
  if (value === undefined) return undefined;
  if (typeof value === "string" && /^[1-9]\d{0,6}$/.test(value)) return Number(value);
  throw badInput(`"${name}" must be a whole number above 0.`);
}
