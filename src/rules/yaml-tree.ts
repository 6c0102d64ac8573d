/**
 * Reads YAML of the plainest kind: maps, lists and text. All scalars are text (`no` stays `no`, `012` stays `012`), and
 * whatever would let a line mean something that stands elsewhere (duplicate keys, anchors, tags) is refused.
 */
import { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument, type ParsedNode } from "yaml";
import type { Position } from "./rule.ts";

export type YamlFault = Position & { readonly message: string };
export type YamlTree = {
  /** Strings, arrays and objects of them. */
  readonly value: unknown;
  /** Where the value at a path begins, or the nearest thing round it. */
  at(path: readonly PropertyKey[]): Position;
  /** Where the key at the end of a path begins. */
  keyAt(path: readonly PropertyKey[]): Position;
  readonly faults: readonly YamlFault[];
};

// Packs are a dozen deep. The parser recurses, and runs out of stack, then of process, somewhere past a thousand.
const DEPTH_MAX = 60;

export function readYaml(text: string): YamlTree {
  const lines = new LineCounter();
  const start: Position = { line: 1, column: 1 };
  const unreadable = controlFault(text) ?? depthFault(text);
  if (unreadable) return { value: undefined, at: () => start, keyAt: () => start, faults: [unreadable] };

  const document = parseDocument<ParsedNode>(text, {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error", // "silent" would also let a second document pass.
  });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults: YamlFault[] = [...document.errors, ...document.warnings]
    .filter(({ code }) => code !== "TAG_RESOLVE_FAILED")
    .map(({ code, message, pos }) => ({ ...position(pos[0]), message: sentenceOf(code, message) }));
  const values = new Map<string, Position>();
  const keys = new Map<string, Position>();

  const refuse = (offset: number, message: string): void => void faults.push({ ...position(offset), message });

  const read = (node: ParsedNode | null, path: readonly PropertyKey[]): unknown => {
    if (node === null) return "";
    const offset = node.range[0];
    values.set(nameOf(path), position(offset));
    if (isAlias(node)) return void refuse(offset, "Aliases are refused. Write the value out here.");
    if (node.anchor !== undefined) refuse(offset, "Anchors are refused. Write the value out where it is used.");
    if (node.tag !== undefined) refuse(offset, `The tag ${node.tag} is refused: all values are text. Remove it.`);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((child, index) => read(child, [...path, index]));
    if (!isMap(node)) return undefined;
    const map: Record<string, unknown> = {};
    for (const { key, value } of node.items) {
      if (!isScalar(key) || typeof key.value !== "string" || key.value === "__proto__") {
        refuse(key?.range[0] ?? offset, "This cannot be a key. Use one of the names that rules/README.md lists.");
        continue;
      }
      if (key.anchor !== undefined || key.tag !== undefined) {
        refuse(key.range[0], "Anchors and tags are refused. Write the plain name.");
      }
      keys.set(nameOf([...path, key.value]), position(key.range[0]));
      map[key.value] = read(value, [...path, key.value]);
    }
    return map;
  };

  return {
    value: read(document.contents, []),
    at(path) {
      for (let length = path.length; length >= 0; length -= 1) {
        const found = values.get(nameOf(path.slice(0, length)));
        if (found) return found;
      }
      return start;
    },
    keyAt: (path) => keys.get(nameOf(path)) ?? start,
    faults,
  };
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map((step) => JSON.stringify(step)).join();
}

function sentenceOf(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "This key stands here twice. Keep one of them.";
    case "MULTIPLE_DOCS":
      return "A file holds one document. Put what follows into a file of its own.";
    case "TAB_AS_INDENT":
      return "Tabs cannot indent YAML. Use spaces.";
    default:
      return `This is not YAML (${message.split("\n")[0] ?? ""}). Check the line and the one before.`;
  }
}

/** YAML has no place for control characters; where they are, a disk was full or a machine lost power. */
function controlFault(text: string): YamlFault | undefined {
  const at = text.search(/[\0-\x08\v\f\x0e-\x1f\x7f]/);
  if (at === -1) return undefined;
  const before = text.slice(0, at).split(/\r\n|\n|\r/);
  const name = `U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0")}`;
  const message = `The control character ${name} stands here. The file may be half written: save it again without it.`;
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, message };
}

/** Counts, without recursion, how deep brackets, indents and rows of `- - -` go. */
function depthFault(text: string): YamlFault | undefined {
  let [line, column] = [1, 1];
  let [brackets, indicators, indent] = [0, 0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") brackets += 1;
    else if (token === "]" || token === "}") brackets -= 1;
    else if (token === "-" || token === "?") indicators += 1;
    else if (column === 1 && /^ +$/.test(token)) indent = token.length;
    // An indent of one column can be a level.
    if (brackets > DEPTH_MAX || indicators > DEPTH_MAX || indent > 4 * DEPTH_MAX) {
      return {
        line,
        column,
        message: `This is nested deeper than ${DEPTH_MAX} levels. Rules need a dozen; remove some.`,
      };
    }
    const newLine = token.lastIndexOf("\n");
    if (newLine === -1) {
      if (!/^[\u0002\u0018\u001f\ufeff]$/.test(token)) column += token.length; // Control tokens of the lexer take no room.
    } else {
      line += token.split("\n").length - 1;
      column = token.length - newLine;
      [indicators, indent] = [0, 0];
    }
  }
  return undefined;
}
