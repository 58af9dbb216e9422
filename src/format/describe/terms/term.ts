/** What a piece of a solution file is called, and how its values read. */
export interface Term {
  /** '' for what only holds other pieces. */
  readonly words: string
  /** Raw value → words, one to one. */
  readonly values?: Readonly<Record<string, string>>
}

/** By name of element or attribute, or by `kind.name` where one kind uses a name in a sense of its own. */
export type Terms = Readonly<Record<string, Term | string>>
