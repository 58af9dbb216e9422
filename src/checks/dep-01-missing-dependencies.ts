import type { Finding, Rule } from '#domain/check'
import { compareVersions, versionParts } from '#domain/kernel'
import type { Version } from '#domain/kernel'
import type { MissingDependency, SolutionModel } from '#domain/solution'
import type { CheckContext, CheckRule } from './check-rule.ts'
import { breach } from './check-rule.ts'

const rule: Rule = {
  id: 'DEP-01',
  title: 'Everything that the solution needs is in it, or comes from a solution that is installed first',
  severity: 'critical',
  why: 'The platform refuses the import of a solution whose required components are in no layer of the target (0x8004801D, 0x80048034).',
  fix: 'Add the missing component to the solution, remove what needs it, or install the solution that has it first.',
  source: 'Microsoft Learn: solution concepts (ALM), dependencies; requirement STR-15',
}

export const missingDependencies: CheckRule = { rule, evaluate }

/** Provided by every environment, and by no solution that could be installed. */
const platform = 'system'
/** What an export writes when the required component was only unmanaged in the environment that it was exported from. */
const unmanagedOnly = 'active'

function evaluate(model: SolutionModel, context: CheckContext): readonly Finding[] {
  const bySolution = groupBy(model.manifest.missingDependencies, (one) => one.required.solution)
  return [...bySolution].flatMap(([solution, needs]) => {
    const name = solution.toLowerCase()
    if (name === platform) return []
    if (name === unmanagedOnly || name === '') return judgeUnmanaged(needs)
    return judgeSolution(solution, needs, context)
  })
}

/** Not critical by itself: a sister solution of the same development environment may bring it, and only the target can tell. */
function judgeUnmanaged(needs: readonly MissingDependency[]): Finding[] {
  const byOwner = groupBy(needs, ({ required }) => required.parentSchemaName ?? nameOf(required))
  return [...byOwner].map(([owner, ones]) =>
    breach(rule, {
      subject: owner,
      severity: 'high',
      message: `${describeNeeds(ones)} and ${ones.length === 1 ? 'was' : 'were'} only unmanaged in the environment of the export: no solution is known that brings ${ones.length === 1 ? 'it' : 'them'}.`,
    }),
  )
}

function judgeSolution(solution: string, needs: readonly MissingDependency[], context: CheckContext): Finding[] {
  const wanted = highest(needs.flatMap(({ required }) => required.minimumVersion ?? []))
  const label = wanted === undefined ? solution : `${solution} ${wanted}`
  if (context.installed === undefined) {
    return [
      breach(rule, {
        subject: solution,
        severity: 'informational',
        message: `Needs ${label}: ${describeNeeds(needs)}. No target was given to look whether it is there.`,
      }),
    ]
  }
  const found = context.installed.find((one) => one.uniqueName.toLowerCase() === solution.toLowerCase())
  if (found === undefined)
    return [breach(rule, { subject: solution, message: `Needs ${label}, which is not installed: ${describeNeeds(needs)}.` })]
  if (wanted === undefined || compareVersions(withoutRevision(found.version), withoutRevision(wanted)) >= 0) return []
  return [
    breach(rule, {
      subject: solution,
      severity: 'high',
      message: `Needs ${label}; ${found.version} is installed: ${describeNeeds(needs)}.`,
    }),
  ]
}

/** Exports pin the revision of first-party solutions, which floats between environments: Microsoft's own client ignores it too. */
function withoutRevision(version: Version): Version {
  // The first three parts of a version are a version.
  return versionParts(version).slice(0, 3).join('.') as Version
}

function highest(versions: readonly Version[]): Version | undefined {
  return [...versions].sort(compareVersions).at(-1)
}

function describeNeeds(needs: readonly MissingDependency[]): string {
  const names = [...new Set(needs.map(({ required }) => `${required.kind} ${nameOf(required)}`))].sort()
  const shown = names.slice(0, 3).join(', ')
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `${shown}${rest} ${names.length === 1 ? 'is' : 'are'} required`
}

function nameOf(end: MissingDependency['required']): string {
  return end.schemaName ?? end.displayName ?? end.id ?? '(unnamed)'
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
