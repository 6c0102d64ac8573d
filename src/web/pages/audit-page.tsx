/** The audit log: every act, newest first, filtered by the address, and as a file with the same filters. */
import { Link, useSearchParams } from "react-router";
import { addressOf } from "../api/client.ts";
import { usePaged } from "../api/paged.ts";
import type { AuditItem } from "../api/shapes.ts";
import { Details } from "../parts/details.tsx";
import { Choose, choicesOf, TextField } from "../parts/field.tsx";
import { Moment } from "../parts/moment.tsx";
import { More } from "../parts/more.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failure, Loading } from "../parts/standing.tsx";
import { Table } from "../parts/table.tsx";
import { named } from "../text/dictionary.ts";
import type { AuditFilters } from "../text/filters.ts";
import { asked, auditFilterNames, localIn, readFilters, writeFilters, writtenOf } from "../text/filters.ts";
import { useText } from "../text/language.tsx";

export function AuditPage() {
  const text = useText();
  const { audit: words } = text;
  const [address, setAddress] = useSearchParams();
  const filters = readFilters(auditFilterNames, address);
  const list = usePaged<AuditItem>("/audit", asked(filters));
  const file = (format: { readonly format: "csv" | "jsonl"; readonly mark?: "utf-8" }): string =>
    addressOf("/audit/export", { ...asked(filters), ...format });
  return (
    <Page
      heading={words.heading}
      aside={
        <div className="row">
          <a className="button" href={file({ format: "csv", mark: "utf-8" })} download>
            {words.exportCsv}
          </a>
          <a className="button" href={file({ format: "jsonl" })} download>
            {words.exportJson}
          </a>
        </div>
      }
    >
      <p className="hint">{words.exportNote}</p>
      <section className="panel">
        <AuditFilterForm
          key={address.toString()}
          filters={filters}
          onChange={(next) => setAddress(writeFilters(auditFilterNames, next))}
        />
        {list.isPending && <Loading />}
        {list.isError && <Failure fault={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && list.items.length === 0 && !list.hasNextPage && (
          <Empty what={words.empty} next={words.emptyNext} />
        )}
        {list.items.length > 0 && (
          <Table
            caption={words.heading}
            hideCaption
            head={["#", words.at, words.actor, words.act, words.message, words.detail, words.seal]}
            rows={list.items.map((entry) => ({
              key: entry.id,
              cells: [
                entry.id,
                <Moment at={entry.at} />,
                <bdi>{entry.actor}</bdi>,
                named(text.logged, entry.act),
                entry.messageId === null ? "" : <Link to={`/messages/${entry.messageId}`}>#{entry.messageId}</Link>,
                <Details detail={entry.detail} />,
                <code title={entry.seal}>{entry.seal.slice(0, 8)}</code>,
              ],
            }))}
          />
        )}
        <More list={list} />
      </section>
    </Page>
  );
}

type FormProps = { readonly filters: AuditFilters; readonly onChange: (filters: AuditFilters) => void };

function AuditFilterForm({ filters, onChange }: FormProps) {
  const text = useText();
  const { audit: words, common } = text;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const pairs = auditFilterNames.map((name) => {
          const field = form.get(name);
          const value = typeof field === "string" ? field : "";
          return [name, name === "since" || name === "until" ? writtenOf(value) : value] as const;
        });
        onChange(Object.fromEntries(pairs));
      }}
    >
      <div className="grid">
        <Choose
          label={words.act}
          name="act"
          defaultValue={filters.act ?? ""}
          choices={choicesOf(text.logged, common.all)}
        />
        <TextField label={words.actor} name="actor" defaultValue={filters.actor} />
        <TextField
          label={words.message}
          name="message"
          inputMode="numeric"
          pattern="[0-9]*"
          defaultValue={filters.message}
        />
        <TextField label={common.since} name="since" type="datetime-local" defaultValue={localIn(filters.since)} />
        <TextField label={common.until} name="until" type="datetime-local" defaultValue={localIn(filters.until)} />
        <div className="row">
          <button type="submit" className="primary">
            {common.apply}
          </button>
          <button type="button" onClick={() => onChange({})}>
            {common.clear}
          </button>
        </div>
      </div>
    </form>
  );
}
