/** JSON as it was sent, to the byte; and once more indented, to be read. */
import { useText } from "../text/language.tsx";
import { readable } from "../text/readable.ts";

export function AsItCame({ json }: { readonly json: string }) {
  const { message } = useText();
  const indented = readable(json);
  return (
    <>
      <pre className="as-it-came" tabIndex={0}>
        {json}
      </pre>
      {indented !== undefined && (
        <details>
          <summary>{message.indented}</summary>
          <pre tabIndex={0}>{indented}</pre>
        </details>
      )}
    </>
  );
}
