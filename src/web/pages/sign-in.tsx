/** The two pages for whoever is not signed in: signing in, and making the first account. */
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { WhoIsThere } from "../../http/console-types/session.ts";
import { postJson } from "../api/client.ts";
import { useSessionChange } from "../api/session.tsx";
import { TextField } from "../parts/field.tsx";
import { useTitle } from "../parts/page.tsx";
import { Failure } from "../parts/standing.tsx";
import { Settings } from "../shell/settings.tsx";
import { useText } from "../text/language.tsx";

function Card({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  useTitle(heading);
  return (
    <div className="gate">
      <main className="card" id="main">
        <h1>
          <span className="brand">Emend</span> {heading}
        </h1>
        {children}
      </main>
      <footer>
        <Settings />
      </footer>
    </div>
  );
}

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};

export function SignIn({ oidc }: { readonly oidc: boolean }) {
  const text = useText();
  const change = useSessionChange();
  // Where the organisation's sign-in sends a browser back to when it failed.
  const why = new URLSearchParams(location.search).get("problem") ?? "";
  const told = why === "" ? undefined : (text.oidcProblems[why] ?? text.oidcProblems["oidc-refused"]);
  const signIn = useMutation({
    mutationFn: (form: FormData) =>
      postJson<WhoIsThere>("/session", { name: textOf(form, "name"), password: textOf(form, "password") }),
    onSuccess: change,
  });
  return (
    <Card heading={text.signIn.heading}>
      <form onSubmit={sending((form) => signIn.mutate(form))}>
        {told !== undefined && !signIn.isError && (
          <p className="failure" role="alert">
            {told}
          </p>
        )}
        {signIn.isError && <Failure fault={signIn.error} />}
        <TextField label={text.signIn.name} name="name" autoComplete="username" required autoFocus />
        <TextField
          label={text.signIn.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <button type="submit" className="primary" disabled={signIn.isPending}>
          {text.signIn.submit}
        </button>
      </form>
      {oidc && (
        <p>
          <a className="button" href="/api/v1/session/oidc">
            {text.signIn.oidc}
          </a>
        </p>
      )}
      <p className="hint">{text.signIn.forgot}</p>
    </Card>
  );
}

/** The link's token stands behind the #, so that it is sent to nobody until this form is. */
const tokenInLink = (): string => location.hash.slice(1);

export function SetUp() {
  const text = useText();
  const change = useSessionChange();
  const [token] = useState(tokenInLink);
  const [differ, setDiffer] = useState(false);
  const setUp = useMutation({
    mutationFn: (form: FormData) =>
      postJson<WhoIsThere>("/setup", { token, name: textOf(form, "name"), password: textOf(form, "password") }),
    onSuccess: change,
  });
  if (token === "") {
    return (
      <Card heading={text.setup.heading}>
        <p>{text.setup.noLink}</p>
        <p className="hint">{text.setup.noLinkNext}</p>
      </Card>
    );
  }
  const send = (form: FormData): void => {
    const same = textOf(form, "password") === textOf(form, "again");
    setDiffer(!same);
    if (same) setUp.mutate(form);
  };
  return (
    <Card heading={text.setup.heading}>
      <p>{text.setup.lead}</p>
      <form onSubmit={sending(send)}>
        {setUp.isError && <Failure fault={setUp.error} />}
        <TextField label={text.signIn.name} name="name" autoComplete="username" required autoFocus />
        <TextField label={text.signIn.password} name="password" type="password" autoComplete="new-password" required />
        <TextField
          {...{ label: text.setup.again, name: "again", type: "password", autoComplete: "new-password" }}
          required
          fault={differ ? text.setup.differ : undefined}
        />
        <button type="submit" className="primary" disabled={setUp.isPending}>
          {text.setup.submit}
        </button>
      </form>
    </Card>
  );
}

const sending =
  (send: (form: FormData) => void) =>
  (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    send(new FormData(event.currentTarget));
  };
