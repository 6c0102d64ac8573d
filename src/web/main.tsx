import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { problemOf } from "./api/client.ts";
import { App } from "./app.tsx";
// In this order: of two rules that fit alike, the later one wins.
import "./css/theme.css";
import "./css/elements.css";
import "./css/controls.css";
import "./css/frame.css";
import "./css/standing.css";
import "./css/tables.css";
import "./css/dialogs.css";
import "./css/widths.css";
import "./css/messages.css";
import "./css/message.css";
import "./css/pages.css";
import { Announcer } from "./parts/announce.tsx";
import { FaultNet } from "./shell/fault-net.tsx";
import { LanguageProvider } from "./text/language.tsx";

/** A session that is over shows in whatever was asked next; then the page asks who is there, and finds nobody. */
function onError(fault: Error): void {
  if (problemOf(fault).status === 401) void client.invalidateQueries({ queryKey: ["session"] });
}

/** What may be better in a moment: no answer at all, or an answer that says so. */
const passes = (fault: Error): boolean => [0, 503].includes(problemOf(fault).status);
const RETRIES_MAX = 2;

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      retry: (failures, fault) => passes(fault) && failures < RETRIES_MAX,
      staleTime: 5_000,
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new TypeError("index.html has lost its root.");
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <FaultNet>
        <QueryClientProvider client={client}>
          <BrowserRouter>
            <Announcer>
              <App />
            </Announcer>
          </BrowserRouter>
        </QueryClientProvider>
      </FaultNet>
    </LanguageProvider>
  </StrictMode>,
);
