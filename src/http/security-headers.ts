/**
 * What browsers are told about every answer of the console. The pages show text of the very people who are moderated: no
 * script or style runs that did not come as a file from here, and no string becomes markup.
 */
import type express from "express";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const headers: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Half a year, for this host alone: what else is served under its domain is not ours to say. */
const HSTS = "max-age=15552000";

export const securityHeaders: express.RequestHandler = (request, response, next) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.secure) response.setHeader("strict-transport-security", HSTS);
  next();
};
