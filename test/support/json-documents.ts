/**
 * JSON as nobody's serialiser writes it: odd spacing, every kind of escape, duplicate keys, numbers that a double cannot
 * hold. Each document comes with the exact stretches that its parts are spelled in, so that a reader can be checked
 * without a second reader.
 */
import fc from "fast-check";

export type SpelledJson = {
  readonly text: string;
  readonly members?: readonly { readonly key: string; readonly text: string }[];
  readonly items?: readonly string[];
};

const space = fc.string({ unit: fc.constantFrom(" ", "\n", "\r", "\t"), maxLength: 2 });
const hex = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;

/** What a string of JSON is made of, between its quotes; each is whole by itself. */
const stringPiece = fc.oneof(
  fc.constantFrom("a", "Z", "é", "坏", "😀", "\u2028", "\u007f", "{", "}", "[", "]", ",", ":", "'", " "),
  fc.constantFrom('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u00e9", "\\u0000", "\\u005C", "\\u0022"),
  fc.constantFrom("\\ud83d\\ude00", "\\uD83D", "\\ude00", "\ud83d", "\udc00"),
  fc.integer({ min: 0, max: 0xffff }).map(hex),
);
/** The inside of a string of JSON. */
export const spelledText = (maxLength = 6): fc.Arbitrary<string> =>
  fc.array(stringPiece, { maxLength }).map((pieces) => pieces.join(""));

export const meaningOf = (spelled: string): string => JSON.parse(`"${spelled}"`) as string;

const leaf: fc.Arbitrary<SpelledJson> = fc
  .oneof(
    fc.constantFrom("null", "true", "false", "0", "-0", "1e999", "-12.50E-3", "9007199254740993", "1".repeat(400)),
    spelledText().map((spelled) => `"${spelled}"`),
  )
  .map((text) => ({ text }));

const join = (parts: readonly string[], spaces: readonly string[]): string =>
  parts.map((part, index) => `${spaces[index] ?? ""}${part}${spaces[index + 1] ?? ""}`).join(",");

const key = fc.oneof(fc.constantFrom("a", "moderation", "__proto__", "Text", "\\u0061", ""), spelledText(3));
const spaces = fc.array(space, { minLength: 1, maxLength: 8 });

const objectOf = (value: fc.Arbitrary<SpelledJson>, keys: fc.Arbitrary<string>): fc.Arbitrary<SpelledJson> =>
  fc.tuple(fc.array(fc.tuple(keys, space, space, value), { maxLength: 5 }), spaces).map(([all, around]) => ({
    text: `{${join(
      all.map(([name, before, after, { text }]) => `"${name}"${before}:${after}${text}`),
      around,
    )}${all.length === 0 ? (around[0] ?? "") : ""}}`,
    members: all.map(([name, , , { text }]) => ({ key: meaningOf(name), text })),
  }));

const arrayOf = (value: fc.Arbitrary<SpelledJson>): fc.Arbitrary<SpelledJson> =>
  fc.tuple(fc.array(value, { maxLength: 5 }), spaces).map(([all, around]) => {
    const items = all.map(({ text }) => text);
    return { text: `[${join(items, around)}${all.length === 0 ? (around[0] ?? "") : ""}]`, items };
  });

export const anyJson: fc.Arbitrary<SpelledJson> = fc.letrec<{ value: SpelledJson }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, objectOf(tie("value"), key), arrayOf(tie("value"))),
})).value;

/** An object, where need be without certain keys. */
export const anyObject = (without: readonly string[] = []): fc.Arbitrary<SpelledJson> =>
  objectOf(
    anyJson,
    key.filter((name) => !without.includes(meaningOf(name))),
  );

/** The same text with spaces around it. */
export const padded = (json: string): fc.Arbitrary<string> =>
  fc.tuple(space, space).map(([before, after]) => before + json + after);
