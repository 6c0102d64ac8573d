import type http from "node:http";
import type { AddressInfo } from "node:net";
import { OperatorError } from "../errors.ts";

export type Listening = { readonly url: string; readonly port: number };

/** @param variable that a person would change to listen elsewhere */
export function listen(server: http.Server, host: string, port: number, variable: string): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once("error", (fault: NodeJS.ErrnoException) => {
      const taken = fault.code === "EADDRINUSE";
      reject(
        new OperatorError(
          taken ? "PORT_IN_USE" : "CANNOT_LISTEN",
          taken
            ? `Port ${port} on ${host} is in use.`
            : `Cannot listen on ${host}:${port} (${fault.code ?? "unknown"}).`,
          taken ? `Stop what uses it, or set ${variable} to a free port.` : `Check ${variable} and the host beside it.`,
        ),
      );
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
      resolve({ url: `http://${name}:${address.port}`, port: address.port });
    });
  });
}

/** Requests under way are answered within milliseconds; one that still hangs after this is not coming. */
const CLOSE_GRACE_MS = 2_000;
const CLOSE_LOOK_MS = 20;

/** Stops accepting, lets requests under way finish, and ends kept connections as they fall idle. */
export function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), CLOSE_LOOK_MS);
    const late = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
