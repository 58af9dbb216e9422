/** A "no" of the domain: which rule or code said it, about what, why, and what to do next. */
export interface Refusal {
  /** Stable code, for example `STR-12` or `promotion.settings-incomplete`. */
  readonly code: string
  readonly message: string
  /** What to do next, in one sentence. */
  readonly hint: string
  /** The single reasons, each naming the thing it concerns. */
  readonly reasons: readonly Reason[]
}

export interface Reason {
  /** What it concerns, by name: a component, a setting, a person. */
  readonly subject: string
  readonly message: string
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

export function accept<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function refuse(code: string, message: string, hint: string, reasons: readonly Reason[] = []): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { code, message, hint, reasons } }
}
