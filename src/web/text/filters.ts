/** What a list is narrowed to, in the page's address, so that a view can be shared and the back button works. */
export const messageFilterNames = [
  ...(["q", "rule", "state", "conversation", "sender"] as const),
  ...(["since", "until", "verdict", "origin", "edited", "decision"] as const),
] as const;
export const auditFilterNames = ["act", "actor", "since", "until", "message"] as const;

export type Filters<Name extends string> = { readonly [Key in Name]?: string };
export type MessageFilters = Filters<(typeof messageFilterNames)[number]>;
export type AuditFilters = Filters<(typeof auditFilterNames)[number]>;

/** Only known names, and only those that say something. */
export function readFilters<Name extends string>(names: readonly Name[], search: URLSearchParams): Filters<Name> {
  const pairs = names.flatMap((name) => {
    const value = search.get(name)?.trim() ?? "";
    return value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs) as Filters<Name>;
}

export function writeFilters<Name extends string>(names: readonly Name[], filters: Filters<Name>): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of names) {
    const value = filters[name]?.trim() ?? "";
    if (value !== "") search.set(name, value);
  }
  return search;
}

/** A time in an address says its zone (2026-11-21T08:00Z), so that it is the same for whoever opens it. */
export function momentOf(written: string | undefined): number | undefined {
  if (written === undefined || written === "") return undefined;
  const at = /^\d{12,14}$/.test(written)
    ? Number(written)
    : Date.parse(written.length === 10 ? `${written}T00:00` : written);
  return Number.isFinite(at) ? at : undefined;
}

/** For a field of type `datetime-local`, which is in the reader's own zone. */
export function localOf(at: number): string {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}

/** What an address says, as a `datetime-local` field shows it. */
export function localIn(written: string | undefined): string {
  const at = momentOf(written);
  return at === undefined ? "" : localOf(at);
}

/** What a `datetime-local` field says, as it is written into an address. */
export function writtenOf(local: string): string {
  const at = momentOf(local);
  return at === undefined ? "" : `${new Date(at).toISOString().slice(0, 16)}Z`;
}

/**
 * While a year is being typed it is one of the first century for a moment. What is no time goes as it is: the API says so,
 * where a list of everything would look like an answer.
 */
function sinceEpoch(written: string | undefined): number | string | undefined {
  const at = momentOf(written);
  return at === undefined ? written : Math.max(0, at);
}

/** As the API takes them. */
export function asked<Name extends string>(
  filters: Filters<Name>,
): Readonly<Record<string, string | number | undefined>> {
  const times = filters as { readonly since?: string; readonly until?: string };
  return { ...filters, since: sinceEpoch(times.since), until: sinceEpoch(times.until) };
}
