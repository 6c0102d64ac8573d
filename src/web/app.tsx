/** Which page stands at which address, for whom. */
import type { ReactNode } from "react";
import { lazy, Suspense } from "react";
import { Link, Navigate, Route, Routes } from "react-router";
import type { Role } from "./api/session.tsx";
import { PersonProvider, reaches, usePerson, useSessionQuery } from "./api/session.tsx";
import { LiveProvider } from "./api/live.tsx";
import { Page } from "./parts/page.tsx";
import { Failure, Loading } from "./parts/standing.tsx";
import { AccountsPage } from "./pages/accounts-page.tsx";
import { AuditPage } from "./pages/audit-page.tsx";
import { MessagePage } from "./pages/message/message-page.tsx";
import { MessagesPage } from "./pages/messages/messages-page.tsx";
import { OutboxPage } from "./pages/outbox-page.tsx";
import { RestoresPage } from "./pages/restores-page.tsx";
import { RetentionPage } from "./pages/retention/retention-page.tsx";
import { RulesPage } from "./pages/rules/rules-page.tsx";
import { SelfPage } from "./pages/self-page.tsx";
import { SetUp, SignIn } from "./pages/sign-in.tsx";
import { Shell } from "./shell/shell.tsx";
import { useText } from "./text/language.tsx";

/** The charts are a tenth of all that the page is made of, and most people come for messages. */
const OverviewPage = lazy(async () => {
  const { OverviewPage: page } = await import("./pages/overview-page.tsx");
  return { default: page };
});

export function App() {
  const session = useSessionQuery();
  if (session.data === undefined) {
    return (
      <main className="gate">
        {session.isError ? <Failure fault={session.error} onRetry={() => void session.refetch()} /> : <Loading />}
      </main>
    );
  }
  const { account, setupNeeded, oidc } = session.data;
  if (account === null) return setupNeeded ? <SetUp /> : <SignIn oidc={oidc} />;
  return (
    <PersonProvider person={account}>
      <LiveProvider>
        <Routes>
          <Route element={<Shell />}>
            <Route index element={<Navigate to="/messages" replace />} />
            <Route path="messages" element={<MessagesPage />}>
              <Route path=":id" element={<MessagePage />} />
            </Route>
            <Route path="rules" element={<RulesPage />} />
            <Route path="outbox" element={<OutboxPage />} />
            <Route
              path="overview"
              element={
                <Suspense fallback={<Loading />}>
                  <OverviewPage />
                </Suspense>
              }
            />
            <Route path="restores" element={<For least="reviewer" page={<RestoresPage />} />} />
            <Route path="audit" element={<For least="reviewer" page={<AuditPage />} />} />
            <Route path="accounts" element={<For least="admin" page={<AccountsPage />} />} />
            <Route path="retention" element={<For least="admin" page={<RetentionPage />} />} />
            <Route path="self" element={<SelfPage />} />
            {["sign-in", "setup"].map((path) => (
              <Route key={path} path={path} element={<Navigate to="/messages" replace />} />
            ))}
            <Route path="*" element={<Lost />} />
          </Route>
        </Routes>
      </LiveProvider>
    </PersonProvider>
  );
}

/** A page that is not offered to somebody does not exist for them either. */
function For({ least, page }: { readonly least: Role; readonly page: ReactNode }) {
  return reaches(usePerson().role, least) ? page : <Lost />;
}

function Lost() {
  const { lost } = useText();
  return (
    <Page heading={lost.heading}>
      <p>
        <Link to="/messages">{lost.next}</Link>
      </p>
    </Page>
  );
}
