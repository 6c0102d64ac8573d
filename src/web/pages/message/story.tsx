/** What happened to a message, in order: who, what, when. */
import type { MessageDetail } from "../../api/shapes.ts";
import { Details } from "../../parts/details.tsx";
import { Moment } from "../../parts/moment.tsx";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";

export function Story({ history }: Pick<MessageDetail, "history">) {
  const text = useText();
  return (
    <section className="panel" aria-labelledby="story">
      <h2 id="story">{text.message.history}</h2>
      <ol className="story">
        {history.map(({ at, what, who, detail }, index) => {
          const { act, ...rest } = detail;
          const name = what === "noted" && typeof act === "string" ? named(text.logged, act) : named(text.story, what);
          return (
            <li key={index}>
              <div className="story-head">
                <strong>{name}</strong>
                <bdi>{who}</bdi>
                <span className="hint">
                  <Moment at={at} />
                </span>
              </div>
              <Details detail={rest} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}
