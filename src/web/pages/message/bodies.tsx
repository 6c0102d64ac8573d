/** What was written beside what clients see, and what became of it between. */
import type { ReactNode } from "react";
import type { Elements, MessageDetail } from "../../api/shapes.ts";
import { Bubble, Difference, Marked } from "../../parts/bubble.tsx";
import { useText } from "../../text/language.tsx";

export function Bodies({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const { elements, current, currentBy, findings } = message;
  if (elements === null && current === null) {
    const isOpen = message.decision === "undecided" || message.decision === "failed";
    return <p className="notice">{isOpen ? text.message.notJudged : text.message.notKept}</p>;
  }
  const isChanged = elements !== null && current !== null && JSON.stringify(elements) !== JSON.stringify(current);
  const hits = (at: number, index: number) =>
    findings
      // What a shadow rule would have done is told among the findings; here is what was done.
      .filter(
        ({ effect, place, edit }) =>
          effect !== "shadow" && edit === null && place.element === at && isPart(elements, place.part, at, index),
      )
      .flatMap(({ start, end }) => (start === null || end === null ? [] : [{ start, end }]));
  const who = currentBy.split(":")[0];
  const author =
    who === "edit" ? text.message.byEdit : who === "modification" ? text.message.byEmend : text.message.bySender;
  return (
    <>
      <div className="bubbles">
        <Side heading={text.message.asWritten} elements={elements}>
          {(known) => (
            <Bubble elements={known} draw={(words, at, index) => <Marked text={words} spans={hits(at, index)} />} />
          )}
        </Side>
        <Side heading={text.message.asSeen} elements={current} aside={`${text.message.changedBy}: ${author}`}>
          {(known) => <Bubble elements={known} seen />}
        </Side>
      </div>
      {message.sight === "original" && elements !== null && current !== null && (
        <section className="panel" aria-labelledby="difference">
          <h2 id="difference">{text.message.difference}</h2>
          {isChanged ? (
            <Bubble
              elements={current}
              draw={(words, at, index) => <Difference before={elements[at]?.texts[index]?.text ?? ""} after={words} />}
            />
          ) : (
            <p className="hint">{text.message.unchanged}</p>
          )}
        </section>
      )}
    </>
  );
}

/** Spans in `data` count inside the app's own JSON, which is shown whole. */
const isPart = (elements: Elements | null, part: string, at: number, index: number): boolean =>
  part !== "data" && part !== "extension" && elements?.[at]?.texts[index]?.part === part;

type SideProps = {
  readonly heading: string;
  readonly elements: Elements | null;
  readonly aside?: string;
  readonly children: (elements: Elements) => ReactNode;
};

function Side({ heading, elements, aside, children }: SideProps) {
  const text = useText();
  return (
    <section className="bubble-side">
      <h3>{heading}</h3>
      {elements === null ? <p className="hint">{text.common.notKept}</p> : children(elements)}
      {aside !== undefined && <p className="hint">{aside}</p>}
    </section>
  );
}
