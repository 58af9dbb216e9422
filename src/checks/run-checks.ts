import type { Finding, Rule } from '#domain/check'
import { severities } from '#domain/check'
import type { SolutionModel } from '#domain/solution'
import type { CheckContext } from './check-rule.ts'
import { catalogue } from './registry.ts'

export const checkRules: readonly Rule[] = catalogue.map((entry) => entry.rule)

/** Runs every rule of the catalogue; the worst findings first, otherwise in the order of rule and place, so that equal input gives equal output. */
export function runChecks(model: SolutionModel, context: CheckContext): Finding[] {
  const findings = catalogue.flatMap((entry) => [...entry.evaluate(model, context)])
  return findings.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || compareText(sortKey(a), sortKey(b)))
}

function sortKey(finding: Finding): string {
  return [finding.ruleId, finding.path ?? '', finding.subject, finding.message].join('\u0000')
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
