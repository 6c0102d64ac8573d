/**
 * A text in which graphemes are chosen: by clicking and dragging, or with arrows, Shift and the space bar. To the
 * accessibility tree it is a list box with an option for each of them.
 */
import type { KeyboardEvent } from "react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useText } from "../../text/language.tsx";
import { graphemesOf } from "../../text/graphemes.ts";

type PickerProps = {
  readonly label: string;
  readonly text: string;
  readonly chosen: ReadonlySet<number>;
  readonly onChoose: (chosen: ReadonlySet<number>) => void;
};

export function GraphemePicker({ label, text, chosen, onChoose }: PickerProps) {
  const { mask } = useText();
  const graphemes = useMemo(() => graphemesOf(text), [text]);
  const [here, setHere] = useState(0);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  /** Where a drag began, and whether it chooses or takes back. */
  const drag = useRef<{ readonly from: number; readonly before: ReadonlySet<number>; readonly adds: boolean }>(
    undefined,
  );

  const run = (from: number, to: number, adds: boolean, before: ReadonlySet<number>): void => {
    const next = new Set(before);
    for (let at = Math.min(from, to); at <= Math.max(from, to); at += 1) {
      if (adds) next.add(at);
      else next.delete(at);
    }
    onChoose(next);
  };
  const move = (to: number, extends_: boolean): void => {
    const next = Math.min(Math.max(to, 0), graphemes.length - 1);
    if (extends_) run(here, next, true, chosen);
    setHere(next);
  };
  useEffect(() => {
    box.current?.querySelector(".here")?.scrollIntoView({ block: "nearest" });
  }, [here]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const isRtl = box.current !== null && getComputedStyle(box.current).direction === "rtl";
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: isRtl ? -1 : 1,
      ArrowLeft: isRtl ? 1 : -1,
      ArrowDown: 10,
      ArrowUp: -10,
      Home: -graphemes.length,
      End: graphemes.length,
    };
    const step = steps[event.key];
    if (step !== undefined) move(here + step, event.shiftKey);
    else if (event.key === " ") run(here, here, !chosen.has(here), chosen);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) run(0, graphemes.length - 1, true, chosen);
    else return;
    event.preventDefault();
  };
  const indexAt = (target: EventTarget): number | undefined => {
    const at = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-at]")?.dataset["at"] : undefined;
    return at === undefined ? undefined : Number(at);
  };
  return (
    <div
      ref={box}
      className="graphemes"
      role="listbox"
      aria-label={label}
      aria-multiselectable="true"
      aria-activedescendant={`${id}-${here}`}
      tabIndex={0}
      dir="auto"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        const at = indexAt(event.target);
        if (at === undefined || event.button !== 0) return;
        drag.current = { from: at, before: chosen, adds: !chosen.has(at) };
        run(at, at, !chosen.has(at), chosen);
        setHere(at);
      }}
      onPointerOver={(event) => {
        const at = indexAt(event.target);
        if (drag.current === undefined || at === undefined || event.buttons !== 1) return;
        run(drag.current.from, at, drag.current.adds, drag.current.before);
        setHere(at);
      }}
      onPointerUp={() => (drag.current = undefined)}
    >
      {graphemes.map(({ text: grapheme }, at) => (
        <span
          key={at}
          id={`${id}-${at}`}
          data-at={at}
          role="option"
          aria-selected={chosen.has(at)}
          aria-label={grapheme.trim() === "" ? mask.space : undefined}
          className={at === here ? "here" : undefined}
        >
          {grapheme}
        </span>
      ))}
    </div>
  );
}
