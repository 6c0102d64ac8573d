/** Finds the schema of a place in a document, so that messages can name the keys that are known there. */
import { z } from "zod";

/** The schemas that may apply at `path`: several where a place may hold this or that, none where nothing is known. */
export function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly z.core.$ZodType[] {
  let here = plain(schema);
  for (const step of path) here = here.flatMap((each) => below(each, step)).flatMap(plain);
  return here;
}

function below(schema: z.core.$ZodType, step: PropertyKey): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (!(schema instanceof z.ZodObject) || typeof step !== "string") return [];
  const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
  const inner = Object.hasOwn(shape, step) ? shape[step] : undefined;
  return inner === undefined ? [] : [inner];
}

/** Without the wrappers that say nothing of the form. */
function plain(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) return plain(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(plain);
  return [schema];
}
