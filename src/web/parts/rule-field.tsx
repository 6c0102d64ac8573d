/** A rule or a revision by its name. The live ones are offered; the record knows those of former times too. */
import { useQuery } from "@tanstack/react-query";
import type { ComponentProps } from "react";
import { useId } from "react";
import { liveRulesQuery } from "../api/rules.ts";
import { useText } from "../text/language.tsx";
import { TextField } from "./field.tsx";

type NameFieldProps = Omit<ComponentProps<typeof TextField>, "hint" | "fault" | "list" | "value"> & {
  readonly value: string;
};

/** People look for a rule many times before the rules change. */
const KNOWN_FOR_MS = 60_000;
const useLive = () => useQuery({ ...liveRulesQuery, staleTime: KNOWN_FOR_MS });

export function RuleField(field: NameFieldProps) {
  const { rules } = useText();
  const known = useLive().data?.rules;
  const options = known?.map(({ id, title }) => ({ value: id, title }));
  return <Offering {...field} options={options} unknown={rules.unknown} />;
}

export function RevisionField(field: NameFieldProps) {
  const { rules } = useText();
  const live = useLive().data?.revision;
  const options = live === undefined ? undefined : [{ value: live, title: rules.revision }];
  return <Offering {...field} options={options} unknown={rules.otherRevision} />;
}

type OfferingProps = NameFieldProps & {
  readonly options: readonly { readonly value: string; readonly title: string }[] | undefined;
  /** Said of what is typed and is none of them. */
  readonly unknown: string;
};

function Offering({ options, unknown, ...field }: OfferingProps) {
  const list = useId();
  const typed = field.value.trim();
  const isOther = typed !== "" && options !== undefined && options.every(({ value }) => value !== typed);
  return (
    <div>
      <TextField {...field} list={list} autoComplete="off" hint={isOther ? unknown : undefined} />
      <datalist id={list}>
        {options?.map(({ value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </datalist>
    </div>
  );
}
