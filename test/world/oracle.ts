/**
 * What every client should see in the end, worked out from what was said and from the words that are not wanted. It knows
 * neither the service nor the simulator: it imports nothing, and reads bodies with `JSON.parse` alone.
 */
export type Seen = { readonly rawBody: string; readonly customData: string | undefined };

export type Expectation =
  | { readonly kind: "untouched" }
  | {
      readonly kind: "changed";
      readonly rawBody: string;
      readonly action: "mask" | "flag";
      /** Custom data that is no JSON object stays as it is, and there is no note. */
      readonly noted: boolean;
    };

type WireElement = { MsgType: string; MsgContent: Record<string, unknown> };

const editable: Readonly<Record<string, string>> = {
  TIMTextElem: "Text",
  TIMLocationElem: "Desc",
  TIMCustomElem: "Desc",
};

export function expectedFor(original: Seen, modifiable: boolean, words: readonly string[]): Expectation {
  const elements = JSON.parse(original.rawBody) as WireElement[];
  let masks = 0;
  let flags = 0;
  for (const element of elements) {
    const field = editable[element.MsgType];
    if (field !== undefined) {
      const text = element.MsgContent[field] as string;
      const masked = maskedBy(words, text);
      if (masked !== text) masks++;
      element.MsgContent[field] = masked;
    }
    if (element.MsgType === "TIMFileElem") {
      const name = element.MsgContent["FileName"] as string;
      if (maskedBy(words, name) !== name) flags++;
    }
  }
  const noted = takesNote(original.customData);
  if (!modifiable || masks + flags === 0 || (masks === 0 && !noted)) return { kind: "untouched" };
  const spacing = original.rawBody.includes("\n") ? 2 : undefined;
  return {
    kind: "changed",
    rawBody: masks > 0 ? JSON.stringify(elements, null, spacing) : original.rawBody,
    action: masks > 0 ? "mask" : "flag",
    noted,
  };
}

/** Letters in any case or width, with zero-width spaces between them; a star for each letter, the spaces stay. */
function maskedBy(words: readonly string[], text: string): string {
  let masked = text;
  for (const word of words) {
    const letters = [...word].map((letter) => {
      const forms = new Set([letter.toLowerCase(), letter.toUpperCase()]);
      for (const form of [...forms]) {
        const code = form.codePointAt(0) ?? 0;
        if (code > 0x20 && code < 0x7f) forms.add(String.fromCodePoint(code + 0xfee0));
      }
      return `(?:${[...forms].join("|")})`;
    });
    masked = masked.replace(new RegExp(letters.join("\u200b*"), "gu"), (hit) =>
      [...hit].map((letter) => (letter === "\u200b" ? letter : "*")).join(""),
    );
  }
  return masked;
}

function takesNote(customData: string | undefined): boolean {
  if (customData === undefined || customData === "") return true;
  try {
    const parsed: unknown = JSON.parse(customData);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/** @returns what is wrong with what clients see, in words; undefined when nothing is */
export function faultIn(original: Seen, current: Seen, expected: Expectation, rule: string): string | undefined {
  if (expected.kind === "untouched") {
    if (current.rawBody !== original.rawBody) return "the body was changed without a reason";
    return current.customData === original.customData ? undefined : "the custom data was changed without a reason";
  }
  if (current.rawBody !== expected.rawBody) return `the body is ${current.rawBody}, expected ${expected.rawBody}`;
  if (!expected.noted)
    return current.customData === original.customData ? undefined : "foreign custom data was changed";
  return faultInNote(original.customData ?? "", current.customData ?? "", expected.action, rule);
}

function faultInNote(before: string, after: string, action: string, rule: string): string | undefined {
  const note =
    /"moderation":\[(\{"v":1,"id":"[0-9A-HJKMNP-TV-Z]{26}","action":"(\w+)","rules":\["([^"]+)"\],"at":\d+\})\]/;
  const found = note.exec(after);
  if (found === null) return `there is no note, or not exactly one, in ${after}`;
  if (found[2] !== action || found[3] !== rule) return `the note says ${found[1]}`;
  const rest = after.replace(found[0], "");
  const same = before === "" ? rest === "{}" : rest === before || rest.replace(/,(\s*\})$/, "$1") === before;
  return same ? undefined : `the sender's custom data ${before} became ${after}`;
}
