/** Rule folders that are broken, each in one way: what people save by mistake, half save, or mean ill with. */
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PACK = "good.yaml";
const LIST = "lists/words.txt";
const RULE = `  - id: good.words
    match: { terms: [badword], lists: [lists/words.txt] }
    tests:
      - { text: "a badword here", becomes: "a ******* here" }
`;
const GOOD = `pack: good\nrules:\n${RULE}`;

export type BrokenFolder = { readonly name: string; readonly apply: (folder: string) => void };

/** Makes the folder the good one again, whatever was done to it. */
export function mendFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "lists"), { recursive: true });
  put(folder, LIST, "worseword\nworstword\n");
  put(folder, PACK, GOOD);
}

export const breakFolder = (folder: string, broken: BrokenFolder): void => broken.apply(folder);

/** In one step, as editors save: nobody sees half of it. */
function put(folder: string, path: string, content: string | Buffer): void {
  const beside = join(folder, `.${path.replaceAll("/", "-")}.new`);
  writeFileSync(beside, content);
  renameSync(beside, join(folder, path));
}

const withPack = (name: string, text: string | Buffer): BrokenFolder => ({
  name,
  apply: (folder) => put(folder, PACK, text),
});
const replaced = (name: string, what: string, by: string): BrokenFolder =>
  withPack(
    name,
    GOOD.replace(what, () => by),
  );
const withRule = (name: string, rest: string): BrokenFolder => withPack(name, `${GOOD}  - { id: more, ${rest} }\n`);
const withList = (name: string, text: string | Buffer): BrokenFolder => ({
  name,
  apply: (folder) => put(folder, LIST, text),
});
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

const halfWritten = numbers(40).map((i) =>
  withPack(`saved up to character ${i} of the match`, GOOD.slice(0, GOOD.indexOf("{ terms") + 1 + i)),
);

const misspelt = [
  ...["idd", "Id", "ids", "name", "i"].map((key) => replaced(`"${key}" for "id"`, "id:", `${key}:`)),
  ...["matches", "Match", "mach", "find", "m"].map((key) => replaced(`"${key}" for "match"`, "match:", `${key}:`)),
  ...["term", "Terms", "tems", "words", "t"].map((key) => replaced(`"${key}" for "terms"`, "terms:", `${key}:`)),
  ...["packs", "Pack", "pakc", "name", "p"].map((key) => replaced(`"${key}" for "pack"`, "pack:", `${key}:`)),
  ...["rule", "Rules", "rulez", "list", "r"].map((key) => replaced(`"${key}" for "rules"`, "rules:", `${key}:`)),
];

const wrongValues = ["blue", "ON", "true", "1", "null", "[]", "[{}]", '""', "enforced", "-"].flatMap((value) =>
  ["mode", "severity", "action"].map((key) =>
    withRule(`${key}: ${value}`, `match: { terms: [crap] }, ${key}: ${value}`),
  ),
);
const wrongShapes = ["damn", "1", "{}", "{ a: b }", "[[a]]", "[{}]", "[]", "null", '""', "[[]]"].map((value) =>
  withRule(`terms: ${value}`, `match: { terms: ${value} }`),
);

const PATTERNS = [
  ...["(", ")", "[", "a**", "*a", "+", "?", "(a", "[z-a]", "x{2,1}", "a{1001}", "(?i", "(?P<n", "\\", "[[:foo:]]"],
  ...["\\p{Nope}", "(a)\\1", "(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "a*", "a?", "(a|)", "^$", "()", "a{0}", "\\q"],
];
const patterns = ["", "x|", "damn|"].flatMap((before) =>
  PATTERNS.map((pattern) =>
    withRule(`the pattern ${before}${pattern}`, `match: { patterns: ['${before}${pattern}'] }`),
  ),
);
const explosive = numbers(15).map((i) =>
  withRule(`a pattern that explodes (${i})`, `match: { patterns: ['[ab]*a[ab]{${600 + 20 * i}}c'] }`),
);

const failing = numbers(20).map((i) =>
  replaced(`a test that fails (${i})`, "a ******* here", `a ${"#".repeat(i)} here`),
);

const yaml = [
  ...["&a good", "*a", "!!str good", "!js/function good", "|\n good\n ?", "{", "[", "@good", "`good", "%good"],
].map((value) => replaced(`pack: ${value}`, "pack: good", `pack: ${value}`));
const documents = [
  ...["", "# nothing\n", "null\n", "good\n", "- good\n", "42\n", "---\n---\n", "\t\n\tpack: good\n", "pack: good\n"],
  ...[`${GOOD}---\n${GOOD}`, `${GOOD}${GOOD}`, `${GOOD}${RULE}`, `%YAML 9\n---\n${GOOD}`, `<<: {}\n${GOOD}`],
  ...["[".repeat(20_000), "{a: ".repeat(5_000), `${"- ".repeat(5_000)}a`, `pack: ${"a".repeat(100_000)}\nrules: []\n`],
].map((text, index) => withPack(`another document (${index})`, text));

const bytes = [
  ...numbers(20).map((i) => {
    const broken = Buffer.from(GOOD);
    broken[i * 7] = 0xff;
    return withPack(`a byte that is no UTF-8 at ${i * 7}`, broken);
  }),
  withPack("UTF-16", Buffer.from(GOOD, "utf16le")),
  withPack("half a character", Buffer.concat([Buffer.from(GOOD), Buffer.from("坏").subarray(0, 2)])),
  withPack("NULs", GOOD.replace("badword", "bad\0word")),
];

const lists = [
  ...["\u200b", "\u200d", "\u00ad", "\u2060", "\ufe0f", "\u202e", "\u0007", "\u001b", "\u{e0041}", "\u034f"].flatMap(
    (hidden, index) => [
      withList(`an entry with an invisible character (${index})`, `worse${hidden}word\n`),
      withList(`an entry of an invisible character alone (${index})`, `${hidden}\n`),
    ],
  ),
  withList("an entry without end", "w".repeat(10_000)),
  withList("a list that is no UTF-8", Buffer.from([0x80, 0x81, 0x0a])),
  ...["lists/none.txt", "../words.txt", "/words.txt", "lists/../../words.txt", "words.csv", ""].map((path) =>
    replaced(`the list "${path}"`, LIST, `"${path}"`),
  ),
];

const files: readonly BrokenFolder[] = [
  { name: "no folder", apply: (folder) => rmSync(folder, { recursive: true }) },
  { name: "no pack", apply: (folder) => rmSync(join(folder, PACK)) },
  { name: "no list", apply: (folder) => rmSync(join(folder, LIST)) },
  { name: "a folder for a pack", apply: (folder) => mkdirSync(join(folder, "more.yaml")) },
  { name: "a link to itself", apply: (folder) => symlinkSync("more.yaml", join(folder, "more.yaml")) },
  { name: "a link to nowhere", apply: (folder) => symlinkSync("none.yaml", join(folder, "more.yaml")) },
  { name: "a link to a device", apply: (folder) => symlinkSync("/dev/zero", join(folder, "more.yaml")) },
  { name: "a link that leaves the folder", apply: (folder) => symlinkSync("/etc/hostname", join(folder, "more.yaml")) },
  {
    name: "a file of 50 MB",
    apply(folder) {
      writeFileSync(join(folder, "more.yaml"), "pack: more\n");
      truncateSync(join(folder, "more.yaml"), 50 * 1024 * 1024);
    },
  },
  {
    name: "too many packs",
    apply: (folder) => numbers(201).forEach((i) => put(folder, `more-${i}.yaml`, GOOD.replace("good", `more-${i}`))),
  },
  ...numbers(10).map((i) => ({
    name: `a pack that is there already (${i})`,
    apply: (folder: string) => put(folder, `again-${i}.yaml`, GOOD),
  })),
];

export const BROKEN_FOLDERS: readonly BrokenFolder[] = [
  ...[...halfWritten, ...misspelt, ...wrongValues, ...wrongShapes, ...patterns, ...explosive, ...failing],
  ...[...yaml, ...documents, ...bytes, ...lists, ...files],
];
