/** What people have written in a message, one version after the other: as it was sent, and as each edit left it. */
import type { Elements, Finding, MessageDetail } from "../../api/shapes.ts";
import type { Span } from "../../text/graphemes.ts";

export type Version = {
  /** Null: as it was sent. */
  readonly edit: MessageDetail["edits"][number] | null;
  /** Edits are counted from one on. */
  readonly number: number;
  readonly writer: string;
  readonly at: number;
  readonly elements: Elements | null;
  /** In this very version. */
  readonly findings: readonly Finding[];
  /** Of the rules that judged it; null while none have. */
  readonly revision: string | null;
};

/** The oldest first. Where there are a great many edits, only the newest come with their words. */
export function versionsOf(message: MessageDetail): readonly [Version, ...Version[]] {
  const { sender, sentAt, receivedAt, elements, revision, edits, editCount } = message;
  const findingsOf = (edit: number | null) => message.findings.filter((finding) => finding.edit === edit);
  const sent = { edit: null, number: 0, writer: sender, at: sentAt ?? receivedAt };
  return [
    { ...sent, elements, findings: findingsOf(null), revision },
    ...edits.map((edit, index) => ({
      ...{ edit, number: editCount - edits.length + index + 1, writer: edit.operator, at: edit.at },
      ...{ elements: edit.elements, findings: findingsOf(edit.id), revision: edit.revision },
    })),
  ];
}

/** The words that stand there, or would if nothing had been put in for them. */
export function newestOf(message: MessageDetail): Version {
  const versions = versionsOf(message);
  return versions.find(({ edit }) => edit !== null && message.writtenBy === `edit:${edit.id}`) ?? versions[0];
}

/** Where something was found in one text of a version. What a shadow rule would have done is no mark in the text. */
export const spansIn = ({ elements, findings }: Version, at: number, index: number): readonly Span[] =>
  findings
    .filter(
      ({ effect, place }) => effect !== "shadow" && place.element === at && isPart(elements, place.part, at, index),
    )
    .flatMap(({ start, end }) => (start === null || end === null ? [] : [{ start, end }]));

/** Spans in `data` count inside the app's own JSON, which is shown whole. */
const isPart = (elements: Elements | null, part: string, at: number, index: number): boolean =>
  part !== "data" && part !== "extension" && elements?.[at]?.texts[index]?.part === part;
