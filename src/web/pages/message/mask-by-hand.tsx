/** Covers what no rule has found: characters are chosen, and the rest stays as it is. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { postJson, problemOf } from "../../api/client.ts";
import type { MessageDetail } from "../../api/shapes.ts";
import { useAnnounce } from "../../parts/announce.tsx";
import { Difference } from "../../parts/bubble.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Empty } from "../../parts/standing.tsx";
import { useSpelling } from "../../text/dates.ts";
import { named } from "../../text/dictionary.ts";
import { graphemesOf, spansOf } from "../../text/graphemes.ts";
import { useText } from "../../text/language.tsx";
import { useReadAgain } from "./acts.tsx";
import { GraphemePicker } from "./grapheme-picker.tsx";
import { Conflict } from "./restore-dialog.tsx";

/** What clients can show changed; see the places that rules rewrite. */
const rewritable = ["text", "description", "label"];
const MASK = "*";

export function MaskByHand({ message, onClose }: { readonly message: MessageDetail; readonly onClose: () => void }) {
  const text = useText();
  const spelling = useSpelling();
  const announce = useAnnounce();
  const again = useReadAgain(message.id);
  const [chosen, choose] = useState<Readonly<Record<string, ReadonlySet<number>>>>({});
  const places = (message.current ?? []).flatMap(({ texts }, element) =>
    texts
      .filter(({ part, text: words }) => rewritable.includes(part) && words !== "")
      .map(({ part, text: words }) => ({ key: `${element} ${part}`, element, part, words })),
  );
  const spans = places.flatMap(({ key, element, part, words }) =>
    spansOf(graphemesOf(words), chosen[key] ?? none).map((span, index) => ({
      place: { element, part },
      ...span,
      // As it is seen here, once for each text: refused when it is another one by now.
      ...(index === 0 ? { text: words } : {}),
    })),
  );
  const count = Object.values(chosen).reduce((sum, { size }) => sum + size, 0);
  const mask = useMutation({
    mutationFn: () => postJson(`/messages/${message.id}/mask`, { spans }),
    onSuccess() {
      announce(text.mask.done);
      again();
      onClose();
    },
    onError: again,
  });
  return (
    <Dialog
      title={text.mask.heading}
      onClose={onClose}
      wide
      actions={
        <button
          type="button"
          className="primary"
          disabled={count === 0 || mask.isPending || problemOf(mask.error).status === 409}
          onClick={() => mask.mutate()}
        >
          {text.mask.submit}
        </button>
      }
    >
      {places.length === 0 && <Empty what={text.mask.noText} next="" />}
      {places.length > 0 && <p>{text.mask.lead}</p>}
      {places.map(({ key, part, words, element }) => (
        <GraphemePicker
          key={key}
          label={`${text.mask.place}: ${text.message.finding.element(String(element + 1))}, ${named(text.message.parts, part)}`}
          text={words}
          chosen={chosen[key] ?? none}
          onChoose={(next) => choose({ ...chosen, [key]: next })}
        />
      ))}
      {places.length > 0 && (
        <div aria-live="polite">
          <p className="hint">{count === 0 ? text.mask.nothing : text.mask.characters(spelling.count(count))}</p>
          {places
            .filter(({ key }) => (chosen[key]?.size ?? 0) > 0)
            .map(({ key, words }) => (
              <p key={key} dir="auto">
                {text.mask.preview}: <Difference before={words} after={covered(words, chosen[key] ?? none)} />
              </p>
            ))}
        </div>
      )}
      {mask.isError && <Conflict fault={mask.error} />}
    </Dialog>
  );
}

const none: ReadonlySet<number> = new Set();

const covered = (text: string, chosen: ReadonlySet<number>): string =>
  graphemesOf(text)
    .map(({ text: grapheme }, at) => (chosen.has(at) ? MASK : grapheme))
    .join("");
