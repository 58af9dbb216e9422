/** Severities in falling order, as Microsoft's checker names them. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'informational'

/** A check's law: what it wants, and why, with where it comes from. */
export interface Rule {
  /** Catalogue number, for example STR-06. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  /** Why it matters, in a sentence. */
  readonly why: string
  /** What a maker does about a finding. */
  readonly fix: string
  readonly source: string
}

/** One breach of a rule, with its place. */
export interface Finding {
  readonly ruleId: string
  readonly severity: Severity
  /** Component by name. */
  readonly subject: string
  readonly message: string
  /** Path inside the unpacked solution, when the breach has a place. */
  readonly path: string | undefined
}

export interface CheckReport {
  readonly solution: string
  readonly version: string
  readonly rules: readonly string[]
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Record<Severity, number>>
  /** `fail` when a finding is at or above the threshold of the tier; `inconclusive` when not all rules came to an end, which opens nothing. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive'
  /** Rules that came to no end in time; absent: all did. */
  readonly unfinished?: readonly string[]
  /** Version of Drover whose rules they were; absent of reports from before it was told. */
  readonly checkedBy?: string
  /** The severity from which findings fail the report; undefined when nothing fails it (Tier 1). */
  readonly failsFrom: Severity | undefined
}
