/** What happened to a message, in order: who, what, when. */
import type { MessageDetail } from "../../api/shapes.ts";
import { Details } from "../../parts/details.tsx";
import { Moment } from "../../parts/moment.tsx";
import type { Dictionary } from "../../text/dictionary.ts";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { versionsOf } from "./versions.ts";

export function Story({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const numbers = new Map(
    versionsOf(message).flatMap(({ edit, number }) => (edit === null ? [] : [[edit.id, number]])),
  );
  return (
    <section className="panel" aria-labelledby="story">
      <h2 id="story">{text.message.history}</h2>
      <ol className="story">
        {message.history.map((line, index) => {
          const { name, says, edit, rest } = inWords(line, text);
          const number = numbers.get(Number(edit));
          return (
            <li key={index}>
              <div className="story-head">
                <strong>
                  {name}
                  {number !== undefined && ` · ${text.message.edit(String(number))}`}
                </strong>
                <bdi>{line.who}</bdi>
                <span className="hint">
                  <Moment at={line.at} />
                </span>
              </div>
              {says !== undefined && <p>{says}</p>}
              <Details detail={rest} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

type Line = MessageDetail["history"][number];
type InWords = {
  readonly name: string;
  /** What came of it, where there is a sentence for that. */
  readonly says?: string | undefined;
  /** The edit that it is about. */
  readonly edit?: unknown;
  readonly rest: Line["detail"];
};

function inWords({ what, detail: { act, edit, ...detail } }: Line, text: Dictionary): InWords {
  const name = what === "noted" && typeof act === "string" ? named(text.logged, act) : named(text.story, what);
  if (what === "read_back") {
    const { next, payloadRevision: _, ...rest } = detail;
    return { name, says: named(text.readBacks, String(next)), rest };
  }
  if (edit === undefined) return { name, rest: detail };
  // How the edit ended stands where it was made.
  const { outcome, verdict: _, purpose: __, ...rest } = detail;
  return { name, edit, rest, ...(typeof outcome === "string" && { says: named(text.editOutcomes, outcome) }) };
}
