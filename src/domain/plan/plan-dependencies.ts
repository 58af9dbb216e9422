import type { Reason, Version } from '#domain/kernel'
import { parseVersion, refuse, versionParts } from '#domain/kernel'
import type { MissingDependency } from '#domain/solution'
import { isUnmanagedOrigin, nameOrigins } from '#domain/solution'
import type { PlanLine } from './plan.ts'
import type { ArrivingSolution, PlanFacts, PlanPart } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'

/** Whether the target has what the solution needs and does not carry (STR-15), and whether it is new enough itself (TOP-13). */
export function planDependencies(facts: PlanFacts): PlanPart {
  const groups = groupBySolution(nameOrigins(facts.release.dependencies, facts.carriers ?? []))
  const missing = groups.flatMap((group) => findMissing(facts, group))
  const lines = groups.filter((group) => findMissing(facts, group).length === 0).flatMap((group) => presentLine(facts, group))
  const blockers =
    missing.length === 0
      ? []
      : [
          refuse(
            'STR-15',
            `The target lacks what ${facts.release.solution} depends on: ${listed(missing.map((reason) => reason.subject))}.`,
            'Install or update the named solutions in the target first, or take the dependency out of the solution.',
            missing,
          ).refusal,
        ]
  return { lines: [...lines, ...platformLines(facts)], blockers }
}

interface Group {
  readonly solution: string
  readonly needs: readonly MissingDependency[]
}

function groupBySolution(dependencies: readonly MissingDependency[]): Group[] {
  const names = [...new Set(dependencies.map((dependency) => dependency.required.solution))]
  return names.map((solution) => ({ solution, needs: dependencies.filter((dependency) => dependency.required.solution === solution) }))
}

/** `System` is the platform itself and is everywhere. What the source had only as somebody's unmanaged work is missing where no solution that is known brings it. */
function findMissing({ observed, arriving }: PlanFacts, { solution, needs }: Group): Reason[] {
  if (solution.toLowerCase() === 'system') return []
  if (needs.every(isUnmanagedOrigin)) {
    return needs.map((need) => ({
      subject: describeEnd(need.required),
      message: `${describeEnd(need.required)}, needed by ${describeEnd(need.dependent)}, is in no managed solution in Dev, and in none that Drover brought here; add it to the solution, or bring the one that has it before, or with the same train.`,
    }))
  }
  const minimum = highestMinimum(needs)
  const installed = findArriving(arriving, solution) ?? findInstalled(observed, solution)
  const asked = minimum === undefined ? '' : ` ${minimum} or higher`
  const usedFor = `needed for ${listed(needs.map((need) => describeEnd(need.dependent)))}`
  if (installed === undefined) return [{ subject: solution, message: `${solution}${asked} is not installed; ${usedFor}.` }]
  if (minimum === undefined || compareBuilds(installed.version, minimum) >= 0) return []
  return [{ subject: solution, message: `${solution}${asked} is wanted and ${installed.version} is installed; ${usedFor}.` }]
}

/** What is there when its turn comes: others of the train have arrived by then, or it does not go in. */
function findArriving(arriving: PlanFacts['arriving'], solution: string): ArrivingSolution | undefined {
  return arriving?.find(({ uniqueName }) => uniqueName.toLowerCase() === solution.toLowerCase())
}

/** Exports pin the revision of the moment, which floats; Terraform's provider therefore compares major.minor.build only. */
function compareBuilds(a: Version, b: Version): number {
  const left = versionParts(a)
  const right = versionParts(b)
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function highestMinimum(needs: readonly MissingDependency[]): Version | undefined {
  return needs
    .flatMap((need) => need.required.minimumVersion ?? [])
    .reduce<Version | undefined>(
      (highest, version) => (highest === undefined || compareBuilds(version, highest) > 0 ? version : highest),
      undefined,
    )
}

/** That the solution is there is known; that it has each component is assumed until the target refuses the staged package, before anything is changed. */
function presentLine({ arriving }: PlanFacts, { solution, needs }: Group): PlanLine[] {
  if (solution === 'System') return []
  const first = findArriving(arriving, solution)
  if (first !== undefined) {
    const message = `${solution} ${first.version} goes in before it, with the train; it has to be there when this one's turn comes.`
    return [{ subject: solution, effect: 'leave', message, certainty: 'assumed' }]
  }
  return [
    {
      subject: solution,
      effect: 'leave',
      message: `${solution} is installed; whether it has ${listed(needs.map((need) => describeEnd(need.required)))} the target says when the package is staged, before anything is changed.`,
      certainty: 'assumed',
    },
  ]
}

function platformLines({ release, observed }: PlanFacts): PlanLine[] {
  if (release.platformVersion === undefined) return []
  const source = parseVersion(release.platformVersion)
  const target = parseVersion(observed.platformVersion)
  if (!source.ok || !target.ok) {
    const message = `Platform versions ${release.platformVersion} (source) and ${observed.platformVersion} (target) cannot be compared.`
    return [{ subject: 'platform version', effect: 'warn', message, certainty: 'unknown' }]
  }
  if (compareBuilds(source.value, target.value) <= 0) return []
  const message = `The source runs platform ${release.platformVersion}, the target the older ${observed.platformVersion}; such an import is unreliable (TOP-13).`
  return [{ subject: 'platform version', effect: 'warn', message, certainty: 'known' }]
}

function describeEnd(end: MissingDependency['required'] | MissingDependency['dependent']): string {
  const name = end.displayName ?? end.schemaName ?? end.id ?? 'a component without a name'
  return `${end.kind} ${end.parentSchemaName === undefined ? name : `${end.parentSchemaName}.${name}`}`
}

/** The first few by name, so that a message stays readable. */
function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)]
  const shown = distinct.slice(0, 5).join(', ')
  return distinct.length <= 5 ? shown : `${shown} and ${distinct.length - 5} more`
}
