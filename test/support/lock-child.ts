/** A program for tests: takes the process lock of a database, says whether it got it, and holds it until it is killed. */
import { createProcessLock } from "../../src/store/process-lock.ts";

const lock = createProcessLock(process.argv[2] ?? "");
process.stdout.write(`${lock.tryAcquire()}\n`);
process.stdin.resume();
