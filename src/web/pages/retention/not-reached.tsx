import type { ErasurePreview } from "../../api/retention.ts";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";

/** What an erasure cannot reach, so that somebody sees to it. */
export function NotReached({ what }: { readonly what: ErasurePreview["notReached"] }) {
  const { retention: words } = useText();
  return (
    <p className="hint">
      {words.notReached}: {what.map((each) => named(words.notReachedOf, each)).join("; ")}
    </p>
  );
}
