/** A `curl` line as a request: a fresh machine need not have curl. */
export function exampleIn(line: string, port: number): { readonly url: string; readonly body: string | undefined } {
  const url = /https?:\/\/\S+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`No address in: ${line}`);
  return { url: url.replace(":8082", `:${port}`), body: /-d '([^']*)'/.exec(line)?.[1] };
}
