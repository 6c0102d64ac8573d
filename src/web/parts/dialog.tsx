/**
 * A dialog as the browser makes it: it takes the focus and gives it back, closes with Escape, and what lies behind it can
 * neither be clicked nor read.
 */
import type { ReactNode } from "react";
import { useEffect, useId, useRef } from "react";
import { useText } from "../text/language.tsx";

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at its foot, beside the one that closes. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
};

const FIRST = ".dialog-body :is(input, select, textarea, [role=listbox]), .dialog-foot .primary:enabled";

export function Dialog({ title, onClose, children, actions, wide = false }: DialogProps) {
  const text = useText();
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    // Not the cross, which comes first: the first field, or where there is none what the dialog is there for.
    dialog.querySelector<HTMLElement>(FIRST)?.focus();
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? "dialog wide" : "dialog"}
      aria-labelledby={heading}
      onClose={onClose}
      onCancel={onClose}
    >
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="plain" aria-label={text.common.close} onClick={onClose}>
          <span aria-hidden="true">×</span>
        </button>
      </header>
      <div className="dialog-body">{children}</div>
      <footer className="dialog-foot">
        <button type="button" onClick={onClose}>
          {text.common.close}
        </button>
        {actions}
      </footer>
    </dialog>
  );
}
