/** Signing in, the first account, and what went wrong at the OpenID provider. */
export const signIn = {
  signIn: {
    heading: "Sign in",
    name: "Name",
    password: "Password",
    submit: "Sign in",
    oidc: "Sign in with your organisation",
    forgot: "Password forgotten? Whoever runs Emend can set a new one: emend user reset-password NAME",
  },
  setup: {
    heading: "Make the first account",
    lead: "This account will be an admin. Others can be made with it later.",
    again: "Password, again",
    differ: "The two passwords differ.",
    submit: "Make the account and sign in",
    noLink: "There is no account yet.",
    noLinkNext: "Open the link that Emend wrote to its log when it started. Started anew, it writes a new one.",
  },
  oidcProblems: {
    "oidc-unreachable": "Your organisation's sign-in does not answer. Try again, or sign in with a password.",
    "oidc-refused": "Your organisation did not vouch for you. Try again, or ask an admin.",
    "oidc-no-role": "Your organisation gives you no role here. Ask whoever manages access.",
    "oidc-disabled": "This account is disabled. Ask an admin.",
    "oidc-last-admin": "Your organisation takes the role from the last admin. Make somebody else an admin first.",
  } as Record<string, string>,
};
