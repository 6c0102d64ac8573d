/** Sentences as they are in English, whatever the words: strings stay strings, functions take the same. */
export type Translated<English> = English extends string
  ? string
  : English extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof English]: Translated<English[Key]> };
