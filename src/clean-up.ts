/** What was opened, closed in the opposite order. (Node 20 has no AsyncDisposableStack.) */
export interface CleanUp extends AsyncDisposable {
  use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource;
  /** Hands everything over: disposing of this one closes nothing any more. */
  move(): AsyncDisposable;
}

export function createCleanUp(): CleanUp {
  let opened: (Disposable | AsyncDisposable)[] = [];
  const closeAll = async (all: readonly (Disposable | AsyncDisposable)[]): Promise<void> => {
    for (const each of [...all].reverse()) {
      if (Symbol.asyncDispose in each) await each[Symbol.asyncDispose]();
      else each[Symbol.dispose]();
    }
  };
  return {
    use(resource) {
      opened.push(resource);
      return resource;
    },
    move() {
      const moved = opened;
      opened = [];
      return { [Symbol.asyncDispose]: () => closeAll(moved) };
    },
    [Symbol.asyncDispose]: () => closeAll(opened),
  };
}
