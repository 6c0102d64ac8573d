/** Opening a port and closing it with everything that hangs on it. */
import type http from "node:http";
import { SimulatorError } from "./errors.ts";

export function listen(server: http.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => reject(cannotListen(host, port, cause));
    server.once("error", refuse);
    try {
      server.listen(port, host, () => {
        server.off("error", refuse);
        resolve();
      });
    } catch (cause) {
      // A port that is no port is refused before anything is tried.
      refuse(cause as NodeJS.ErrnoException);
    }
  });
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): SimulatorError {
  return cause.code === "EADDRINUSE"
    ? new SimulatorError(
        "SIMULATOR_PORT_IN_USE",
        `${host}:${port} is already taken.`,
        "End the program that listens there, or start the simulator with another port.",
        cause,
      )
    : new SimulatorError(
        "SIMULATOR_CANNOT_LISTEN",
        `${host}:${port} cannot be listened on (${cause.code ?? cause.message}).`,
        "Choose an address of this machine and a port from 1024 to 65535.",
        cause,
      );
}

/** Connections are cut, not waited for: some of them hang on purpose. */
export function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
