import { Dialog } from "../parts/dialog.tsx";
import { useText } from "../text/language.tsx";

export function Help({ onClose }: { readonly onClose: () => void }) {
  const { keys } = useText();
  const rows = [
    ["j", keys.next],
    ["k", keys.previous],
    ["c", keys.confirm],
    ["f", keys.falsePositive],
    ["r", keys.restore],
    ["m", keys.mask],
    ["/", keys.search],
    ["u", keys.back],
    ["?", keys.help],
  ] as const;
  return (
    <Dialog title={keys.heading} onClose={onClose}>
      <dl className="keys">
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{keys.note}</p>
    </Dialog>
  );
}
