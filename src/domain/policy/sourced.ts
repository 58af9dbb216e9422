/** A number or demand that policy uses, with where it comes from; never a constant in code. */
export interface Sourced<T> {
  readonly value: T
  readonly source: string
  /** `stated`: its source says it; `ours`: its source says why we chose it. */
  readonly status: 'stated' | 'ours'
}

export function stated<T>(value: T, source: string): Sourced<T> {
  return { value, source, status: 'stated' }
}

export function ours<T>(value: T, source: string): Sourced<T> {
  return { value, source, status: 'ours' }
}
