/** A chart over its table: what is drawn can be read as numbers too. Colours are those of the page, light or dark. */
import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useText } from "../text/language.tsx";
import { Table } from "./table.tsx";

export type Series = {
  readonly name: string;
  readonly colour: "accent" | "warn" | "good" | "bad";
  readonly values: readonly number[];
};

type ChartProps = {
  readonly title: string;
  readonly xName: string;
  /** Seconds since 1970 for times; any numbers otherwise. */
  readonly xs: readonly number[];
  readonly isTime: boolean;
  readonly spell: (x: number) => string;
  /** Under the axis, where there is little room; `step` is how far apart they stand. */
  readonly tick?: (x: number, step: number) => string;
  readonly count: (n: number) => string;
  readonly series: readonly Series[];
  readonly kind: "lines" | "columns";
  /** Said where rows in which nothing was counted are left out of the table; without it all are there. */
  readonly quiet?: string;
  /** What is chosen to be drawn, over it. */
  readonly children?: ReactNode;
};

const HEIGHT_PX = 220;
/** A table of more rows is read nowhere; the newest are kept. */
const TABLE_ROWS_MAX = 200;

export function Chart({ title, xName, xs, isTime, spell, tick = String, count, series, kind, ...rest }: ChartProps) {
  const { quiet, children } = rest;
  const { common } = useText();
  const place = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const axis = { stroke: palette.quiet, grid: { stroke: palette.line, width: 1 }, ticks: { stroke: palette.line } };
    const columns = kind === "columns" && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 60] }) } : {};
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        scales: { x: { time: isTime }, y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.05)] } },
        axes: [
          { ...axis, values: (_plot, ticks, _axis, _space, step) => ticks.map((x) => tick(x, step)) },
          { ...axis, size: 56, values: (_plot, ticks) => ticks.map(count) },
        ],
        legend: { show: true, live: false },
        cursor: { y: false },
        series: [
          { label: xName },
          ...series.map(({ name, colour }) => ({
            label: name,
            stroke: palette[colour],
            fill: kind === "columns" ? palette[colour] : `color-mix(in srgb, ${palette[colour]} 12%, transparent)`,
            width: 2,
            points: { show: xs.length < 3 },
            ...columns,
          })),
        ],
      },
      [[...xs], ...series.map(({ values }) => [...values])],
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [xs, series, palette, isTime, kind, xName, count, tick]);
  const told = xs
    .map((x, index) => ({ x, counts: series.map(({ values }) => values[index] ?? 0) }))
    .filter(({ counts }) => quiet === undefined || counts.some((n) => n !== 0))
    .slice(-TABLE_ROWS_MAX);
  return (
    <figure className="panel chart">
      <figcaption>
        <h2>{title}</h2>
      </figcaption>
      {children}
      <div ref={place} aria-hidden="true" />
      <details>
        <summary>{common.asTable}</summary>
        {told.length < xs.length && <p className="hint">{quiet}</p>}
        <Table
          caption={title}
          hideCaption
          head={[xName, ...series.map(({ name }) => name)]}
          numbers={series.map((_, index) => index + 1)}
          rows={told.map(({ x, counts }) => ({ key: x, cells: [spell(x), ...counts.map(count)] }))}
        />
      </details>
    </figure>
  );
}

type Palette = Readonly<Record<"accent" | "warn" | "good" | "bad" | "quiet" | "line", string>>;

/** The canvas knows no custom properties: the colours are read off an element that has them. */
function readPalette(): Palette {
  const probe = document.createElement("i");
  document.body.append(probe);
  const colourOf = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    accent: colourOf("accent"),
    warn: colourOf("warn"),
    good: colourOf("good"),
    bad: colourOf("bad"),
    quiet: colourOf("quiet"),
    line: colourOf("line"),
  };
  probe.remove();
  return palette;
}

function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const again = (): void => setPalette(readPalette());
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", again);
    const byHand = new MutationObserver(again);
    byHand.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      system.removeEventListener("change", again);
      byHand.disconnect();
    };
  }, []);
  return palette;
}
