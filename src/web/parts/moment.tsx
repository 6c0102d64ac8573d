import { useSpelling } from "../text/dates.ts";

/** A time in the reader's zone; exact for machines, and on hovering. */
export function Moment({ at, brief = false }: { readonly at: number; readonly brief?: boolean }) {
  const spelling = useSpelling();
  const full = spelling.moment(at);
  return (
    <time dateTime={new Date(at).toISOString()} title={full}>
      {brief ? spelling.brief(at) : full}
    </time>
  );
}
