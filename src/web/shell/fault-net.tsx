/** Catches what a page throws while it is drawn, so that the rest stays. A class, because React asks for one here. */
import type { ReactNode } from "react";
import { Component } from "react";
import { useText } from "../text/language.tsx";

type NetProps = { readonly children: ReactNode };

export class FaultNet extends Component<NetProps, { readonly fault: Error | undefined }> {
  override state: { readonly fault: Error | undefined } = { fault: undefined };
  static getDerivedStateFromError(fault: unknown): { readonly fault: Error } {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) };
  }
  override render(): ReactNode {
    return this.state.fault === undefined ? this.props.children : <Crashed fault={this.state.fault} />;
  }
}

function Crashed({ fault }: { readonly fault: Error }) {
  const { crashed } = useText();
  return (
    <div className="failure page" role="alert">
      <h1>{crashed.heading}</h1>
      <p>{crashed.next}</p>
      <pre>{fault.message}</pre>
      <button type="button" onClick={() => location.reload()}>
        {crashed.reload}
      </button>
    </div>
  );
}
