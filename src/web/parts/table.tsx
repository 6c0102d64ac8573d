/**
 * A table that scrolls by itself where it is too wide. On a telephone each row is a card, in which every cell has the name of
 * its column; the roles are written down because browsers forget them for what is not laid out as a table.
 */
import type { ReactNode } from "react";

type TableProps = {
  readonly caption: string;
  /** Names of columns; those in `numbers` stand at the right. */
  readonly head: readonly string[];
  readonly numbers?: readonly number[];
  readonly rows: readonly { readonly key: string | number; readonly cells: readonly ReactNode[] }[];
  readonly hideCaption?: boolean;
};

export function Table({ caption, head, numbers = [], rows, hideCaption = false }: TableProps) {
  const kind = (index: number) => (numbers.includes(index) ? { className: "number" } : {});
  return (
    <div className="table" role="group" aria-label={caption} tabIndex={0}>
      <table role="table">
        <caption className={hideCaption ? "unseen" : ""}>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {head.map((name, index) => (
              <th key={index} role="columnheader" scope="col" {...kind(index)}>
                {name === "" ? <span className="unseen">…</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ key, cells }) => (
            <tr key={key} role="row">
              {cells.map((cell, index) => (
                <td key={index} role="cell" data-label={head[index]} {...kind(index)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
