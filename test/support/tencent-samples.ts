/** The recorded callbacks, as they would come over the wire. Where they are from stands beside the fixture. */
import { readFileSync } from "node:fs";

type Json = Readonly<Record<string, unknown>>;
type RawSample = { readonly name: string; readonly query: Readonly<Record<string, string>>; readonly body: Json };

export type Sample = {
  readonly name: string;
  readonly command: string;
  /** The part of the URL behind `?`. */
  readonly query: string;
  readonly body: Buffer;
};

const file = new URL("../fixtures/tencent/callback-samples.json", import.meta.url);

export const samples: readonly Sample[] = (JSON.parse(readFileSync(file, "utf8")) as RawSample[]).map(
  ({ name, query, body }) => ({
    name,
    command: query["CallbackCommand"] ?? "",
    query: new URLSearchParams(query).toString(),
    body: Buffer.from(JSON.stringify(body)),
  }),
);

export function sampleNamed(name: string): Sample {
  const sample = samples.find((each) => each.name === name);
  if (sample === undefined) throw new Error(`There is no sample ${name}`);
  return sample;
}
