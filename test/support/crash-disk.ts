/**
 * A disk as it may look after a power cut: what was synced is there, and of the rest whatever the cache got round to.
 * Steps go in as the program made them; at any point an image of the disk can be taken.
 */
export type DiskStep =
  | { readonly kind: "create"; readonly path: string; readonly truncated: boolean }
  /** Without an offset: at the end. */
  | { readonly kind: "write"; readonly path: string; readonly offset: number | undefined; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly path: string; readonly size: number }
  /** Of a file, or of a folder's names. */
  | { readonly kind: "sync"; readonly path: string }
  | { readonly kind: "unlink"; readonly path: string }
  | { readonly kind: "link"; readonly from: string; readonly to: string; readonly moved: boolean };

/** What becomes of that which was written and not synced. */
export const fates = ["dropped", "kept", "shuffled", "torn"] as const;
export type Fate = (typeof fates)[number];

export type DiskImage = ReadonlyMap<string, Buffer>;

export interface CrashDisk {
  take(step: DiskStep): void;
  image(fate: Fate, random: () => number): DiskImage;
}

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512;

type Change = { readonly offset: number; readonly bytes: Buffer } | { readonly size: number };
/** Bytes that grow in place; what lies past `size` is not there, and is zero. */
type Content = { bytes: Buffer; size: number };
type File = { readonly durable: Content; readonly now: Content; unsynced: Change[] };
/** A name and the file behind it, or no file any more. */
type Naming = { readonly path: string; readonly file: File | undefined };

export function createCrashDisk(): CrashDisk {
  const names = new Map<string, File>();
  let durableNames: ReadonlyMap<string, File> = new Map();
  let unsyncedNames: Naming[] = [];

  const name = (path: string, file: File | undefined): void => {
    rename(names, { path, file });
    unsyncedNames.push({ path, file });
  };
  const change = (file: File, what: Change): void => {
    file.unsynced.push(what);
    apply(file.now, what);
  };

  return {
    take(step) {
      if (step.kind === "create") {
        const known = names.get(step.path);
        if (known === undefined) name(step.path, { durable: empty(), now: empty(), unsynced: [] });
        else if (step.truncated) change(known, { size: 0 });
        return;
      }
      if (step.kind === "link") {
        name(step.to, names.get(step.from));
        if (step.moved) name(step.from, undefined);
        return;
      }
      const file = names.get(step.path);
      if (file === undefined) {
        // A folder: its names, all of which lie in it here.
        if (step.kind === "sync") [durableNames, unsyncedNames] = [new Map(names), []];
        return;
      }
      switch (step.kind) {
        case "write":
          return change(file, { offset: step.offset ?? file.now.size, bytes: step.bytes });
        case "truncate":
          return change(file, { size: step.size });
        case "unlink":
          return name(step.path, undefined);
        case "sync":
          for (const what of file.unsynced) apply(file.durable, what);
          file.unsynced = [];
          return;
        default:
          step satisfies never;
      }
    },
    image(fate, random) {
      const kept = new Map(durableNames);
      // Names are journalled: they reach the disk in their order, but nobody knows how far.
      for (const naming of unsyncedNames.slice(0, howFar(fate, unsyncedNames.length, random))) rename(kept, naming);
      return new Map([...kept].map(([path, file]) => [path, contentOf(file, fate, random)]));
    },
  };
}

function rename(names: Map<string, File>, { path, file }: Naming): void {
  if (file === undefined) names.delete(path);
  else names.set(path, file);
}

const howFar = (fate: Fate, length: number, random: () => number): number =>
  fate === "dropped" ? 0 : fate === "kept" ? length : Math.floor(random() * (length + 1));

function contentOf(file: File, fate: Fate, random: () => number): Buffer {
  const content = { bytes: Buffer.from(file.durable.bytes), size: file.durable.size };
  for (const what of survivors(file.unsynced, fate, random)) apply(content, what);
  return content.bytes.subarray(0, content.size);
}

function survivors(unsynced: readonly Change[], fate: Fate, random: () => number): readonly Change[] {
  switch (fate) {
    case "dropped":
      return [];
    case "kept":
      return unsynced;
    case "shuffled":
      return shuffled(unsynced, random).filter(() => random() < 0.5);
    case "torn":
      return unsynced.flatMap((each) => torn(each, random));
    default:
      return fate satisfies never;
  }
}

const empty = (): Content => ({ bytes: Buffer.alloc(0), size: 0 });

function apply(content: Content, what: Change): void {
  if ("size" in what) {
    if (what.size < content.size) content.bytes.fill(0, what.size, content.size);
    grow(content, what.size);
    content.size = what.size;
    return;
  }
  const end = what.offset + what.bytes.length;
  grow(content, end);
  what.bytes.copy(content.bytes, what.offset);
  content.size = Math.max(content.size, end);
}

function grow(content: Content, size: number): void {
  if (size <= content.bytes.length) return;
  const larger = Buffer.alloc(Math.max(size, 2 * content.bytes.length));
  content.bytes.copy(larger);
  content.bytes = larger;
}

function torn(what: Change, random: () => number): readonly Change[] {
  if ("size" in what) return random() < 0.5 ? [what] : [];
  const sectors: Change[] = [];
  for (let at = 0; at < what.bytes.length; at += SECTOR_BYTES) {
    if (random() < 0.5) sectors.push({ offset: what.offset + at, bytes: what.bytes.subarray(at, at + SECTOR_BYTES) });
  }
  return sectors;
}

function shuffled<Entry>(entries: readonly Entry[], random: () => number): readonly Entry[] {
  return entries
    .map((entry) => ({ entry, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ entry }) => entry);
}
