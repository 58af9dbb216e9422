/** What fakes there are, and which kind of column takes each. */
export const fakeProviders = {
  'first-name': 'text',
  'last-name': 'text',
  'full-name': 'text',
  email: 'text',
  phone: 'text',
  company: 'text',
  'job-title': 'text',
  street: 'text',
  city: 'text',
  state: 'text',
  postcode: 'text',
  country: 'text',
  url: 'text',
  iban: 'text',
  username: 'text',
  sentence: 'text',
  paragraph: 'text',
  birthdate: 'date',
} as const

export type FakeProvider = keyof typeof fakeProviders

/**
 * What becomes of the values of one column. `keep`: they arrive as they are, which is for what says nothing about anybody; `mask`: other letters
 * and digits in the same form; `hash`: a keyed digest; `fake`: invented; `null`: nothing arrives.
 */
export type MaskingRule =
  | { readonly kind: 'keep' }
  /** `check`: the form has check digits, which are made to fit. */
  | { readonly kind: 'mask'; readonly check?: 'iban' | 'luhn' | undefined }
  | { readonly kind: 'hash' }
  | { readonly kind: 'fake'; readonly provider: FakeProvider; readonly locale?: string | undefined }
  | { readonly kind: 'null' }

/** The rules of a file: what it does not name goes by the defaults of its kind of column. */
export interface MaskingRules {
  /** Language of fakes, where a rule names none. */
  readonly locale: string
  readonly tables: Readonly<Record<string, { readonly columns: Readonly<Record<string, MaskingRule>> }>>
}

/** A rule in a word or two, for the ledger and for people. */
export function describeRule(rule: MaskingRule): string {
  if (rule.kind === 'fake') return `fake ${rule.provider}`
  if (rule.kind === 'mask' && rule.check !== undefined) return `mask (${rule.check})`
  return rule.kind
}

/** Fakes of what many share: that a value of such a column is somewhere else as well proves nothing. */
export const leastTelling: ReadonlySet<FakeProvider> = new Set(['city', 'state', 'country', 'postcode', 'job-title', 'first-name'])
