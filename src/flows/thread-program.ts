/** Where the program of a thread is: beside this file once built, and the source through its loader before that. */
export type ThreadProgram = "compiling-worker" | "judging-worker" | "../console-worker" | "../erasing-worker";

export function threadProgram(name: ThreadProgram): URL {
  return import.meta.url.endsWith(".ts") ? fromSource(name) : new URL(`./${name}.js`, import.meta.url);
}

/**
 * Where the source runs as it is, the thread needs a loader as well. It is asked for from within, and by `require`: test
 * runners load this file in ways that have no `import.meta.resolve`.
 */
function fromSource(name: ThreadProgram): URL {
  const source = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  const program = [
    `import { createRequire } from "node:module";`,
    `const require = createRequire(${source});`,
    `require("tsx/cjs/api").register();`,
    `require(${JSON.stringify(`./${name.slice(name.lastIndexOf("/") + 1)}.ts`)});`,
  ];
  return new URL(`data:text/javascript,${encodeURIComponent(program.join("\n"))}`);
}
