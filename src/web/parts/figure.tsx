import type { ReactNode } from "react";

type FigureProps = {
  readonly name: string;
  readonly value: string;
  readonly aside?: string | undefined;
  readonly children?: ReactNode;
};

/** One number with its name. */
export const Figure = ({ name, value, aside, children }: FigureProps) => (
  <div className="panel figure">
    <span className="hint">{name}</span>
    <strong>{value}</strong>
    {children}
    {aside !== undefined && <span className="hint">{aside}</span>}
  </div>
);
