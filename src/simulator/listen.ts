/** Opening a port and closing it with everything that hangs on it. */
import type http from "node:http";
import { SimulatorError } from "./errors.ts";

export function listen(server: http.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === "EADDRINUSE"
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
            ),
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

/** Connections are cut, not waited for: some of them hang on purpose. */
export function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
