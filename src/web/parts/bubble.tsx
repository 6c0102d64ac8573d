/** A message in a chat bubble, every element of it; whatever people write stays inside. */
import type { ReactNode } from "react";
import type { Elements } from "../api/shapes.ts";
import { diff } from "../text/diff.ts";
import { named } from "../text/dictionary.ts";
import { stretchesOf } from "../text/graphemes.ts";
import type { Span } from "../text/graphemes.ts";
import { useText } from "../text/language.tsx";

type BubbleProps = {
  readonly elements: Elements;
  readonly seen?: boolean;
  /** How a text is drawn; as it is unless told. */
  readonly draw?: (text: string, element: number, index: number) => ReactNode;
};

export function Bubble({ elements, seen = false, draw = (text) => text }: BubbleProps) {
  const { message } = useText();
  const isPlain = elements.length === 1 && elements[0]?.kind === "text";
  return (
    <div className={seen ? "bubble seen" : "bubble"}>
      {elements.map(({ kind, texts, type }, at) => (
        <div key={at}>
          {!isPlain && (
            <span className="part">
              {texts.length === 0 ? message.noText(type ?? named(message.kinds, kind)) : named(message.kinds, kind)}
            </span>
          )}
          {texts.map(({ part, text }, index) => (
            <div key={index}>
              {texts.length > 1 && kind !== "merged" && <span className="part">{named(message.parts, part)}</span>}
              <p dir="auto">{draw(text, at, index)}</p>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** What went and what came, one grapheme at a time, said in words for whoever does not see colours. */
export function Difference({ before, after }: { readonly before: string; readonly after: string }) {
  const { message } = useText();
  return diff(before, after).map(({ kind, text }, index) => {
    if (kind === "same") return <span key={index}>{text}</span>;
    const Tag = kind === "gone" ? "del" : "ins";
    return (
      <Tag key={index}>
        <span className="unseen">{kind === "gone" ? message.gone : message.come}: </span>
        {text}
      </Tag>
    );
  });
}

export const Marked = ({ text, spans }: { readonly text: string; readonly spans: readonly Span[] }) =>
  stretchesOf(text, spans).map(({ text: stretch, marked }, index) =>
    marked ? <mark key={index}>{stretch}</mark> : <span key={index}>{stretch}</span>,
  );
