/** Modules of the built program, with the types of their sources: what runs under a loader is not what is installed. */
type Modules = {
  readonly "rules/compile": typeof import("../src/rules/compile.ts");
  readonly "rules/fold": typeof import("../src/rules/fold.ts");
  readonly "rules/mask-text": typeof import("../src/rules/mask-text.ts");
  readonly "rules/rule-folder": typeof import("../src/rules/rule-folder.ts");
};

export async function built<Name extends keyof Modules>(name: Name): Promise<Modules[Name]> {
  return (await import(new URL(`../dist/${name}.js`, import.meta.url).href)) as Modules[Name];
}
