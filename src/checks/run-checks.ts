import type { Finding, Rule } from '#domain/check'
import { severities } from '#domain/check'
import type { SolutionModel } from '#domain/solution'
import type { CheckContext } from './check-rule.ts'
import { catalogue } from './registry.ts'

export const checkRules: readonly Rule[] = catalogue.map((entry) => entry.rule)

/** Runs every rule of the catalogue; the worst findings first, otherwise in the order of rule and place, so that equal input gives equal output. */
export function runChecks(model: SolutionModel, context: CheckContext): Finding[] {
  return runChecksInTime(model, context, () => false).findings
}

/** The same for as long as there is time: a rule that is not begun then is told, and what was found so far. */
export function runChecksInTime(
  model: SolutionModel,
  context: CheckContext,
  isOver: () => boolean,
): { readonly findings: Finding[]; readonly unfinished: readonly string[] } {
  const findings: Finding[] = []
  for (const [index, entry] of catalogue.entries()) {
    findings.push(...entry.evaluate(model, context))
    if (isOver()) return { findings: inOrder(findings), unfinished: catalogue.slice(index).map(({ rule }) => rule.id) }
  }
  return { findings: inOrder(findings), unfinished: [] }
}

function inOrder(findings: Finding[]): Finding[] {
  return findings.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || compareText(sortKey(a), sortKey(b)))
}

function sortKey(finding: Finding): string {
  return [finding.ruleId, finding.path ?? '', finding.subject, finding.message].join('\u0000')
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
