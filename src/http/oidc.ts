/**
 * Sign-in through an OpenID provider: code flow with PKCE, state and nonce. All three are digests of one secret that only
 * the browser keeps while it is away, so nothing waits in our memory, and what comes back in another browser is worth
 * nothing.
 */
import * as client from "openid-client";
import type { Role } from "../domain/account.ts";
import { highestOf } from "../domain/account.ts";
import type { Secret } from "../domain/secret.ts";
import { nameOf } from "../flows/intake.ts";
import { digestOf, randomToken } from "../flows/random-token.ts";
import type { Identity } from "../ports/accounts.ts";
import type { Logger } from "../ports/logger.ts";

export type OidcSettings = {
  /** Plain http for loopback only: the configuration sees to it. */
  readonly issuer: URL;
  readonly clientId: string;
  /** Undefined: a public client; PKCE protects the code. */
  readonly clientSecret: Secret | undefined;
  readonly scope: string;
  /** Where the provider says what somebody may do: a word or a list of words. */
  readonly roleClaim: string;
  /** What its words mean here. */
  readonly roles: ReadonlyMap<string, Role>;
};

export type Vouched =
  | { readonly kind: "vouched"; readonly identity: Identity; readonly name: string; readonly role: Role }
  | { readonly kind: "unreachable" }
  /** Not by this browser, not in time, or refused at the provider. */
  | { readonly kind: "refused" }
  | { readonly kind: "no_role" };

export interface OidcProvider {
  /** @returns where the browser goes, and the secret that it keeps; undefined: the provider cannot be reached */
  begin(redirectUri: string): Promise<{ readonly to: string; readonly secret: string } | undefined>;
  /** @param url as the browser came back to it */
  finish(secret: string, url: URL): Promise<Vouched>;
}

const PATIENCE_SECONDS = 10;

export function createOidcProvider(settings: OidcSettings, log: Logger): OidcProvider {
  let found: Promise<client.Configuration> | undefined;
  const discover = (): Promise<client.Configuration> => {
    const { issuer, clientId, clientSecret } = settings;
    const auth = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret.reveal());
    const isPlain = issuer.protocol === "http:";
    return client.discovery(issuer, clientId, undefined, auth, {
      timeout: PATIENCE_SECONDS,
      // The signature counts even where the connection is trusted.
      execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
    });
  };
  const configuration = async (): Promise<client.Configuration | undefined> => {
    try {
      // Anybody may ask, so all who ask at the same time ask once; what was found is kept, a failure is not.
      return await (found ??= discover());
    } catch (thrown) {
      found = undefined;
      log.warn({ fault: nameOf(thrown), issuer: settings.issuer.origin }, "The OpenID provider cannot be reached.");
      return undefined;
    }
  };

  return {
    async begin(redirectUri) {
      const provider = await configuration();
      if (provider === undefined) return undefined;
      const { token: secret } = randomToken();
      const to = client.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        code_challenge: await client.calculatePKCECodeChallenge(part("verifier", secret)),
        code_challenge_method: "S256",
        state: part("state", secret),
        nonce: part("nonce", secret),
      });
      return { to: to.href, secret };
    },
    async finish(secret, url) {
      const provider = await configuration();
      if (provider === undefined) return { kind: "unreachable" };
      try {
        const claims = await claimsOf(provider, secret, url, settings.roleClaim);
        const role = roleIn(claims, settings);
        if (role === undefined) return { kind: "no_role" };
        const names: readonly unknown[] = [claims["preferred_username"], claims["email"], claims["name"]];
        const name = names.find((each): each is string => typeof each === "string" && each !== "") ?? claims.sub;
        return { kind: "vouched", identity: { issuer: claims.iss, subject: claims.sub }, name, role };
      } catch (thrown) {
        // Its code alone: the message may quote what a stranger sent.
        const code =
          typeof thrown === "object" && thrown !== null && "code" in thrown ? String(thrown.code) : undefined;
        log.warn({ fault: nameOf(thrown), code }, "A sign-in through the OpenID provider was refused.");
        return { kind: "refused" };
      }
    },
  };
}

/** One use of the secret tells nothing of another. */
const part = (what: string, secret: string): string => digestOf(`${what}\0${secret}`).toString("base64url");

type Claims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

/** @throws when anything about the answer is not as it has to be */
async function claimsOf(provider: client.Configuration, secret: string, url: URL, roleClaim: string): Promise<Claims> {
  const tokens = await client.authorizationCodeGrant(provider, url, {
    pkceCodeVerifier: part("verifier", secret),
    expectedState: part("state", secret),
    expectedNonce: part("nonce", secret),
    idTokenExpected: true,
  });
  const signed = tokens.claims();
  if (signed === undefined) throw new TypeError("The provider sent no ID token");
  // Many providers say who somebody is in the signed token, and what they may do only when they are asked.
  const isAsked = signed[roleClaim] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined;
  const more = isAsked ? await client.fetchUserInfo(provider, tokens.access_token, signed.sub) : {};
  return { ...more, ...signed };
}

function roleIn(claims: Claims, { roleClaim, roles }: OidcSettings): Role | undefined {
  const said = claims[roleClaim];
  const words: readonly unknown[] = Array.isArray(said) ? said : [said];
  return highestOf(words.flatMap((word) => (typeof word === "string" ? (roles.get(word) ?? []) : [])));
}
