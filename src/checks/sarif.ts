import type { CheckReport, Finding, Rule, Severity } from '#domain/check'
import type { Tier } from '#domain/solution'
import { checkRules } from './run-checks.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** Said in every SARIF file, so that nobody takes one checker for the other. */
const disclaimer =
  'The checks of Drover on a solution file: how it is built, what it carries and what it needs. They are not the Power Apps solution checker of Microsoft and do not replace it.'

/** The report as SARIF 2.1.0 (OASIS). Paths are inside the solution file. */
export function toSarif(report: CheckReport, tier?: Tier): object {
  const rules = checkRules.filter((rule) => report.rules.includes(rule.id))
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Drover checks',
            shortDescription: { text: 'Quality rules for Power Platform solutions.' },
            fullDescription: { text: disclaimer },
            rules: rules.map(describeRule),
          },
        },
        originalUriBaseIds: { SOLUTION: { description: { text: `The root of ${report.solution} ${report.version}.` } } },
        results: report.findings.map((finding) => describeFinding(finding, rules)),
        columnKind: 'utf16CodeUnits',
        properties: {
          solution: report.solution,
          version: report.version,
          verdict: report.verdict,
          ...(tier === undefined ? {} : { tier }),
          ...(report.failsFrom === undefined ? {} : { failsFrom: report.failsFrom }),
          counts: report.counts,
        },
      },
    ],
  }
}

function describeRule(rule: Rule): object {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: `${rule.why} Source: ${rule.source}.` },
    help: { text: rule.fix },
    defaultConfiguration: { level: levelOf(rule.severity) },
    properties: { severity: rule.severity },
  }
}

function describeFinding(finding: Finding, rules: readonly Rule[]): object {
  const logicalLocations = [{ name: finding.subject }]
  const ruleIndex = rules.findIndex((rule) => rule.id === finding.ruleId)
  return {
    ruleId: finding.ruleId,
    ...(ruleIndex === -1 ? {} : { ruleIndex }),
    level: levelOf(finding.severity),
    message: { text: finding.message },
    locations: [
      // Code scanning wants a file; what concerns the solution as a whole stands in its manifest.
      { physicalLocation: { artifactLocation: { uri: uriOf(finding.path ?? 'solution.xml'), uriBaseId: 'SOLUTION' } }, logicalLocations },
    ],
    properties: { severity: finding.severity },
  }
}

function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'error'
    case 'medium':
      return 'warning'
    case 'low':
    case 'informational':
      return 'note'
  }
}

/** A relative URI reference: every segment of the path escaped, slashes kept. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
