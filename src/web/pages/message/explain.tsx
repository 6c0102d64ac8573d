/** How the live rules read the newest words of a message: asked for on a click, and nothing of it is kept. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { postJson } from "../../api/client.ts";
import type { Tried } from "../../api/rules.ts";
import { reaches, usePerson } from "../../api/session.tsx";
import type { MessageDetail } from "../../api/shapes.ts";
import { Difference } from "../../parts/bubble.tsx";
import { Failure, Loading } from "../../parts/standing.tsx";
import { Table } from "../../parts/table.tsx";
import { useSpelling } from "../../text/dates.ts";
import type { Run } from "../../text/explainable.ts";
import { explainable } from "../../text/explainable.ts";
import { useText } from "../../text/language.tsx";
import { Explanation } from "../rules/explanation.tsx";
import { newestOf } from "./versions.ts";

export function Explain({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const spelling = useSpelling();
  const { role } = usePerson();
  const [open, setOpen] = useState(false);
  const { elements, revision } = newestOf(message);
  const { runs, units, ofUnits } = explainable(elements ?? []);
  if (!reaches(role, "reviewer") || message.sight !== "original" || runs.length === 0) return null;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{text.message.explain}</summary>
      <p className="hint">{text.message.explainLead}</p>
      {units < ofUnits && (
        <p className="notice">{text.message.explainCut(spelling.count(units), spelling.count(ofUnits))}</p>
      )}
      {open &&
        runs.map((run, index) => <ExplainedRun key={index} run={run} decidedBy={index === 0 ? revision : null} />)}
    </details>
  );
}

type RunProps = {
  readonly run: Run;
  /** The revision that judged the text; null where it is told already, or nothing has judged it. */
  readonly decidedBy: string | null;
};

function ExplainedRun({ run, decidedBy }: RunProps) {
  const text = useText();
  const tried = useQuery({
    queryKey: ["explain", run.texts],
    queryFn: () => postJson<Tried>("/rules/try", { elements: run.texts }),
    // The live rules are other ones by the time that it is opened again.
    gcTime: 0,
  });
  if (tried.isPending) return <Loading />;
  if (tried.isError) return <Failure fault={tried.error} onRetry={() => void tried.refetch()} />;
  const { revision, texts } = tried.data;
  const [only] = texts;
  return (
    <>
      {decidedBy !== null && decidedBy !== revision && (
        <p className="notice">{text.message.otherRevision(revision, decidedBy)}</p>
      )}
      {texts.length === 1 && only !== undefined ? (
        <Explanation tried={only} />
      ) : (
        <>
          <Together run={run} tried={tried.data} />
          {texts.map((each, index) => (
            <details key={index}>
              <summary>{text.message.explainAlone(String((run.elements[index] ?? 0) + 1))}</summary>
              <Explanation tried={each} />
            </details>
          ))}
        </>
      )}
    </>
  );
}

/** Text elements that stand side by side are read as one: a word may be split over them. */
function Together({ run, tried }: { readonly run: Run; readonly tried: Tried }) {
  const { rules, message } = useText();
  const whole = run.texts.join("");
  const isUntouched = tried.masked.join("") === whole;
  return (
    <div className="explanation">
      <h3>{rules.result}</h3>
      <div className="bubble">
        {run.texts.map((each, index) => (
          <p key={index} dir="auto">
            <Difference before={each} after={tried.masked[index] ?? each} />
          </p>
        ))}
      </div>
      {isUntouched && <p className="hint">{rules.untouched}</p>}
      {tried.findings.length === 0 ? (
        <p className="hint">{rules.noHits}</p>
      ) : (
        <Table
          caption={rules.tryHits}
          head={[rules.rule, message.finding.what, message.finding.where]}
          rows={tried.findings.map(({ rule, start, end }, key) => ({
            key,
            cells: [
              <code>{rule}</code>,
              <bdi>{whole.slice(start, end)}</bdi>,
              elementsAt(run, start, end)
                .map((index) => message.finding.element(String(index + 1)))
                .join(", "),
            ],
          }))}
        />
      )}
    </div>
  );
}

/** The elements that a span of the joined texts lies in. */
function elementsAt({ elements, texts }: Run, start: number, end: number): readonly number[] {
  let from = 0;
  return elements.filter((_, index) => {
    const [here, next] = [from, from + (texts[index] ?? "").length];
    from = next;
    return here < end && start < next;
  });
}
