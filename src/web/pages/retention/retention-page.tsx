/** How long texts are kept, what is held, what was forgotten, and the erasure of one user's texts. For admins. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { getJson } from "../../api/client.ts";
import type { Retention } from "../../api/retention.ts";
import { Figure } from "../../parts/figure.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Page } from "../../parts/page.tsx";
import { Empty, Failure, Loading } from "../../parts/standing.tsx";
import { Table } from "../../parts/table.tsx";
import { useSpelling } from "../../text/dates.ts";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { Erasures } from "./erasures.tsx";

export function RetentionPage() {
  const { retention: words } = useText();
  const query = useQuery({
    queryKey: ["retention"],
    queryFn: ({ signal }) => getJson<Retention>("/retention", {}, signal),
  });
  return (
    <Page heading={words.heading}>
      {query.isPending && <Loading />}
      {query.isError && <Failure fault={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && <Kept retention={query.data} />}
      <Erasures />
      {query.isSuccess && <Forgotten times={query.data.forgotten} />}
    </Page>
  );
}

const kinds = ["bodies", "originals", "edits", "undecodable"] as const;

function Kept({ retention: { kept, held, behind, forgetting, bytes } }: { readonly retention: Retention }) {
  const { retention: words } = useText();
  const spelling = useSpelling();
  const settingsOf = {
    bodies: [kept.bodies],
    originals: [kept.originals],
    edits: [kept.bodies, kept.originals],
    undecodable: [kept.bodies],
  };
  const keptFor = (ms: number): string => (ms === 0 ? words.notAtAll : spelling.lasted(ms));
  const standing = words.standings[forgetting];
  return (
    <>
      <section className="panel" aria-labelledby="kept">
        <h2 id="kept">{words.kept}</h2>
        <p className="hint">{words.keptLead}</p>
        {standing !== undefined && (
          <p className="notice" role="status">
            {standing}
          </p>
        )}
        <Table
          caption={words.kept}
          hideCaption
          head={[words.what, words.keptFor, words.setting, words.held, words.oldest]}
          numbers={[3]}
          rows={kinds.map((kind) => {
            const { count, isMore, oldestAt } = held[kind];
            return {
              key: kind,
              cells: [
                words.kinds[kind],
                settingsOf[kind].map(({ ms }) => keptFor(ms)).join(" / "),
                settingsOf[kind].map(({ setting }) => (
                  <div key={setting}>
                    <code>{setting}</code>
                  </div>
                )),
                isMore ? words.atLeast(spelling.count(count)) : spelling.count(count),
                oldestAt === null ? "–" : <Moment at={oldestAt} brief />,
              ],
            };
          })}
        />
        {behind > 0 && <p className="hint">{words.behind(spelling.count(behind))}</p>}
      </section>
      <div className="figures">
        {Object.entries(bytes).map(([file, size]) => (
          <Figure key={file} name={named(words.sizes, file)} value={spelling.bytes(size)} />
        ))}
      </div>
    </>
  );
}

function Forgotten({ times }: { readonly times: Retention["forgotten"] }) {
  const { retention: words } = useText();
  const spelling = useSpelling();
  return (
    <section className="panel" aria-labelledby="forgotten">
      <h2 id="forgotten">{words.forgotten}</h2>
      {times.length === 0 ? (
        <Empty what={words.forgottenEmpty} next={words.forgottenEmptyNext} />
      ) : (
        <>
          <Table
            caption={words.forgotten}
            hideCaption
            head={[words.at, ...kinds.map((kind) => words.columns[kind] ?? kind)]}
            numbers={[1, 2, 3, 4]}
            rows={times.map((time) => ({
              key: time.at,
              cells: [<Moment at={time.at} brief />, ...kinds.map((kind) => spelling.count(time[kind]))],
            }))}
          />
          <Link to="/audit?act=purge">{words.forgottenAll}</Link>
        </>
      )}
    </section>
  );
}
