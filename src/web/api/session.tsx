/** Who is signed in. Everything else on the page is drawn for them. */
import type { QueryClient } from "@tanstack/react-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createContext, useContext, useEffect } from "react";
import type { WhoIsThere } from "../../http/console-types/session.ts";
import { getJson, keepCsrf } from "./client.ts";

export type Role = "viewer" | "reviewer" | "admin";
export type Person = NonNullable<WhoIsThere["account"]>;

const sessionKey = ["session"] as const;

export function useSessionQuery() {
  const client = useQueryClient();
  const session = useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal }) => {
      const who = await getJson<WhoIsThere>("/session", {}, signal);
      keepCsrf(who.csrf);
      return who;
    },
    staleTime: 60_000,
  });
  const isOver = session.data?.account === null;
  useEffect(() => {
    if (isOver) forgetRest(client);
  }, [isOver, client]);
  return session;
}

/** Whatever was read for whoever is signed in. */
function forgetRest(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
}

/** After signing in or out: what was read for somebody else is forgotten first. */
export function useSessionChange(): (who: WhoIsThere | undefined) => void {
  const client = useQueryClient();
  return (who) => {
    forgetRest(client);
    if (who === undefined) {
      void client.invalidateQueries({ queryKey: sessionKey });
      return;
    }
    keepCsrf(who.csrf);
    client.setQueryData(sessionKey, who);
  };
}

const Present = createContext<Person | undefined>(undefined);
export const PersonProvider = ({ person, children }: { readonly person: Person; readonly children: ReactNode }) => (
  <Present.Provider value={person}>{children}</Present.Provider>
);

export function usePerson(): Person {
  const person = useContext(Present);
  if (person === undefined) throw new TypeError("Only what stands inside the shell may ask who is there.");
  return person;
}

const ranks: readonly Role[] = ["viewer", "reviewer", "admin"];
export const reaches = (role: Role, least: Role): boolean => ranks.indexOf(role) >= ranks.indexOf(least);
