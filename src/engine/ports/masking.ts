import type { Draw, FakeProvider } from '#domain/data'

/** Opens the secrets and the fakes that values are masked with. */
export interface Masking {
  /** Under the key of the workspace, which never leaves it; the same `seed` and key mask the same value alike, wherever it stands. */
  open(seed: string): Promise<Masks>
}

export interface Masks {
  /** A digest of a text in lower-case base 32, 52 characters; `purpose` keeps kinds of use apart. */
  digest(purpose: string, text: string): string
  /** Endless numbers, the same for the same purpose and text. */
  draw(purpose: string, text: string): Draw
  /** A keyed number below `size`. */
  below(purpose: string, text: string, size: bigint): bigint
  /** Invented, in a language: the same for the same numbers drawn. Unknown languages are refused when they are first asked for. */
  fake(of: { readonly provider: FakeProvider; readonly locale: string; readonly draw: Draw }): string
  /** Whether it is one of the words that fakes of a language are made of: finding it anywhere proves nothing. */
  isOrdinary(locale: string, word: string): boolean
  knowsLocale(locale: string): boolean
}
