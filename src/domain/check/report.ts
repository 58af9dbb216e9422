import type { CheckReport, Finding, Severity } from './check.ts'

/** In falling order. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'informational']

/** Whether `a` is as severe as `b`, or more so. */
export function isAtLeast(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) <= severities.indexOf(b)
}

/** Folds findings to counts and a verdict; `failsFrom` is what the tier's policy says, undefined where findings only inform. */
export function evaluateReport(input: {
  readonly solution: string
  readonly version: string
  readonly rules: readonly string[]
  readonly findings: readonly Finding[]
  readonly failsFrom: Severity | undefined
  readonly unfinished?: readonly string[]
  readonly checkedBy?: string
}): CheckReport {
  const { failsFrom, unfinished = [], ...rest } = input
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, informational: 0 }
  for (const finding of input.findings) counts[finding.severity] += 1
  const isFailed = failsFrom !== undefined && input.findings.some((finding) => isAtLeast(finding.severity, failsFrom))
  if (unfinished.length > 0) return { ...rest, failsFrom, unfinished, counts, verdict: isFailed ? 'fail' : 'inconclusive' }
  return { ...rest, failsFrom, counts, verdict: isFailed ? 'fail' : 'pass' }
}

/** The findings that made the report fail; empty when it passed. */
export function blockingFindings(report: CheckReport): readonly Finding[] {
  const { failsFrom } = report
  return failsFrom === undefined ? [] : report.findings.filter((finding) => isAtLeast(finding.severity, failsFrom))
}
