/**
 * Leaves out what this machine cannot test, and says why in the title, where every reporter shows it. From a hook it leaves
 * out the whole suite.
 */
export function skipBecause(reason: string, context: Mocha.Context): never {
  const runs = context.test as Mocha.Hook | Mocha.Test;
  const name = (test: Mocha.Test): void => void (test.title = `${test.title} (${reason})`);
  if (runs.type === "hook") runs.parent?.eachTest(name);
  else name(runs);
  return context.skip();
}
