/** A unified diff, line by line; the signs say what the colours say. */
export const Patch = ({ diff, label }: { readonly diff: string; readonly label: string }) => (
  <pre className="patch" tabIndex={0} aria-label={label}>
    {diff.split("\n").map((line, index) => (
      <span key={index} className={/^\+(?!\+\+ )/.test(line) ? "plus" : /^-(?!-- )/.test(line) ? "minus" : undefined}>
        {line}
      </span>
    ))}
  </pre>
);
