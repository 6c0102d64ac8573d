/** The newest words beside what clients see, and what became of them between. */
import type { ReactNode } from "react";
import type { Elements, MessageDetail } from "../../api/shapes.ts";
import { Bubble, Difference, Marked } from "../../parts/bubble.tsx";
import { Moment } from "../../parts/moment.tsx";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { newestOf, spansIn } from "./versions.ts";

export function Bodies({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const { current, currentBy, recalled } = message;
  const newest = newestOf(message);
  const { elements } = newest;
  if (elements === null && current === null) {
    const isOpen = message.decision === "undecided" || message.decision === "failed";
    return (
      <>
        <Unseen message={message} />
        <p className="notice">{isOpen ? text.message.notJudged : text.message.notKept}</p>
      </>
    );
  }
  const isChanged = JSON.stringify(elements) !== JSON.stringify(current);
  const who = currentBy.split(":")[0];
  const author =
    who === "edit" ? text.message.byEdit : who === "modification" ? text.message.byEmend : text.message.bySender;
  return (
    <>
      <Unseen message={message} />
      <div className="bubbles">
        <Side
          heading={newest.edit === null ? text.message.asWritten : text.message.asWrittenLast}
          elements={elements}
          aside={
            newest.edit !== null && (
              <>
                {text.message.edit(String(newest.number))}: <bdi>{newest.writer}</bdi>, <Moment at={newest.at} />
              </>
            )
          }
        >
          {(known) => (
            <Bubble
              elements={known}
              draw={(words, at, index) => <Marked text={words} spans={spansIn(newest, at, index)} />}
            />
          )}
        </Side>
        {!isNeverSent(message) && (
          <Side
            heading={recalled ? text.message.beforeRecall : text.message.asSeen}
            elements={current}
            aside={`${text.message.changedBy}: ${author}`}
          >
            {(known) => <Bubble elements={known} seen={!recalled} />}
          </Side>
        )}
      </div>
      {message.sight === "original" && elements !== null && current !== null && !isNeverSent(message) && (
        <section className="panel" aria-labelledby="difference">
          <h2 id="difference">{text.message.difference}</h2>
          {isChanged ? (
            <Bubble
              elements={current}
              draw={(words, at, index) => <Difference before={elements[at]?.texts[index]?.text ?? ""} after={words} />}
            />
          ) : (
            <p className="hint">{recalled ? text.message.unchangedBefore : text.message.unchanged}</p>
          )}
        </section>
      )}
    </>
  );
}

const isNeverSent = ({ unmodifiable }: MessageDetail): boolean => unmodifiable === "send_failed";

/** Why nobody sees it, or why everybody sees what a rule objects to. */
function Unseen({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const { recalled, unmodifiable, decision, history } = message;
  const recall = history.findLast(({ what }) => what === "recalled");
  return (
    <>
      {recalled && (
        <p className="notice">
          <span>{text.message.recalled}</span>
          {recall !== undefined && (
            <span>
              <bdi>{recall.who}</bdi>, <Moment at={recall.at} />
            </span>
          )}
        </p>
      )}
      {isNeverSent(message) ? (
        <p className="notice">{text.message.neverSent}</p>
      ) : (
        unmodifiable !== null &&
        (decision === "rewrite" || decision === "review") && (
          <p className="notice">{text.message.cannotRewrite(named(text.message.unmodifiableWhy, unmodifiable))}</p>
        )
      )}
    </>
  );
}

type SideProps = {
  readonly heading: string;
  readonly elements: Elements | null;
  readonly aside: ReactNode;
  readonly children: (elements: Elements) => ReactNode;
};

function Side({ heading, elements, aside, children }: SideProps) {
  const text = useText();
  return (
    <section className="bubble-side">
      <h2>{heading}</h2>
      {elements === null ? <p className="hint">{text.messages.hidden}</p> : children(elements)}
      {aside !== false && <p className="hint">{aside}</p>}
    </section>
  );
}
