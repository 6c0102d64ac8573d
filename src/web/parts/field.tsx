/** A labelled field; what is wrong with it stands beside it and is read out with it. */
import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";

type Around = { readonly label: string; readonly hint?: string | undefined; readonly fault?: string | undefined };

function Labelled({ label, hint, fault, children }: Around & { readonly children: (ids: FieldIds) => ReactNode }) {
  const id = useId();
  const aside = hint === undefined && fault === undefined ? undefined : `${id}-aside`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": aside, "aria-invalid": fault === undefined ? undefined : true })}
      {aside !== undefined && (
        <p id={aside} className={fault === undefined ? "hint" : "fault"}>
          {fault ?? hint}
        </p>
      )}
    </div>
  );
}
type FieldIds = {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
};

export const TextField = ({ label, hint, fault, ...input }: Around & ComponentProps<"input">) => (
  <Labelled {...{ label, hint, fault }}>{(ids) => <input type="text" dir="auto" {...input} {...ids} />}</Labelled>
);

export const TextArea = ({ label, hint, fault, ...area }: Around & ComponentProps<"textarea">) => (
  <Labelled {...{ label, hint, fault }}>{(ids) => <textarea dir="auto" rows={3} {...area} {...ids} />}</Labelled>
);

type Choice = { readonly value: string; readonly label: string };
export const Choose = ({
  label,
  hint,
  choices,
  ...select
}: Omit<Around, "fault"> & { readonly choices: readonly Choice[] } & ComponentProps<"select">) => (
  <Labelled {...{ label, hint }}>
    {(ids) => (
      <select {...select} {...ids}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    )}
  </Labelled>
);

/** Every name of a dictionary's table as a choice, with "all" before them. */
export const choicesOf = (names: Readonly<Record<string, string>>, all?: string): readonly Choice[] => [
  ...(all === undefined ? [] : [{ value: "", label: all }]),
  ...Object.entries(names).map(([value, label]) => ({ value, label })),
];

export function Tick({ label, hint, ...input }: Omit<Around, "fault"> & ComponentProps<"input">) {
  const id = useId();
  return (
    <div className="tick">
      <input type="checkbox" {...input} id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="hint">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
