/** Passwords as argon2id hashes: made and compared a few at a time, and never kept. */
import { hash, verify } from "@node-rs/argon2";

export interface Passwords {
  /** @throws TooBusy where one more would not be looked at: before anything is written down about it */
  demandRoom(): void;
  hash(password: string): Promise<string>;
  /** @param hash undefined where there is none: as much work, and false */
  verify(hash: string | undefined, password: string): Promise<boolean>;
}

/** More wait than ever should; whoever asks now may ask again. */
export class TooBusy extends Error {
  override readonly name = "TooBusy";
}

/** OWASP's least for argon2id: 19 MiB and two passes, some 10 to 20 ms of one core. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const;
/** Node hashes on its pool of four threads, which look up Tencent's host names too: half of them stay free. */
const AT_ONCE_MAX = 2;
/** About half a second of hashing; who stands behind that many gives up anyway. */
const WAITING_MAX = 64;
/** Costs what a real one costs, and no password has it. */
const NOBODYS = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=1$${"A".repeat(22)}$${"A".repeat(43)}`;

export function createPasswords(): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];
  const demandRoom = (): void => {
    if (waiting.length >= WAITING_MAX) throw new TooBusy();
  };
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE_MAX) {
      demandRoom();
      // Whoever ends hands its place on, so the count stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
  // The same word may reach us in two spellings of Unicode, as keyboards have it.
  const spelt = (password: string): string => password.normalize("NFKC");
  return {
    demandRoom,
    hash: (password) => inTurn(() => hash(spelt(password), COST)),
    verify: (hashed, password) =>
      inTurn(async () => (await verify(hashed ?? NOBODYS, spelt(password))) && hashed !== undefined),
  };
}
