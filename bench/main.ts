/** `npm run bench`: every figure that the documents quote. */
import os from "node:os";
import { benchReceiving } from "./receive.ts";

console.log(
  `Node ${process.version}, ${os.cpus().length} cores (${os.cpus()[0]?.model ?? "unknown"}), ${new Date().toISOString().slice(0, 10)}`,
);
await benchReceiving();
