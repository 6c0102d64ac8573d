/** A page's head: its title in the window, its heading on the page. */
import type { ReactNode } from "react";
import { useEffect } from "react";
import { useText } from "../text/language.tsx";

type PageProps = { readonly heading: string; readonly children: ReactNode; readonly aside?: ReactNode };

export function Page({ heading, aside, children }: PageProps) {
  useTitle(heading);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{heading}</h1>
        {aside}
      </header>
      {children}
    </div>
  );
}

export function useTitle(heading: string): void {
  const text = useText();
  useEffect(() => {
    document.title = text.title(heading);
  }, [heading, text]);
}
