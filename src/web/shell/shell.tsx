/** What is around every page: navigation, settings, who is signed in. */
import { useState } from "react";
import { NavLink, Outlet } from "react-router";
import { remove } from "../api/client.ts";
import { useIsLost } from "../api/live.tsx";
import { reaches, usePerson, useSessionChange } from "../api/session.tsx";
import type { Role } from "../api/session.tsx";
import { useShortcuts } from "../parts/keys.ts";
import { useText } from "../text/language.tsx";
import { Help } from "./help.tsx";
import { Settings } from "./settings.tsx";

type PageName = "messages" | "rules" | "outbox" | "overview" | "restores" | "audit" | "accounts" | "retention" | "self";
const pages: readonly { readonly name: PageName; readonly to: string; readonly least: Role }[] = [
  { name: "messages", to: "/messages", least: "viewer" },
  { name: "rules", to: "/rules", least: "viewer" },
  { name: "outbox", to: "/outbox", least: "viewer" },
  { name: "overview", to: "/overview", least: "viewer" },
  { name: "restores", to: "/restores", least: "reviewer" },
  { name: "audit", to: "/audit", least: "reviewer" },
  { name: "accounts", to: "/accounts", least: "admin" },
  { name: "retention", to: "/retention", least: "admin" },
  { name: "self", to: "/self", least: "viewer" },
];

export function Shell() {
  const text = useText();
  const person = usePerson();
  const change = useSessionChange();
  const isLost = useIsLost();
  const [helps, showHelp] = useState(false);
  useShortcuts({ "?": () => showHelp(true) });
  const signOut = (): void => {
    const leave = () => change(undefined);
    void remove("/session").then(leave, leave);
  };
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {text.nav.skip}
      </a>
      <header className="bar">
        <span className="brand">{text.name}</span>
        <nav aria-label={text.nav.label}>
          <ul>
            {pages
              .filter(({ least }) => reaches(person.role, least))
              .map(({ name, to }) => (
                <li key={name}>
                  <NavLink to={to}>{text.nav[name]}</NavLink>
                </li>
              ))}
          </ul>
        </nav>
        <div className="bar-end">
          <Settings />
          <div className="person">
            <span className="person-name" dir="auto">
              {person.name}
            </span>
            <span className="hint">{text.roles[person.role]}</span>
          </div>
          <button type="button" className="plain" aria-label={text.settings.keys} onClick={() => showHelp(true)}>
            ?
          </button>
          {person.signsInBy !== "token" && (
            <button type="button" onClick={signOut}>
              {text.settings.signOut}
            </button>
          )}
        </div>
      </header>
      <div role="status">{isLost && <LiveLost />}</div>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {helps && <Help onClose={() => showHelp(false)} />}
    </div>
  );
}

/** What is shown stays, as it was when Emend was last heard of. */
function LiveLost() {
  const { live, crashed } = useText();
  return (
    <div className="lost">
      <p>
        <strong>{live.lost}</strong> {live.next}
      </p>
      <button type="button" className="small" onClick={() => location.reload()}>
        {crashed.reload}
      </button>
    </div>
  );
}
