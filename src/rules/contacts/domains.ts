/** Which domains a rule lets pass. */
import { fold, foldedString } from "../fold.ts";

const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}$/u;

/** The allow phrases that are domains, in lower case. `3.14` and `Moby Dick` are none. */
export function domainsOf(allow: readonly string[]): ReadonlySet<string> {
  return new Set(allow.map((phrase) => foldedString(fold(phrase.trim()))).filter((phrase) => DOMAIN.test(phrase)));
}

/** Whether a host is an allowed domain or below one: `docs.github.com`, not `notgithub.com` or `github.com.evil.top`. */
export function isAllowed(host: string, allowDomains: ReadonlySet<string>): boolean {
  for (let at = 0; ;) {
    if (allowDomains.has(host.slice(at))) return true;
    const dot = host.indexOf(".", at);
    if (dot < 0) return false;
    at = dot + 1;
  }
}
