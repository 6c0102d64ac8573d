import { compileRules, problemLine } from "../../src/rules/compile.ts";
import { readRuleFolder } from "../../src/rules/rule-folder.ts";
import type { RuleSet } from "../../src/rules/rule-set.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { Element, Message, SdkAppId, UserId, GroupId } from "../../src/domain/message.ts";
import { applyEdits } from "../../src/domain/span.ts";
import type { Decision } from "../../src/domain/decision.ts";

export const SHIPPED = new URL("../../rules", import.meta.url).pathname;

/** A rule set of one pack, whose rules are given as YAML without the head. */
export function rulesOfYaml(rules: string, lists: Readonly<Record<string, string>> = {}): RuleSet {
  return compiled({ "a.yaml": `pack: a\nrules:\n${rules}`, ...lists });
}

export function compiled(files: Readonly<Record<string, string>>): RuleSet {
  const result = compileRules(new Map(Object.entries(files)), { exemptSenders: ["administrator"] });
  if (!result.ok) throw new Error(result.problems.map(problemLine).join("\n"));
  return result.ruleSet;
}

export async function shippedRules(): Promise<RuleSet> {
  const reading = await readRuleFolder(SHIPPED);
  if (!reading.ok) throw new Error(reading.problems.map(problemLine).join("\n"));
  return compiled(Object.fromEntries(reading.files));
}

export function messageOf(elements: readonly Element[], more: Partial<Message> = {}): Message {
  return {
    sdkAppId: 1400000000 as SdkAppId,
    ref: { kind: "c2c", from: "anna" as UserId, to: "ben" as UserId, msgKey: "1_2_3" },
    sender: "anna" as UserId,
    operator: undefined,
    groupType: undefined,
    sentAt: epochMs(1_767_225_660_000),
    eventAt: undefined,
    unmodifiable: undefined,
    elements,
    body: "[]",
    customData: undefined,
    ...more,
  };
}

export const text = (value: string): Element => ({ kind: "text", text: value });

export const inGroup = (groupId: string, groupType = "Public"): Partial<Message> => ({
  ref: { kind: "group", groupId: groupId as GroupId, topicId: undefined, msgSeq: 7 },
  groupType,
});

/** What readers see of the text elements after a decision. */
export function shown(message: Message, decision: Decision): readonly string[] {
  return message.elements.map((element, index) => {
    const original = element.kind === "text" ? element.text : "";
    const edits = decision.edits.find(({ place }) => place.element === index && place.part === "text")?.edits ?? [];
    return applyEdits(original, edits);
  });
}
